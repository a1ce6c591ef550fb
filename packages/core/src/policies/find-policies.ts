import { policies, type Actor, type QueueType, type Sql } from '@ringback/db'
import type { Deps } from '../deps.ts'

/** A version of a queue's policy, as it was stored. */
export interface PolicyVersion {
  queueType: QueueType
  /** 0 while nobody has stored one. */
  version: number
  document: Record<string, unknown>
  writtenBy: Actor | null
  writtenAt: Date | null
}

/** The version that counts. */
export async function currentPolicy(sql: Sql, queueType: QueueType): Promise<PolicyVersion> {
  const [current] = await policies.listVersions(sql, queueType, 1)
  return current ?? { queueType, version: 0, document: {}, writtenBy: null, writtenAt: null }
}

export async function getPolicy(deps: Deps, queueType: QueueType): Promise<PolicyVersion> {
  return currentPolicy(deps.sql, queueType)
}

/** The newest versions, the one that counts first. */
export async function listPolicyVersions(
  deps: Deps,
  { queueType, limit }: { queueType: QueueType; limit: number },
): Promise<PolicyVersion[]> {
  return policies.listVersions(deps.sql, queueType, limit)
}
