import { agentSessions, claims, mostCallbackCredit } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError, refusal } from '../errors.ts'
import { haveShares, turnsOf, type Turns } from '../policies/callback-share.ts'
import { listCandidates } from './candidates.ts'
import {
  askingOf,
  correct,
  nextCallOf,
  notLoggedIn,
  staleProposalsBeforePostgres,
  type NextCall,
  type NextCallInput,
} from './next-call.ts'

/**
 * The call that `claimNextCall` would claim now, without claiming it. Undefined when there is none.
 *
 * @throws DomainError `agent-not-logged-in`, `unknown-queue`, `queue-not-served`
 */
export async function peekNextCall(deps: Deps, input: NextCallInput): Promise<NextCall | undefined> {
  const now = deps.clock.now()
  const { agentId } = input
  const heldOr = async (entryId: string | null) => {
    const candidate = { agentId, queueType: input.queueType ?? null, entryId }
    const call = (await claims.listHeldOrClaimable(deps.sql, [candidate], now)).get(agentId)
    if (call === undefined) throw notLoggedIn(agentId)
    return call
  }
  const turns = await turnsOfAgents(deps, [agentId])
  const asking = await askingOf(deps, input, turns(agentId)).catch(refusal)
  if (asking instanceof DomainError) {
    const held = await heldOr(null)
    if (held) return nextCallOf(held)
    throw asking
  }

  for (let stale = 0; stale < staleProposalsBeforePostgres; stale++) {
    const proposal = await deps.lanes.peek({ ...asking, now })
    if (proposal.kind === 'unavailable') break
    const entryId = proposal.kind === 'entry' ? proposal.id : null
    if (entryId !== null && deps.passedOver.has(entryId)) break
    const call = await heldOr(entryId)
    if (call) return nextCallOf(call)
    if (entryId !== null) await correct(deps, [{ entryId }])
    else if (deps.emptyLanes.isToBeAsked(agentId)) break
    else return undefined
  }
  const [first] = await listCandidates(deps, asking, now, 1)
  if (first) deps.emptyLanes.wereWrongFor(agentId)
  const call = await heldOr(first?.entryId ?? null)
  return call ? nextCallOf(call) : undefined
}

/** How turns are taken with each of these agents. Their credits are read only where that depends on them. */
async function turnsOfAgents(deps: Deps, agentIds: number[]): Promise<(agentId: number) => Turns | undefined> {
  const policies = await deps.policies.all(deps.sql)
  if (!haveShares(policies)) return () => undefined
  const credits = await agentSessions.listCallbackCredits(deps.sql, agentIds)
  return (agentId) => turnsOf(policies, credits.get(agentId) ?? mostCallbackCredit)
}

/**
 * The same for several agents, each asking once, in the round trips of one. An agent for whom that is not enough looks
 * alone. An Error is the result of its agent only.
 */
export async function peekNextCalls(deps: Deps, inputs: NextCallInput[]): Promise<(NextCall | undefined | Error)[]> {
  if (inputs.length === 1) return [await peekNextCall(deps, inputs[0]!)]
  const now = deps.clock.now()
  const nobodyWaits = new Set<number>()
  const turns = await turnsOfAgents(
    deps,
    inputs.map((input) => input.agentId),
  )
  const proposed = await Promise.all(
    inputs.map(async (input) => {
      const { agentId, queueType = null } = input
      const asking = await askingOf(deps, input, turns(agentId)).catch(refusal)
      if (asking instanceof DomainError) return { agentId, queueType, entryId: null }
      const proposal = await deps.lanes.peek({ ...asking, now })
      if (proposal.kind === 'empty' && !deps.emptyLanes.isToBeAsked(input.agentId)) nobodyWaits.add(input.agentId)
      const isProposed = proposal.kind === 'entry' && !deps.passedOver.has(proposal.id)
      return { agentId, queueType, entryId: isProposed ? proposal.id : null }
    }),
  )
  const calls = await claims.listHeldOrClaimable(deps.sql, proposed, now)
  return Promise.all(
    inputs.map(async (input) => {
      const call = calls.get(input.agentId)
      if (call === undefined) return notLoggedIn(input.agentId)
      if (call) return nextCallOf(call)
      return nobodyWaits.has(input.agentId) ? undefined : peekNextCall(deps, input).catch((error: Error) => error)
    }),
  )
}
