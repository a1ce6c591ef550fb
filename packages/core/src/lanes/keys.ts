import type { EntryPlace, QueueType } from '@ringback/db'

/** The keys of the lanes. All share the hash tag in the prefix, so that a cluster keeps them on one node. */
export function laneKeys(prefix: string) {
  return {
    records: `${prefix}:lanes:records`,
    ended: `${prefix}:lanes:ended`,
    claims: `${prefix}:lanes:claims`,
    names: `${prefix}:lanes:names`,
    epoch: `${prefix}:lanes:epoch`,
    pulse: `${prefix}:lanes:pulse`,
    doubtful: `${prefix}:lanes:doubtful`,
    corrected: `${prefix}:lanes:corrected`,
    /** These two never exist (see `places.lua`): one for what was just committed, one for the reconciler. */
    never: `${prefix}:lanes:never`,
    nowhere: `${prefix}:lanes:nowhere`,
    /** Under this prefix the scripts find `lane:<lane>` and `later:<lane>`. */
    lanesPrefix: `${prefix}:lanes`,
    lane: (lane: string) => `${prefix}:lanes:lane:${lane}`,
    later: (lane: string) => `${prefix}:lanes:later:${lane}`,
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

/** What the lanes keep of an entry (see `format.lua`). */
export function recordOf(entry: EntryPlace): string {
  const [availableFrom, hadFrom] = [availableFromOf(entry), hadFromOf(entry)]
  const until = entry.availableUntil ? ` ${entry.availableUntil.getTime()}` : ''
  const hold = until !== '' || hadFrom > availableFrom ? ` ${hadFrom}` : ''
  return `${entry.version} ${laneOf(entry) ?? '-'} ${entry.priorityScore} ${availableFrom}${hold}${until}`
}

/** Since when an entry can be had, in milliseconds: until then it is among the later ones. Its order follows from `availableFrom`. */
export function hadFromOf(entry: Pick<EntryPlace, 'availableFrom' | 'onHoldUntil'>): number {
  return Math.max(availableFromOf(entry), entry.onHoldUntil?.getTime() ?? 0)
}

/** The version of the entry that a record is of. */
export function versionOf(record: string): number {
  return Number.parseInt(record, 10)
}

const digitsOfTime = 15
const digitsOfId = 19

/** What stands for an entry in its lane. */
export function memberOf(entry: Pick<EntryPlace, 'id' | 'availableFrom'>): string {
  return `${String(availableFromOf(entry)).padStart(digitsOfTime, '0')}${entry.id.padStart(digitsOfId, '0')}`
}

export function idOfMember(member: string): string {
  return member.slice(digitsOfTime).replace(/^0+/, '')
}

function availableFromOf({ availableFrom }: Pick<EntryPlace, 'availableFrom'>): number {
  return Math.max(0, availableFrom.getTime())
}
