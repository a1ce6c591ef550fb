import { agents, agentSessions, desks, type AgentSession, type ShownPromise } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { DomainError, refusal } from '../errors.ts'
import { withCallsBefore, type CallsBefore } from '../queue/calls-before.ts'
import type { ClaimedCall } from '../queue/claim-next-call.ts'
import type { NextCall } from '../queue/next-call.ts'
import { peekNextCall } from '../queue/peek-next-call.ts'
import { noSuchAgent } from './find.ts'

/** All that the desk of an agent shows. */
export interface Desk {
  now: Date
  /** The open one. */
  session: AgentSession | null
  /** The call that the agent has claimed; nothing is claimed for this answer. */
  heldCall: (ClaimedCall & CallsBefore) | null
  /** What a claim would bring now; null while the agent holds a call, or is not logged in. */
  next: (NextCall & CallsBefore) | null
  /** The place of that among all who wait in its queue, from 1; null beyond a thousand. */
  queuePosition: number | null
  /** What is due soon, overdue or accepted, by time: the first fifty. */
  pending: ShownPromise[]
  /** What was put off to a time within a day that has not come, by time: the first fifty. */
  snoozed: ShownPromise[]
}

const shown = 50
const shownAheadMs = 10 * 60_000
const putOffWithinMs = 24 * 60 * 60_000
const positionsCounted = 1_000

/**
 * What an agent has before it: a look at this moment, which claims nothing.
 *
 * @throws DomainError `agent-not-found`
 */
export async function getDesk(deps: Deps, agentId: number): Promise<Desk> {
  const { sql } = deps
  const now = deps.clock.now()
  const within = (ms: number) => ({ now, to: addMilliseconds(now, ms) })
  const [agent, session, call, pending, snoozed] = await Promise.all([
    agents.get(sql, agentId),
    agentSessions.getOpen(sql, agentId),
    peekNextCall(deps, { agentId }).catch(refusal),
    desks.listDue(sql, agentId, within(shownAheadMs), shown),
    desks.listPutOff(sql, agentId, within(putOffWithinMs), shown),
  ])
  if (!agent) throw noSuchAgent(agentId)
  // Who is not logged in is refused a look at the next call, and none of the rest.
  const { heldCall, next } = call instanceof DomainError ? nothing : heldOrNext(call)
  const before = next && (await desks.countBefore(sql, next.queueEntry, positionsCounted))
  const queuePosition = before === null || before >= positionsCounted ? null : before + 1
  const [heldWithCalls, nextWithCalls] = [await withCallsBefore(deps, heldCall), await withCallsBefore(deps, next)]
  return {
    now,
    session: session ?? null,
    heldCall: heldWithCalls,
    next: nextWithCalls,
    queuePosition,
    pending,
    snoozed,
  }
}

const nothing = { heldCall: null, next: null }

/** Whoever holds a call is shown that one as its next. */
function heldOrNext(call: NextCall | undefined): { heldCall: ClaimedCall | null; next: NextCall | null } {
  if (!call) return nothing
  const { status, callSessionId } = call.queueEntry
  if (status !== 'in_progress') return { heldCall: null, next: call }
  return { heldCall: { ...call, callSessionId: callSessionId!, resumed: true }, next: null }
}
