import { agents, callbacks, callQueue, mayMove, type Callback, type QueueEntry } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { entryOf, lockCallback, type LockedCallback } from '../locks.ts'
import { ownerWaitOf } from '../policies/owner-wait.ts'
import { policyFor } from '../policies/policy.ts'
import { dispatch } from '../routing/dispatch.ts'
import { dueTerms } from '../routing/entry-terms.ts'
import { leavePlace, restorePlace } from '../routing/places.ts'
import { dueHorizon } from '../rules.ts'
import { inOrder, type Transaction } from '../transact.ts'

export interface ReassignInput {
  callbackId: string
  /** Who is to call; null, whoever is there. */
  agentId: number | null
}

/**
 * Makes a callback another agent's, or nobody's and then any agent's. Its entry goes to that agent and is routed again at
 * once; nobody else has accepted it, so it is pending, and one that was accepted before its time waits for its time. What is
 * that agent's already is left as it is.
 *
 * @throws DomainError `callback-not-found`, `callback-not-open`, `unknown-agent`, `agent-inactive`
 */
export async function reassignCallback(deps: Deps, { callbackId, agentId }: ReassignInput): Promise<Callback> {
  return deps.transact(async (tx) => {
    const locked = await lockCallback(tx, callbackId)
    const { callback } = locked
    if (!mayMove(callback.status, 'reassign')) {
      throw new DomainError(
        'callback-not-open',
        `Callback ${callbackId} is ${callback.status} and cannot be reassigned`,
      )
    }
    await requireActive(tx, agentId)
    return isAlreadyOf(agentId, locked) ? callback : makeOf(deps, tx, locked, agentId)
  })
}

/** The same as part of a larger transaction, for a locked callback that may be reassigned to an agent who may have it. */
export async function makeOf(
  deps: Deps,
  tx: Transaction,
  locked: LockedCallback,
  agentId: number | null,
): Promise<Callback> {
  const { id: callbackId, userId, scheduledFor, preferredAgentId: fromAgentId } = locked.callback
  const isDue = scheduledFor <= dueHorizon(deps.rules, tx.now)
  const queued = isDue ? await giveEntry(deps, tx, locked, agentId) : undefined
  const change = { preferredAgentId: agentId, isQueued: queued !== undefined }
  const reassigned = (await callbacks.reassign(tx.sql, callbackId, change, tx.now))!
  if (!queued) await takeOut(deps, tx, locked)
  tx.note({ callbackId, kind: 'reassigned', agentId, details: { fromAgentId, queueEntryId: queued?.id } })
  tx.afterCommit(() => deps.log.info({ callbackId, agentId }, 'callback reassigned'))
  const due = { callbackId, userId, agentId, dueAt: scheduledFor }
  tx.afterCommit(() => dispatch(deps, { callbacks: [due], runId: null }))
  return reassigned
}

/** @throws DomainError `unknown-agent`, `agent-inactive` */
export async function requireActive({ sql }: Transaction, agentId: number | null): Promise<void> {
  if (agentId === null) return
  const agent = await agents.get(sql, agentId)
  if (!agent) throw new DomainError('unknown-agent', `There is no agent ${agentId}`)
  if (!agent.isActive) throw new DomainError('agent-inactive', `Agent ${agentId} is not active and can call nobody`)
}

function isAlreadyOf(agentId: number | null, locked: LockedCallback): boolean {
  const entry = entryOf(locked)
  return locked.callback.preferredAgentId === agentId && (!entry || entry.assignedToAgentId === agentId)
}

/** The callback's entry, if it has one, is for this agent now. */
async function giveEntry(
  { policies }: Deps,
  { sql, now, changed }: Transaction,
  locked: LockedCallback,
  agentId: number | null,
): Promise<QueueEntry | undefined> {
  const entry = entryOf(locked)
  if (!entry) return undefined
  const anew = { status: 'pending', preferredAgentId: agentId, ownerAwaitedSince: null } as const
  const callback = { ...locked.callback, ...anew }
  const wait = ownerWaitOf(policyFor(await policies.of(sql, entry.queueType), callback), callback)
  const terms = { ...dueTerms(callback), heldUntil: wait && wait.until > now ? wait.until : null }
  const given = await callQueue.reassign(sql, entry.id, agentId, terms, now)
  if (given) changed.push(given)
  return given
}

/** An entry from before its time goes, and what else the user waits for comes back. */
async function takeOut(deps: Deps, tx: Transaction, locked: LockedCallback): Promise<void> {
  if (!entryOf(locked)) return
  await inOrder(leavePlace(tx, locked, { by: locked.callback.id }), restorePlace(deps, tx, locked))
}
