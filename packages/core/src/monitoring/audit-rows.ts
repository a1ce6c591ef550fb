import {
  agentSessions,
  findings,
  integrity,
  isDatabaseAway,
  isLockTimeout,
  lock,
  setLockTimeout,
  type Finding,
  type QueueEntry,
} from '@ringback/db'
import type { Deps } from '../deps.ts'
import { backgroundWaitsMs, lockCustomer, type LockedCustomer } from '../locks.ts'
import { oneByOne } from '../one-by-one.ts'
import { leavePlace, restorePlace } from '../routing/places.ts'
import type { Transaction } from '../transact.ts'

const pageSize = 2_000
type Wrong = NonNullable<integrity.Audited['wrong']>

/** Where the walks through the rows stand; one that has come to the end begins anew. */
interface Walks {
  entries: string
  queued: { scheduledFor: Date; id: string } | undefined
  called: { scheduledFor: Date; id: string } | undefined
}

/**
 * Returns one pass of the audit of rows, which finds what must not be and no constraint could keep out (rows that were
 * written by hand, or restored by half): it reads a page of what is alive, and the next one the next time. What has one
 * right answer is set right; the rest is reported, and stands in the alert `rows-wrong` until it is found no more. Returns
 * how many rows were wrong, and how many of them were set right.
 */
export function rowAuditor(): (deps: Deps) => Promise<{ wrong: number; repaired: number }> {
  let walks: Walks = { entries: '0', queued: undefined, called: undefined }

  return async function auditRows(deps) {
    const pages = await deps.transact(async ({ sql }) => {
      if (!(await integrity.tryLock(sql))) return undefined
      return {
        entries: await integrity.auditEntries(sql, walks.entries, pageSize),
        queued: await integrity.auditQueued(sql, walks.queued, pageSize),
        called: await integrity.auditCalled(sql, walks.called, pageSize),
      }
    })
    if (!pages) return { wrong: 0, repaired: 0 }
    walks = {
      entries: pages.entries.length < pageSize ? '0' : pages.entries.at(-1)!.userId,
      queued: pages.queued.length < pageSize ? undefined : placeOf(pages.queued.at(-1)!),
      called: pages.called.length < pageSize ? undefined : placeOf(pages.called.at(-1)!),
    }
    const suspects = [...pages.entries, ...pages.queued, ...pages.called].filter(({ wrong }) => wrong !== null)
    let repaired = 0
    await oneByOne(suspects, async (suspect) => {
      if (await examine(deps, suspect)) repaired++
    })
    return { wrong: suspects.length, repaired }
  }
}

function placeOf({ scheduledFor, callbackId }: integrity.AuditedCallback) {
  return { scheduledFor, id: callbackId! }
}

const leaveToPeople: typeof repair = () => Promise.resolve(false)

/**
 * Whether the row was set right. One that cannot be, because it is wrong in some other way as well, is left to people.
 */
async function examine(deps: Deps, suspect: integrity.Audited): Promise<boolean> {
  try {
    return await lookAgain(deps, suspect, repair)
  } catch (error) {
    if (isDatabaseAway(error) || isLockTimeout(error)) throw error
    return lookAgain(deps, suspect, leaveToPeople)
  }
}

/** Looks again under the customer's lock, sets right what can be, and notes what was found. */
async function lookAgain(
  deps: Deps,
  { userId, callbackId, entryId }: integrity.Audited,
  setRight: typeof repair,
): Promise<boolean> {
  return deps.transact(async (tx) => {
    await setLockTimeout(tx.sql, backgroundWaitsMs)
    const locked = await lockCustomer(tx, userId)
    if (callbackId) await lock.callback(tx.sql, callbackId)
    const wrong = await integrity.lookAgain(tx.sql, { entryId, callbackId })
    if (!wrong) return false
    const isRepaired = await setRight(deps, tx, wrong, locked, callbackId)
    const subject = entryId ?? callbackId!
    const isNew = await findings.note(tx.sql, { kind: wrong, subject, detail: details[wrong], isRepaired }, tx.now)
    if (isRepaired && callbackId) tx.note({ callbackId, kind: 'repaired', details: { wrong } })
    if (isNew || isRepaired) tx.afterCommit(() => deps.log.error({ wrong, subject, isRepaired }, 'row was wrong'))
    return isRepaired
  })
}

const details: Record<Wrong, string> = {
  'entry-without-user': 'a live queue entry of a user who does not exist',
  'entry-of-ended-callback': 'a live queue entry of a callback that is not open',
  'entry-not-marked': 'a callback with a live queue entry is not marked as queued',
  'claim-marked-wrong': 'a callback and its queue entry disagree whether it is claimed',
  'claim-without-session': 'a claim of an agent who is not logged in',
  'claim-of-available-agent': 'a claim of an agent who is available',
  'callback-marked-queued': 'a callback without a live queue entry is marked as queued',
}

/** Sets right what has one right answer; false when a person must decide. */
async function repair(
  deps: Deps,
  tx: Transaction,
  wrong: Wrong,
  locked: LockedCustomer,
  callbackId: string | null,
): Promise<boolean> {
  switch (wrong) {
    case 'entry-without-user':
    case 'entry-of-ended-callback': {
      const removed = await leavePlace(tx, locked, callbackId === null ? {} : { by: callbackId })
      if (callbackId !== null) await correct(tx, callbackId)
      if (removed.length > 0) await restorePlace(deps, tx, locked)
      return removed.length > 0
    }
    case 'entry-not-marked':
    case 'claim-marked-wrong':
    case 'callback-marked-queued':
      return callbackId !== null && (await correct(tx, callbackId))
    case 'claim-of-available-agent':
      return makeBusy(tx, locked.live)
    case 'claim-without-session':
      return false // The next sweep gives it back.
  }
}

function correct({ sql, now }: Transaction, callbackId: string): Promise<boolean> {
  return integrity.correctCallback(sql, callbackId, now)
}

async function makeBusy({ sql, now }: Transaction, live: QueueEntry | undefined): Promise<boolean> {
  if (live?.claimedByAgentId == null) return false
  await agentSessions.put(sql, live.claimedByAgentId, 'busy', now)
  return true
}

/** What was found wrong lately, what still stands first. */
export async function listFindings(deps: Deps, { limit }: { limit: number }): Promise<Finding[]> {
  return findings.list(deps.sql, limit)
}
