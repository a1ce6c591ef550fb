import { claims } from '@ringback/db'
import type { Deps, Unit } from '../deps.ts'
import { DomainError } from '../errors.ts'
import {
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
  // All of it is tried again when the agent asked twice at once and this request lost: then there is a claim to resume.
  const call = await deps.write((unit) => claimWithin(unit, { ...deps, sql: unit.sql }, input))
  if (call && !call.resumed) logClaim(deps, call)
  return call
}

async function claimWithin({ changed }: Unit, deps: Deps, input: NextCallInput): Promise<ClaimedCall | undefined> {
  const { agentId } = input
  const standing = standingOf(agentId, await claims.listStandings(deps.sql, [agentId]))
  if (standing instanceof DomainError) throw standing
  if (standing) return standing
  const now = deps.clock.now()
  const claimant = claimantOf(input)
  const claimed = (await claimFromLanes(deps, claimant, now)) ?? (await claimFromPostgres(deps, claimant, now))
  if (claimed === 'none') return undefined
  changed.push(claimed.entry)
  return claimedCallOf(claimed, false)
}

/** Takes proposals until Postgres agrees to one. Undefined when the lanes cannot tell. */
async function claimFromLanes(
  deps: Deps,
  claimant: claims.Claimant,
  now: Date,
): Promise<claims.Call | 'none' | undefined> {
  for (let stale = 0; stale < staleProposalsBeforePostgres; stale++) {
    const proposal = await deps.lanes.take({ ...claimant, now })
    if (proposal.kind === 'empty') return 'none'
    if (proposal.kind === 'unavailable') return undefined
    const [claimed] = await claimProposed(deps, [{ ...claimant, entryId: proposal.id }], now)
    if (claimed) return claimed
  }
  return undefined
}

/** Claims what was proposed. Whatever is refused, or is left because all failed, goes back to where it belongs. */
export async function claimProposed(deps: Deps, candidates: claims.Candidate[], now: Date): Promise<claims.Call[]> {
  if (candidates.length === 0) return []
  try {
    const calls = await claims.claim(deps.sql, candidates, now)
    const claimed = new Set(calls.map((call) => call.entry.id))
    const refused = candidates.filter((candidate) => !claimed.has(candidate.entryId))
    await correct(deps, refused)
    return calls
  } catch (error) {
    await correct(deps, candidates).catch(() => {}) // If that cannot be, the reconciler does it in some seconds.
    throw error
  }
}

/**
 * The same answer from Postgres alone. Agents who ask at the same moment pass over each other's rows; when others are
 * at all candidates, waiting for the first one tells whether it is really gone.
 */
async function claimFromPostgres(
  { sql }: Deps,
  { agentId, queueTypes }: claims.Claimant,
  now: Date,
): Promise<claims.Call | 'none'> {
  for (;;) {
    const entryIds = await claims.listCandidates(sql, { agentId, queueTypes }, now, candidatesAtOnce)
    if (entryIds.length === 0) return 'none'
    const candidates = entryIds.map((entryId) => ({ agentId, queueTypes, entryId }))
    const claimed =
      (await claims.claimFirst(sql, candidates, now)) ?? (await claims.claim(sql, candidates.slice(0, 1), now))[0]
    if (claimed) return claimed
  }
}

/** How an agent stands before it claims: not logged in, in a call that it gets again, or (undefined) free. */
export function standingOf(
  agentId: number,
  standings: Map<number, claims.Call | null>,
): DomainError | ClaimedCall | undefined {
  const held = standings.get(agentId)
  if (held === undefined) return new DomainError('agent-not-logged-in', `Agent ${agentId} has no open session`)
  return held ? claimedCallOf(held, true) : undefined
}

export function claimedCallOf(call: claims.Call, resumed: boolean): ClaimedCall {
  return { ...nextCallOf(call), callSessionId: call.entry.callSessionId!, resumed }
}

export function logClaim({ log }: Deps, { queueEntry: { id, callbackId, claimedByAgentId } }: ClaimedCall): void {
  log.info({ agentId: claimedByAgentId, queueEntryId: id, callbackId }, 'call claimed')
}
