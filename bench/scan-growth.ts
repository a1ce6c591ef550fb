import { manualClock, scanDue } from '@ringback/core'
import type postgres from 'postgres'
import type { BenchOptions } from './benchmarks.ts'
import { addPeople } from './due-callbacks.ts'
import { openBenchEngine, type BenchEngine } from './engine.ts'
import { compare, millisecondsOf, type Comparison } from './rounds.ts'
import { fillTable, seedRows } from './seed.ts'
import type { BenchServices } from './services.ts'

const now = new Date('2026-03-02T10:00:00Z')
const due = 1_000

interface Population {
  /** Due, and with the right agent in a queue already. */
  queued: number
  future: number
}

/** The scan with 1,000 due callbacks among all that a large centre may have, against the same among ten thousand. */
export async function scanGrowth({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const [many, few] = await Promise.all([
    engineWith(services, 'scan-many', {
      queued: isQuick ? 5_000 : 100_000,
      future: isQuick ? 50_000 : 10_000_000,
    }),
    engineWith(services, 'scan-few', { queued: 0, future: 10_000 }),
  ])
  try {
    return await compare(isQuick ? 10 : 100, [
      {
        name: 'scan-growth',
        ours: async () => ({ latency: await millisecondsOf(() => scanAll(many)) }),
        rival: async () => ({ latency: await millisecondsOf(() => scanAll(few)) }),
        goals: { latency: { unit: 'ms', atMost: 1.2 } },
      },
    ])
  } finally {
    await many.close()
    await few.close()
  }
}

async function engineWith(services: BenchServices, name: string, population: Population): Promise<BenchEngine> {
  const engine = await openBenchEngine(services, name, manualClock(now))
  await addPeople(engine)
  await engine.sql`update agent_sessions set last_seen_at = ${now}`
  await seedRows(engine.databaseUrl, (sql) => addCallbacks(sql, population))
  return engine
}

/** Those that hold callbacks which are due or queued. */
const callbackIndexes = ['unqueued', 'queued', 'by_status', 'by_preferred_agent', 'by_user', 'by_update'].map(
  (name) => `callbacks_${name}`,
)

async function addCallbacks(sql: postgres.Sql, { queued, future }: Population): Promise<void> {
  await fillTable(sql, callbackIndexes, async (tx) => {
    await tx`
      insert into callbacks (id, user_id, scheduled_for, is_queued, preferred_agent_id, created_at, updated_at)
      select lpad(to_hex(n), 32, '0')::uuid, n,
        case when n <= ${due + queued}::int then ${now}::timestamptz - n * interval '1 second'
          else ${now}::timestamptz + interval '1 hour' + n * interval '1 second' end,
        n > ${due}::int and n <= ${due + queued}::int, n % 200 + 1, now(), now()
      from generate_series(1, ${due + queued + future}::int) n`
    await tx`
      insert into call_queue (user_id, queue_type, priority_score, status, assigned_to_agent_id, assigned_at, callback_id,
        available_from, created_at, updated_at)
      select user_id, 'outstanding_requests', -1000, 'assigned', user_id % 9 + 1, ${now}, id, scheduled_for, now(), now()
      from callbacks where is_queued`
  })
}

async function scanAll(engine: BenchEngine): Promise<void> {
  let found = 0
  for await (const page of scanDue(engine.deps, now)) found += page.callbacks.length
  if (found !== due) throw new Error(`The scan found ${found} callbacks, not ${due}`)
}
