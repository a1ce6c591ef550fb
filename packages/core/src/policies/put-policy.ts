import { isDeepStrictEqual } from 'node:util'
import { lock, policies, type QueueType } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import type { PolicyDocument } from './document.ts'
import { currentPolicy, type PolicyVersion } from './find-policies.ts'
import { calendarsOf } from './policy.ts'

export interface PutPolicyInput {
  queueType: QueueType
  document: PolicyDocument
  /** The version that whoever writes has read: 0 when there was none. Left out, the new one goes before any. */
  ifVersion?: number | undefined
}

/**
 * Stores the next version of a queue's policy, which all processes follow within five seconds. The same document once more
 * changes nothing, so a request whose answer was lost may be sent again.
 *
 * @throws DomainError `unknown-queue`, `policy-changed`, `unknown-calendar`
 */
export async function putPolicy(
  deps: Deps,
  { queueType, document, ifVersion }: PutPolicyInput,
): Promise<PolicyVersion> {
  return deps.transact(async (tx) => {
    if ((await lock.queuesInUse(tx.sql, [queueType])).length === 0) {
      throw new DomainError('unknown-queue', `There is no queue ${queueType}; put it first`)
    }
    const named = calendarsOf(document)
    const known = named.length > 0 ? await lock.calendarsInUse(tx.sql, named) : []
    const unknown = named.filter((id) => !known.includes(id))
    if (unknown.length > 0) {
      throw new DomainError('unknown-calendar', `There is no calendar ${unknown.join(', nor ')}; put it first`)
    }
    // Not locked: of two who add the same version one is refused by the primary key, and looks again.
    const current = await currentPolicy(tx.sql, queueType)
    if (isDeepStrictEqual(current.document, asStored(document))) return current
    if (ifVersion !== undefined && ifVersion !== current.version) {
      const detail = `The policy of ${queueType} is at version ${current.version}, not ${ifVersion}; read it and change that one`
      throw new DomainError('policy-changed', detail)
    }
    const added = await policies.add(
      tx.sql,
      { queueType, after: current.version, document, writtenBy: tx.actor },
      tx.now,
    )
    tx.afterCommit(() => deps.policies.forget())
    tx.afterCommit(() => deps.log.info({ queueType, version: added.version }, 'policy written'))
    return added
  })
}

/** What JSON keeps of a document. */
function asStored(document: PolicyDocument): unknown {
  return JSON.parse(JSON.stringify(document))
}
