import { randomUUID } from 'node:crypto'
import {
  callbacks,
  callSessions,
  longestInboundCallMs,
  users,
  type Callback,
  type CallDirection,
  type CallSession,
} from '@ringback/db'
import { isThereFor } from '../callbacks/own.ts'
import { requireAgent } from '../callbacks/schedule.ts'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { lockAgent, lockCustomer } from '../locks.ts'
import { renewHold } from '../routing/places.ts'
import type { Transaction } from '../transact.ts'

export interface StartCallInput {
  userId: string
  agentId?: number | null | undefined
  direction: CallDirection
  twilioCallSid?: string | null | undefined
  startedAt?: Date | undefined
  /** The agent when it reports a call itself: without the id of telephony, one inbound call at a time. */
  askedBy?: number | undefined
}

/** How far the clock of telephony may be ahead. */
const skewMs = 60_000

export interface StartedCall {
  session: CallSession
  created: boolean
  /** What the customer who calls has been promised and waits for, as far as it is there for whoever asks, by time. */
  openCallbacks: Callback[]
}

const shownCallbacks = 50

/**
 * Opens a call session. While a customer is in an inbound call nobody is handed it, and whoever picks up sees what it has been
 * promised. The same `twilioCallSid` again returns the session that it opened before, with `created` false; so
 * does the first id that telephony gives to the outbound call of a claim, whose session is there already. An inbound call
 * that telephony has opened is of nobody, until an agent takes it.
 *
 * @throws DomainError `unknown-user`, `unknown-agent`, `call-in-the-future`, `call-session-exists`, `agent-in-call`
 */
export async function startCall(
  deps: Deps,
  { userId, agentId = null, direction, twilioCallSid = null, startedAt, askedBy }: StartCallInput,
): Promise<StartedCall> {
  return deps.transact(async (tx) => {
    const { sql, now } = tx
    const isInbound = direction === 'inbound'
    const { user, live } = isInbound
      ? await lockCustomer(tx, userId)
      : { user: await users.hold(sql, userId), live: undefined }
    if (!user) throw new DomainError('unknown-user', `There is no user ${userId}`)
    const open = isInbound ? await callbacks.listOpenOfUser(sql, userId, shownCallbacks) : []
    const openCallbacks = open.filter((callback) => isThereFor(askedBy, callback, live))
    await requireAgent(sql, agentId)
    if (startedAt && startedAt > addMilliseconds(now, skewMs)) {
      throw new DomainError('call-in-the-future', 'startedAt is more than a minute ahead of the clock of Ringback')
    }
    if (askedBy !== undefined && isInbound && twilioCallSid === null) await requireNoOther(tx, askedBy)
    if (twilioCallSid !== null && direction === 'outbound') {
      const claimed = await callSessions.getClaimed(sql, userId, agentId)
      const adopted = claimed && (await callSessions.adoptTwilioSid(sql, claimed.id, twilioCallSid))
      if (adopted) {
        tx.afterCommit(() => deps.log.info({ callSessionId: adopted.id, agentId }, 'call known to telephony'))
        return { session: adopted, created: false, openCallbacks }
      }
    }
    const session = await callSessions.insert(
      sql,
      { id: randomUUID(), userId, agentId, direction, twilioCallSid, startedAt: startedAt ?? now },
      now,
    )
    if (session) {
      if (isInbound) await renewHold(tx, userId)
      tx.afterCommit(() => deps.log.info({ callSessionId: session.id, userId, agentId, direction }, 'call began'))
      return { session, created: true, openCallbacks }
    }
    const existing = (await callSessions.getByTwilioSid(sql, twilioCallSid!))!
    if (existing.userId === userId && existing.direction === direction) {
      const isSame = agentId === null || existing.agentId === agentId
      const known = isSame ? existing : await callSessions.takeInbound(sql, existing.id, agentId)
      if (known) return { session: known, created: false, openCallbacks }
    }
    const detail = `twilioCallSid ${twilioCallSid} is known as another call: its user, agent or direction differ`
    throw new DomainError('call-session-exists', detail)
  })
}

/**
 * What nobody but the agent knows of: two such calls at once cannot be. The agent is locked, so that none of two requests
 * overlooks the other's. One that was never ended counts as over some time after it was reported, whenever it began.
 */
async function requireNoOther(tx: Transaction, agentId: number): Promise<void> {
  await lockAgent(tx, agentId)
  const reportedSince = addMilliseconds(tx.now, -longestInboundCallMs)
  const other = await callSessions.getInboundOf(tx.sql, agentId, reportedSince)
  if (!other) return
  const detail = `Agent ${agentId} is in the inbound call ${other.id}; end that one first, or give the twilioCallSid of this one`
  throw new DomainError('agent-in-call', detail)
}
