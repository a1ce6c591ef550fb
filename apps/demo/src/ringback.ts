import { z } from 'zod'
import type { Answer, ApiClient, Refusal } from './api-client.ts'

export const queueTypes = ['unsigned_users', 'outstanding_requests', 'premium_customers'] as const
export type QueueType = (typeof queueTypes)[number]

export type SessionStatus = 'available' | 'busy' | 'wrap_up' | 'away'

export type OutcomeType =
  | 'resolved'
  | 'callback_requested'
  | 'no_answer'
  | 'busy'
  | 'voicemail'
  | 'wrong_number'
  | 'declined'
  | 'do_not_call'
  | 'failed'

/** Nobody has spoken with the customer: telephony says so, and the agent need not. */
export const unanswered = ['no_answer', 'busy', 'voicemail', 'failed'] as const satisfies OutcomeType[]
export type Unanswered = (typeof unanswered)[number]

// Of every answer only what the demo uses; a client must not break when the API tells more.
const callback = z.object({ id: z.string(), userId: z.string(), scheduledFor: z.coerce.date() })
const queueEntry = z.object({ id: z.string(), userId: z.string(), callbackId: z.string().nullable() })
const claimedCall = z.object({
  queueEntry,
  callback: callback.nullable(),
  callSessionId: z.string(),
  resumed: z.boolean(),
})

export type QueueEntry = z.infer<typeof queueEntry>
export type ClaimedCall = z.infer<typeof claimedCall>

export interface NewCallback {
  userId: string
  scheduledFor: Date
  callbackReason: string
  preferredAgentId?: number
  queueType?: QueueType
}

type NextCallback = Omit<NewCallback, 'userId'>

