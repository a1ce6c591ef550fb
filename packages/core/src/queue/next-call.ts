import {
  callQueue,
  queueTypes,
  type claims,
  type Callback,
  type QueueEntry,
  type QueueType,
  type User,
} from '@ringback/db'
import type { Deps } from '../deps.ts'
import type { Proposal } from '../lanes/lanes.ts'

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

export function nextCallOf({ entry, callback, customer }: claims.Call): NextCall {
  return { queueEntry: entry, callback, user: customer }
}

/** The claimants with what was proposed to each, without those to whom nothing was. */
export function candidatesOf(claimants: claims.Claimant[], proposals: Proposal[]): claims.Candidate[] {
  return claimants.flatMap((claimant, index) => {
    const proposal = proposals[index]!
    return proposal.kind === 'entry' ? [{ ...claimant, entryId: proposal.id }] : []
  })
}

/** Postgres refused these proposals: the lanes learn how the entries really stand. */
export async function correct(deps: Deps, refused: claims.Candidate[]): Promise<void> {
  if (refused.length === 0) return
  const entries = await callQueue.listByIds(
    deps.sql,
    refused.map((candidate) => candidate.entryId),
  )
  await deps.lanes.putBack(entries, deps.clock.now())
}
