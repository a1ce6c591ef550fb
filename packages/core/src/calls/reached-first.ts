import { callbacks, callSessions, claims, userCallScores, type Callback, type OutcomeType } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import type { LockedCall } from '../locks.ts'
import { endsPromise } from '../policies/inbound-ends.ts'
import { queueTypeOf } from '../routing/entry-terms.ts'
import { leavePlace, restorePlace } from '../routing/places.ts'
import { inOrder, type Transaction } from '../transact.ts'

interface Said {
  outcomeType: OutcomeType
  /** The callbacks that the call has settled; left out, the policies say which. */
  endsCallbacks: readonly string[] | undefined
}

/**
 * The customer called first: ends the promises that an inbound call has settled, by that call, and with them the ordinary
 * place, as a call for them would. What another agent is calling about stays with that agent and is marked: however that
 * claim ends, it is given to nobody any more. Returns what has ended.
 *
 * @throws DomainError `unknown-callback`
 */
export async function endWhatWasReached(
  deps: Deps,
  tx: Transaction,
  locked: LockedCall,
  said: Said,
): Promise<Callback[]> {
  const { sql, now, pipeline, note } = tx
  const { call } = locked
  const settled = await settledBy(deps, tx, locked, said)
  if (settled.length === 0) return []
  pipeline(userCallScores.fulfil(sql, call.userId, call.startedAt, now))
  const { claimed = [], free = [] } = Object.groupBy(settled, (promise) =>
    isAnothers(locked, promise) ? 'claimed' : 'free',
  )
  const [marked, ended] = await inOrder(
    callbacks.markReached(sql, idsOf(claimed), call.id, now),
    callbacks.reach(sql, idsOf(free), call.id, now),
  )
  await leaveFor(deps, tx, locked, idsOf(ended))
  const { outcomeType } = said
  const about = { callSessionId: call.id, outcomeType }
  note(
    ...marked.map(({ id }) => ({
      callbackId: id,
      kind: 'reached_inbound' as const,
      agentId: call.agentId,
      details: about,
    })),
    ...ended.map(({ id, attempts }) => ({
      callbackId: id,
      kind: 'completed' as const,
      agentId: call.agentId,
      details: { ...about, result: 'reached_inbound', attempts },
    })),
  )
  return ended
}

const idsOf = (promises: readonly Callback[]) => promises.map(({ id }) => id)

/** The promise is claimed by somebody else than the agent of the call, be it that the call has none. */
function isAnothers({ call, live }: LockedCall, { id, status }: Callback): boolean {
  return status === 'in_progress' && live?.callbackId === id && live.claimedByAgentId !== call.agentId
}

/** Which of the user's open promises the call has settled: by what was said, else by the policy of each. */
async function settledBy(
  deps: Deps,
  { sql }: Transaction,
  { call, userId, promises }: LockedCall,
  { outcomeType, endsCallbacks }: Said,
): Promise<Callback[]> {
  if (endsCallbacks !== undefined) {
    const open = new Map(promises.map((promise) => [promise.id, promise]))
    return [...new Set(endsCallbacks)].map((id) => open.get(id) ?? refuse(call, id))
  }
  if (promises.length === 0) return []
  const ofUser = await queueTypeOf(sql, deps.rules, { queueType: null, userId })
  const settled: Callback[] = []
  for (const promise of promises) {
    const policy = await deps.policies.of(sql, promise.queueType ?? ofUser)
    if (endsPromise(policy, outcomeType, call, promise)) settled.push(promise)
  }
  return settled
}

function refuse({ id, userId, direction }: LockedCall['call'], callbackId: string): never {
  const detail =
    direction === 'inbound'
      ? `User ${userId} has no open callback ${callbackId}; name those of openCallbacks, or leave endsCallbacks out`
      : `Call session ${id} is outbound and ends the callback alone that it was made for; leave endsCallbacks out`
  throw new DomainError('unknown-callback', detail)
}

/** The user's live entry goes, when it is for what has ended, or is an ordinary one that nobody has asked for again since. */
async function leaveFor(deps: Deps, tx: Transaction, locked: LockedCall, endedIds: string[]): Promise<void> {
  const { sql, now, changed } = tx
  const { live, userId } = locked
  const isOfEnded = live?.callbackId != null && endedIds.includes(live.callbackId)
  if (isOfEnded && live.status === 'in_progress') {
    // The agent of this call has claimed it, and need not call any more.
    const [entry] = await inOrder(
      claims.complete(sql, live.id, live.callSessionId!, now),
      callSessions.release(sql, live.callSessionId!, now),
    )
    if (entry) changed.push(entry)
  } else if (isOfEnded) {
    await leavePlace(tx, locked, { by: live.callbackId! })
  } else if (live?.callbackId === null && live.status !== 'in_progress') {
    const wish = await userCallScores.get(sql, userId)
    if (!wish?.queuedAt) await leavePlace(tx, locked)
  } else if (live) return
  await restorePlace(deps, tx, locked)
}
