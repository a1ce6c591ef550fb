import { laneKeys, laneName, reconciler } from '@ringback/core'
import { callQueue, connect, inTransaction, type EntryPlace, type Sql } from '@ringback/db'
import { pino } from 'pino'
import type postgres from 'postgres'
import type { BenchOptions } from './benchmarks.ts'
import { addPeople } from './due-callbacks.ts'
import { openBenchEngine, type BenchEngine } from './engine.ts'
import { emptyLanes, sizeOfLanes } from './lanes.ts'
import { compare, millisecondsOf, type Comparison } from './rounds.ts'
import { seedRows } from './seed.ts'

const pageSize = 5_000

/** Building lost lanes from Postgres, against reading the same rows and adding the same members to sorted sets. */
export async function rebuild({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const entries = isQuick ? 20_000 : 1_000_000
  const engine = await openBenchEngine(services, 'rebuild')
  await addPeople(engine)
  await seedRows(engine.databaseUrl, (seeding) => addWaitingEntries(seeding, entries))
  const { redis, redisPrefix: prefix, deps } = engine
  const reconcile = reconciler(redis, { prefix, clock: deps.clock, log: pino({ level: 'silent' }) })
  const sql = connect(engine.databaseUrl, { max: 1 })

  async function timeOf(build: (tx: Sql) => Promise<unknown>): Promise<{ time: number }> {
    await emptyLanes(engine, { keepsPulse: false })
    const time = await millisecondsOf(() => inTransaction(sql, build))
    const built = await sizeOfLanes(engine)
    if (built !== entries) throw new Error(`${built} of ${entries} entries are in the lanes`)
    return { time }
  }

  try {
    return await compare(isQuick ? 1 : 5, [
      {
        name: 'rebuild',
        ours: () => timeOf(reconcile),
        rival: () => timeOf((tx) => copyMembers(tx, engine)),
        goals: { time: { unit: 'ms', atMost: 1.5 } },
      },
    ])
  } finally {
    await sql.end()
    await engine.close()
  }
}

/** Ordinary entries, a third of them assigned to an agent. */
async function addWaitingEntries(sql: postgres.Sql, count: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica` // No foreign keys, for speed.
    await tx`
      insert into call_queue (user_id, queue_type, priority_score, status, assigned_to_agent_id, assigned_at,
        available_from, created_at, updated_at)
      select n, case when n % 2 = 0 then 'unsigned_users' else 'outstanding_requests' end, n % 100,
        case when n % 3 = 0 then 'assigned' else 'pending' end::queue_entry_status, case when n % 3 = 0 then n % 200 + 1 end,
        case when n % 3 = 0 then now() end, now() - n * interval '1 millisecond', now(), now() - interval '1 hour'
      from generate_series(1, ${count}::int) n`
  })
}

async function copyMembers(tx: Sql, { patientRedis, redisPrefix }: BenchEngine): Promise<void> {
  const keys = laneKeys(redisPrefix)
  for (let last = '0'; ;) {
    const page = await callQueue.listWaitingAfter(tx, last, pageSize)
    const pipeline = patientRedis.pipeline()
    for (const entry of page) {
      const lane = laneName(entry.queueType, entry.assignedToAgentId)
      pipeline.zadd(keys.lane(lane), entry.priorityScore, memberOf(entry))
    }
    await pipeline.exec()
    if (page.length < pageSize) return
    last = page.at(-1)!.id
  }
}

function memberOf({ id, availableFrom }: EntryPlace): string {
  return `${String(availableFrom.getTime()).padStart(15, '0')}${id.padStart(19, '0')}`
}
