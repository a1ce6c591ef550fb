import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import { inventOrdinaryUser } from './ordinary-users.ts'
import { demoUsers } from './people.ts'
import type { Random } from './random.ts'
import { type QueueEntry, type QueueType, queueTypes, type Ringback } from './ringback.ts'

const SECONDS_BETWEEN_LOOKS = 4
const MOST_AT_ONCE = 4

export interface IntegrationDeps {
  ringback: Ringback
  clock: Clock
  random: Random
  log: Logger
  /** How many should wait in each queue. */
  queueTarget: number
}

/**
 * The system that puts ordinary users into the queues. It watches their length, so that they neither run dry nor grow,
 * however fast the agents are. Gives one step of it.
 */
export function demoIntegration(deps: IntegrationDeps): () => Promise<void> {
  const { ringback, clock, random, queueTarget } = deps

  return async () => {
    await clock.pause(SECONDS_BETWEEN_LOOKS)
    for (const queueType of queueTypes) {
      const queue = await ringback.listQueue(queueType, 20)
      if (!queue.ok) continue
      const missing = Math.min(MOST_AT_ONCE, queueTarget - queue.value.total)
      for (let added = 0; added < missing; added += 1) await addUser(deps, queueType)
      if (random.chance(0.05)) await removeOneOf(deps, queueType, queue.value.entries)
    }
  }
}

async function addUser({ ringback, clock, random, log }: IntegrationDeps, queueType: QueueType): Promise<void> {
  const { userId } = random.pick(demoUsers)
  const user = inventOrdinaryUser(queueType, clock.now(), random)
  const queued = await ringback.putQueued(queueType, userId, user)
  if (queued.ok) log.info({ queueType, userId, priorityScore: user.priorityScore }, 'user queued')
}

/** The customer did what was asked for, and need not be called any more. */
async function removeOneOf(
  { ringback, random, log }: IntegrationDeps,
  queueType: QueueType,
  entries: readonly QueueEntry[],
): Promise<void> {
  const ordinary = entries.filter(({ callbackId }) => callbackId === null)
  if (ordinary.length === 0) return
  const { userId } = random.pick(ordinary)
  const removed = await ringback.removeQueued(queueType, userId)
  if (removed.ok) log.info({ queueType, userId }, 'user removed from queue')
}
