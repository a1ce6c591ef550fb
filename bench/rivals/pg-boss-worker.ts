import type { RoutingPayload } from '@ringback/core'
import { PgBoss } from 'pg-boss'
import postgres from 'postgres'
import { queueTogether } from './queue-together.ts'

/**
 * pg-boss with what a tick writes, by hand: it is woken by NOTIFY, fetches and completes 250 jobs at once, batch after batch, and each
 * of them is written by itself, as many at once as there are connections; TOGETHER has the whole batch written at once.
 */
const { DATABASE_URL, QUEUE, TOGETHER } = process.env
const sql = postgres(DATABASE_URL!, { max: 8, transform: postgres.camel })
const boss = new PgBoss({ connectionString: DATABASE_URL!, max: 4, useListenNotify: true })
boss.on('error', (error) => console.error(error))
await boss.start()
await boss.work<RoutingPayload, void>(
  QUEUE!,
  {
    batchSize: 250,
    localConcurrency: 2,
    burstWhenBatchFull: true,
    pollingIntervalSeconds: 0.5,
    notifyPollingIntervalSeconds: 0.5,
  },
  async (jobs) => {
    const ids = jobs.map(({ data }) => data.callbackId)
    const writtenAtOnce = TOGETHER ? [ids] : ids.map((id) => [id])
    await Promise.all(writtenAtOnce.map((each) => queueTogether(sql, each)))
  },
)
process.once('SIGTERM', () => void boss.stop().then(() => process.exit()))
console.log('started')
