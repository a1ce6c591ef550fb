import { randomUUID } from 'node:crypto'
import {
  agentSessions,
  callQueue,
  claims,
  queueTypes as allQueueTypes,
  type Callback,
  type QueueEntry,
  type QueueType,
  type User,
} from '@ringback/db'
import type { Deps, Unit } from '../deps.ts'
import { DomainError } from '../errors.ts'

export interface NextCallInput {
  agentId: number
  /** Both when left out. */
  queueType?: QueueType | undefined
}

export interface NextCall {
  queueEntry: QueueEntry
  callback: Callback | null
  user: User | null
}

export interface ClaimedCall extends NextCall {
  callSessionId: string
  /** Whether the agent held this claim before: the answer to an earlier request was lost. */
  resumed: boolean
}

const candidatesAtOnce = 64
const staleProposalsBeforePostgres = 20

/**
 * Claims the agent's next call: Redis proposes, Postgres decides. Undefined when there is none. An agent who holds a
 * claim gets that one again.
 *
 * @throws DomainError `agent-not-logged-in`
 */
export async function claimNextCall(deps: Deps, input: NextCallInput): Promise<ClaimedCall | undefined> {
  // All of it is tried again when the agent asked twice at once and this request lost: then there is a claim to resume.
  const call = await deps.write((unit) => claimWithin(unit, deps, input))
  if (call && !call.resumed) {
    const { id: queueEntryId, callbackId } = call.queueEntry
    deps.log.info({ agentId: input.agentId, queueEntryId, callbackId }, 'call claimed')
  }
  return call
}

async function claimWithin(unit: Unit, deps: Deps, input: NextCallInput): Promise<ClaimedCall | undefined> {
  const { agentId } = input
  const [session, held] = await Promise.all([
    agentSessions.getOpen(unit.sql, agentId),
    claims.getHeld(unit.sql, agentId),
  ])
  if (!session) throw new DomainError('agent-not-logged-in', `Agent ${agentId} has no open session`)
  if (held) return { ...nextCallOf(held), callSessionId: held.entry.callSessionId!, resumed: true }

  const claimant = claimantOf(deps, input)
  const claimed = (await claimFromLanes(unit, deps, claimant)) ?? (await claimFromPostgres(unit, claimant))
  if (claimed === 'none') return undefined
  unit.changed.push(claimed.entry)
  return { ...nextCallOf(claimed), callSessionId: claimed.entry.callSessionId!, resumed: false }
}

/** The call that `claimNextCall` would claim now, without claiming it. Undefined when there is none. */
export async function peekNextCall(deps: Deps, input: NextCallInput): Promise<NextCall | undefined> {
  const held = await claims.getHeld(deps.sql, input.agentId)
  if (held) return nextCallOf(held)
  const claimant = claimantOf(deps, input)
  for (let stale = 0; stale < staleProposalsBeforePostgres; stale++) {
    const proposal = await deps.lanes.peek(claimant)
    if (proposal.kind === 'empty') return undefined
    if (proposal.kind === 'unavailable') break
    const call = await claims.getClaimable(deps.sql, proposal.id, claimant)
    if (call) return nextCallOf(call)
    await correct(deps, proposal.id)
  }
  const [first] = await claims.listCandidates(deps.sql, claimant, 1)
  const call = first && (await claims.getClaimable(deps.sql, first, claimant))
  return call ? nextCallOf(call) : undefined
}

function claimantOf(deps: Deps, { agentId, queueType }: NextCallInput): claims.Claimant {
  return { agentId, queueTypes: queueType ? [queueType] : allQueueTypes, now: deps.clock.now() }
}

function nextCallOf({ entry, callback, customer }: claims.Call): NextCall {
  return { queueEntry: entry, callback, user: customer }
}

/** Takes proposals until Postgres agrees to one. Undefined when the lanes cannot tell. */
async function claimFromLanes(
  { sql }: Unit,
  deps: Deps,
  claimant: claims.Claimant,
): Promise<claims.Call | 'none' | undefined> {
  for (let stale = 0; stale < staleProposalsBeforePostgres; stale++) {
    const proposal = await deps.lanes.take(claimant)
    if (proposal.kind === 'empty') return 'none'
    if (proposal.kind === 'unavailable') return undefined
    const claimed = await claims.claim(sql, proposal.id, claimant, randomUUID())
    if (claimed) return claimed
    await correct({ ...deps, sql }, proposal.id)
  }
  return undefined
}

/**
 * The same answer from Postgres alone. Agents who ask at the same moment pass over each other's rows; when others are
 * at all candidates, waiting for the first one tells whether it is really gone.
 */
async function claimFromPostgres({ sql }: Unit, claimant: claims.Claimant): Promise<claims.Call | 'none'> {
  for (;;) {
    const candidates = await claims.listCandidates(sql, claimant, candidatesAtOnce)
    if (candidates.length === 0) return 'none'
    const claimed =
      (await claims.claimFirst(sql, candidates, claimant, randomUUID())) ??
      (await claims.claim(sql, candidates[0]!, claimant, randomUUID()))
    if (claimed) return claimed
  }
}

/** Postgres refused a proposal: the lanes learn how the entry really stands. */
async function correct(deps: Deps, entryId: string): Promise<void> {
  const entry = await callQueue.get(deps.sql, entryId)
  if (entry) await deps.lanes.putBack([entry], deps.clock.now())
}
