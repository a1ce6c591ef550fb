import {
  isRingbackError,
  Ringback as Client,
  type AgentStatus,
  type Callback,
  type ClaimedCall as Claimed,
  type CalendarDocument,
  type OutcomeType,
  type PolicyDocument,
  type PutAgentBody,
  type PutQueueUserBody,
  type PutUserBody,
  type RecordOutcomeBody,
} from '@ringback/client'
import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import { noticeOutages } from './outages.ts'

export const queueTypes = ['unsigned_users', 'outstanding_requests', 'premium_customers'] as const
export type QueueType = (typeof queueTypes)[number]

export type { OutcomeType }
export type SessionStatus = AgentStatus

// Of every answer only what the demo uses.
export type QueueEntry = Pick<Claimed['queueEntry'], 'id' | 'userId' | 'callbackId'>
export interface ClaimedCall extends Pick<Claimed, 'callSessionId' | 'resumed'> {
  queueEntry: QueueEntry
  callback: Promised | null
}

export interface Promised {
  id: string
  userId: string
  scheduledFor: Date
}

/** Nobody has spoken with the customer: telephony says so, and the agent need not. */
export const unanswered = ['no_answer', 'busy', 'voicemail', 'failed'] as const satisfies OutcomeType[]
export type Unanswered = (typeof unanswered)[number]

export interface NewCallback {
  userId: string
  scheduledFor: Date
  callbackReason: string
  preferredAgentId?: number
  queueType?: QueueType
}

export interface Outcome extends Omit<RecordOutcomeBody, 'nextCallback'> {
  nextCallback?: Omit<NewCallback, 'userId' | 'queueType'>
}

/** What telephony says of a call: of that of a claim, or of one that comes in from `phone`. */
export interface TelephonyEvent {
  externalCallId: string
  status: 'ringing' | 'in_progress' | 'completed' | Unanswered
  callSessionId?: string
  durationSeconds?: number
  direction?: 'inbound'
  phone?: string
}

export interface OrdinaryUser extends Omit<PutQueueUserBody, 'signatureMissingSince'> {
  signatureMissingSince?: Date
}

/** A no that trying again would not change; its `code`, never its text, tells what to do next. */
export interface Refusal {
  ok: false
  status: number
  code: string
}

export type Result<T> = { ok: true; value: T } | Refusal

export interface RingbackDeps {
  apiUrl: string
  /** A token that is valid for a while yet. */
  token: () => Promise<string>
  clock: Clock
  /** Ends every request and every wait. */
  signal: AbortSignal
  log: Logger
}

const requestTimeoutMs = 10_000
const mostTries = 5

export type Ringback = ReturnType<typeof ringbackAt>

/** Whether the API could not be reached, or had too much to do, time after time: it may be back later. */
export function isUnavailable(error: unknown): error is Error {
  return isRingbackError(error) && (error.status === undefined || error.status === 429 || error.status > 500)
}

/**
 * What the demo asks of the API. Each gives what the demo needs of the answer, or the refusal with its problem code, and
 * rejects when the API is unavailable.
 */
