import { createHash } from 'node:crypto'
import { idempotencyKeys } from '@ringback/db'
import { within, type Deps } from './deps.ts'
import { DomainError } from './errors.ts'

export interface IdempotentRequest {
  /** Who asks; keys of different subjects never meet. */
  subject: string
  key: string
  /** What is asked: method, path and body. */
  fingerprint: string
}

export interface Answer {
  status: number
  body: string
}

/**
 * Runs a request under its idempotency key: the answer is stored in the transaction of the request's effect, so that a
 * request whose answer was lost gets that answer again and has no second effect.
 *
 * @throws DomainError `idempotency-key-reused` when the key came with another request before
 */
export async function answerOnce(
  deps: Deps,
  { subject, key, fingerprint }: IdempotentRequest,
  handle: (deps: Deps) => Promise<Answer>,
): Promise<Answer> {
  const requestHash = createHash('sha256').update(fingerprint).digest('base64url')
  return deps.transact(async (tx) => {
    const stored = await idempotencyKeys.take(tx.sql, { subject, key, requestHash }, tx.now)
    if (stored) {
      if (stored.requestHash === requestHash) return { status: stored.responseStatus, body: stored.responseBody }
      throw new DomainError('idempotency-key-reused', 'This Idempotency-Key came with another request before')
    }
    const answer = await handle(within(deps, tx))
    tx.pipeline(
      idempotencyKeys.store(tx.sql, { subject, key }, { responseStatus: answer.status, responseBody: answer.body }),
    )
    return answer
  })
}
