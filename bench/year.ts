import { setTimeout as delay } from 'node:timers/promises'
import { tick } from '@ringback/core'
import { cronRuns, type QueueEntry } from '@ringback/db'
import type postgres from 'postgres'
import type { BenchOptions } from './benchmarks.ts'
import { measureBursts } from './http/bursts.ts'
import { freshClaims, giveBackToLanes } from './http/claims.ts'
import { agentCount, seedAgents, seedQueuedCallbacks } from './http/people.ts'
import { openOurs, type Side } from './http/sides.ts'
import { tokenOfService } from './http/tokens.ts'
import { addEndedPromises } from './past.ts'
import { compare, median, millisecondsOf, type Comparison } from './rounds.ts'
import { startWorkers } from './worker-processes.ts'

const waiting = 800
const dueInRound = 1_000
/** So many promises were kept today, and so many calls came in. */
const today = 5_000
/** Of the customers of today; before them are those who wait, behind them those of the past. */
const firstCustomer = 1_000_000
const looks = 5
const page = 20
const pollMs = 5

/**
 * What is done all day: claims, ticks, lists, the report of the day and monitoring, with twelve million promises of the past year
 * that have ended, against the same without them. Both sides have the same day behind them.
 */
export async function year({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const claims = { ...(await freshClaims()), after: giveBackToLanes, count: isQuick ? 1 : 3 }
  const token = await tokenOfService()
  await using opened = new AsyncDisposableStack()

  async function open(name: string, ended: number): Promise<Side> {
    const side = await openOurs(services, name, async (sql, { databaseUrl }) => {
      await seedAgents(sql)
      await seedQueuedCallbacks(sql, waiting)
      await addToday(sql)
      await addEndedPromises(databaseUrl, ended)
    })
    opened.defer(() => side.close())
    const workers = await startWorkers(side.engine, 1)
    opened.defer(() => workers.stop())
    return side
  }

  const [full, empty] = await Promise.all([open('year', isQuick ? 300_000 : 12_000_000), open('year-empty', 0)])
  const day = dayUntil(new Date())
  const works: Record<string, (side: Side) => Promise<number>> = {
    claim: async (side) => (await measureBursts(side, claims)).median,
    tick: millisecondsOfTick,
    list: (side) => millisecondsOfLooks(side, token, listsOf(day)),
    report: (side) => millisecondsOfLooks(side, token, [`/api/reports/promises?groupBy=hour&${day}`]),
    monitoring: (side) => millisecondsOfLooks(side, token, ['/api/debug/callback-monitoring?hours=24']),
  }
  const contests = Object.entries(works).map(([work, latencyOf]) => ({
    name: `year-${work}`,
    ours: async () => ({ latency: await latencyOf(full) }),
    rival: async () => ({ latency: await latencyOf(empty) }),
    goals: { latency: { unit: 'ms', atMost: 1.2 } },
  }))
  return await compare(isQuick ? 1 : 9, contests)
}

/** Those that a supervisor looks at, each with a full page. */
function listsOf(day: string): string[] {
  const since = new URLSearchParams(day).get('from')!
  const filters = [
    'status=pending,accepted',
    `status=completed&${day}`,
    `updatedSince=${since}`,
    `agentId=7&${day}`,
    'status=completed',
  ]
  return filters.map((filter) => `/api/callbacks?limit=${page}&${filter}`)
}

/** The 24 hours before a time, as parameters. */
function dayUntil(to: Date): string {
  return `from=${new Date(to.getTime() - 24 * 3_600_000).toISOString()}&to=${to.toISOString()}`
}

/** How long it takes to look at all of these, one after the other; the median of some looks. */
async function millisecondsOfLooks({ load }: Side, token: string, paths: string[]): Promise<number> {
  const times: number[] = []
  for (let look = 0; look < looks; look++) {
    let ms = 0
    for (const path of paths) {
      const { answers, latencies } = await load.send([{ method: 'GET', path, token }])
      requireAll(path, answers[0]!)
      ms += latencies[0]!
    }
    times.push(ms)
  }
  return median(times)
}

/** Both sides have the same to tell, or the time it takes says nothing. */
function requireAll(path: string, answer: string): void {
  const told = JSON.parse(answer) as { items?: object[]; total?: { promised: number }; inbound?: { total: number } }
  const rows = told.items?.length ?? told.total?.promised ?? told.inbound?.total
  const expected = told.items ? page : told.total ? today + waiting : today
  if (rows !== expected) throw new Error(`${path} tells of ${rows} rows, not of ${expected}`)
}

/** Promises that were kept this morning, and inbound calls that ended with an outcome. */
async function addToday(sql: postgres.Sql): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica` // The two refer to each other.
    await tx`
      insert into users (id, name, phone, created_at, updated_at)
      select ${firstCustomer}::int + n, 'User ' || n, '+1 202 555 0100', now(), now()
      from generate_series(1, ${today}::int) n`
    await tx`
      with kept as materialized (
        select gen_random_uuid() as id, gen_random_uuid() as call_id, ${firstCustomer}::int + n as user_id,
          n % ${agentCount}::int + 1 as agent_id, now() - interval '1 hour' - n * interval '5 seconds' as due
        from generate_series(1, ${today}::int) n
      ), calls as (
        insert into call_sessions (id, user_id, agent_id, direction, status, started_at, completed_at, duration_seconds,
          last_outcome_type, callback_id, created_at)
        select call_id, user_id, agent_id, 'outbound'::call_direction, 'completed'::call_session_status, due,
          due + interval '3 minutes', 180, 'resolved'::outcome_type, id, due from kept
        union all
        select gen_random_uuid(), user_id, agent_id, 'inbound', 'completed', due, due + interval '1 minute', 60, 'resolved',
          null, due from kept
      )
      insert into callbacks (id, user_id, scheduled_for, callback_reason, preferred_agent_id, status, attempts,
        first_called_at, first_called_by, result, completed_call_session_id, completed_at, created_at, updated_at)
      select id, user_id, due, 'Contract questions', agent_id, 'completed', 1, due, agent_id, 'reached', call_id,
        due + interval '3 minutes', due - interval '1 hour', due + interval '3 minutes' from kept`
  })
}

/** How long a tick takes with a thousand due promises, which are cancelled afterwards, unmeasured. */
async function millisecondsOfTick({ engine: { sql, deps } }: Side): Promise<number> {
  await sql`update agent_sessions set last_seen_at = now()`
  await sql`
    insert into callbacks (user_id, scheduled_for, callback_reason, preferred_agent_id, created_at, updated_at)
    select ${firstCustomer}::int + n, now(), 'Asked about the contract', n % ${agentCount}::int + 1, now(), now()
    from generate_series(1, ${dueInRound}::int) n`
  const ms = await millisecondsOf(async () => {
    const runId = await tick(deps, { trigger: 'manual' })
    while (!(await cronRuns.get(sql, runId))?.finishedAt) await delay(pollMs)
  })
  const entries = await sql.begin(async (tx) => {
    await tx`
      update callbacks set status = 'cancelled', result = 'cancelled', cancelled_at = now(), is_queued = false, updated_at = now()
      where status = 'pending' and is_queued and user_id > ${firstCustomer}::int`
    return tx<QueueEntry[]>`
      update call_queue set status = 'removed', ended_at = now(), version = version + 1, updated_at = now()
      where status = 'assigned' and user_id > ${firstCustomer}::int returning *`
  })
  if (entries.length !== dueInRound) throw new Error(`${entries.length} of ${dueInRound} promises were queued`)
  await deps.lanes.apply(entries, deps.clock.now())
  return ms
}
