import type { AgentStatus, CallbackResult, CallbackStatus, QueueType } from '@ringback/db'
import type { Calendar } from './hours.ts'
import type { Policy } from './policies.ts'

/**
 * Ringback as its rules describe it: no database, no lanes, one thing after the other. Times are milliseconds.
 *
 * Where Ringback gives out ids, the world is told them. They decide nothing but ties.
 */
export interface World {
  now: number
  users: Set<string>
  /** The queues that there are. */
  queueTypes: Set<QueueType>
  /** What agents serve, of those who do not serve all. */
  skills: Map<number, QueueType[]>
  /** Open sessions by agent. */
  sessions: Map<number, Session>
  callbacks: Callback[]
  /** Live entries by user, who has at most one. */
  entries: Map<string, Entry>
  /** Users' wishes for an ordinary place, by user. */
  wishes: Map<string, Wish>
  calls: Call[]
  /** The policies of the queues that have one. */
  policies: Map<QueueType, Policy>
  /** When each was last changed. */
  policiesWrittenAt: Map<QueueType, number>
  calendars: Map<string, Calendar>
  /** The hours by which the callbacks of a queue were last planned. */
  plannedBy: Map<QueueType, string | null>
  /** Users on the do-not-call list, be they there or not. */
  blocked: Set<string>
  /** Callbacks that have a job waiting. */
  jobs: Set<Callback>
  /** How many entries there have been. */
  entryCount: number
  /** Whether the lanes mirror the entries; not after Redis was flushed, until they are built again. */
  areLanesBuilt: boolean
}

export interface Session {
  status: AgentStatus
  since: number
  lastSeen: number
  /** For callbacks, where they take turns with ordinary users. */
  credit: number
}

export interface Callback {
  id: string
  userId: string
  scheduledFor: number
  /** What the customer was told. */
  promisedFor: number
  preferredAgentId: number | null
  /** The queue that it was made for. */
  queueType: QueueType | null
  status: CallbackStatus
  /** What a release makes of it. */
  statusBeforeClaim: CallbackStatus
  /** When a tick tries again, of one that is deferred; null once its user's place is free. */
  retryAt: number | null
  /** Why it has no place: its user's is taken, nobody may call now, or its agent alone, who is not there. */
  unplacedBecause: 'deferred' | 'closed' | 'owner-missing' | null
  /** Until when its agent, who is not there, is waited for. */
  ownerAwaitedUntil: number | null
  /** When that began, if the hours ended since. */
  ownerAwaitedSince: number | null
  /** Its customer asked for the time: the quiet hours are off for the first call. */
  asksForTime: boolean
  /** How many of its calls got an outcome. */
  attempts: number
  result: CallbackResult | null
}

export interface Entry {
  /** Known once somebody has looked at the queue. */
  id: string | undefined
  /** Later entries have larger ones. */
  number: number
  userId: string
  queueType: QueueType
  callback: Callback | null
  priorityScore: number
  availableFrom: number
  /** When the hours end; null when they do not. */
  availableUntil: number | null
  assignedTo: number | null
  /** When it was given to whom it is assigned to. */
  assignedAt: number
  /** It stays with its preferred agent until then. */
  heldUntil: number | null
  /** Nobody has called for too long: it is open to all. */
  isEscalated: boolean
  /** The call of the agent who has claimed it. */
  claim: Call | null
}

export interface Call {
  id: string
  agentId: number
  userId: string
  callback: Callback | null
  entry: Entry
  startedAt: number
  isOver: boolean
  outcomeType: string | null
  /** The request that recorded it; forgotten with its user, and none when telephony told it. */
  request: string | null
  isToldByTelephony: boolean
  nextCallback: Callback | null
  /** When the promise is called again, and which attempt that is. */
  retry: { at: string; attempt: number } | null
}

export interface Wish {
  queueType: QueueType
  priorityScore: number
  availableFrom: number
  /** Null once it is fulfilled or taken back. */
  since: number | null
}

/** What the API must answer: at least these fields. */
export interface Expected {
  status: number
  body?: object
}

export const minute = 60_000
export const openStatuses: ReadonlySet<CallbackStatus> = new Set(['pending', 'accepted', 'in_progress'])
export const agentIds = [1, 2, 3]
/** There from the start, with these hours. */
export const calendarIds = ['a', 'b']
export const firstHours = { from: 0, until: 6 }
/** So few that the limit is met now and then. */
export const openCallbacksPerUser = 5

/** There from the start, and what may come and go. Nothing ever is `there_is_none`. */
export const defaultQueueType = 'outstanding_requests'
export const firstQueueTypes = ['unsigned_users', defaultQueueType]
/** How the default queue works at the start, the others as the report says. */
export const firstPolicy: Policy = {
  retries: { maxAttempts: 4, maxPerDay: 3, minutes: { no_answer: [1, 5], busy: [3], failed: [1, 1, 1, 1] } },
  callbackShare: 50,
  openingHours: 'a',
}
export const queueTypesTried = [...firstQueueTypes, 'vip']

/** Four users, and three agents who are available. */
export function newWorld(now: Date): World {
  const session = (): Session => ({ status: 'available', since: now.getTime(), lastSeen: now.getTime(), credit: 99 })
  return {
    now: now.getTime(),
    users: new Set(['1', '2', '3', '4']),
    queueTypes: new Set(firstQueueTypes),
    skills: new Map(),
    sessions: new Map(agentIds.map((agentId) => [agentId, session()])),
    callbacks: [],
    entries: new Map(),
    wishes: new Map(),
    calls: [],
    policies: new Map([[defaultQueueType, firstPolicy]]),
    policiesWrittenAt: new Map([[defaultQueueType, now.getTime()]]),
    calendars: new Map(calendarIds.map((id) => [id, { hours: firstHours, updatedAt: now.getTime() }])),
    plannedBy: new Map(),
    blocked: new Set(),
    jobs: new Set(),
    entryCount: 0,
    areLanesBuilt: true,
  }
}

export function refused(status: number, code: string): Expected {
  return { status, body: { status, code } }
}

export function callbackFields(callback: Callback) {
  const { id, userId, scheduledFor, promisedFor, preferredAgentId, queueType, status, attempts, result } = callback
  const { ownerAwaitedUntil } = callback
  return {
    id,
    userId,
    scheduledFor: new Date(scheduledFor).toISOString(),
    promisedFor: promisedFor === scheduledFor ? null : new Date(promisedFor).toISOString(),
    preferredAgentId,
    queueType,
    status,
    attempts,
    result,
    ownerAwaitedUntil: ownerAwaitedUntil === null ? null : new Date(ownerAwaitedUntil).toISOString(),
  }
}

export function entryFields(entry: Entry) {
  const { userId, queueType, callback, priorityScore, availableFrom, availableUntil, assignedTo, claim } = entry
  return {
    userId,
    queueType,
    callbackId: callback?.id ?? null,
    priorityScore,
    availableFrom: new Date(availableFrom).toISOString(),
    availableUntil: availableUntil === null ? null : new Date(availableUntil).toISOString(),
    assignedToAgentId: assignedTo,
    claimedByAgentId: claim?.agentId ?? null,
    status: claim ? 'in_progress' : assignedTo === null ? 'pending' : 'assigned',
  }
}
