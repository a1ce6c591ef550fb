import type { Desk, LastCall, NextCall, ShownPromise, User } from '@ringback/client'

/** The promises of a desk in the order in which they are shown: a command names one by its number. */
export function promisesOf({ pending, snoozed }: Desk): ShownPromise[] {
  return [...pending, ...snoozed]
}

/** All that an agent needs to see, as lines of text. */
export function show(desk: Desk): string {
  const { session, heldCall, next, queuePosition, pending, snoozed } = desk
  const lines = [`── ${session?.status ?? 'logged out'} ──`]
  if (heldCall) lines.push(`ON CALL  ${showCall(heldCall)}`, ...heldCall.lastCalls.map(showLastCall))
  if (next) lines.push(`NEXT     ${showCall(next)}${queuePosition === null ? '' : `, ${queuePosition} in line`}`)
  if (!heldCall && !next) lines.push('NEXT     nobody waits')
  const numbered = (promise: ShownPromise, index: number) => `  ${index + 1}. ${showPromise(promise)}`
  const all = promisesOf(desk).map(numbered)
  if (pending.length > 0) lines.push('DUE', ...all.slice(0, pending.length))
  if (snoozed.length > 0) lines.push('SNOOZED', ...all.slice(pending.length))
  return lines.join('\n')
}

function showCall({ user, callback, queueEntry, reachedInbound }: NextCall): string {
  const reason = callback?.callbackReason ?? queueEntry.queueReason ?? 'no reason given'
  // Somebody who was reached meanwhile is not called again.
  return `${showUser(user)}: ${reason}${reachedInbound ? ' — HAS CALLED IN, DO NOT CALL' : ''}`
}

function showLastCall({ startedAt, outcomeType, notes }: LastCall): string {
  return `         ${clock(startedAt)} ${outcomeType}${notes === null ? '' : `: ${notes}`}`
}

function showPromise({ callback, user }: ShownPromise): string {
  const { scheduledFor, promisedFor, callbackReason, status } = callback
  // What the customer was told, when that is not when the call is due.
  const told = promisedFor === null ? '' : ` (promised for ${clock(promisedFor)})`
  return `${clock(scheduledFor)}${told} ${showUser(user)}, ${status}: ${callbackReason ?? 'no reason given'}`
}

/** The record of a user may be gone before its promises are. */
function showUser(user: User | null): string {
  return user === null ? 'somebody unknown' : `${user.name} ${user.phone ?? '(no number)'}`
}

function clock(moment: string): string {
  return new Date(moment).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
}