export function ringbackAt({ apiUrl: url, token, clock, signal, log }: RingbackDeps) {
  const untilStopped = (address: string, request: RequestInit) =>
    fetch(address, { ...request, signal: AbortSignal.any([signal, ...(request.signal ? [request.signal] : [])]) })
  const wait = (ms: number) => clock.sleep(ms)
  const common = { url, token, timeoutMs: requestTimeoutMs, wait }
  const api = new Client({ ...common, tries: mostTries, fetch: noticeOutages(untilStopped, log) })
  const probe = new Client({ ...common, tries: 1, fetch: untilStopped })

  async function resultOf<T>(work: Promise<T>): Promise<Result<T>> {
    try {
      return { ok: true, value: await work }
    } catch (error) {
      if (!isRingbackError(error) || error.status === undefined || error.status === 429 || error.status >= 500)
        throw error
      const { code, status } = error
      log[status === 404 || status === 409 ? 'debug' : 'warn']({ status, code }, 'request refused')
      return { ok: false, status, code }
    }
  }

  /** For what the demo needs nothing of the answer. */
  const done = (work: Promise<unknown>) => resultOf(work.then(() => null))

  return {
    async isReady(): Promise<boolean> {
      try {
        await probe.health.getReadiness()
        return true
      } catch (error) {
        if (!isRingbackError(error)) throw error
        log.debug({ reason: error.message }, 'API not reached')
        return false
      }
    },

    userExists: async (userId: string) => (await resultOf(api.users.get(userId))).ok,
    putUser: (userId: string, user: PutUserBody) => done(api.users.put(userId, user)),

    /** Whether a policy is stored for the queue. */
    hasPolicy: async (queueType: QueueType): Promise<boolean> => {
      const policy = await resultOf(api.policies.get(queueType))
      return policy.ok && policy.value.version > 0
    },
    putQueue: (queueType: QueueType, queue: { name: string }) => done(api.queues.put(queueType, queue)),
    putCalendar: (id: string, calendar: CalendarDocument) => done(api.calendars.put(id, calendar)),
    putPolicy: (queueType: QueueType, policy: PolicyDocument) => done(api.policies.put(queueType, policy)),

    putAgent: (
      agentId: number,
      { queueTypes: served, ...agent }: Omit<PutAgentBody, 'queueTypes'> & { queueTypes: readonly QueueType[] | null },
    ) => done(api.agents.put(agentId, { ...agent, queueTypes: served && [...served] })),
    putSession: (agentId: number, status: SessionStatus) => done(api.agents.putSession(agentId, { status })),
    endSession: (agentId: number) => done(api.agents.deleteSession(agentId)),
    heartbeat: (agentId: number) => done(api.agents.heartbeat(agentId)),

    pendingCallbacks: (agentId: number) =>
      resultOf(
        api.nextCall
          .listPendingCallbacks(agentId)
          .first()
          .then(({ callbacks }) => callbacks.map(promised)),
      ),
    /** The claimed call, or null when nobody waits. */
    claimNextCall: (agentId: number): Promise<Result<ClaimedCall | null>> =>
      resultOf(api.nextCall.claim(agentId).then((call) => (call ? claimed(call) : null))),
    release: (queueEntryId: string) => done(api.queues.releaseEntry(queueEntryId)),

    schedule: (callback: NewCallback) => resultOf(api.callbacks.schedule(written(callback)).then(promised)),
    /** The callbacks in `status`, at most `limit` (1 to 200) of them. */
    listCallbacks: (status: 'pending' | 'accepted', limit: number) =>
      resultOf(
        api.callbacks
          .list({ status: [status], limit })
          .first()
          .then(({ items }) => items.map(promised)),
      ),
    accept: (callbackId: string, agentId: number) => done(api.callbacks.accept({ callbackId, agentId })),
    snooze: (callbackId: string, agentId: number, minutes: number) =>
      done(api.callbacks.snooze({ callbackId, agentId, minutes })),
    cancel: (callbackId: string, reason: string) => done(api.callbacks.cancel({ callbackId, reason })),
    reschedule: (callbackId: string, scheduledFor: Date) =>
      done(api.callbacks.reschedule({ callbackId, scheduledFor: scheduledFor.toISOString() })),

    putQueued: (queueType: QueueType, userId: string, { signatureMissingSince: since, ...user }: OrdinaryUser) =>
      done(
        api.queues.putUser(queueType, userId, {
          ...user,
          ...(since && { signatureMissingSince: since.toISOString() }),
        }),
      ),
    removeQueued: (queueType: QueueType, userId: string) => done(api.queues.removeUser(queueType, userId)),
    /** How many wait in the queue, and the first `limit` of them in order. */
    listQueue: (queueType: QueueType, limit: number): Promise<Result<{ total: number; entries: QueueEntry[] }>> =>
      resultOf(api.queues.entries(queueType, { limit })),

    openInboundCall: (call: { userId: string; agentId: number; twilioCallSid: string }) =>
      resultOf(api.callSessions.start({ ...call, direction: 'inbound' }).then(({ id }) => id)),
    /** Gives whether the event was taken for what it says. */
    hearOfCall: (event: TelephonyEvent) => resultOf(api.telephony.hearOfCall(event).then(({ applied }) => applied)),
    /** Gives the callback that the outcome scheduled, or null. */
    recordOutcome: (callSessionId: string, { nextCallback, ...outcome }: Outcome) =>
      resultOf(
        api.callSessions
          .recordOutcome(callSessionId, { ...outcome, ...(nextCallback && { nextCallback: written(nextCallback) }) })
          .then((recorded) => recorded.nextCallback && promised(recorded.nextCallback)),
      ),
  }
}

function claimed({ queueEntry, callback, callSessionId, resumed }: Claimed): ClaimedCall {
  return { queueEntry, callback: callback && promised(callback), callSessionId, resumed }
}

function promised({ id, userId, scheduledFor }: Pick<Callback, 'id' | 'userId' | 'scheduledFor'>): Promised {
  return { id, userId, scheduledFor: new Date(scheduledFor) }
}

function written<Call extends { scheduledFor: Date }>(call: Call) {
  return { ...call, scheduledFor: call.scheduledFor.toISOString() }
}
