import { agentSessions, callbackNotifications, callQueue } from '@ringback/db'
import type { Transaction } from '../deps.ts'

/** Moves a logged-in agent to `available` as part of a larger transaction. */
export async function becomeAvailable(unit: Transaction, agentId: number, now: Date): Promise<void> {
  await giveFirstUnassigned(unit, agentId, now)
  unit.pipeline(agentSessions.setStatus(unit.sql, agentId, 'available', now))
}

/** Gives an agent who becomes available the first callback that waits for anybody. */
export async function giveFirstUnassigned(
  { sql, changed, pipeline }: Transaction,
  agentId: number,
  now: Date,
): Promise<void> {
  const entry = await callQueue.assignFirstUnassigned(sql, agentId, now)
  if (!entry) return
  changed.push(entry)
  const details = { queueEntryId: entry.id }
  pipeline(callbackNotifications.add(sql, [{ callbackId: entry.callbackId!, kind: 'assigned', agentId, details }], now))
}
