import { freshLooks, overviewer, type Engine } from '@ringback/core'
import type { ShownPromise } from '@ringback/db'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { checkReadiness } from '../readiness.ts'
import { overview } from '../schemas/overview.ts'
import { answers, refusals } from '../schemas/problem.ts'
import { agentAnswer } from './agents.ts'
import { runAnswer } from './cron.ts'
import { userAnswer } from './users.ts'

/** However many walls there are, and however often they ask. Each asks when it was told of a change, and has to see that. */
const everyMs = 150

export const overviewRoutes: FastifyPluginAsyncZod<{ engine: Engine }> = async (scope, { engine }) => {
  const read = overviewer(engine.deps, engine.reads)
  const shown = ({ user, ...promise }: ShownPromise) => ({ ...promise, user: user && userAnswer(user) })
  const look = freshLooks(everyMs, async () => {
    const [found, readiness] = await Promise.all([read(), checkReadiness(engine, engine.deps)])
    return {
      ...found,
      readiness,
      agents: found.agents.map(agentAnswer),
      overdue: found.overdue.map(shown),
      upcoming: found.upcoming.map(shown),
      lastTick: found.lastTick && runAnswer(found.lastTick),
    }
  })

  scope.get(
    '/overview',
    {
      config: { access: ['service'] },
      schema: {
        operationId: 'getOverview',
        summary: 'All that a wall shows, in one look',
        description:
          'As of after the request. Each API looks every 150 ms at most; who asks meanwhile waits for the next look, and shares it.',
        tags: ['Operations'],
        response: { 200: answers('How the centre stands', overview), ...refusals() },
      },
    },
    look,
  )
}
