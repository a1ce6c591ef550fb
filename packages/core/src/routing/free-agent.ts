import {
  agentSessions,
  callQueue,
  claims,
  lock,
  mostCallbackCredit,
  priorityScores,
  type AgentSession,
} from '@ringback/db'
import type { Deps } from '../deps.ts'
import type { LockedAgent } from '../locks.ts'
import { takesTurns, turnsOf } from '../policies/callback-share.ts'
import type { Transaction } from '../transact.ts'

/**
 * The agent, whose call is over, is available again: unless it is in the next one, or chose otherwise meanwhile. It is
 * given the first callback that waits for anybody.
 */
export async function freeAgent(deps: Deps, tx: Transaction, { session }: Pick<LockedAgent, 'session'>): Promise<void> {
  if (session?.status !== 'busy' && session?.status !== 'wrap_up') return
  if (await claims.getHeldEntry(tx.sql, session.agentId)) return
  await giveFirstUnassigned(deps, tx, session.agentId, session)
  tx.pipeline(agentSessions.free(tx.sql, session.agentId, tx.now))
}

/**
 * Gives an agent who becomes available, and is locked, the first callback that waits for anybody: unless its next call is
 * an ordinary user's, by the share of callbacks, since a callback would only wait for it.
 *
 * @param session undefined when the agent logs in
 */
export async function giveFirstUnassigned(
  deps: Deps,
  tx: Transaction,
  agentId: number,
  session: AgentSession | undefined,
): Promise<void> {
  const { sql, now, changed, note, pipeline } = tx
  pipeline(lock.becomesAvailable(sql))
  if (await isOrdinarysTurn(deps, tx, agentId, session?.callbackCredit ?? mostCallbackCredit)) return
  const entry = await callQueue.assignFirstUnassigned(sql, agentId, now)
  if (!entry) return
  changed.push(entry)
  note({ callbackId: entry.callbackId!, kind: 'assigned', agentId, details: { queueEntryId: entry.id } })
}

/** Whether an ordinary user goes before the first callback that the agent may take. */
async function isOrdinarysTurn(
  { policies, passedOver }: Deps,
  { sql, now }: Transaction,
  agentId: number,
  credit: number,
): Promise<boolean> {
  const turns = turnsOf(await policies.all(sql), credit)
  if (!turns?.yielding.size) return false
  const firstFrom = async (score: number) => {
    const [first] = await claims.listCandidates(sql, { agentId, queueType: null }, now, 1, passedOver.ids(), score)
    return first
  }
  const first = await firstFrom(priorityScores.callback)
  if (!first || !takesTurns(first) || !turns.yielding.has(first.queueType)) return false
  return (await firstFrom(priorityScores.firstOrdinary)) !== undefined
}
