/**
 * Every value that a column may hold, and what groups of them mean. The enums of Postgres, the conditions in SQL, the
 * schemas of the API and the types of TypeScript all follow from here.
 */

export const queueTypes = ['unsigned_users', 'outstanding_requests'] as const
export type QueueType = (typeof queueTypes)[number]
/** Of a user whom no integration has put anywhere. */
export const defaultQueueType: QueueType = 'outstanding_requests'

/** Lower is first: accepted callbacks, then callbacks, then ordinary users (0 and more). */
export const priorityScores = { acceptedCallback: -2000, callback: -1000 } as const

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

export const callDirections = ['inbound', 'outbound'] as const
export type CallDirection = (typeof callDirections)[number]
/** An inbound call that was never ended is taken to be over by then. */
export const longestInboundCallMs = 2 * 60 * 60_000
export const callSessionStatuses = ['in_progress', 'completed'] as const
export type CallSessionStatus = (typeof callSessionStatuses)[number]
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

/** The roles of tokens. */
export const roles = ['agent', 'supervisor', 'service'] as const
export type Role = (typeof roles)[number]

/**
 * Who does something: the bearer of a token, known by its `sub` and an agent by its id as well, or the engine by itself,
 * in one of its tasks. Whom it concerns is another matter: an agent may be assigned something by whomever.
 */
export type Actor =
  | { role: 'agent'; agentId: number; sub?: string }
  | { role: Exclude<Role, 'agent'>; sub: string }
  | { role: 'engine'; task: string }

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
  'waiting',
  'reassigned',
] as const
export type NotificationKind = (typeof notificationKinds)[number]
