import type { EntryPlace, QueueType } from '@ringback/db'

/** The keys of the lanes. All share the hash tag in the prefix, so that a cluster keeps them on one node. */
export function laneKeys(prefix: string) {
  return {
    records: `${prefix}:lanes:records`,
    ended: `${prefix}:lanes:ended`,
    claims: `${prefix}:lanes:claims`,
    pulse: `${prefix}:lanes:pulse`,
    building: `${prefix}:lanes:building`,
    never: `${prefix}:lanes:never`,
    /** Under this prefix `apply.lua` finds `lane:<lane>` and `wait:<lane>`. */
    lanesPrefix: `${prefix}:lanes`,
    lane: (lane: string) => `${prefix}:lanes:lane:${lane}`,
    waiting: (lane: string) => `${prefix}:lanes:wait:${lane}`,
  }
}

/** The name of a lane: one per queue type and agent, and one per queue type for entries without an agent. */
export function laneName(queueType: QueueType, agentId: number | null): string {
  return `${queueType}:${agentId ?? 'nobody'}`
}

/** The lane in which an entry waits; undefined when it is claimed or ended. */
export function laneOf(entry: EntryPlace): string | undefined {
  const isWaiting = entry.status === 'pending' || entry.status === 'assigned'
  return isWaiting ? laneName(entry.queueType, entry.assignedToAgentId) : undefined
}

/** What the lanes keep of an entry (see `apply.lua`). */
export function recordOf(entry: EntryPlace): string {
  const availableFrom = Math.max(0, entry.availableFrom.getTime())
  return `${entry.version} ${laneOf(entry) ?? '-'} ${entry.priorityScore} ${availableFrom}`
}

/** The version of the entry that a record is of. */
export function versionOf(record: string): number {
  return Number.parseInt(record, 10)
}
