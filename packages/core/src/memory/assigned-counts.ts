import { callQueue, type Sql } from '@ringback/db'

/** How many live assigned callbacks each agent has. */
export type AssignedCounts = Map<number, number>

/** With so many, one more or less makes no difference to who is the best substitute. */
const manyCallbacks = 1_000
/** A count is held for so many times as long as it took: counting takes a hundredth of the time, … */
const heldTimesAsLong = 100
/** … and more where a count takes long, as what others assign in the meantime is not in it. */
const heldAtMostMs = 5_000

/**
 * Returns a function that counts the live assigned callbacks of all agents. The cost grows with the callbacks, in a flood
 * beyond that of routing a group: then the groups that a process routes at about the same time share a count, and what
 * they add to it.
 */
export function assignedCounter(): (sql: Sql) => Promise<AssignedCounts> {
  let held: { counts: AssignedCounts; until: number } | undefined

  return async function countAssigned(sql) {
    const began = performance.now()
    if (held && began < held.until) return held.counts
    const rows = await callQueue.countAssignedCallbacks(sql)
    const counts = new Map(rows.map(({ agentId, callbacks }) => [agentId, callbacks]))
    const total = rows.reduce((sum, { callbacks }) => sum + callbacks, 0)
    const ended = performance.now()
    const until = ended + Math.min(heldTimesAsLong * (ended - began), heldAtMostMs)
    held = total < manyCallbacks ? undefined : { counts, until }
    return counts
  }
}
