import {
  callQueue,
  doNotCall,
  TryAgain,
  users,
  type CallSession,
  type OutcomeType,
  type QueueType,
  type Sql,
  type User,
} from '@ringback/db'
import type { Deps } from '../deps.ts'
import { lockSubjects, type LockedCustomer } from '../locks.ts'
import { stopCalling } from '../queue/stop-calling.ts'
import { queueTypeOf } from '../routing/entry-terms.ts'
import { subjectOfUser, subjectsOf } from '../subjects.ts'
import type { Transaction } from '../transact.ts'

/** What an outcome puts on the do-not-call list, and whom that means. */
export interface Refusal {
  subjects: string[]
  customers: LockedCustomer[]
}

/**
 * What an outcome puts on the list, where the policy of the call's queue says so: `do_not_call` the user and its number,
 * `wrong_number` the number alone, since the user is to be called under another one. Locked, so before all that follows in
 * the order of locks. Undefined when it is nothing.
 */
export async function lockRefusal(
  deps: Deps,
  tx: Transaction,
  call: CallSession,
  outcomeType: OutcomeType,
): Promise<Refusal | undefined> {
  if (!isRefusal(outcomeType) || !(await refusalsBlock(deps, tx.sql, call))) return undefined
  const user = await users.get(tx.sql, call.userId)
  const subjects = subjectsRefused(call.userId, user, outcomeType)
  if (subjects.length === 0) return undefined
  const customers = await lockSubjects(tx, subjects)
  const locked = customers.find(({ userId }) => userId === call.userId)
  if (locked?.user?.phoneE164 !== user?.phoneE164) throw new TryAgain(`User ${call.userId} has another number now`)
  return { subjects, customers }
}

/** The same without a lock, for whoever only looks: none when it is nothing. */
export async function refusedSubjects(
  deps: Deps,
  sql: Sql,
  call: CallSession,
  outcomeType: OutcomeType,
): Promise<string[]> {
  if (!isRefusal(outcomeType) || !(await refusalsBlock(deps, sql, call))) return []
  return subjectsRefused(call.userId, await users.get(sql, call.userId), outcomeType)
}

/** Puts it on the list. Nobody whom it means is called any more. */
export async function putRefusal(tx: Transaction, { subjects, customers }: Refusal): Promise<void> {
  tx.pipeline(doNotCall.addRefused(tx.sql, subjects, tx.now))
  await stopCalling(tx, customers)
}

type RefusalType = 'do_not_call' | 'wrong_number'

function isRefusal(outcomeType: OutcomeType): outcomeType is RefusalType {
  return outcomeType === 'do_not_call' || outcomeType === 'wrong_number'
}

async function refusalsBlock(deps: Deps, sql: Sql, call: CallSession): Promise<boolean> {
  return (await deps.policies.of(sql, await queueTypeOfCall(deps, sql, call))).refusalsBlock
}

function subjectsRefused(userId: string, user: User | undefined, outcomeType: RefusalType): string[] {
  if (outcomeType === 'wrong_number') return user?.phoneE164 == null ? [] : [user.phoneE164]
  return user ? subjectsOf(user) : [subjectOfUser(userId)]
}

/** The queue in which the call was claimed, else the one of its user. */
async function queueTypeOfCall({ rules }: Deps, sql: Sql, { queueEntryId, userId }: CallSession): Promise<QueueType> {
  const entry = queueEntryId === null ? undefined : await callQueue.get(sql, queueEntryId)
  return entry?.queueType ?? queueTypeOf(sql, rules, { queueType: null, userId })
}
