import type { QueueType } from '@ringback/db'
import { allFor } from './queue.ts'
import type { Entry, World } from './world.ts'

export const fullCredit = 99

const isCallback = (entry: Entry) => entry.priorityScore === -1000
const isOrdinary = (entry: Entry) => entry.callback === null

function shareOf(world: World, { queueType }: Entry): number {
  return world.policies.get(queueType)?.callbackShare ?? 100
}

/** Whether an ordinary user goes before the first callback that the agent may take. */
export function isOrdinarysTurn(world: World, agentId: number, queueType?: QueueType): boolean {
  const entries = allFor(world, agentId, queueType)
  const callback = entries.find(isCallback)
  const credit = world.sessions.get(agentId)?.credit ?? fullCredit
  return callback !== undefined && entries.some(isOrdinary) && credit + shareOf(world, callback) < 100
}

/** What the agent is to call next: what it has accepted, then a callback or an ordinary user, by turns. */
export function firstFor(world: World, agentId: number, queueType?: QueueType): Entry | undefined {
  const entries = allFor(world, agentId, queueType)
  const goesFirst = (entry: Entry) => !isCallback(entry) || !isOrdinarysTurn(world, agentId, queueType)
  return entries.find(goesFirst)
}

/** Counts the claim of an entry that waits; nobody counts while no queue has a share. */
export function count(world: World, agentId: number, entry: Entry, queueType?: QueueType): void {
  const session = world.sessions.get(agentId)!
  const shares = [...world.policies.values()].map(({ callbackShare = 100 }) => callbackShare)
  if (shares.every((share) => share === 100)) return
  if (isCallback(entry)) session.credit = Math.max(0, session.credit + shareOf(world, entry) - 100)
  if (!isOrdinary(entry)) return
  const instead = allFor(world, agentId, queueType).find(isCallback) ?? entry
  session.credit = Math.min(fullCredit, session.credit + shareOf(world, instead))
}
