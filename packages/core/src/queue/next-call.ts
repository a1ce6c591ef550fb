import {
  callQueue,
  queueTypes,
  type Callback,
  type claims,
  type QueueEntry,
  type QueueType,
  type User,
} from '@ringback/db'
import type { Deps } from '../deps.ts'
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

/** After so many proposals that Postgres refused, it is asked itself. */
export const staleProposalsBeforePostgres = 20

export function claimantOf({ agentId, queueType }: NextCallInput): claims.Claimant {
  return { agentId, queueTypes: queueType ? [queueType] : queueTypes }
}

export function notLoggedIn(agentId: number): DomainError {
  return new DomainError('agent-not-logged-in', `Agent ${agentId} has no open session`)
}

export function nextCallOf({ entry, callback, customer }: claims.Call): NextCall {
  return { queueEntry: entry, callback, user: customer }
}

/** Proposals came to nothing: the lanes learn how the entries really stand. */
export async function correct(deps: Deps, candidates: Pick<claims.Candidate, 'entryId'>[]): Promise<void> {
  if (candidates.length === 0) return
  const entryIds = candidates.map((candidate) => candidate.entryId)
  await deps.lanes.putBack(await callQueue.listByIds(deps.sql, entryIds), deps.clock.now())
}
