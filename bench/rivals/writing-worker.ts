import { batcher, connectRedis, createLogger, keptJobs, patient, queueNames, type RoutingPayload } from '@ringback/core'
import { Worker, type Job } from 'bullmq'
import postgres from 'postgres'

/**
 * BullMQ with what a tick writes, by hand: as many jobs together as our workers take, the rows of the entry, the callback
 * and its history in one transaction, then the sorted sets. It expects what it finds, checks nothing and heals nothing.
 */
const { DATABASE_URL, REDIS_URL, REDIS_PREFIX } = process.env
const connection = connectRedis(REDIS_URL!, patient, createLogger('writing-worker', 'warn'))
const sql = postgres(DATABASE_URL!, { max: 8, transform: postgres.camel })
let turn = 0

const queue = batcher(queueTogether, { maxSize: 250, atOnce: 2, waits: { quietMs: 50, atMostMs: 300 } })
const worker = new Worker(queueNames.routing, (job: Job<RoutingPayload>) => queue(job.data.callbackId), {
  connection,
  prefix: REDIS_PREFIX!,
  concurrency: 500,
  ...keptJobs,
})
await worker.waitUntilReady()
process.once('SIGTERM', () => void worker.close().then(() => process.exit()))
console.log('started')

async function queueTogether(ids: string[]): Promise<boolean[]> {
  const entries = await sql.begin(async (tx) => {
    const callbacks = await tx`
      select id, user_id, scheduled_for, callback_reason, preferred_agent_id,
        (select current_queue_type from user_call_scores s where s.user_id = c.user_id)
      from callbacks c where id = any(${ids}::uuid[]) order by id for no key update`
    const available = await tx<{ agentId: number }[]>`
      select agent_id from agent_sessions where logout_at is null and status = 'available'`
    const isAvailable = new Set(available.map(({ agentId }) => agentId))
    const rows = callbacks.map((callback) => ({
      callbackId: callback.id,
      userId: callback.userId,
      queueType: callback.currentQueueType ?? 'outstanding_requests',
      reason: `Callback: ${callback.callbackReason}`,
      availableFrom: callback.scheduledFor,
      agentId: isAvailable.has(callback.preferredAgentId)
        ? callback.preferredAgentId
        : available[turn++ % available.length]!.agentId,
    }))
    const made = tx`
      insert into call_queue
        (user_id, queue_type, priority_score, queue_reason, status, assigned_to_agent_id, assigned_at, callback_id,
         available_from, created_at, updated_at)
      select "userId", "queueType", -1000, reason, 'assigned', "agentId", now(), "callbackId", "availableFrom", now(), now()
      from jsonb_to_recordset(${tx.json(rows)}) as row
        ("userId" bigint, "queueType" text, reason text, "agentId" int, "callbackId" uuid, "availableFrom" timestamptz)
      returning id, queue_type, assigned_to_agent_id`
    const marked = tx`update callbacks set is_queued = true, updated_at = now() where id = any(${ids}::uuid[])`
    const noted = tx`
      insert into callback_notifications (callback_id, kind, agent_id, at, details)
      select "callbackId", 'queued', "agentId", now(), '{}'
      from jsonb_to_recordset(${tx.json(rows)}) as row ("callbackId" uuid, "agentId" int)`
    const [inserted] = await Promise.all([made, marked, noted])
    return inserted
  })
  const lanes = Map.groupBy(entries, (entry) => `${REDIS_PREFIX}:${entry.queueType}:${entry.assignedToAgentId}`)
  const pipeline = connection.pipeline()
  for (const [lane, ofLane] of lanes) pipeline.zadd(lane, ...ofLane.flatMap(({ id }) => [-1000, id]))
  await pipeline.exec()
  return ids.map(() => true)
}