export interface Outcome {
  outcomeType: OutcomeType
  durationSeconds: number
  notes?: string
  callbackScheduled?: boolean
  nextCallback?: NextCallback
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

export interface OrdinaryUser {
  priorityScore: number
  queueReason: string
  claimId?: string
  signatureMissingSince?: Date
  signatureType?: string
}

export type Result<T> = { ok: true; value: T } | Refusal

/** The API answered with something that its contract does not allow. */
class ContractError extends Error {
  override readonly name = 'ContractError'
}

export type Ringback = ReturnType<typeof ringbackOver>

/**
 * The routes of the API by name. Each gives what the demo needs of the answer, or the refusal with its problem code;
 * each may reject with `ApiUnavailable` or `ContractError`.
 */
export function ringbackOver(api: ApiClient) {
  return {
    isReady: () => api.probe('/readyz'),

    userExists: async (userId: string) => (await api.get(`/api/users/${userId}`)).ok,
    putUser: async (userId: string, user: { name: string; phone: string }) =>
      done(await api.put(`/api/users/${userId}`, user)),

    /** Whether a policy is stored for the queue. */
    hasPolicy: async (queueType: QueueType): Promise<boolean> => {
      const policy = read(await api.get(`/api/policies/${queueType}`), storedPolicy)
      return policy.ok && policy.value.version > 0
    },
    putQueue: async (queueType: QueueType, queue: { name: string }) =>
      done(await api.put(`/api/queues/${queueType}`, queue)),
    putCalendar: async (id: string, calendar: object) => done(await api.put(`/api/calendars/${id}`, calendar)),
    putPolicy: async (queueType: QueueType, policy: object) =>
      done(await api.put(`/api/policies/${queueType}`, policy)),

    putAgent: async (
      agentId: number,
      agent: { firstName: string; lastName: string; email: string; queueTypes: readonly QueueType[] | null },
    ) => done(await api.put(ofAgent(agentId), agent)),

    putSession: async (agentId: number, status: SessionStatus) =>
      done(await api.put(`${ofAgent(agentId)}/session`, { status })),
    endSession: async (agentId: number) => done(await api.delete(`${ofAgent(agentId)}/session`)),
    heartbeat: async (agentId: number) => done(await api.post(`${ofAgent(agentId)}/heartbeat`, {})),

    pendingCallbacks: async (agentId: number) =>
      read(await api.get(`${ofAgent(agentId)}/pending-callbacks`), pendingList, ({ callbacks }) => callbacks),
    /** The claimed call, or null when nobody waits. */
    claimNextCall: async (agentId: number): Promise<Result<ClaimedCall | null>> =>
      read(await api.post(`${ofAgent(agentId)}/next-call`, {}), claimedCall.nullable()),
    release: async (queueEntryId: string) => done(await api.post(`/api/queue-entries/${queueEntryId}/release`, {})),

    schedule: async (newCallback: NewCallback) => read(await api.post('/api/callbacks', newCallback), callback),
    /** The callbacks in `status`, at most `limit` (1 to 200) of them. */
    listCallbacks: async (status: 'pending' | 'accepted', limit: number) =>
      read(await api.get(`/api/callbacks?status=${status}&limit=${limit}`), callbackPage, ({ items }) => items),
    accept: async (callbackId: string, agentId: number) =>
      done(await api.post('/api/callbacks/accept', { callbackId, agentId })),
    snooze: async (callbackId: string, agentId: number, minutes: number) =>
      done(await api.post('/api/callbacks/snooze', { callbackId, agentId, minutes })),
    cancel: async (callbackId: string, reason: string) =>
      done(await api.post('/api/callbacks/cancel', { callbackId, reason })),
    reschedule: async (callbackId: string, scheduledFor: Date) =>
      done(await api.post('/api/callbacks/reschedule', { callbackId, scheduledFor })),

    putQueued: async (queueType: QueueType, userId: string, user: OrdinaryUser) =>
      done(await api.put(ofQueued(queueType, userId), user)),
    removeQueued: async (queueType: QueueType, userId: string) => done(await api.delete(ofQueued(queueType, userId))),
    /** How many wait in the queue, and the first `limit` of them in order. */
    listQueue: async (queueType: QueueType, limit: number) =>
      read(await api.get(`/api/queues/${queueType}?limit=${limit}`), queueList),

    openInboundCall: async (call: { userId: string; agentId: number; twilioCallSid: string }) =>
      read(await api.post('/api/call-sessions', { ...call, direction: 'inbound' }), callSession, ({ id }) => id),
    /** Gives whether the event was taken for what it says. */
    hearOfCall: async (event: TelephonyEvent) =>
      read(await api.post('/api/telephony/events', event), heardOfCall, ({ applied }) => applied),
    /** Gives the callback that the outcome scheduled, or null. */
    recordOutcome: async (callSessionId: string, outcome: Outcome) =>
      read(
        await api.post(`/api/call-sessions/${callSessionId}/outcome`, outcome),
        recordedOutcome,
        ({ nextCallback }) => nextCallback,
      ),
  }
}

const storedPolicy = z.object({ version: z.number() })
const pendingList = z.object({ callbacks: z.array(callback) })
const callbackPage = z.object({ items: z.array(callback) })
const queueList = z.object({ total: z.number(), entries: z.array(queueEntry) })
const callSession = z.object({ id: z.string() })
const heardOfCall = z.object({ applied: z.boolean() })
const recordedOutcome = z.object({ nextCallback: callback.nullable() })

const ofAgent = (agentId: number) => `/api/agents/${agentId}`
const ofQueued = (queueType: QueueType, userId: string) => `/api/queues/${queueType}/users/${userId}`

function done(answer: Answer): Result<null> {
  return answer.ok ? { ok: true, value: null } : answer
}

function read<T>(answer: Answer, schema: z.ZodType<T>): Result<T>
function read<T, V>(answer: Answer, schema: z.ZodType<T>, select: (body: T) => V): Result<V>
function read<T, V>(answer: Answer, schema: z.ZodType<T>, select?: (body: T) => V): Result<T | V> {
  if (!answer.ok) return answer
  const parsed = schema.safeParse(answer.body)
  if (!parsed.success) throw new ContractError(z.prettifyError(parsed.error))
  return { ok: true, value: select === undefined ? parsed.data : select(parsed.data) }
}
