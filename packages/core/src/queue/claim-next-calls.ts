import { claims } from '@ringback/db'
import type { Deps, Unit } from '../deps.ts'
import type { DomainError } from '../errors.ts'
import {
  claimedCallOf,
  claimNextCall,
  claimProposed,
  logClaim,
  standingOf,
  type ClaimedCall,
} from './claim-next-call.ts'
import { claimantOf, type NextCallInput } from './next-call.ts'

/**
 * Claims for several agents, each asking once, in the round trips of one. Where that is not enough (a stale proposal,
 * lanes that cannot tell, a statement that failed because of somebody's row) the agent claims alone; an Error is the
 * result of its agent only.
 */
export async function claimNextCalls(
  deps: Deps,
  inputs: NextCallInput[],
): Promise<(ClaimedCall | undefined | Error)[]> {
  const settled = inputs.length > 1 ? await deps.write((unit) => claimTogether(unit, deps, inputs)) : new Map()
  return Promise.all(
    inputs.map((input) =>
      settled.has(input.agentId)
        ? settled.get(input.agentId)
        : claimNextCall(deps, input).catch((error: Error) => error),
    ),
  )
}

/** Returns what became of each agent, without those who must claim alone. */
async function claimTogether(
  { changed }: Unit,
  deps: Deps,
  inputs: NextCallInput[],
): Promise<Map<number, ClaimedCall | undefined | DomainError>> {
  const now = deps.clock.now()
  const results = new Map<number, ClaimedCall | undefined | DomainError>()
  const standings = await claims.listStandings(
    deps.sql,
    inputs.map((input) => input.agentId),
  )
  const candidates: claims.Candidate[] = []
  await Promise.all(
    inputs.map(async (input) => {
      const standing = standingOf(input.agentId, standings)
      if (standing) return void results.set(input.agentId, standing)
      const claimant = claimantOf(input)
      const proposal = await deps.lanes.take({ ...claimant, now })
      if (proposal.kind === 'empty') results.set(input.agentId, undefined)
      else if (proposal.kind === 'entry') candidates.push({ ...claimant, entryId: proposal.id })
    }),
  )
  for (const call of await claimProposed(deps, candidates, now).catch(() => [])) {
    changed.push(call.entry)
    const claimed = claimedCallOf(call, false)
    logClaim(deps, claimed)
    results.set(call.entry.claimedByAgentId!, claimed)
  }
  return results
}
