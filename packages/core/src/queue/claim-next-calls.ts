import { claims, type Actor } from '@ringback/db'
import { actingAs } from '../actor.ts'
import type { Deps } from '../deps.ts'
import { DomainError, refusal } from '../errors.ts'
import { turnsOf } from '../policies/callback-share.ts'
import type { Unit } from '../transact.ts'
import { candidateOf } from './candidates.ts'
import { claimedCallOf, claimNextCall, type ClaimedCall } from './claim-next-call.ts'
import { askingOf, correct, notLoggedIn, type NextCallInput } from './next-call.ts'
import { tellClaim, tellEmpty, tellResumed } from './tell-claim.ts'

/** An agent's next call is asked for, by the agent or by somebody for it. */
export type ClaimInput = NextCallInput & { actor: Actor }

/**
 * Claims for several agents, each asking once, in the round trips of one. Where that is not enough (a stale proposal,
 * lanes that cannot tell, a row that somebody else has, a statement that failed because of somebody's row) the agent
 * claims alone, and the others are not kept waiting for it: each has a promise of its own.
 */
export async function claimNextCalls(deps: Deps, inputs: ClaimInput[]): Promise<Promise<ClaimedCall | undefined>[]> {
  const settled = inputs.length > 1 ? await deps.write((unit) => claimTogether(unit, deps, inputs)) : undefined
  return inputs.map(async (input) => {
    if (!settled?.has(input.agentId)) return claimNextCall(actingAs(deps, input.actor), input)
    const result = settled.get(input.agentId)
    if (result instanceof DomainError) throw result
    return result
  })
}

/** Returns what became of each agent, without those who must claim alone. */
async function claimTogether(
  { changed, now, afterCommit }: Unit,
  deps: Deps,
  inputs: ClaimInput[],
): Promise<Map<number, ClaimedCall | undefined | DomainError>> {
  const results = new Map<number, ClaimedCall | undefined | DomainError>()
  // Read first, as when an agent claims alone.
  const policies = await deps.policies.all(deps.sql)
  await deps.servedQueues.of(deps.sql, inputs[0]!.agentId)
  const standings = await claims.listStandings(
    deps.sql,
    inputs.map((input) => input.agentId),
  )
  const heldIds = [...standings.values()].flatMap(({ heldEntryId }) => heldEntryId ?? [])
  const held = heldIds.length > 0 ? await claims.listHeld(deps.sql, heldIds) : []
  for (const call of held) {
    results.set(call.entry.claimedByAgentId!, claimedCallOf(call, true))
    afterCommit(() => tellResumed(deps))
  }
  const candidates: claims.Candidate[] = []
  await Promise.all(
    inputs.map(async (input) => {
      const { agentId, actor } = input
      const standing = standings.get(agentId)
      if (!standing) return void results.set(agentId, notLoggedIn(agentId))
      // One whose call is over since claims alone.
      if (standing.heldEntryId !== null) return
      const asking = await askingOf(deps, input, turnsOf(policies, standing.callbackCredit)).catch(refusal)
      if (asking instanceof DomainError) return void results.set(agentId, asking)
      const proposal = await deps.lanes.take({ ...asking, now })
      if (proposal.kind === 'entry') candidates.push({ ...candidateOf(asking, proposal), actor })
      else if (proposal.kind === 'empty' && !deps.emptyLanes.isToBeAsked(agentId)) {
        results.set(agentId, undefined)
        afterCommit(() => tellEmpty(deps, 'lanes'))
      }
    }),
  )
  const calls = await claimWhatIsFree(deps, candidates, now)
  for (const call of calls) {
    changed.push(call.entry)
    const claimed = claimedCallOf(call, false)
    const agentId = call.entry.claimedByAgentId!
    const { actor } = inputs.find((input) => input.agentId === agentId)!
    afterCommit(() => tellClaim(deps, claimed, { source: 'lanes', actor }))
    results.set(agentId, claimed)
  }
  return results
}

/** Claims what no other transaction has at this moment. The rest goes back to where it belongs. */
async function claimWhatIsFree(deps: Deps, candidates: claims.Candidate[], now: Date): Promise<claims.Call[]> {
  const free = candidates.filter(({ entryId }) => !deps.passedOver.has(entryId))
  let calls: claims.Call[] = []
  try {
    if (free.length > 0) calls = await claims.claim(deps.sql, free, now, 'pass-over')
  } catch (error) {
    deps.log.debug({ err: error, agents: free.length }, 'claims failed together; each is tried alone')
  }
  const claimed = new Set(calls.map((call) => call.entry.id))
  const left = candidates.filter(({ entryId }) => !claimed.has(entryId))
  await correct(deps, left).catch((error: unknown) => deps.log.debug({ err: error }, 'proposals not put back'))
  return calls
}
