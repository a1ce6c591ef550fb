/**
 * Every value that a column may hold, and what groups of them mean. The enums of Postgres, the conditions in SQL, the
 * schemas of the API and the types of TypeScript all follow from here.
 */

/** Which queue. Which there are, is data (`queues`); what one may be called, the pattern says, in Postgres and here. */
export type QueueType = string
export const queueTypePattern = '^[a-z][a-z0-9_]{0,39}$'
/** How many queues an agent may be said to serve; who serves all has no list. */
export const mostQueuesServed = 20

/** Lower is first: accepted callbacks, then callbacks, then ordinary users (0 and more). */
export const priorityScores = { acceptedCallback: -2000, callback: -1000, firstOrdinary: 0 } as const

/** The credit for callbacks that an agent's session begins with, and never has more of (see `policies/callback-share.ts`). */
export const mostCallbackCredit = 99

export const callbackStatuses = ['pending', 'accepted', 'in_progress', 'completed', 'cancelled'] as const
export type CallbackStatus = (typeof callbackStatuses)[number]
/** The promise has still to be kept. */
export const openStatuses = ['pending', 'accepted', 'in_progress'] as const satisfies CallbackStatus[]
/** … and nobody is calling. */
export const unclaimedStatuses = ['pending', 'accepted'] as const satisfies CallbackStatus[]

/** Who may keep a promise: whoever is there when its preferred agent is not, or that agent alone. */
export const owners = ['any', 'only'] as const
export type Owner = (typeof owners)[number]

export const queueEntryStatuses = ['pending', 'assigned', 'in_progress', 'completed', 'removed'] as const
export type QueueEntryStatus = (typeof queueEntryStatuses)[number]
/** The entry is a place in a queue. */
export const liveStatuses = ['pending', 'assigned', 'in_progress'] as const satisfies QueueEntryStatus[]
/** … that can be claimed. */
export const waitingStatuses = ['pending', 'assigned'] as const satisfies QueueEntryStatus[]

export const agentStatuses = ['available', 'busy', 'wrap_up', 'away'] as const
export type AgentStatus = (typeof agentStatuses)[number]

/** How routing finds an agent: `gone` is logged out, not active, or silent for too long. */
export const agentStandings = [...agentStatuses, 'gone'] as const
export type AgentStanding = (typeof agentStandings)[number]

/** Why an entry leaves whoever has it. */
export const rerouteReasons = [
  'agent-gone',
  'queue-not-served',
  /** It is past due, its agent is not available, and another one is. */
  'late',
  /** Nobody has it, and somebody is idle. */
  'nobodys',
  /** The agent whose alone it is for now is there. */
  'owner-there',
  /** … and is not, and the wait is almost over. */
  'owner-away',
] as const
export type RerouteReason = (typeof rerouteReasons)[number]

export const callDirections = ['inbound', 'outbound'] as const
export type CallDirection = (typeof callDirections)[number]
/** An inbound call that was never ended is taken to be over by then. */
export const longestInboundCallMs = 2 * 60 * 60_000
export const callSessionStatuses = ['in_progress', 'completed'] as const
export type CallSessionStatus = (typeof callSessionStatuses)[number]
/** What telephony says of a call. */
export const telephonyStatuses = [
  'ringing',
  'in_progress',
  'completed',
  'no_answer',
  'busy',
  'voicemail',
  'failed',
  'cancelled',
] as const
export type TelephonyStatus = (typeof telephonyStatuses)[number]
export const outcomeTypes = [
  'resolved',
  'callback_requested',
  'no_answer',
  'busy',
  'voicemail',
  'wrong_number',
  'declined',
  'do_not_call',
  'failed',
] as const
export type OutcomeType = (typeof outcomeTypes)[number]

/** What became of a promise. */
export const callbackResults = [
  'reached',
  'reached_inbound',
  'refused',
  'wrong_number',
  'not_reached',
  'cancelled',
  'blocked',
] as const
export type CallbackResult = (typeof callbackResults)[number]
/** Of a promise that its call ends, by what came of the call. */
export const resultOfOutcome = {
  resolved: 'reached',
  callback_requested: 'reached',
  no_answer: 'not_reached',
  busy: 'not_reached',
  voicemail: 'not_reached',
  wrong_number: 'wrong_number',
  declined: 'refused',
  do_not_call: 'refused',
  failed: 'not_reached',
} as const satisfies Record<OutcomeType, CallbackResult>

/** The roles of tokens. A desk acts for agents, each time for one of them; a viewer only looks. */
export const roles = ['agent', 'desk', 'service', 'viewer', 'supervisor'] as const
export type Role = (typeof roles)[number]

/**
 * Who does something: the bearer of a token, known by its `sub` and an agent by its id as well, or the engine by itself,
 * in one of its tasks. Of a desk `agentId` is for whom it does so. Whom it concerns is another matter: an agent may be
 * assigned something by whomever.
 */
export type Actor =
  | { role: 'agent'; agentId: number; sub?: string }
  | { role: 'desk'; agentId: number; sub: string }
  | { role: Exclude<Role, 'agent' | 'desk'>; sub: string }
  | { role: 'engine'; task: string }

/** What a callback may say otherwise than the policy of its queue (`core/policies` knows the bounds). */
export interface PolicyOverrides {
  ownerWaitMinutes?: number | undefined
  maxAttempts?: number | undefined
  punctualWithinMinutes?: number | undefined
  quietHours?: 'off' | undefined
}

/** What may be changed of an open callback without taking it back. */
export const updatableFields = ['callbackReason', 'metadata', 'preferredAgentId'] as const

/** What another system keeps with a user or a callback. It is handed on, and decides nothing. */
export type Metadata = Record<string, string>

/** Who put a subject on the do-not-call list: an operator, or the outcome of a call. */
export const blockSources = ['operator', 'outcome'] as const

/**
 * What the engine remembers of itself (`engine_facts`): the newest tzdata that it has seen; the one by which the promises by
 * the clock on a wall were last computed; that of a process which is behind; how far the users are looked through who
 * have a phone and no number yet; and up to which event of the log the webhooks have been given what they asked for.
 */
export const engineFactNames = ['tzdata', 'tzdata-followed', 'tzdata-behind', 'phone-numbers', 'webhooks-told'] as const
export type EngineFactName = (typeof engineFactNames)[number]

export const tickTriggers = ['schedule', 'manual', 'recovery'] as const
export type TickTrigger = (typeof tickTriggers)[number]

export const notificationKinds = [
  'scheduled',
  'queued',
  'rerouted',
  'assigned',
  'accepted',
  'snoozed',
  'rescheduled',
  'cancelled',
  'claimed',
  'released',
  'removed',
  'completed',
  'routing_failed',
  'escalated',
  'repaired',
  'retry',
  'waiting',
  'reassigned',
  'reached_inbound',
  'updated',
] as const
export type NotificationKind = (typeof notificationKinds)[number]

/** What became of an event that a webhook is told of; `pending` is on its way, or tried again. */
export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

/** Why the engine switched a webhook off: its receiver said that it is gone (410), or answered nothing else for days. */
export const webhookOffReasons = ['gone', 'failing'] as const
export type WebhookOffReason = (typeof webhookOffReasons)[number]
