import { callQueue, type Callback, type claims, type QueueEntry, type QueueType, type User } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import type { LaneQuery } from '../lanes/lanes.ts'
import type { Turns } from '../policies/callback-share.ts'
import { notServed, unknownQueue } from './queues.ts'

export interface NextCallInput {
  agentId: number
  /** All that the agent serves when left out. */
  queueType?: QueueType | undefined
}

export interface NextCall {
  queueEntry: QueueEntry
  callback: Callback | null
  user: User | null
  /** Whether its agent holds the call, and the customer was reached in an inbound one meanwhile. */
  reachedInbound: boolean
}

/** After so many proposals that Postgres refused, it is asked itself. */
export const staleProposalsBeforePostgres = 20

/** Who asks, in which lanes, and how callbacks and ordinary users take turns there; undefined while no queue has a share. */
export type Asking = claims.Claimant & Omit<LaneQuery, 'now'> & { turns: Turns | undefined }

/** @throws DomainError `unknown-queue`, `queue-not-served` */
export async function askingOf(deps: Deps, input: NextCallInput, turns: Turns | undefined): Promise<Asking> {
  return { ...(await lanesFor(deps, input)), turns, yielding: turns?.yielding }
}

async function lanesFor(
  { sql, servedQueues }: Deps,
  { agentId, queueType }: NextCallInput,
): Promise<Omit<Asking, 'turns' | 'yielding'>> {
  const known = await servedQueues.of(sql, agentId)
  if (queueType === undefined) {
    return { agentId, queueType: null, queueTypes: known.served, otherQueueTypes: known.others }
  }
  if (!known.served.includes(queueType)) {
    // Nobody is refused for what was true five seconds ago.
    servedQueues.forget()
    const { served, others } = await servedQueues.of(sql, agentId)
    if (others.includes(queueType)) throw notServed(agentId, queueType)
    if (!served.includes(queueType)) throw unknownQueue(queueType)
  }
  return { agentId, queueType, queueTypes: [queueType] }
}

export function notLoggedIn(agentId: number): DomainError {
  return new DomainError('agent-not-logged-in', `Agent ${agentId} has no open session`)
}

export function nextCallOf({ entry, callback, customer }: claims.Call): NextCall {
  const reachedInbound = callback !== null && callback.reachedBySessionId !== null
  return { queueEntry: entry, callback, user: customer, reachedInbound }
}

/** Proposals came to nothing: the lanes learn how the entries really stand. */
export async function correct(deps: Deps, candidates: Pick<claims.Candidate, 'entryId'>[]): Promise<void> {
  if (candidates.length === 0) return
  deps.telemetry.count('ringback_stale_proposals_total', {}, candidates.length)
  const entryIds = candidates.map((candidate) => candidate.entryId)
  await deps.lanes.putBack(await callQueue.listByIds(deps.sql, entryIds), deps.clock.now())
}
