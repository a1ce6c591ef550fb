import { batcher, connectRedis, createLogger, keptJobs, patient, queueNames, type RoutingPayload } from '@ringback/core'
import { Worker, type Job } from 'bullmq'
import postgres from 'postgres'
import { queueTogether, type QueuedEntry } from './queue-together.ts'

/**
 * BullMQ with what a tick writes, by hand: as many jobs together as our workers take, their rows in one transaction, then the
 * sorted sets.
 */
const { DATABASE_URL, REDIS_URL, REDIS_PREFIX } = process.env
const connection = connectRedis(REDIS_URL!, patient, createLogger('writing-worker', 'warn'))
const sql = postgres(DATABASE_URL!, { max: 8, transform: postgres.camel })

const queue = batcher(write, { maxSize: 250, atOnce: 2, waits: { quietMs: 50, atMostMs: 300 } })
const worker = new Worker(queueNames.routing, (job: Job<RoutingPayload>) => queue(job.data.callbackId), {
  connection,
  prefix: REDIS_PREFIX!,
  concurrency: 500,
  ...keptJobs,
})
await worker.waitUntilReady()
process.once('SIGTERM', () => void worker.close().then(() => process.exit()))
console.log('started')

async function write(ids: string[]): Promise<boolean[]> {
  await addToLanes(await queueTogether(sql, ids))
  return ids.map(() => true)
}

async function addToLanes(entries: QueuedEntry[]): Promise<void> {
  const lanes = Map.groupBy(entries, (entry) => `${REDIS_PREFIX}:${entry.queueType}:${entry.assignedToAgentId}`)
  const pipeline = connection.pipeline()
  for (const [lane, ofLane] of lanes) pipeline.zadd(lane, ...ofLane.flatMap(({ id }) => [-1000, id]))
  await pipeline.exec()
}
