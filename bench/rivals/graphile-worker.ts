import type { RoutingPayload } from '@ringback/core'
import { Logger, run } from 'graphile-worker'
import postgres from 'postgres'
import { queueTogether } from './queue-together.ts'

/**
 * graphile-worker with what a tick writes, by hand: it fetches and completes hundreds of jobs at once, and each of them is written by
 * itself, as many at once as there are connections.
 */
const { DATABASE_URL, QUEUE } = process.env
const connections = 8
const sql = postgres(DATABASE_URL!, { max: connections, transform: postgres.camel })
const runner = await run({
  connectionString: DATABASE_URL!,
  maxPoolSize: 4,
  concurrency: connections,
  noHandleSignals: true,
  logger: new Logger(() => (level, message) => level === 'error' && console.error(message)),
  preset: { worker: { localQueue: { size: 500 }, completeJobBatchDelay: 50 } },
  taskList: { [QUEUE!]: async (payload) => void (await queueTogether(sql, [(payload as RoutingPayload).callbackId])) },
})
process.once('SIGTERM', () => void runner.stop().then(() => process.exit()))
console.log('started')
