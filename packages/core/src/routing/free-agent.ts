import { agentSessions, callQueue, claims, lock } from '@ringback/db'
import type { LockedAgent } from '../locks.ts'
import type { Transaction } from '../transact.ts'

/**
 * The agent, whose call is over, is available again: unless it is in the next one, or chose otherwise meanwhile. It is
 * given the first callback that waits for anybody.
 */
export async function freeAgent(tx: Transaction, { session }: Pick<LockedAgent, 'session'>): Promise<void> {
  if (session?.status !== 'busy' && session?.status !== 'wrap_up') return
  if (await claims.getHeldEntry(tx.sql, session.agentId)) return
  await giveFirstUnassigned(tx, session.agentId)
  tx.pipeline(agentSessions.free(tx.sql, session.agentId, tx.now))
}

/** Gives an agent who becomes available, and is locked, the first callback that waits for anybody. */
export async function giveFirstUnassigned(
  { sql, now, changed, note, pipeline }: Transaction,
  agentId: number,
): Promise<void> {
  pipeline(lock.becomesAvailable(sql))
  const entry = await callQueue.assignFirstUnassigned(sql, agentId, now)
  if (!entry) return
  changed.push(entry)
  note({ callbackId: entry.callbackId!, kind: 'assigned', agentId, details: { queueEntryId: entry.id } })
}
