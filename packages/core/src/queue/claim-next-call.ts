import { claims } from '@ringback/db'
import type { Deps, Unit } from '../deps.ts'
import { DomainError } from '../errors.ts'
import {
  candidatesOf,
  claimantOf,
  correct,
  nextCallOf,
  staleProposalsBeforePostgres,
  type NextCall,
  type NextCallInput,
} from './next-call.ts'

export interface ClaimedCall extends NextCall {
  callSessionId: string
  /** Whether the agent held this claim before: the answer to an earlier request was lost. */
  resumed: boolean
}

const candidatesAtOnce = 64

/**
 * Claims the agent's next call: Redis proposes, Postgres decides. Undefined when there is none. An agent who holds a
 * claim gets that one again.
 *
 * @throws DomainError `agent-not-logged-in`
 */
export async function claimNextCall(deps: Deps, input: NextCallInput): Promise<ClaimedCall | undefined> {
  const [result] = await claimNextCalls(deps, [input])
  if (result instanceof Error) throw result
  return result
}

/**
 * The same for several agents, each asking once, in the round trips of one. An agent whose claim fails gets an Error
 * and fails alone.
 */
export async function claimNextCalls(
  deps: Deps,
  inputs: NextCallInput[],
): Promise<(ClaimedCall | undefined | Error)[]> {
  try {
    // All of it is tried again when an agent asked twice at once and this request lost: then there is a claim to resume.
    const results = await deps.write((unit) => claimWithin(unit, { ...deps, sql: unit.sql }, inputs))
    for (const result of results) if (result && 'queueEntry' in result && !result.resumed) logClaim(deps, result)
    return results
  } catch (error) {
    if (inputs.length === 1) return [error as Error]
    return (await Promise.all(inputs.map((input) => claimNextCalls(deps, [input])))).flat()
  }
}

function logClaim({ log }: Deps, { queueEntry: { id, callbackId, claimedByAgentId } }: ClaimedCall): void {
  log.info({ agentId: claimedByAgentId, queueEntryId: id, callbackId }, 'call claimed')
}

async function claimWithin(
  { changed }: Unit,
  deps: Deps,
  inputs: NextCallInput[],
): Promise<(ClaimedCall | undefined | DomainError)[]> {
  const agentIds = inputs.map((input) => input.agentId)
  const standings = await claims.listStandings(deps.sql, agentIds)
  const free = inputs.filter((input) => standings.get(input.agentId) === null)
  const calls = await claimFresh(deps, free.map(claimantOf), deps.clock.now())
  changed.push(...calls.map((call) => call.entry))
  const fresh = new Map(calls.map((call) => [call.entry.claimedByAgentId, call]))
  return agentIds.map((agentId) => {
    const held = standings.get(agentId)
    if (held === undefined) return new DomainError('agent-not-logged-in', `Agent ${agentId} has no open session`)
    const call = held ?? fresh.get(agentId)
    return call && claimedCallOf(call, held !== null)
  })
}

function claimedCallOf(call: claims.Call, resumed: boolean): ClaimedCall {
  return { ...nextCallOf(call), callSessionId: call.entry.callSessionId!, resumed }
}

/** Takes proposals until Postgres agrees to one for each claimant; it is asked itself where the lanes cannot tell. */
async function claimFresh(deps: Deps, claimants: claims.Claimant[], now: Date): Promise<claims.Call[]> {
  const calls: claims.Call[] = []
  const unsure: claims.Claimant[] = []
  let asking = claimants
  for (let stale = 0; asking.length > 0 && stale < staleProposalsBeforePostgres; stale++) {
    const proposals = await Promise.all(asking.map((claimant) => deps.lanes.take({ ...claimant, now })))
    unsure.push(...asking.filter((_, index) => proposals[index]!.kind === 'unavailable'))
    const candidates = candidatesOf(asking, proposals)
    const claimed = await claimProposed(deps, candidates, now)
    calls.push(...claimed)
    const served = new Set(claimed.map((call) => call.entry.claimedByAgentId))
    const refused = candidates.filter((candidate) => !served.has(candidate.agentId))
    await correct(deps, refused)
    asking = refused
  }
  const fromPostgres = await Promise.all(
    [...unsure, ...asking].map((claimant) => claimFromPostgres(deps, claimant, now)),
  )
  return [...calls, ...fromPostgres.filter((call) => call !== undefined)]
}

async function claimProposed(deps: Deps, candidates: claims.Candidate[], now: Date): Promise<claims.Call[]> {
  if (candidates.length === 0) return []
  try {
    return await claims.claim(deps.sql, candidates, now)
  } catch (error) {
    // Nothing was claimed. What was handed out is back in its lane before the agents ask again, if that can be.
    await correct(deps, candidates).catch(() => {})
    throw error
  }
}

/**
 * The same answer from Postgres alone. Agents who ask at the same moment pass over each other's rows; when others are
 * at all candidates, waiting for the first one tells whether it is really gone.
 */
async function claimFromPostgres(deps: Deps, claimant: claims.Claimant, now: Date): Promise<claims.Call | undefined> {
  for (;;) {
    const entryIds = await claims.listCandidates(deps.sql, claimant, now, candidatesAtOnce)
    if (entryIds.length === 0) return undefined
    const { agentId, queueTypes } = claimant
    const candidates = entryIds.map((entryId) => ({ agentId, queueTypes, entryId }))
    const claimed =
      (await claims.claimFirst(deps.sql, candidates, now)) ??
      (await claims.claim(deps.sql, candidates.slice(0, 1), now))[0]
    if (claimed) return claimed
  }
}
