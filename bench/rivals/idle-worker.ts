import { connectRedis, createLogger, keptJobs, patient, queueNames } from '@ringback/core'
import { Worker } from 'bullmq'

/** BullMQ alone: takes routing jobs, as many at once as a worker does by default, and does nothing with them. */
const { REDIS_URL, REDIS_PREFIX } = process.env
const connection = connectRedis(REDIS_URL!, patient, createLogger('idle-worker', 'warn'))
const worker = new Worker(queueNames.routing, () => Promise.resolve(), {
  connection,
  prefix: REDIS_PREFIX!,
  concurrency: 500,
  ...keptJobs,
})
await worker.waitUntilReady()
process.once('SIGTERM', () => void worker.close().then(() => connection.disconnect()))
console.log('started')
