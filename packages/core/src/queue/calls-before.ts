import { callSessions } from '@ringback/db'
import type { Deps } from '../deps.ts'

/** Of a user so many calls are told of, … */
const callsTold = 3
/** … and of the notes of each so many characters. */
const notesLength = 500

/** What whoever is about to call a customer should know of the calls before. */
export type CallsBefore = callSessions.CallsBefore

/**
 * For each of these the last calls with the user, and the last one for the callback: one look at all of them, which locks
 * nothing. Of a claim it is taken when that is committed, so that nobody waits for what only one is told.
 */
export async function listCallsBefore(
  { sql }: Pick<Deps, 'sql'>,
  asked: callSessions.CallsAsked[],
): Promise<CallsBefore[]> {
  return callSessions.listBefore(sql, asked, { count: callsTold, notesLength })
}

/** A call with what was before it, if there is a call. */
export async function withCallsBefore<Call extends { queueEntry: callSessions.CallsAsked }>(
  deps: Pick<Deps, 'sql'>,
  call: Call | null,
): Promise<(Call & CallsBefore) | null> {
  if (!call) return null
  const [before] = await listCallsBefore(deps, [call.queueEntry])
  return { ...call, ...before! }
}
