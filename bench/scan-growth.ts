import { defaultPolicy, manualClock, openEngine, scanDue, type Engine } from '@ringback/core'
import { migrate } from '@ringback/db'
import { pino } from 'pino'
import type { BenchOptions } from './benchmarks.ts'
import { compare, millisecondsOf, type Comparison } from './rounds.ts'
import { createDatabase, type BenchServices } from './services.ts'

const now = new Date('2026-03-02T10:00:00Z')
const due = 1_000

/** The scan with 1,000 due callbacks among a million future ones, against the same among ten thousand. */
export async function scanGrowth({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const many = await engineWith(services, 'scan_many', isQuick ? 100_000 : 1_000_000)
  const few = await engineWith(services, 'scan_few', 10_000)
  try {
    return await compare({
      name: 'scan-growth',
      rounds: isQuick ? 10 : 60,
      ours: async () => ({ latency: await millisecondsOf(() => scanAll(many)) }),
      rival: async () => ({ latency: await millisecondsOf(() => scanAll(few)) }),
      goals: { latency: { unit: 'ms', atMost: 1.2 } },
    })
  } finally {
    await many.close()
    await few.close()
  }
}

async function engineWith(services: BenchServices, name: string, future: number): Promise<Engine> {
  const databaseUrl = await createDatabase(services, name)
  await migrate(databaseUrl)
  const engine = openEngine({
    databaseUrl,
    redisUrl: services.redisUrl,
    redisPrefix: `{${name}}`,
    policy: defaultPolicy,
    poolSize: 2,
    applicationName: 'ringback-bench',
    log: pino({ level: 'silent' }),
    clock: manualClock(now),
  })
  await engine.sql.begin(async (sql) => {
    await sql`set local statement_timeout = 0`
    await sql`
      insert into callbacks (user_id, scheduled_for, created_at, updated_at)
      select n, case when n <= ${due}::int then ${now}::timestamptz - n * interval '1 second'
        else ${now}::timestamptz + interval '1 hour' + n * interval '1 second' end, now(), now()
      from generate_series(1, ${due + future}::int) n`
  })
  await engine.sql`vacuum analyze callbacks`
  return engine
}

async function scanAll(engine: Engine): Promise<void> {
  let found = 0
  for await (const page of scanDue(engine.deps, now)) found += page.callbackIds.length
  if (found !== due) throw new Error(`The scan found ${found} callbacks, not ${due}`)
}
