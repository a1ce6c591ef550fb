import { createHash } from 'node:crypto'
import { idempotencyKeys, TryAgain } from '@ringback/db'
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
  /** What is stored in its place, when the body shows what is shown once and kept nowhere. */
  storedBody?: string | undefined
  /** The user of whom it tells, if it tells of one: the answer is kept as long as that user. */
  userId?: string | undefined
}

/**
 * Runs a request under its idempotency key: the answer is stored in the transaction of the request's effect, so that a
 * request whose answer was lost gets that answer again and has no second effect.
 *
 * An answer that tells of a user who was erased while it was made is made anew: what it says was read before.
 *
 * @throws DomainError `idempotency-key-reused` when the key came with another request before
 */
export async function answerOnce(
  deps: Deps,
  { subject, key, fingerprint }: IdempotentRequest,
  handle: (deps: Deps) => Promise<Answer>,
): Promise<Answer> {
  const requestHash = createHash('sha256').update(fingerprint).digest('base64url')
  const gone = new Set<string>()
  return deps.transact(async (tx) => {
    const stored = await idempotencyKeys.take(tx.sql, { subject, key, requestHash }, tx.now)
    if (stored) {
      if (stored.requestHash === requestHash) return { status: stored.responseStatus, body: stored.responseBody }
      throw new DomainError('idempotency-key-reused', 'This Idempotency-Key came with another request before')
    }
    const answer = await handle(within(deps, tx))
    const { status: responseStatus, body, storedBody: responseBody = body, userId } = answer
    const storing = idempotencyKeys.store(tx.sql, { subject, key }, { responseStatus, responseBody, userId })
    if (userId === undefined) tx.pipeline(storing)
    else if ((await storing)[0]!.userId === null && !gone.has(userId)) {
      gone.add(userId)
      throw new TryAgain(`User ${userId} was erased meanwhile`)
    }
    return answer
  })
}
