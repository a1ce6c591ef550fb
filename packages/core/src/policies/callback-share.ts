import { priorityScores, type QueueEntry, type QueueType } from '@ringback/db'
import type { Policy } from './policy.ts'

/**
 * Callbacks go before ordinary users, but no more than `callbackShare` of 100 calls of an agent while ordinary users wait.
 * Each session has a credit, 99 at most. With a share s a callback takes 100 − s of it, and an ordinary user gives s back; a
 * callback that the credit does not cover lets the first ordinary user go first. When nobody else waits it takes what is
 * left: no call is held back.
 *
 * Where queues differ, the first callback decides: whether it lets ordinary users go first, and by how much whoever goes
 * instead counts. So a queue has its share whatever queues the ordinary users wait in.
 */
export interface Turns {
  /** The queues whose callbacks let an ordinary user go first now. */
  yielding: ReadonlySet<QueueType>
  /** By which share the claim of what waits in this queue counts. */
  shareOf(queueType: QueueType): number
}

const all = 100

/** How callbacks and ordinary users take turns with an agent who has this credit; undefined while no queue has a share. */
export function turnsOf(policies: ReadonlyMap<QueueType, Policy>, credit: number): Turns | undefined {
  if (!haveShares(policies)) return undefined
  const shareOf = (queueType: QueueType) => policies.get(queueType)?.callbackShare ?? all
  const yielding = [...policies.keys()].filter((queueType) => credit + shareOf(queueType) < all)
  return { yielding: new Set(yielding), shareOf }
}

/** Whether any queue has a share below 100: else credits are neither read nor written. */
export function haveShares(policies: ReadonlyMap<QueueType, Policy>): boolean {
  return [...policies.values()].some(({ callbackShare }) => callbackShare < all)
}

type Waiting = Pick<QueueEntry, 'queueType' | 'priorityScore'>

/** A callback that takes turns with ordinary users; accepted ones go before both. */
export const takesTurns = ({ priorityScore }: Waiting) => priorityScore === priorityScores.callback
export const isOrdinary = ({ priorityScore }: Waiting) => priorityScore >= priorityScores.firstOrdinary
