import { isTickLate, knownTzData, type Engine } from '@ringback/core'
import { cronRuns, engineFacts, isDatabaseUnavailable, queues, type Sql } from '@ringback/db'

interface Check {
  ok: boolean
  detail: string
}

export interface Readiness {
  status: 'ready' | 'degraded' | 'unavailable'
  checks: Record<'postgres' | 'standby' | 'redis' | 'queues' | 'defaultQueue' | 'tzData' | 'lanes' | 'tick', Check>
}

const deadlineMs = 1_500
/** No agent: its lanes are empty, and those of nobody are only looked at. */
const nobody = 0

/**
 * Tells whether the API can do its work, within two seconds whatever hangs. Without Postgres it is `unavailable`;
 * without the standby that is set, without Redis, with a paused queue, without the default queue, with old time zone data, without lanes or without timely
 * ticks it is `degraded`: slower, or not all of it, and still right.
 *
 * @param sql a pool of its own, so that a busy one does not make a healthy database look dead
 */
export async function checkReadiness(
  { deps, reads, clock, redis, redisPrefix }: Engine,
  { sql }: { sql: Sql },
): Promise<Readiness> {
  const { defaultQueueType } = deps.rules
  const [found, pong, paused] = await Promise.allSettled([
    withDeadline(
      clock
        .ready()
        .then(() => Promise.all([cronRuns.latest(sql), queues.get(sql, defaultQueueType), engineFacts.list(sql)])),
    ),
    withDeadline(redis.exists(redisPrefix)), // Any key: to a ping a cluster answers with any of its nodes.
    withDeadline(deps.pausedQueues.list()),
  ])
  if (found.status === 'rejected') {
    return {
      status: 'unavailable',
      checks: {
        postgres: { ok: false, detail: whyNot(found.reason) },
        standby: standbyCheck(reads.standby()),
        redis: redisCheck(pong),
        queues: queueCheck(paused),
        defaultQueue: { ok: false, detail: 'not known without Postgres' },
        tzData: { ok: false, detail: 'not known without Postgres' },
        lanes: { ok: false, detail: 'not known without Postgres' },
        tick: { ok: false, detail: 'not known without Postgres' },
      },
    }
  }
  const [ticks, defaultQueue, facts] = found.value
  const checks = {
    postgres: { ok: true, detail: 'answers' },
    standby: standbyCheck(reads.standby()),
    redis: redisCheck(pong),
    queues: queueCheck(paused),
    defaultQueue: defaultQueueCheck(defaultQueueType, defaultQueue !== undefined),
    tzData: tzDataCheck(deps.tzData.version, knownTzData(facts, deps.clock.now()).seen),
    lanes: pong.status === 'fulfilled' ? await laneCheck() : { ok: false, detail: 'not there without Redis' },
    tick: tickCheck(ticks.finishedAt, deps.clock.now()),
  }
  return { status: Object.values(checks).every((check) => check.ok) ? 'ready' : 'degraded', checks }

  async function laneCheck(): Promise<Check> {
    const proposal = await deps.lanes.peek({ agentId: nobody, queueTypes: [defaultQueueType], now: deps.clock.now() })
    return proposal.kind === 'unavailable'
      ? { ok: false, detail: 'being built from Postgres' }
      : { ok: true, detail: 'built' }
  }
}

function standbyCheck(standby: ReturnType<Engine['reads']['standby']>): Check {
  if (standby === undefined) return { ok: true, detail: 'none is set' }
  if (standby.isUsed) return { ok: true, detail: 'reports and lists are read from it' }
  return { ok: false, detail: `not read from, ${standby.why}: the primary has all the work` }
}

function redisCheck(pong: PromiseSettledResult<unknown>): Check {
  return pong.status === 'fulfilled' ? { ok: true, detail: 'answers' } : { ok: false, detail: 'does not answer' }
}

function queueCheck(paused: PromiseSettledResult<string[]>): Check {
  if (paused.status === 'rejected') return { ok: false, detail: 'not known without Redis' }
  const names = paused.value.join(' and ')
  return names === '' ? { ok: true, detail: 'none is paused' } : { ok: false, detail: `paused: ${names}` }
}

function defaultQueueCheck(queueType: string, isThere: boolean): Check {
  if (isThere) return { ok: true, detail: 'is there' }
  const detail = `DEFAULT_QUEUE_TYPE is ${queueType}, and there is no such queue: make it (PUT /api/queues/${queueType}), or set another one; until then callbacks that go there cannot be routed`
  return { ok: false, detail }
}

function tzDataCheck(version: string, seen: string | null): Check {
  if (seen === null || version >= seen) return { ok: true, detail: `tzdata ${version}` }
  const detail = `tzdata ${version || 'of no version'}, and others have ${seen}: promises for a local time are refused here until this runs on a Node.js that has ${seen}`
  return { ok: false, detail }
}

function tickCheck(lastFinishedAt: Date | null, now: Date): Check {
  const last = lastFinishedAt ? `last finished ${lastFinishedAt.toISOString()}` : 'none has finished yet'
  return { ok: !isTickLate(lastFinishedAt, now), detail: last }
}

const undefinedTable = '42P01'

function whyNot(error: unknown): string {
  if ((error as { code?: unknown }).code === undefinedTable) return 'the database is not migrated'
  return isDatabaseUnavailable(error) ? 'cannot be reached' : 'does not answer'
}

function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('No answer within the deadline')), deadlineMs)
  })
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer))
}
