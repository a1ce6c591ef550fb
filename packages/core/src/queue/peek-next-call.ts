import { claims } from '@ringback/db'
import type { Deps } from '../deps.ts'
import {
  candidatesOf,
  claimantOf,
  correct,
  nextCallOf,
  staleProposalsBeforePostgres,
  type NextCall,
  type NextCallInput,
} from './next-call.ts'

/** The call that `claimNextCall` would claim now, without claiming it. Undefined when there is none. */
export async function peekNextCall(deps: Deps, input: NextCallInput): Promise<NextCall | undefined> {
  return (await peekNextCalls(deps, [input]))[0]
}

/** The same for several agents, each asking once, in the round trips of one. */
export async function peekNextCalls(deps: Deps, inputs: NextCallInput[]): Promise<(NextCall | undefined)[]> {
  const now = deps.clock.now()
  const calls = new Map<number, claims.Call>()
  const unsure: claims.Claimant[] = []
  let asking = inputs.map(claimantOf)
  for (let stale = 0; asking.length > 0 && stale < staleProposalsBeforePostgres; stale++) {
    const proposals = await Promise.all(asking.map((claimant) => deps.lanes.peek({ ...claimant, now })))
    const candidates = candidatesOf(asking, proposals)
    const proposed = new Map(candidates.map((candidate) => [candidate.agentId, candidate.entryId]))
    const looks = asking.map((claimant) => ({ ...claimant, entryId: proposed.get(claimant.agentId) ?? null }))
    const found = await claims.listHeldOrClaimable(deps.sql, looks, now)
    for (const [agentId, call] of found) calls.set(agentId, call)
    const isFound = ({ agentId }: claims.Claimant) => calls.has(agentId)
    unsure.push(...asking.filter((claimant, index) => proposals[index]!.kind === 'unavailable' && !isFound(claimant)))
    const refused = candidates.filter((candidate) => !isFound(candidate))
    await correct(deps, refused)
    asking = refused
  }
  await Promise.all(
    [...unsure, ...asking].map(async (claimant) => {
      const call = await peekAtPostgres(deps, claimant, now)
      if (call) calls.set(claimant.agentId, call)
    }),
  )
  return inputs.map(({ agentId }) => {
    const call = calls.get(agentId)
    return call && nextCallOf(call)
  })
}

async function peekAtPostgres({ sql }: Deps, claimant: claims.Claimant, now: Date): Promise<claims.Call | undefined> {
  const [entryId] = await claims.listCandidates(sql, claimant, now, 1)
  if (entryId === undefined) return undefined
  return (await claims.listHeldOrClaimable(sql, [{ ...claimant, entryId }], now)).get(claimant.agentId)
}
