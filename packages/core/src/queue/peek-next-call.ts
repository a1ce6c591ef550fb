import { claims } from '@ringback/db'
import type { Deps } from '../deps.ts'
import {
  claimantOf,
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
 * @throws DomainError `agent-not-logged-in`
 */
export async function peekNextCall(deps: Deps, input: NextCallInput): Promise<NextCall | undefined> {
  const now = deps.clock.now()
  const claimant = claimantOf(input)
  const heldOr = async (entryId: string | null) => {
    const call = (await claims.listHeldOrClaimable(deps.sql, [{ ...claimant, entryId }], now)).get(input.agentId)
    if (call === undefined) throw notLoggedIn(input.agentId)
    return call
  }

  for (let stale = 0; stale < staleProposalsBeforePostgres; stale++) {
    const proposal = await deps.lanes.peek({ ...claimant, now })
    if (proposal.kind === 'unavailable') break
    const entryId = proposal.kind === 'entry' ? proposal.id : null
    if (entryId !== null && deps.passedOver.has(entryId)) break
    const call = await heldOr(entryId)
    if (call) return nextCallOf(call)
    if (entryId !== null) await correct(deps, [{ ...claimant, entryId }])
    else if (deps.emptyLanes.isToBeAsked(input.agentId)) break
    else return undefined
  }
  const [first] = await claims.listCandidates(deps.sql, claimant, now, 1, deps.passedOver.ids())
  if (first !== undefined) deps.emptyLanes.wereWrongFor(input.agentId)
  const call = await heldOr(first ?? null)
  return call ? nextCallOf(call) : undefined
}

/**
 * The same for several agents, each asking once, in the round trips of one. An agent for whom that is not enough looks
 * alone. An Error is the result of its agent only.
 */
export async function peekNextCalls(deps: Deps, inputs: NextCallInput[]): Promise<(NextCall | undefined | Error)[]> {
  if (inputs.length === 1) return [await peekNextCall(deps, inputs[0]!)]
  const now = deps.clock.now()
  const nobodyWaits = new Set<number>()
  const proposed = await Promise.all(
    inputs.map(async (input) => {
      const claimant = claimantOf(input)
      const proposal = await deps.lanes.peek({ ...claimant, now })
      if (proposal.kind === 'empty' && !deps.emptyLanes.isToBeAsked(input.agentId)) nobodyWaits.add(input.agentId)
      const isProposed = proposal.kind === 'entry' && !deps.passedOver.has(proposal.id)
      return { ...claimant, entryId: isProposed ? proposal.id : null }
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
