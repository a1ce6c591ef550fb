import type { Engine } from '@ringback/core'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { activeAgents } from './auth/active-agents.ts'
import { authenticate } from './auth/authenticate.ts'
import type { Door } from './auth/door.ts'
import { failedAttempts } from './auth/failed-attempts.ts'
import type { ApiConfig } from './config.ts'
import { allowOrigins } from './cors.ts'
import { answerUnchanged } from './etag.ts'
import type { EventHub } from './events/hub.ts'
import { apiName, heartbeats } from './heartbeats.ts'
import { answerPostsOnce } from './idempotency.ts'
import { limitRate } from './rate-limit.ts'
import { agentRoutes } from './routes/agents.ts'
import { bulkRoutes } from './routes/bulk.ts'
import { calendarRoutes } from './routes/calendars.ts'
import { callSessionRoutes } from './routes/call-sessions.ts'
import { callbackRoutes } from './routes/callbacks.ts'
import { callingWindowRoutes } from './routes/calling-window.ts'
import { cronRoutes } from './routes/cron.ts'
import { debugRoutes } from './routes/debug.ts'
import { doNotCallRoutes } from './routes/do-not-call.ts'
import { eventRoutes } from './routes/events.ts'
import { nextCallRoutes } from './routes/next-call.ts'
import { overviewRoutes } from './routes/overview.ts'
import { policyRoutes } from './routes/policies.ts'
import { queueRoutes } from './routes/queues.ts'
import { reportRoutes } from './routes/reports.ts'
import { telephonyRoutes } from './routes/telephony.ts'
import { userRoutes } from './routes/users.ts'
import { webhookRoutes } from './routes/webhooks.ts'

/** Of routes that take no query string: nothing that is misspelt goes unnoticed. */
const noQuery = z.strictObject({})

/** Everything below `/api`: what holds for all of its routes, then the routes, a file for each noun. */
export async function api(
  scope: FastifyInstance,
  { engine, config, door, hub }: { engine: Engine; config: ApiConfig; door: Door; hub: EventHub },
): Promise<void> {
  const { deps, reads } = engine
  await allowOrigins(scope, config.CORS_ORIGINS)
  authenticate(scope, { door, failures: failedAttempts(scope, config.AUTH_FAILURES_PER_MINUTE) })
  answerPostsOnce(scope, deps)
  answerUnchanged(scope)
  scope.addHook('onRoute', (route) => {
    route.schema = { querystring: noQuery, ...route.schema }
  })

  await limitRate(scope, { engine, config, hook: 'onRequest' })

  // Both need Postgres, as every route does: while it is away, what it has no part in is refused as ever.
  const active = activeAgents(deps)
  const noteHeartbeat = heartbeats(deps, apiName(config))
  scope.addHook('preHandler', async (request) => {
    await engine.clock.ready()
    const { role, agentId } = request.principal
    if (agentId === undefined) return
    await active.require(agentId)
    // That a desk asks says nothing of whether the agent is there; it tells so by a heartbeat.
    if (role === 'agent') void noteHeartbeat(agentId)
  })

  await scope.register(userRoutes, { reads })
  await scope.register(agentRoutes, { active })
  await scope.register(nextCallRoutes, { deps })
  await scope.register(callbackRoutes, { reads })
  await scope.register(bulkRoutes)
  await scope.register(queueRoutes)
  await scope.register(policyRoutes)
  await scope.register(doNotCallRoutes)
  await scope.register(callSessionRoutes, { reads })
  await scope.register(telephonyRoutes)
  await scope.register(calendarRoutes)
  await scope.register(callingWindowRoutes)
  await scope.register(reportRoutes, { reads })
  await scope.register(overviewRoutes, { engine })
  await scope.register(webhookRoutes)
  await scope.register(cronRoutes)
  await scope.register(eventRoutes, { deps, hub, maxStreams: config.MAX_STREAMS, active, noteHeartbeat })
  await scope.register(debugRoutes, { engine })
}
