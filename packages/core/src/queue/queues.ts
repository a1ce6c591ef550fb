import { lock, queues, type Queue, type QueueType, type Sql } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { silenceOf } from '../presence/watch.ts'

/** Makes a queue, or gives it another name. Other processes hand out its calls at most five seconds later. */
export async function putQueue(
  deps: Deps,
  { queueType, name }: { queueType: QueueType; name: string },
): Promise<{ queue: Queue; created: boolean }> {
  return deps.transact(async (tx) => {
    const { created, ...queue } = await queues.put(tx.sql, { queueType, name }, tx.now)
    tx.afterCommit(() => {
      deps.servedQueues.forget()
      deps.log.info({ queueType, created }, 'queue written')
    })
    return { queue, created }
  })
}

/**
 * Deletes a queue that nobody needs any more: agents serve it no more, and what has ended keeps its name.
 *
 * @throws DomainError `queue-not-found`, `queue-in-use`
 */
export async function deleteQueue(deps: Deps, queueType: QueueType): Promise<void> {
  await deps.transact(async (tx) => {
    if (!(await lock.queueToDelete(tx.sql, queueType))) throw noSuchQueue(queueType)
    const why = await whyNeeded(deps, tx.sql, queueType)
    if (why) throw new DomainError('queue-in-use', `Queue ${queueType} ${why}`)
    await queues.removeFromAgents(tx.sql, queueType, tx.now)
    await queues.remove(tx.sql, queueType)
    tx.afterCommit(() => {
      deps.servedQueues.forget()
      deps.log.info({ queueType }, 'queue deleted')
    })
  })
}

async function whyNeeded(deps: Deps, sql: Sql, queueType: QueueType): Promise<string | undefined> {
  if (queueType === deps.rules.defaultQueueType) return 'is the default (DEFAULT_QUEUE_TYPE); name another one first'
  const { entries, callbacks, wishes } = await queues.usesOf(sql, queueType)
  if (entries) return 'has live entries; have them called, or taken out, first'
  if (callbacks) return 'has open callbacks; keep or cancel them first'
  return wishes ? 'is where users have their ordinary place after a call; take them out first' : undefined
}

/** Every queue with what is in it now, and how many agents are there for it. */
export async function listQueues(deps: Deps): Promise<queues.QueueFigures[]> {
  const now = deps.clock.now()
  return queues.listFigures(deps.sql, await silenceOf(deps.sql, deps.rules, now))
}

/**
 * Keeps the queues that a step is about to use from being deleted. Locked before all else, as whoever deletes one does.
 *
 * @throws DomainError `unknown-queue`
 */
export async function requireQueues(sql: Sql, queueTypes: readonly QueueType[]): Promise<void> {
  const known = await knownQueues(sql, queueTypes)
  const unknown = queueTypes.find((queueType) => !known.has(queueType))
  if (unknown !== undefined) throw unknownQueue(unknown)
}

/** The same, and says which of them there are. */
export async function knownQueues(sql: Sql, queueTypes: readonly QueueType[]): Promise<Set<QueueType>> {
  return new Set(queueTypes.length === 0 ? [] : await lock.queuesInUse(sql, queueTypes))
}

/** Of the queue that is asked about. */
export function noSuchQueue(queueType: QueueType): DomainError {
  return new DomainError('queue-not-found', `There is no queue ${queueType}`)
}

/** Of a queue that is only named. */
export function unknownQueue(queueType: QueueType): DomainError {
  return new DomainError('unknown-queue', `There is no queue ${queueType}; PUT /api/queues/${queueType} makes it`)
}

/** What is said to, and of, an agent who asks for a queue that it does not serve. */
export function notServed(agentId: number, queueType: QueueType): DomainError {
  return new DomainError('queue-not-served', `Agent ${agentId} does not serve the queue ${queueType}`)
}
