import { doNotCall, type Block } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { lockSubjects } from '../locks.ts'
import { stopCalling } from '../queue/stop-calling.ts'
import { subjectOfUser } from '../subjects.ts'

export interface BlockInput {
  /** `user:<id>`, or a number in E.164. */
  subject: string
  reason: string
  /** When it may be called again; left out or null, never. */
  until?: Date | null | undefined
}

export interface BlockResult extends Block {
  /** The promises that were taken back for it. */
  cancelledCallbackIds: string[]
}

/**
 * Puts a subject on the do-not-call list, or changes what is said of it there. In the same transaction all whom it means
 * leave their queues, and their promises are cancelled; what somebody has claimed is left to its agent.
 *
 * The subject need mean nobody. Of a user who is not there, be it that it was erased, no reason is written down.
 *
 * @throws DomainError `block-over`
 */
export async function blockSubject(deps: Deps, { subject, reason, until = null }: BlockInput): Promise<BlockResult> {
  return deps.transact(async (tx) => {
    if (until !== null && until <= tx.now) throw new DomainError('block-over', 'until is over; leave it out for good')
    const customers = await lockSubjects(tx, [subject])
    const isOfNobody = customers.some(({ userId, user }) => !user && subject === subjectOfUser(userId))
    const block = await doNotCall.put(tx.sql, { subject, reason: isOfNobody ? null : reason, until }, tx.now)
    const cancelledCallbackIds = await stopCalling(tx, customers)
    // The subject may be a number, and numbers are not logged.
    const about = { users: customers.length, cancelled: cancelledCallbackIds.length, until }
    tx.afterCommit(() => deps.log.info(about, 'subject put on the do-not-call list'))
    return { ...block, cancelledCallbackIds }
  })
}

/** Takes a subject off the list. What was cancelled for it stays so. */
export async function unblockSubject(deps: Deps, subject: string): Promise<void> {
  await deps.write(async ({ sql, afterCommit }) => {
    await doNotCall.remove(sql, subject)
    afterCommit(() => deps.log.info('subject taken off the do-not-call list'))
  })
}

/** Where a page of the list ends. */
export interface BlockCursor {
  subject: string
}

/** A page of the list by subject, also with what is over since a short time. */
export async function listBlocks(
  deps: Deps,
  { subject, after, limit }: { subject?: string | undefined; after?: BlockCursor | undefined; limit: number },
): Promise<{ items: Block[]; next: BlockCursor | null }> {
  const rows = await doNotCall.list(deps.sql, subject, after?.subject, limit + 1)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? { subject: last.subject } : null }
}
