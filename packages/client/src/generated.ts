// Made by `npm --prefix packages/client run generate` from the OpenAPI document. Whatever is changed here is lost.
import { Pages } from './pages.ts'
import type { CallOptions, Send } from './request.ts'

export interface AcceptCallbackBody {
  /** The callback */
  callbackId: string;
  /**
     * The agent
     * @minimum 1
     * @maximum 2147483647
     */
  agentId: number;
}

/**
 * One of the queues that there are (`GET /api/queues`). `unsigned_users`, for users whose signature is missing, and `outstanding_requests`, for all else that is to be worked off, are there from the start; all work alike
 * @pattern ^[a-z][a-z0-9_]{0,39}$
 */
export type QueueType = string;

/**
 * Who may call: `any` agent when the preferred one is not there, or `only` the preferred agent, however long that takes
 */
export type Owner = 'any' | 'only';
/**
 * What holds for this callback instead of the policy of its queue
 */
export interface PolicyOverrides {
  /**
     * So long a due callback waits for its preferred agent; 0 when left out
     * @minimum 0
     * @maximum 10080
     */
  ownerWaitMinutes?: number;
  /**
     * So many calls are made for this promise; 1 for no second one
     * @minimum 1
     * @maximum 10
     */
  maxAttempts?: number;
  /**
     * A promise is kept when its first call begins within so many minutes of it; 5 when left out
     * @minimum 0
     * @maximum 240
     */
  punctualWithinMinutes?: number;
  /** The customer asked for this time: quiet hours do not hold for the first call */
  quietHours?: 'off';
}

/**
 * `pending` was promised, `accepted` is the next call of its agent, `in_progress` is being called; `completed` and `cancelled` are over
 */
export type CallbackStatus = 'pending' | 'accepted' | 'in_progress' | 'completed' | 'cancelled';
/**
 * What became of a promise: `reached`, the customer was called and answered; `reached_inbound`, the customer called first; `refused`, the customer wants no call; `wrong_number`; `not_reached`; `cancelled`, it was taken back; `blocked`, the customer must not be called
 */
export type CallbackResult = 'reached' | 'reached_inbound' | 'refused' | 'wrong_number' | 'not_reached' | 'cancelled' | 'blocked';
/**
 * What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON
 */
export type CallbackMetadata = {[key: string]: string};

/**
 * A promise to call a user
 */
export interface Callback {
  /** The callback */
  id: string;
  /**
     * The user, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  userId: string;
  /** When the call is due: the time that was promised, unless it was put off */
  scheduledFor: string;
  /** What the customer was told, of one that was put off since; null while it is `scheduledFor` */
  promisedFor: string | null;
  /**
     * The time that the clocks of `timeZone` show then, when that was promised; null when it was a moment
     * @nullable
     */
  localTime: string | null;
  /**
     * The zone in which the promise was made, if it was said
     * @nullable
     */
  timeZone: string | null;
  /**
     * What the call is about
     * @nullable
     */
  callbackReason: string | null;
  /** The queue that it was made for; null when it goes where its user was last put */
  queueType: QueueType | null;
  /** The agent who should call; an accepted one is this agent’s */
  preferredAgentId: number | null;
  owner: Owner;
  /** The call in which it was promised */
  originalCallSessionId: string | null;
  /** What holds for it instead of the policy of its queue */
  policy: PolicyOverrides | null;
  /**
     * What your own system knows the promise by: no other callback has it
     * @nullable
     */
  externalId: string | null;
  /** What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON */
  metadata: CallbackMetadata;
  /** Its preferred agent is not there, and is waited for until then; null when it is not so */
  ownerAwaitedUntil: string | null;
  status: CallbackStatus;
  /**
     * How many calls were made for it that got an outcome
     * @minimum 0
     * @maximum 9007199254740991
     */
  attempts: number;
  /** What became of it; null while it is open, and of what ended before results were written down */
  result: CallbackResult | null;
  /** The call that kept it, or in which the user was reached first */
  completedCallSessionId: string | null;
  /** When it was kept */
  completedAt: string | null;
  /** When it was taken back */
  cancelledAt: string | null;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
}

/**
 * `pending` waits for whoever comes first, `assigned` for one agent, `in_progress` is claimed; `completed` was called, `removed` was not
 */
export type QueueEntryStatus = 'pending' | 'assigned' | 'in_progress' | 'completed' | 'removed';
/**
 * The place of one user in one queue
 */
export interface QueueEntry {
  /**
     * The queue entry, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  id: string;
  /**
     * The user, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  userId: string;
  /**
     * The matter in your own system that the user waits for: an insurance claim, a contract, a ticket. Kept and handed to the agent, and nothing else; it has nothing to do with the claim of a call
     * @nullable
     */
  claimId: string | null;
  queueType: QueueType;
  /**
     * Lower is first: −2000 accepted callbacks, −1000 callbacks, 0 and more others
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  priorityScore: number;
  /**
     * Why the user waits, in words for the agent
     * @nullable
     */
  queueReason: string | null;
  status: QueueEntryStatus;
  /** The agent who should call; null for whoever comes first */
  assignedToAgentId: number | null;
  /** Since when it waits for that agent */
  assignedAt: string | null;
  /** The callback that made the entry; null for an ordinary place */
  callbackId: string | null;
  /** Nobody gets it before; among equal scores the earlier one is first */
  availableFrom: string;
  /** Nobody gets it before, though its time may have come: the user is in an inbound call, or was told a time that comes first. Null when nothing held it */
  onHoldUntil: string | null;
  /** Nobody gets it from then on, as the user may not be called: it leaves its queue, and its callback waits for the next opening. Null when no hours end */
  availableUntil: string | null;
  /** Since when a signature of the user is missing. Kept and handed to the agent, and nothing else */
  signatureMissingSince: string | null;
  /**
     * Which signature is missing, in your own words. Kept and handed to the agent, and nothing else
     * @nullable
     */
  signatureType: string | null;
  /** The agent who has claimed it */
  claimedByAgentId: number | null;
  /** When it was claimed */
  claimedAt: string | null;
  /** The call that the claim opened */
  callSessionId: string | null;
  /** When it was completed or removed */
  endedAt: string | null;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
}

export interface AcceptedCallback {
  callback: Callback;
  queueEntry: QueueEntry;
  queueType: QueueType;
}

/**
 * Of its token; `engine` for what Ringback does by itself
 */
export type ActorRole = 'agent' | 'desk' | 'service' | 'viewer' | 'supervisor' | 'engine';
/**
 * Who did it
 */
export interface Actor {
  /** Of its token; `engine` for what Ringback does by itself */
  role: ActorRole;
  /**
     * Of an agent; of a desk, for whom it did so
     * @minimum 1
     * @maximum 2147483647
     */
  agentId?: number;
  /** The `sub` of its token. An agent sees its own alone */
  sub?: string;
  /** Of the engine */
  task?: string;
}

/**
 * Somebody who calls
 */
export interface Agent {
  /**
     * The agent
     * @minimum 1
     * @maximum 2147483647
     */
  agentId: number;
  /** The first name */
  firstName: string;
  /** Empty for somebody with one name */
  lastName: string;
  /**
     * The mail address
     * @nullable
     */
  email: string | null;
  /** Whether the agent may log in, and its token opens anything */
  isActive: boolean;
  /** The queues that the agent serves, in order; null when all */
  queueTypes: QueueType[] | null;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
}

/**
 * What an agent does: only who is `available` gets callbacks, `wrap_up` is the work after a call
 */
export type AgentStatus = 'available' | 'busy' | 'wrap_up' | 'away';
/**
 * The presence of an agent from login to logout
 */
export interface AgentSession {
  /** The session */
  id: string;
  /**
     * The agent
     * @minimum 1
     * @maximum 2147483647
     */
  agentId: number;
  status: AgentStatus;
  /** Since when the agent has this status */
  statusSince: string;
  /** When the agent logged in */
  loginAt: string;
  /** The last heartbeat */
  lastSeenAt: string;
  /** Null while the agent is logged in */
  logoutAt: string | null;
}

/**
 * A call that an agent has claimed, in short
 */
export interface HeldCall {
  /** The call session */
  callSessionId: string;
  /**
     * The queue entry, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  queueEntryId: string;
  queueType: QueueType;
  /** The callback; null for an ordinary place */
  callbackId: string | null;
  /**
     * The user, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  userId: string;
  /**
     * Who is called; null when the record was deleted
     * @nullable
     */
  userName: string | null;
  /** When it was claimed */
  claimedAt: string;
}

export interface AgentAtWork {
  /**
     * The agent
     * @minimum 1
     * @maximum 2147483647
     */
  agentId: number;
  /** The first name */
  firstName: string;
  /** Empty for somebody with one name */
  lastName: string;
  /**
     * The mail address
     * @nullable
     */
  email: string | null;
  /** Whether the agent may log in, and its token opens anything */
  isActive: boolean;
  /** The queues that the agent serves, in order; null when all */
  queueTypes: QueueType[] | null;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
  session: AgentSession;
  /** The call that the agent has claimed */
  heldCall: HeldCall | null;
}

/**
 * What an agent is called
 */
export interface AgentName {
  /**
     * The agent
     * @minimum 1
     * @maximum 2147483647
     */
  agentId: number;
  /** The first name */
  firstName: string;
  /** Empty for somebody with one name */
  lastName: string;
}

/**
 * `user`: zone or region were said; `phone`: from its country; `queue`: nothing says so
 */
export type ZoneSource = 'user' | 'phone' | 'queue';
/**
 * What your own system keeps with the user: up to 50 keys of up to 40 characters, 8 KiB as JSON
 */
export type UserMetadata = {[key: string]: string};

/**
 * A customer who may be called
 */
export interface User {
  /**
     * The user, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  userId: string;
  /** As agents see it */
  name: string;
  /**
     * The number to call
     * @nullable
     */
  phone: string | null;
  /**
     * The same in the international format; null when it is no number that there can be, as `DEFAULT_COUNTRY` says
     * @nullable
     */
  phoneE164: string | null;
  /**
     * Where the user is: as it was said, else the country of the phone
     * @nullable
     */
  region: string | null;
  /** Every zone the user may be in: a call must be allowed in all of them. None: then those of the opening hours count, else UTC */
  timeZones: string[];
  zoneSource: ZoneSource;
  /**
     * What your own system knows the user by: no other user has it
     * @nullable
     */
  externalId: string | null;
  /** What your own system keeps with the user: up to 50 keys of up to 40 characters, 8 KiB as JSON */
  metadata: UserMetadata;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
}

/**
 * Who called: `inbound` the customer, `outbound` the agent
 */
export type CallDirection = 'inbound' | 'outbound';
/**
 * What came of a call
 */
export type OutcomeType = 'resolved' | 'callback_requested' | 'no_answer' | 'busy' | 'voicemail' | 'wrong_number' | 'declined' | 'do_not_call' | 'failed';
/**
 * A call that got an outcome
 */
export interface LastCall {
  /** The call session */
  callSessionId: string;
  /** The callback that the call was made for */
  callbackId: string | null;
  direction: CallDirection;
  /** Who spoke with the user */
  agentId: number | null;
  /** When it began */
  startedAt: string;
  /** How long it took, when that was told */
  durationSeconds: number | null;
  outcomeType: OutcomeType;
  /**
     * What the agent wrote about it: the first 500 characters
     * @nullable
     */
  notes: string | null;
  /** Whether there is more of the notes; all of them: `GET /api/call-sessions/{id}` */
  notesCut: boolean;
}

export interface ClaimedCall {
  queueEntry: QueueEntry;
  /** The promise; null for an ordinary place */
  callback: Callback | null;
  /** Whom to call; null when the record was deleted meanwhile */
  user: User | null;
  /** Whether the user was reached in an inbound call while an agent was calling: however that ends, nobody is given it again */
  reachedInbound: boolean;
  /** The last three calls with the user, the newest first */
  lastCalls: LastCall[];
  /** The last call that was made for the callback; null when there was none */
  lastAttempt: LastCall | null;
  /** The call session */
  callSessionId: string;
  /** Whether the agent held this call before */
  resumed: boolean;
}

/**
 * How the day of an agent goes so far
 */
export interface Today {
  /** When the day began */
  since: string;
  /** Whose day it is */
  timeZone: string;
  /**
     * Calls that began, without those that were given back before calling
     * @minimum 0
     * @maximum 9007199254740991
     */
  calls: number;
  /**
     * Promises that these calls have completed
     * @minimum 0
     * @maximum 9007199254740991
     */
  promisesKept: number;
  /**
     * How long those took together that are over
     * @minimum 0
     * @maximum 9007199254740991
     */
  talkSeconds: number;
}

/**
 * An agent, what it is at, and how its day goes
 */
export interface AgentToday {
  /**
     * The agent
     * @minimum 1
     * @maximum 2147483647
     */
  agentId: number;
  /** The first name */
  firstName: string;
  /** Empty for somebody with one name */
  lastName: string;
  /**
     * The mail address
     * @nullable
     */
  email: string | null;
  /** Whether the agent may log in, and its token opens anything */
  isActive: boolean;
  /** The queues that the agent serves, in order; null when all */
  queueTypes: QueueType[] | null;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
  /** The open session; null while the agent is logged out */
  session: AgentSession | null;
  /** The call that the agent has claimed; null without one */
  heldCall: ClaimedCall | null;
  today: Today;
}

/**
 * An agent, and what it is at
 */
export interface AgentWithSession {
  /**
     * The agent
     * @minimum 1
     * @maximum 2147483647
     */
  agentId: number;
  /** The first name */
  firstName: string;
  /** Empty for somebody with one name */
  lastName: string;
  /**
     * The mail address
     * @nullable
     */
  email: string | null;
  /** Whether the agent may log in, and its token opens anything */
  isActive: boolean;
  /** The queues that the agent serves, in order; null when all */
  queueTypes: QueueType[] | null;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
  /** The open session; null while the agent is logged out */
  session: AgentSession | null;
  /** The call that the agent has claimed; null without one */
  heldCall: HeldCall | null;
  /** How the day goes so far; null when no `timeZone` was asked for */
  today: Today | null;
}

/**
 * Stable: decide by it
 */
export type AlertName = 'health-score-low' | 'callback-conversion-low' | 'calls-without-outcome' | 'tick-late' | 'callbacks-overdue' | 'callbacks-failing' | 'callbacks-escalated' | 'owner-missing' | 'entries-unclaimable' | 'rows-wrong' | 'lanes-differ' | 'tzdata-behind' | 'webhooks-failing' | 'queue-paused';
/**
 * `critical`: promises are not kept, or will not be; `warning`: look today
 */
export type AlertSeverity = 'critical' | 'warning';
export interface AlertSince {
  name: AlertName;
  severity: AlertSeverity;
  /** What is so now, in words */
  detail: string;
  /** What to do: a section of the documentation */
  runBook: string;
  /** When it began; null while no worker has seen it */
  since: string | null;
}

export const AliveValue = {
  /** Always the same */
  status: 'alive',
} as const;
export type Alive = typeof AliveValue;

/**
 * A call that was made for it and got an outcome
 */
export interface AttemptedCall {
  /**
     * The first one is 1
     * @minimum 1
     * @maximum 9007199254740991
     */
  number: number;
  /** The call session */
  callSessionId: string;
  /** Who called */
  agentId: number | null;
  /** When it began */
  startedAt: string;
  outcomeType: OutcomeType;
  /** After the time that the customer was told; negative before it */
  lateBySeconds: number;
}

/**
 * Who put it there: an `operator`, or the `outcome` of a call (policy `refusalsBlock`)
 */
export type BlockSource = 'operator' | 'outcome';
/**
 * Who must not be called
 */
export interface Block {
  /**
     * Who: `user:` and an id, or a phone number in E.164
     * @maxLength 40
     */
  subject: string;
  /**
     * Why; null of the outcome of a call, and once the user was erased
     * @nullable
     */
  reason: string | null;
  /** Since when it is on the list */
  since: string;
  /** When it may be called again; null for never */
  until: string | null;
  /** Who put it there: an `operator`, or the `outcome` of a call (policy `refusalsBlock`) */
  source: BlockSource;
}

export interface BlockPage {
  /** By `subject` */
  items: Block[];
  /** Null on the last page */
  nextCursor: string | null;
}

/**
 * `created` is new, `updated` was there and is written, `existing` was there and stands as it is, `refused` changed nothing
 */
export type RowResultStatus = 'created' | 'updated' | 'existing' | 'refused';
/**
 * Stable: decide by it
 */
export type ProblemCode = 'invalid-request' | 'malformed-request' | 'malformed-json' | 'agent-not-named' | 'unauthorized' | 'sign-in-code-invalid' | 'forbidden' | 'no-active-agent' | 'user-unknown-to-agent' | 'cross-site-request' | 'signature-invalid' | 'not-your-call' | 'route-not-found' | 'user-not-found' | 'agent-not-found' | 'callback-not-found' | 'queue-entry-not-found' | 'queue-not-found' | 'call-session-not-found' | 'calendar-not-found' | 'webhook-not-found' | 'delivery-not-found' | 'request-incomplete' | 'agent-not-logged-in' | 'agent-inactive' | 'callback-not-pending' | 'owner-only' | 'callback-not-open' | 'too-many-accepted' | 'agent-in-call' | 'user-in-call' | 'entry-not-claimed' | 'outcome-recorded' | 'call-session-exists' | 'queue-in-use' | 'queue-not-served' | 'too-many-open-callbacks' | 'calendar-in-use' | 'calendar-read-only' | 'webhook-inactive' | 'outside-calling-hours' | 'external-id-taken' | 'do-not-call' | 'calendar-changed' | 'policy-changed' | 'body-too-large' | 'unsupported-media-type' | 'unknown-user' | 'unknown-agent' | 'unknown-queue' | 'owner-not-named' | 'callback-in-the-past' | 'call-in-the-future' | 'unknown-calendar' | 'never-allowed' | 'block-over' | 'unknown-call-session' | 'unknown-callback' | 'webhook-url-refused' | 'unknown-holidays' | 'idempotency-key-reused' | 'too-many-callbacks-created' | 'rate-limited' | 'too-many-streams' | 'headers-too-large' | 'internal-error' | 'database-unavailable' | 'run-lost' | 'tzdata-behind' | 'token-keys-unavailable' | 'streams-full' | 'request-timed-out';
export type RowResultProblemErrorsItem = {
  /** Where the field is, like `body.nextCallback.scheduledFor` */
  path: string;
  /** What it must be */
  message: string;
};

/**
 * Why it was refused
 */
export type RowResultProblem = {
  /** Leads to a page that explains this kind of problem: a URL, or a path of this API */
  type: string;
  /** The kind of problem in words */
  title: string;
  /**
     * The status of the answer
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  status: number;
  /** What is wrong with this request */
  detail: string;
  code: ProblemCode;
  /** The fields that are wrong, when the request does not match its schema */
  errors?: RowResultProblemErrorsItem[];
  /** With `outside-calling-hours`: the first time at or after the one asked for at which the user may be called */
  nextAllowedAt?: string;
  /**
     * With `callback-not-pending`: the agent who has the callback by now, when one has
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  takenBy?: number;
};

/**
 * What became of a row
 */
export interface RowResult {
  /**
     * Which row, from 0
     * @minimum 0
     * @maximum 9007199254740991
     */
  index: number;
  /** `created` is new, `updated` was there and is written, `existing` was there and stands as it is, `refused` changed nothing */
  status: RowResultStatus;
  /** What it is known by: `userId` of a user, `id` of a callback */
  id?: string;
  /** Why it was refused */
  problem?: RowResultProblem;
}

export interface BulkResults {
  /** One for each row, in their order */
  results: RowResult[];
}

/**
 * The hours of each day of the week
 */
export type CalendarWeek = {
  /**
     * On Mondays; left out, it is closed
     * @maxItems 24
     * @items.minItems 2
     * @items.maxItems 2
     */
  mon?: [string, string][];
  /**
     * On Tuesdays; left out, it is closed
     * @maxItems 24
     * @items.minItems 2
     * @items.maxItems 2
     */
  tue?: [string, string][];
  /**
     * On Wednesdays; left out, it is closed
     * @maxItems 24
     * @items.minItems 2
     * @items.maxItems 2
     */
  wed?: [string, string][];
  /**
     * On Thursdays; left out, it is closed
     * @maxItems 24
     * @items.minItems 2
     * @items.maxItems 2
     */
  thu?: [string, string][];
  /**
     * On Fridays; left out, it is closed
     * @maxItems 24
     * @items.minItems 2
     * @items.maxItems 2
     */
  fri?: [string, string][];
  /**
     * On Saturdays; left out, it is closed
     * @maxItems 24
     * @items.minItems 2
     * @items.maxItems 2
     */
  sat?: [string, string][];
  /**
     * On Sundays; left out, it is closed
     * @maxItems 24
     * @items.minItems 2
     * @items.maxItems 2
     */
  sun?: [string, string][];
};

/**
 * Dates with other hours
 */
export type CalendarSpecial = {[key: string]: [string, string][]};

/**
 * Closed on the public holidays of a country
 */
export type CalendarHolidays = {
  /**
     * The country
     * @pattern ^[A-Z]{2}$
     */
  country: string;
  /**
     * The part of it, when that has holidays of its own
     * @pattern ^[A-Z0-9]{1,3}$
     */
  region?: string;
} | null;

/**
 * Where the hours of a calendar come from
 */
export interface CalendarSource {
  /** The rule, and what must be known of it */
  rule: string;
  /** Where it was read */
  url: string;
  /** The date on which it was */
  checkedOn: string;
  /** What it is not: legal advice */
  notice: string;
}

/**
 * When days are open
 */
export interface Calendar {
  /**
     * The calendar; those that begin with `law:` come with Ringback
     * @pattern ^(?:law:)?[a-z][a-z0-9_-]{0,39}$
     */
  id: string;
  /**
     * Where it is read; null = where the customer is
     * @nullable
     */
  timeZone: string | null;
  /** The hours of each day of the week */
  week: CalendarWeek;
  /** Dates on which it is closed */
  closed: string[];
  /** Dates with other hours */
  special: CalendarSpecial;
  /** Closed on the public holidays of a country */
  holidays: CalendarHolidays;
  /** The dates of these holidays: of the year at hand and two more. It is closed on them */
  holidayDates: string[];
  /** Of one that comes with Ringback */
  source: CalendarSource | null;
  /** When it last changed */
  updatedAt: string;
}

/**
 * What of the calendar says when it is open: the `week`, or an exception to it
 */
export type CalendarDayReason = 'week' | 'closed' | 'holiday' | 'special';
export interface CalendarDay {
  /** The day */
  date: string;
  /** What of the calendar says when it is open: the `week`, or an exception to it */
  reason: CalendarDayReason;
  /**
     * When it is open by the clock on the wall; none = closed
     * @items.minItems 2
     * @items.maxItems 2
     */
  hours: [string, string][];
  /** How long that is in truth: what the clocks skip is not there, what they show twice is twice */
  openMinutes: number;
}

/**
 * The hours of each day of the week
 */
export type CalendarDocumentWeek = {
  /**
     * On Mondays; left out, it is closed
     * @maxItems 24
     * @items.minItems 2
     * @items.maxItems 2
     */
  mon?: [string, string][];
  /**
     * On Tuesdays; left out, it is closed
     * @maxItems 24
     * @items.minItems 2
     * @items.maxItems 2
     */
  tue?: [string, string][];
  /**
     * On Wednesdays; left out, it is closed
     * @maxItems 24
     * @items.minItems 2
     * @items.maxItems 2
     */
  wed?: [string, string][];
  /**
     * On Thursdays; left out, it is closed
     * @maxItems 24
     * @items.minItems 2
     * @items.maxItems 2
     */
  thu?: [string, string][];
  /**
     * On Fridays; left out, it is closed
     * @maxItems 24
     * @items.minItems 2
     * @items.maxItems 2
     */
  fri?: [string, string][];
  /**
     * On Saturdays; left out, it is closed
     * @maxItems 24
     * @items.minItems 2
     * @items.maxItems 2
     */
  sat?: [string, string][];
  /**
     * On Sundays; left out, it is closed
     * @maxItems 24
     * @items.minItems 2
     * @items.maxItems 2
     */
  sun?: [string, string][];
};

/**
 * Dates with other hours; they go before all else
 */
export type CalendarDocumentSpecial = {[key: string]: [string, string][]};

/**
 * Closed on the public holidays of a country
 */
export type CalendarDocumentHolidays = {
  /**
     * The country
     * @pattern ^[A-Z]{2}$
     */
  country: string;
  /**
     * The part of it, when that has holidays of its own
     * @pattern ^[A-Z0-9]{1,3}$
     */
  region?: string;
} | null;

export interface CalendarDocument {
  /** Where it is read; left out or null, in the zones of the customer */
  timeZone?: string | null;
  /** The hours of each day of the week */
  week: CalendarDocumentWeek;
  /**
     * Dates on which it is closed
     * @maxItems 1000
     * @items.pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$
     */
  closed?: string[];
  /** Dates with other hours; they go before all else */
  special?: CalendarDocumentSpecial;
  /** Closed on the public holidays of a country */
  holidays?: CalendarDocumentHolidays;
}

export interface ClockChange {
  /** When the clocks are moved */
  at: string;
  /** What they would have shown then */
  from: string;
  /** What they show */
  to: string;
}

/**
 * What follows from a calendar, day by day
 */
export interface CalendarYear {
  /**
     * The calendar; those that begin with `law:` come with Ringback
     * @pattern ^(?:law:)?[a-z][a-z0-9_-]{0,39}$
     */
  calendarId: string;
  /**
     * The year
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  year: number;
  /** By whose clocks */
  timeZone: string;
  /** False when it closes on public holidays, and those of this year are not known (see `holidayDates`) */
  holidaysKnown: boolean;
  /** Every day of the year, in order */
  days: CalendarDay[];
  /** When the clocks of the zone are moved in this year, in order */
  clockChanges: ClockChange[];
}

/**
 * `completed` is over, with an outcome or without
 */
export type CallSessionStatus = 'in_progress' | 'completed';
/**
 * One phone call
 */
export interface CallSession {
  /** The call session */
  id: string;
  /**
     * The user, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  userId: string;
  /** Who speaks with the user */
  agentId: number | null;
  direction: CallDirection;
  status: CallSessionStatus;
  /**
     * The id that telephony gave the call, from Twilio or another one; the same id is the same call
     * @nullable
     */
  twilioCallSid: string | null;
  /** When the call began, or was claimed */
  startedAt: string;
  /** When the call ended */
  completedAt: string | null;
  /** How long it took, when that was told */
  durationSeconds: number | null;
  /** What came of it; null while nobody has said */
  lastOutcomeType: OutcomeType | null;
  /** Whether telephony has told what came of it, and nobody had to say so */
  outcomeFromTelephony: boolean;
  /**
     * What the agent wrote about it
     * @nullable
     */
  outcomeNotes: string | null;
  /** Whether a callback was promised in the call */
  callbackScheduled: boolean;
  /** The callback that its outcome made */
  nextCallbackId: string | null;
  /** The callback that the call is made for */
  callbackId: string | null;
  /** The entry whose claim opened it */
  queueEntryId: string | null;
  /** When the claim was given back before calling */
  releasedAt: string | null;
  /** When it was made */
  createdAt: string;
}

export interface CallSessionPage {
  /** The newest first */
  items: CallSession[];
  /** Null on the last page */
  nextCursor: string | null;
}

/**
 * What happened: `scheduled`, it was promised; `queued`, `assigned`, `rerouted`, `reassigned` and `escalated`, who is to call; `waiting`, nobody for now; `removed`, it has left its queue; `accepted`, `claimed`, `released`, what its agent did; `snoozed`, `rescheduled`, `retry`, its time is another; `completed` and `cancelled`, it is over; `reached_inbound`, its customer called first; `updated`, it says something else; `routing_failed`, `repaired`
 */
export type HistoryKind = 'scheduled' | 'queued' | 'rerouted' | 'assigned' | 'accepted' | 'snoozed' | 'rescheduled' | 'cancelled' | 'claimed' | 'released' | 'removed' | 'completed' | 'routing_failed' | 'escalated' | 'repaired' | 'retry' | 'waiting' | 'reassigned' | 'reached_inbound' | 'updated';
/**
 * What came of the call
 */
export type HistoryDetailsOutcomeType = 'resolved' | 'callback_requested' | 'no_answer' | 'busy' | 'voicemail' | 'wrong_number' | 'declined' | 'do_not_call' | 'failed';
/**
 * Of `completed` and `cancelled`: what became of it
 */
export type HistoryDetailsResult = 'reached' | 'reached_inbound' | 'refused' | 'wrong_number' | 'not_reached' | 'cancelled' | 'blocked';
/**
 * Of `queued`, `rerouted`: how its preferred agent was found; `gone` is logged out, not active, or silent for too long; null when nobody was preferred
 */
export type HistoryDetailsPreferredStanding = 'available' | 'busy' | 'wrap_up' | 'away' | 'gone' | null;
/**
 * Of `rerouted`: why it did not stay. `agent-gone`; `queue-not-served`, by its agent any more; `late`, and its agent was not available; `nobodys`, and somebody was idle; `owner-there`, the agent whose alone it is for now; `owner-away`, and the wait for that one almost over
 */
export type HistoryDetailsBecause = 'agent-gone' | 'queue-not-served' | 'late' | 'nobodys' | 'owner-there' | 'owner-away';
/**
 * What else there is to tell, by its kind
 */
export interface HistoryDetails {
  /**
     * The queue entry that it is about
     * @nullable
     */
  queueEntryId?: string | null;
  /**
     * The call that it is about
     * @nullable
     */
  callSessionId?: string | null;
  /**
     * The tick that did it; null when none did
     * @nullable
     */
  runId?: string | null;
  /** What came of the call */
  outcomeType?: HistoryDetailsOutcomeType;
  /** Of `completed` and `cancelled`: what became of it */
  result?: HistoryDetailsResult;
  /**
     * Of `completed`: how many calls were made for it
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  attempts?: number;
  /**
     * Of `retry`: which call for it is next, from 1
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  attempt?: number;
  /** Of `snoozed`, `rescheduled`, `waiting`: the time that it had */
  from?: string;
  /** Of `scheduled`, `snoozed`, `rescheduled`, `retry`, `waiting`: the time that it has; null for as long as it takes */
  to?: string | null;
  /** Of `cancelled` and `snoozed`: why, in words; of `released`, `waiting`, `routing_failed`, `removed`: why, in a word */
  reason?: string;
  /** Of `cancelled`: the role of who took it back */
  by?: string;
  /** Of `queued`, `rerouted`: whether its agent is not the preferred one */
  isSubstitute?: boolean;
  /** Of `queued`, `rerouted`: how its preferred agent was found; `gone` is logged out, not active, or silent for too long; null when nobody was preferred */
  preferredStanding?: HistoryDetailsPreferredStanding;
  /** Of `rerouted`: why it did not stay. `agent-gone`; `queue-not-served`, by its agent any more; `late`, and its agent was not available; `nobodys`, and somebody was idle; `owner-there`, the agent whose alone it is for now; `owner-away`, and the wait for that one almost over */
  because?: HistoryDetailsBecause;
  /** Of `rerouted`, `escalated`, `reassigned`: whose it was; null for nobody’s */
  fromAgentId?: number | null;
  /**
     * Of `waiting`: the policy whose hours are closed
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  policyVersion?: number;
  /** Of `updated`: what is other than before */
  fields?: string[];
  /** Of `scheduled`: quiet hours do not hold */
  quietHours?: 'off';
  /** Of `routing_failed`: when it is tried again */
  retryAt?: string;
  /**
     * Of `routing_failed`: how often, one time after the other
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  times?: number;
  /** Of `routing_failed`: the last time */
  lastAt?: string;
  /** Of `repaired`: what was wrong */
  wrong?: string;
  /** Of `removed`: the callback that its agent accepted */
  acceptedInstead?: string;
  [key: string]: unknown;
}

export interface CallbackEvent {
  /**
     * The event, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  id: string;
  /** The callback */
  callbackId: string;
  kind: HistoryKind;
  /** The agent whom it concerns */
  agentId: number | null;
  /** Who did it; null for what happened before actors were written down */
  actor: Actor | null;
  /** When it happened */
  at: string;
  details: HistoryDetails;
}

/**
 * What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON
 */
export type ListedCallbackMetadata = {[key: string]: string};

/**
 * A promise of a list, and what was asked for beside it
 */
export interface ListedCallback {
  /** The callback */
  id: string;
  /**
     * The user, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  userId: string;
  /** When the call is due: the time that was promised, unless it was put off */
  scheduledFor: string;
  /** What the customer was told, of one that was put off since; null while it is `scheduledFor` */
  promisedFor: string | null;
  /**
     * The time that the clocks of `timeZone` show then, when that was promised; null when it was a moment
     * @nullable
     */
  localTime: string | null;
  /**
     * The zone in which the promise was made, if it was said
     * @nullable
     */
  timeZone: string | null;
  /**
     * What the call is about
     * @nullable
     */
  callbackReason: string | null;
  /** The queue that it was made for; null when it goes where its user was last put */
  queueType: QueueType | null;
  /** The agent who should call; an accepted one is this agent’s */
  preferredAgentId: number | null;
  owner: Owner;
  /** The call in which it was promised */
  originalCallSessionId: string | null;
  /** What holds for it instead of the policy of its queue */
  policy: PolicyOverrides | null;
  /**
     * What your own system knows the promise by: no other callback has it
     * @nullable
     */
  externalId: string | null;
  /** What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON */
  metadata: ListedCallbackMetadata;
  /** Its preferred agent is not there, and is waited for until then; null when it is not so */
  ownerAwaitedUntil: string | null;
  status: CallbackStatus;
  /**
     * How many calls were made for it that got an outcome
     * @minimum 0
     * @maximum 9007199254740991
     */
  attempts: number;
  /** What became of it; null while it is open, and of what ended before results were written down */
  result: CallbackResult | null;
  /** The call that kept it, or in which the user was reached first */
  completedCallSessionId: string | null;
  /** When it was kept */
  completedAt: string | null;
  /** When it was taken back */
  cancelledAt: string | null;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
  /** With `with=user`: whom to call; null when the record was deleted, and to an agent who has not to do with the user now */
  user?: User | null;
  /** With `with=queueEntry`: its live queue entry; null while it is in no queue */
  queueEntry?: QueueEntry | null;
}

export interface CallbackPage {
  /** By `scheduledFor`, or by `updatedAt` */
  items: ListedCallback[];
  /** Null on the last page */
  nextCursor: string | null;
}

/**
 * What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON
 */
export type CallbackWithStoryMetadata = {[key: string]: string};

/**
 * A callback, its place in a queue and its history
 */
export interface CallbackWithStory {
  /** The callback */
  id: string;
  /**
     * The user, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  userId: string;
  /** When the call is due: the time that was promised, unless it was put off */
  scheduledFor: string;
  /** What the customer was told, of one that was put off since; null while it is `scheduledFor` */
  promisedFor: string | null;
  /**
     * The time that the clocks of `timeZone` show then, when that was promised; null when it was a moment
     * @nullable
     */
  localTime: string | null;
  /**
     * The zone in which the promise was made, if it was said
     * @nullable
     */
  timeZone: string | null;
  /**
     * What the call is about
     * @nullable
     */
  callbackReason: string | null;
  /** The queue that it was made for; null when it goes where its user was last put */
  queueType: QueueType | null;
  /** The agent who should call; an accepted one is this agent’s */
  preferredAgentId: number | null;
  owner: Owner;
  /** The call in which it was promised */
  originalCallSessionId: string | null;
  /** What holds for it instead of the policy of its queue */
  policy: PolicyOverrides | null;
  /**
     * What your own system knows the promise by: no other callback has it
     * @nullable
     */
  externalId: string | null;
  /** What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON */
  metadata: CallbackWithStoryMetadata;
  /** Its preferred agent is not there, and is waited for until then; null when it is not so */
  ownerAwaitedUntil: string | null;
  status: CallbackStatus;
  /**
     * How many calls were made for it that got an outcome
     * @minimum 0
     * @maximum 9007199254740991
     */
  attempts: number;
  /** What became of it; null while it is open, and of what ended before results were written down */
  result: CallbackResult | null;
  /** The call that kept it, or in which the user was reached first */
  completedCallSessionId: string | null;
  /** When it was kept */
  completedAt: string | null;
  /** When it was taken back */
  cancelledAt: string | null;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
  /** Whom to call; null when the record was deleted. To an agent it is shown, with the calls before, while the agent has to do with the user */
  user: User | null;
  /** The last three calls with the user, the newest first */
  lastCalls: LastCall[];
  /** The last call that was made for the callback; null when there was none */
  lastAttempt: LastCall | null;
  /** Its live queue entry */
  queueEntry: QueueEntry | null;
  /** Whether the user was reached in an inbound call while an agent was calling: however that ends, nobody is given it again */
  reachedInbound: boolean;
  /** Its attempts, oldest first: the last hundred */
  attemptedCalls: AttemptedCall[];
  /** What happened to it, oldest first: the last events, or those before the cursor */
  history: CallbackEvent[];
  /** Leads to what happened before; null when nothing did */
  nextCursor: string | null;
}

/**
 * `no-hours`: the policy names none, so every time is allowed; `never`: no time is, within 370 days
 */
export type CallingWindowWhy = 'no-hours' | 'open' | 'closed' | 'never';
/**
 * When a user may be called
 */
export interface CallingWindow {
  /** Whether the user may be called at `at` */
  allowedNow: boolean;
  /** The first time at or after `at`; null when there is none in 370 days */
  from: string | null;
  /** When that stretch ends; null when nothing that is known ends it */
  until: string | null;
  /** The zones the user may be in: quiet hours must allow a call in each */
  zones: string[];
  /** The calendars that hold, by id */
  calendars: string[];
  /** `no-hours`: the policy names none, so every time is allowed; `never`: no time is, within 370 days */
  why: CallingWindowWhy;
}

export interface CancelCallbackBody {
  /** The callback */
  callbackId: string;
  /**
     * Why; kept in the history
     * @maxLength 500
     */
  reason?: string;
}

export interface ChangedCallback {
  callback: Callback;
}

export interface ClaimNextCallBody {
  queueType?: QueueType;
}

export interface CompleteCallSessionBody {
  /**
     * How long the call took
     * @minimum 0
     * @maximum 604800
     */
  durationSeconds?: number;
}

/**
 * The minute job, a request, or a worker that found ticks to be late
 */
export type CronRunTrigger = 'schedule' | 'manual' | 'recovery';
/**
 * What became of the callbacks that it found
 */
export type CronRunResults = {
  /**
     * Jobs attempted
     * @minimum 0
     * @maximum 9007199254740991
     */
  processed: number;
  /**
     * Callbacks now in a queue
     * @minimum 0
     * @maximum 9007199254740991
     */
  notified: number;
  /**
     * Given to an agent who is not the preferred one
     * @minimum 0
     * @maximum 9007199254740991
     */
  routed: number;
  /**
     * Queued while nobody was available
     * @minimum 0
     * @maximum 9007199254740991
     */
  unassigned: number;
  /**
     * Left for the next tick
     * @minimum 0
     * @maximum 9007199254740991
     */
  deferred: number;
  /**
     * Found well queued
     * @minimum 0
     * @maximum 9007199254740991
     */
  alreadyQueued: number;
  /**
     * Could not be routed
     * @minimum 0
     * @maximum 9007199254740991
     */
  errors: number;
};

/**
 * One tick
 */
export interface CronRun {
  /** The tick; log lines have it, too */
  runId: string;
  /** The minute job, a request, or a worker that found ticks to be late */
  trigger: CronRunTrigger;
  /** When it began to look */
  startedAt: string;
  /** When its last job was done; null while it is at work */
  finishedAt: string | null;
  /** When its jobs were found to be lost */
  abandonedAt: string | null;
  /** How many callbacks it found; null while it looks */
  enqueued: number | null;
  /** What became of the callbacks that it found */
  results: CronRunResults;
  /**
     * Milliseconds; null until it is finished
     * @nullable
     */
  duration: number | null;
}

export interface NextCall {
  queueEntry: QueueEntry;
  /** The promise; null for an ordinary place */
  callback: Callback | null;
  /** Whom to call; null when the record was deleted meanwhile */
  user: User | null;
  /** Whether the user was reached in an inbound call while an agent was calling: however that ends, nobody is given it again */
  reachedInbound: boolean;
  /** The last three calls with the user, the newest first */
  lastCalls: LastCall[];
  /** The last call that was made for the callback; null when there was none */
  lastAttempt: LastCall | null;
}

/**
 * A promise, whom to call, and where it stands
 */
export interface ShownPromise {
  callback: Callback;
  /** Its place; null while it is in no queue */
  queueEntry: QueueEntry | null;
  /** Whom to call; null when the record was deleted */
  user: User | null;
}

/**
 * What an agent has before it
 */
export interface Desk {
  /** The moment of all this, by the clock of Ringback */
  now: string;
  /** The open session; null while the agent is logged out */
  session: AgentSession | null;
  /** The call that the agent has claimed; null without one */
  heldCall: ClaimedCall | null;
  /** What a claim would bring; null while a call is held, and when nobody waits */
  next: NextCall | null;
  /** The place of `next` among all who wait in its queue, from 1; null beyond a thousand */
  queuePosition: number | null;
  /** Due within ten minutes, overdue, or accepted, without those below: the first fifty by time */
  pending: ShownPromise[];
  /** Put off to a time within a day that has not come, and in no queue yet: the first fifty by time */
  snoozed: ShownPromise[];
}

/**
 * Null when the agent has logged out
 */
export type EventAgentChangedDataStatus = 'available' | 'busy' | 'wrap_up' | 'away' | null;
/**
 * What it is about
 */
export type EventAgentChangedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
  /** Null when the agent has logged out */
  status: EventAgentChangedDataStatus;
};

/**
 * An agent logged in or out, or has another status
 */
export interface EventAgentChanged {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'agent.changed';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventAgentChangedData;
}

/**
 * The alert
 */
export type EventAlertBeginsDataName = 'health-score-low' | 'callback-conversion-low' | 'calls-without-outcome' | 'tick-late' | 'callbacks-overdue' | 'callbacks-failing' | 'callbacks-escalated' | 'owner-missing' | 'entries-unclaimable' | 'rows-wrong' | 'lanes-differ' | 'tzdata-behind' | 'webhooks-failing' | 'queue-paused';
/**
 * What it is about
 */
export type EventAlertBeginsData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The alert */
  name: EventAlertBeginsDataName;
};

/**
 * An alert stands
 */
export interface EventAlertBegins {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'alert.begins';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventAlertBeginsData;
}

/**
 * The alert
 */
export type EventAlertEndsDataName = 'health-score-low' | 'callback-conversion-low' | 'calls-without-outcome' | 'tick-late' | 'callbacks-overdue' | 'callbacks-failing' | 'callbacks-escalated' | 'owner-missing' | 'entries-unclaimable' | 'rows-wrong' | 'lanes-differ' | 'tzdata-behind' | 'webhooks-failing' | 'queue-paused';
/**
 * What it is about
 */
export type EventAlertEndsData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The alert */
  name: EventAlertEndsDataName;
  /** When it began */
  since: string;
};

/**
 * An alert stands no more
 */
export interface EventAlertEnds {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'alert.ends';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventAlertEndsData;
}

/**
 * Who called whom
 */
export type EventCallEndedDataDirection = 'inbound' | 'outbound';
/**
 * What came of the call
 */
export type EventCallEndedDataOutcomeType = 'resolved' | 'callback_requested' | 'no_answer' | 'busy' | 'voicemail' | 'wrong_number' | 'declined' | 'do_not_call' | 'failed' | null;
/**
 * What it is about
 */
export type EventCallEndedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The call */
  callSessionId: string;
  /** The promise that it is for */
  callbackId: string | null;
  /** The customer */
  userId: string;
  /** The agent who talks */
  agentId: number | null;
  /** Who called whom */
  direction: EventCallEndedDataDirection;
  /** What came of the call */
  outcomeType: EventCallEndedDataOutcomeType;
  /** How long it took */
  durationSeconds: number | null;
  /** Whether its agent gave it back before calling */
  isReleased: boolean;
};

/**
 * A call ended, or its outcome was recorded
 */
export interface EventCallEnded {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'call.ended';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallEndedData;
}

/**
 * Who called whom
 */
export type EventCallStartedDataDirection = 'inbound' | 'outbound';
/**
 * What it is about
 */
export type EventCallStartedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The call */
  callSessionId: string;
  /** The promise that it is for */
  callbackId: string | null;
  /** The customer */
  userId: string;
  /** The agent who talks */
  agentId: number | null;
  /** Who called whom */
  direction: EventCallStartedDataDirection;
};

/**
 * A call began
 */
export interface EventCallStarted {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'call.started';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallStartedData;
}

/**
 * Who called whom
 */
export type EventCallTakenDataDirection = 'inbound' | 'outbound';
/**
 * What it is about
 */
export type EventCallTakenData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The call */
  callSessionId: string;
  /** The promise that it is for */
  callbackId: string | null;
  /** The customer */
  userId: string;
  /** The agent who talks */
  agentId: number | null;
  /** Who called whom */
  direction: EventCallTakenDataDirection;
};

/**
 * An agent took an inbound call that had been nobody’s
 */
export interface EventCallTaken {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'call.taken';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallTakenData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackAcceptedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What it is about
 */
export type EventCallbackAcceptedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackAcceptedDataActor;
  /**
     * The place in a queue
     * @pattern ^\d+$
     */
  queueEntryId: string;
};

/**
 * An agent will make the call, and it comes first
 */
export interface EventCallbackAccepted {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.accepted';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackAcceptedData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackAssignedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What it is about
 */
export type EventCallbackAssignedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackAssignedDataActor;
  /**
     * The place in a queue
     * @pattern ^\d+$
     */
  queueEntryId: string;
};

/**
 * It went to an agent who became available, or who asked for it
 */
export interface EventCallbackAssigned {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.assigned';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackAssignedData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackCancelledDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * The role of whoever cancelled it
 */
export type EventCallbackCancelledDataBy = 'agent' | 'desk' | 'service' | 'viewer' | 'supervisor' | 'engine';
/**
 * What it is about
 */
export type EventCallbackCancelledData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackCancelledDataActor;
  /** The role of whoever cancelled it */
  by: EventCallbackCancelledDataBy;
  /** Its customer must not be called */
  result?: 'blocked';
};

/**
 * It will not be called
 */
export interface EventCallbackCancelled {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.cancelled';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackCancelledData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackClaimedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What it is about
 */
export type EventCallbackClaimedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackClaimedDataActor;
  /**
     * The place in a queue
     * @pattern ^\d+$
     */
  queueEntryId: string;
  /** The call */
  callSessionId: string;
};

/**
 * An agent is calling
 */
export interface EventCallbackClaimed {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.claimed';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackClaimedData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackCompletedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What came of the call
 */
export type EventCallbackCompletedDataOutcomeType = 'resolved' | 'callback_requested' | 'no_answer' | 'busy' | 'voicemail' | 'wrong_number' | 'declined' | 'do_not_call' | 'failed' | null;
/**
 * What became of the promise
 */
export type EventCallbackCompletedDataResult = 'reached' | 'reached_inbound' | 'refused' | 'wrong_number' | 'not_reached' | 'cancelled' | 'blocked' | null;
/**
 * What it is about
 */
export type EventCallbackCompletedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackCompletedDataActor;
  /** The call */
  callSessionId: string;
  /** What came of the call */
  outcomeType?: EventCallbackCompletedDataOutcomeType;
  /** What became of the promise */
  result: EventCallbackCompletedDataResult;
  /**
     * How often it was tried
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  attempts: number;
};

/**
 * The promise is over; `result` says what became of it
 */
export interface EventCallbackCompleted {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.completed';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackCompletedData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackEscalatedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What it is about
 */
export type EventCallbackEscalatedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackEscalatedDataActor;
  /**
     * The place in a queue
     * @pattern ^\d+$
     */
  queueEntryId: string;
  /** The agent who had it */
  fromAgentId: number | null;
  /** The tick; null when it was not one */
  runId: string | null;
};

/**
 * Its agent left it lying, and it is open to all
 */
export interface EventCallbackEscalated {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.escalated';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackEscalatedData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackQueuedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * How its preferred agent was found; null when nobody was preferred
 */
export type EventCallbackQueuedDataPreferredStanding = 'available' | 'busy' | 'wrap_up' | 'away' | 'gone' | null;
/**
 * What it is about
 */
export type EventCallbackQueuedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackQueuedDataActor;
  /**
     * The place in a queue
     * @pattern ^\d+$
     */
  queueEntryId: string;
  /** Whether it went to somebody else than its preferred agent */
  isSubstitute: boolean;
  /** The tick; null when it was not one */
  runId?: string | null;
  /** How its preferred agent was found; null when nobody was preferred */
  preferredStanding?: EventCallbackQueuedDataPreferredStanding;
};

/**
 * A promise falls due, and has its place in a queue; its agent is told by this
 */
export interface EventCallbackQueued {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.queued';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackQueuedData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackReachedInboundDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What came of the call
 */
export type EventCallbackReachedInboundDataOutcomeType = 'resolved' | 'callback_requested' | 'no_answer' | 'busy' | 'voicemail' | 'wrong_number' | 'declined' | 'do_not_call' | 'failed' | null;
/**
 * What it is about
 */
export type EventCallbackReachedInboundData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackReachedInboundDataActor;
  /** The call */
  callSessionId: string;
  /** What came of the call */
  outcomeType: EventCallbackReachedInboundDataOutcomeType;
};

/**
 * The customer called before we did
 */
export interface EventCallbackReachedInbound {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.reached_inbound';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackReachedInboundData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackReassignedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What it is about
 */
export type EventCallbackReassignedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackReassignedDataActor;
  /** The agent who had it */
  fromAgentId: number | null;
  /**
     * The place in a queue
     * @pattern ^\d+$
     */
  queueEntryId?: string;
};

/**
 * It was given to another agent, or to whoever is there
 */
export interface EventCallbackReassigned {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.reassigned';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackReassignedData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackReleasedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What it is about
 */
export type EventCallbackReleasedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackReleasedDataActor;
  /**
     * The place in a queue
     * @pattern ^\d+$
     */
  queueEntryId: string;
  /** The call */
  callSessionId: string;
  /** How the claim ended */
  reason: string;
};

/**
 * The claim ended without an outcome, and it stands where it stood
 */
export interface EventCallbackReleased {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.released';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackReleasedData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackRemovedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What it is about
 */
export type EventCallbackRemovedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackRemovedDataActor;
  /** Why, when nothing else tells */
  reason?: string;
  /** Another promise of the user, which was accepted */
  acceptedInstead?: string;
};

/**
 * It left its queue
 */
export interface EventCallbackRemoved {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.removed';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackRemovedData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackRepairedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What it is about
 */
export type EventCallbackRepairedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackRepairedDataActor;
  /** What was wrong with its row */
  wrong: string;
};

/**
 * Its row was wrong and was set right
 */
export interface EventCallbackRepaired {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.repaired';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackRepairedData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackReroutedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * How its preferred agent was found; null when nobody was preferred
 */
export type EventCallbackReroutedDataPreferredStanding = 'available' | 'busy' | 'wrap_up' | 'away' | 'gone' | null;
/**
 * Why it did not stay where it was
 */
export type EventCallbackReroutedDataBecause = 'agent-gone' | 'queue-not-served' | 'late' | 'nobodys' | 'owner-there' | 'owner-away';
/**
 * What it is about
 */
export type EventCallbackReroutedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackReroutedDataActor;
  /**
     * The place in a queue
     * @pattern ^\d+$
     */
  queueEntryId: string;
  /** The agent who had it */
  fromAgentId: number | null;
  /** The tick; null when it was not one */
  runId: string | null;
  /** Whether it went to somebody else than its preferred agent */
  isSubstitute?: boolean;
  /** How its preferred agent was found; null when nobody was preferred */
  preferredStanding?: EventCallbackReroutedDataPreferredStanding;
  /** Why it did not stay where it was */
  because?: EventCallbackReroutedDataBecause;
};

/**
 * It went from one agent to another, or to nobody
 */
export interface EventCallbackRerouted {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.rerouted';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackReroutedData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackRescheduledDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What it is about
 */
export type EventCallbackRescheduledData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackRescheduledDataActor;
  /** When it was due */
  from: string;
  /** When it is due */
  to: string;
};

/**
 * The customer was told another time
 */
export interface EventCallbackRescheduled {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.rescheduled';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackRescheduledData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackRetryDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What came of the call
 */
export type EventCallbackRetryDataOutcomeType = 'resolved' | 'callback_requested' | 'no_answer' | 'busy' | 'voicemail' | 'wrong_number' | 'declined' | 'do_not_call' | 'failed' | null;
/**
 * What it is about
 */
export type EventCallbackRetryData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackRetryDataActor;
  /** The call */
  callSessionId: string;
  /** What came of the call */
  outcomeType: EventCallbackRetryDataOutcomeType;
  /**
     * Which attempt comes then
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  attempt: number;
  /** When it is due */
  to: string;
};

/**
 * The customer was not reached and is called again
 */
export interface EventCallbackRetry {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.retry';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackRetryData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackRoutingFailedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What it is about
 */
export type EventCallbackRoutingFailedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackRoutingFailedDataActor;
  /** When it is tried again */
  retryAt?: string;
  /**
     * How often in a row, when this was written
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  times: number;
};

/**
 * It could not be given a place and is tried again; told once of a row of failures with the same reason
 */
export interface EventCallbackRoutingFailed {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.routing_failed';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackRoutingFailedData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackScheduledDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What it is about
 */
export type EventCallbackScheduledData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackScheduledDataActor;
  /** When it is due */
  to?: string;
  /** The quiet hours of its policy do not hold for it */
  quietHours?: 'off';
};

/**
 * A promise was made
 */
export interface EventCallbackScheduled {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.scheduled';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackScheduledData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackSnoozedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What it is about
 */
export type EventCallbackSnoozedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackSnoozedDataActor;
  /** When it was due */
  from: string;
  /** When it is due */
  to: string;
};

/**
 * It was put off by some minutes
 */
export interface EventCallbackSnoozed {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.snoozed';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackSnoozedData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackUpdatedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

export type EventCallbackUpdatedDataFieldsItem = 'callbackReason' | 'metadata' | 'preferredAgentId';
/**
 * What it is about
 */
export type EventCallbackUpdatedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackUpdatedDataActor;
  /** What is other than before */
  fields: EventCallbackUpdatedDataFieldsItem[];
};

/**
 * It says something else, or prefers another agent
 */
export interface EventCallbackUpdated {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.updated';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackUpdatedData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventCallbackWaitingDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * For an opening, or for the only agent who may call
 */
export type EventCallbackWaitingDataReason = 'closed' | 'owner-missing';
/**
 * What it is about
 */
export type EventCallbackWaitingData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The promise */
  callbackId: string;
  /** The customer; null when the promise is gone by now */
  userId: string | null;
  /** The agent whom it concerns */
  agentId: number | null;
  /** The agent who should call, by now */
  preferredAgentId: number | null;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventCallbackWaitingDataActor;
  /** For an opening, or for the only agent who may call */
  reason: EventCallbackWaitingDataReason;
  /** When it was due */
  from?: string;
  /** When it is due; null when nobody can say */
  to?: string | null;
  /**
     * The version of the policy with those hours
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  policyVersion?: number;
  /**
     * The place in a queue
     * @pattern ^\d+$
     */
  queueEntryId?: string;
  /** The tick; null when it was not one */
  runId?: string | null;
};

/**
 * It waits without a place: for an opening, or for the only agent who may call
 */
export interface EventCallbackWaiting {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'callback.waiting';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventCallbackWaitingData;
}

/**
 * Who did it: the bearer of a token, or a task of the engine
 */
export type EventPolicyChangedDataActor = {
  /** The role of the token */
  role: 'agent';
  /**
     * The agent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId: number;
} | {
  /** The role of the token */
  role: 'desk' | 'service' | 'viewer' | 'supervisor';
  /**
     * The agent for whom it acted
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  agentId?: number;
} | {
  /** No token */
  role: 'engine';
  /** The task of the engine */
  task: string;
} | null;

/**
 * What it is about
 */
export type EventPolicyChangedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The queue */
  queueType: string;
  /**
     * The version that holds now
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  version: number;
  /** Who did it: the bearer of a token, or a task of the engine */
  actor: EventPolicyChangedDataActor;
};

/**
 * A queue has another version of its policy
 */
export interface EventPolicyChanged {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'policy.changed';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventPolicyChangedData;
}

/**
 * `completed` and `removed` end it
 */
export type EventQueueChangedDataStatus = 'pending' | 'assigned' | 'in_progress' | 'completed' | 'removed';
/**
 * What it is about
 */
export type EventQueueChangedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /**
     * The place in a queue
     * @pattern ^\d+$
     */
  queueEntryId: string;
  /** The customer */
  userId: string;
  /** The queue */
  queueType: string;
  /** The agent who has it */
  agentId: number | null;
  /** `completed` and `removed` end it */
  status: EventQueueChangedDataStatus;
  /**
     * Lower is first
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  priorityScore: number;
  /** From when it may be claimed */
  availableFrom: string;
  /**
     * Grows with each change of the place
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  version: number;
};

/**
 * The place of a user without a promise changed: made, moved, claimed, left
 */
export interface EventQueueChanged {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'queue.changed';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventQueueChangedData;
}

/**
 * What started it
 */
export type EventTickAbandonedDataTrigger = 'schedule' | 'manual' | 'recovery';
/**
 * What it is about
 */
export type EventTickAbandonedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The tick */
  runId: string;
  /** What started it */
  trigger: EventTickAbandonedDataTrigger;
  /**
     * Callbacks that it settled
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  processed: number;
  /**
     * … of which an agent was told
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  notified: number;
  /**
     * … that got a place in a queue
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  routed: number;
  /**
     * … a place that is open to all
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  unassigned: number;
  /**
     * … whose user was taken
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  deferred: number;
  /**
     * … that had a place
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  alreadyQueued: number;
  /**
     * … that could not be routed
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  errors: number;
};

/**
 * The jobs of a tick were lost; the next one finds their promises again
 */
export interface EventTickAbandoned {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'tick.abandoned';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventTickAbandonedData;
}

/**
 * What started it
 */
export type EventTickFinishedDataTrigger = 'schedule' | 'manual' | 'recovery';
/**
 * What it is about
 */
export type EventTickFinishedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The tick */
  runId: string;
  /** What started it */
  trigger: EventTickFinishedDataTrigger;
  /**
     * Callbacks that it settled
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  processed: number;
  /**
     * … of which an agent was told
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  notified: number;
  /**
     * … that got a place in a queue
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  routed: number;
  /**
     * … a place that is open to all
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  unassigned: number;
  /**
     * … whose user was taken
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  deferred: number;
  /**
     * … that had a place
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  alreadyQueued: number;
  /**
     * … that could not be routed
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  errors: number;
};

/**
 * All that a tick found has been settled
 */
export interface EventTickFinished {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'tick.finished';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventTickFinishedData;
}

/**
 * What started it
 */
export type EventTickStartedDataTrigger = 'schedule' | 'manual' | 'recovery';
/**
 * What it is about
 */
export type EventTickStartedData = {
  /**
     * Digits that grow: of two events about the same promise the one with the higher number came later
     * @pattern ^\d+$
     */
  sequence: string;
  /** The tick */
  runId: string;
  /** What started it */
  trigger: EventTickStartedDataTrigger;
};

/**
 * A tick looks for promises that fall due
 */
export interface EventTickStarted {
  /** Where it stands in the log; the same for everybody who hears of it */
  id: string;
  /** What happened */
  type: 'tick.started';
  /** Of what events hold */
  version: 1;
  /** When it happened */
  timestamp: string;
  /** What it is about */
  data: EventTickStartedData;
}

/**
 * What it is about
 */
export type EventWebhookTestData = {
  /** The webhook */
  webhookId: string;
};

/**
 * Somebody tries out the webhook: nothing has happened
 */
export interface EventWebhookTest {
  /** Another one each time */
  id: string;
  /** What it is */
  type: 'webhook.test';
  /** Of the events of Ringback */
  version: 1;
  /** When somebody asked for it */
  timestamp: string;
  /** What it is about */
  data: EventWebhookTestData;
}

export interface Finding {
  /** What is wrong */
  kind: string;
  /** The id of the row */
  subject: string;
  /** The same in words */
  detail: string;
  /** When it was found */
  foundAt: string;
  /** When it was last found to be so */
  lastFoundAt: string;
  /** When it was set right; null when somebody must */
  repairedAt: string | null;
}

/**
 * What became of the callbacks that it found
 */
export type FinishedTickResults = {
  /**
     * Jobs attempted
     * @minimum 0
     * @maximum 9007199254740991
     */
  processed: number;
  /**
     * Callbacks now in a queue
     * @minimum 0
     * @maximum 9007199254740991
     */
  notified: number;
  /**
     * Given to an agent who is not the preferred one
     * @minimum 0
     * @maximum 9007199254740991
     */
  routed: number;
  /**
     * Queued while nobody was available
     * @minimum 0
     * @maximum 9007199254740991
     */
  unassigned: number;
  /**
     * Left for the next tick
     * @minimum 0
     * @maximum 9007199254740991
     */
  deferred: number;
  /**
     * Found well queued
     * @minimum 0
     * @maximum 9007199254740991
     */
  alreadyQueued: number;
  /**
     * Could not be routed
     * @minimum 0
     * @maximum 9007199254740991
     */
  errors: number;
};

export interface FinishedTick {
  /** False when its jobs were lost */
  success: boolean;
  /** The figures in words */
  message: string;
  /** What became of the callbacks that it found */
  results: FinishedTickResults;
  /** Milliseconds */
  duration: number;
  /** The tick; log lines have it, too */
  runId: string;
}

/**
 * What the call has come to. Of an outbound call `no_answer`, `busy`, `voicemail` and `failed` become its outcome; `completed` and `cancelled` end it without one
 */
export type HearOfCallBodyStatus = 'ringing' | 'in_progress' | 'completed' | 'no_answer' | 'busy' | 'voicemail' | 'failed' | 'cancelled';
export interface HearOfCallBody {
  /** The session that a claim opened; with `externalCallId` it says which call of telephony that is */
  callSessionId?: string;
  /**
     * The id that telephony gave the call
     * @maxLength 200
     */
  externalCallId?: string;
  /** What the call has come to. Of an outbound call `no_answer`, `busy`, `voicemail` and `failed` become its outcome; `completed` and `cancelled` end it without one */
  status: HearOfCallBodyStatus;
  /**
     * Counts the events of a call: one that is lower than one that came before is ignored, as it is late
     * @minimum 0
     * @maximum 2147483647
     */
  sequence?: number;
  /** When an inbound call began that Ringback has not heard of; else now */
  at?: string;
  /**
     * How long the call took
     * @minimum 0
     * @maximum 604800
     */
  durationSeconds?: number;
  /**
     * The number that an inbound call comes from
     * @maxLength 200
     */
  phone?: string;
  direction?: CallDirection;
}

/**
 * Why the event was ignored: then nothing was changed
 */
export type HeardOfCallReason = 'unknown-call' | 'unknown-phone' | 'several-users' | 'another-call' | 'late' | 'outcome-recorded' | null;
export interface HeardOfCall {
  /** The call; null when it is none that Ringback knows */
  callSession: CallSession | null;
  /** Whether the event was taken for what it says */
  applied: boolean;
  /** Why the event was ignored: then nothing was changed */
  reason: HeardOfCallReason;
}

export interface HeartbeatBody { [key: string]: unknown }

export type LaneAuditQueueTypesItem = {
  queueType: QueueType;
  /**
     * Entries that wait in Postgres
     * @minimum 0
     * @maximum 9007199254740991
     */
  postgres: number;
  /** Entries that stand in lanes; null while Redis is away */
  redis: number | null;
  /** Entries that wait and are in no lane, or in a wrong one; null while Redis is away */
  missing: number | null;
  /** Places in lanes whose entry waits no more; null while Redis is away */
  stale: number | null;
  /** Whether nothing is missing or stale */
  inSync: boolean;
};

/**
 * The lanes in Redis, compared with Postgres
 */
export interface LaneAudit {
  /** Whether nothing is missing or stale in any queue */
  inSync: boolean;
  /** Each queue */
  queueTypes: LaneAuditQueueTypesItem[];
}

/**
 * The time that is looked at
 */
export type MonitoringWindow = {
  /**
     * How long
     * @minimum 0
     * @maximum 9007199254740991
     */
  hours: number;
  /** Its beginning */
  from: string;
  /** Its end: now */
  to: string;
};

/**
 * Calls of customers
 */
export type MonitoringInbound = {
  /**
     * How many began in the window
     * @minimum 0
     * @maximum 9007199254740991
     */
  total: number;
  /**
     * How many of them have an outcome
     * @minimum 0
     * @maximum 9007199254740991
     */
  withOutcome: number;
  /**
     * In how many of them a callback was promised
     * @minimum 0
     * @maximum 9007199254740991
     */
  callbackScheduled: number;
};

/**
 * Promises
 */
export type MonitoringCallbacks = {
  /**
     * Made in an inbound call of the window
     * @minimum 0
     * @maximum 9007199254740991
     */
  createdFromInbound: number;
  /**
     * Scheduled for a time in the window
     * @minimum 0
     * @maximum 9007199254740991
     */
  due: number;
  /**
     * How many of those were kept
     * @minimum 0
     * @maximum 9007199254740991
     */
  completed: number;
  /**
     * How many of those are neither kept nor cancelled
     * @minimum 0
     * @maximum 9007199254740991
     */
  open: number;
  /**
     * More than five minutes past their time, and nobody is calling
     * @minimum 0
     * @maximum 9007199254740991
     */
  overdue: number;
  /**
     * Could not be routed, three times in a row or more
     * @minimum 0
     * @maximum 9007199254740991
     */
  failing: number;
  /**
     * Left lying for too long, and open to all
     * @minimum 0
     * @maximum 9007199254740991
     */
  escalated: number;
  /**
     * Five minutes past due, and the only agent who may call is not there
     * @minimum 0
     * @maximum 9007199254740991
     */
  ownerMissing: number;
};

/**
 * What must not be; more in the audit
 */
export type MonitoringIntegrity = {
  /**
     * Claims pass over them
     * @minimum 0
     * @maximum 9007199254740991
     */
  unclaimableEntries: number;
  /**
     * Could not be set right
     * @minimum 0
     * @maximum 9007199254740991
     */
  wrongRows: number;
  /**
     * Were not in their lanes in the last minute
     * @minimum 0
     * @maximum 9007199254740991
     */
  laneDifferences: number;
};

/**
 * Time zone data of the processes
 */
export type MonitoringTzData = {
  /**
     * The newest that a process has had
     * @nullable
     */
  seen: string | null;
  /**
     * The older one of a process of the last minutes; null when there is none
     * @nullable
     */
  behind: string | null;
};

/**
 * Other systems that are told of what happens
 */
export type MonitoringWebhooks = {
  /**
     * Switched off by the engine
     * @minimum 0
     * @maximum 9007199254740991
     */
  switchedOff: number;
  /**
     * Switched on, and have taken nothing for an hour or more
     * @minimum 0
     * @maximum 9007199254740991
     */
  failing: number;
};

/**
 * Calls that were completed without an outcome
 */
export type MonitoringProblematicSessions = {
  /**
     * How many
     * @minimum 0
     * @maximum 9007199254740991
     */
  count: number;
  /** The newest 50 */
  newest: CallSession[];
};

/**
 * Ticks
 */
export type MonitoringCron = {
  /** When a tick last began */
  lastStartedAt: string | null;
  /** When a tick last finished */
  lastFinishedAt: string | null;
  /**
     * How many began in the window
     * @minimum 0
     * @maximum 9007199254740991
     */
  runs: number;
  /**
     * How many jobs of theirs were attempted
     * @minimum 0
     * @maximum 9007199254740991
     */
  processed: number;
};

export interface StandingAlert {
  name: AlertName;
  severity: AlertSeverity;
  /** What is so now, in words */
  detail: string;
  /** What to do: a section of the documentation */
  runBook: string;
}

/**
 * Whether promises are kept
 */
export interface Monitoring {
  /** The time that is looked at */
  window: MonitoringWindow;
  /** Calls of customers */
  inbound: MonitoringInbound;
  /** Promises */
  callbacks: MonitoringCallbacks;
  /** What must not be; more in the audit */
  integrity: MonitoringIntegrity;
  /** Queues of BullMQ that somebody has paused; null while Redis is away */
  pausedQueues: string[] | null;
  /** Time zone data of the processes */
  tzData: MonitoringTzData;
  /** Other systems that are told of what happens */
  webhooks: MonitoringWebhooks;
  /**
     * Inbound calls that have an outcome, in percent; null without data
     * @nullable
     */
  healthScore: number | null;
  /**
     * Callbacks made, of those promised in inbound calls, in percent; null without data
     * @nullable
     */
  callbackConversionRate: number | null;
  /**
     * Callbacks that ticks queued for an agent, of those that they processed, in percent; null without data
     * @nullable
     */
  agentAssignmentSuccessRate: number | null;
  /** Calls that were completed without an outcome */
  problematicSessions: MonitoringProblematicSessions;
  /** The alerts that stand */
  alerts: StandingAlert[];
  /** Ticks */
  cron: MonitoringCron;
  /** The newest 50 of the window */
  recentInboundCalls: CallSession[];
}

/**
 * A queue, without those who wait in it
 */
export interface NamedQueue {
  queueType: QueueType;
  /** What people call it */
  name: string;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
}

/**
 * Who put it there: an `operator`, or the `outcome` of a call (policy `refusalsBlock`)
 */
export type NewBlockSource = 'operator' | 'outcome';
export interface NewBlock {
  /**
     * Who: `user:` and an id, or a phone number in E.164
     * @maxLength 40
     */
  subject: string;
  /**
     * Why; null of the outcome of a call, and once the user was erased
     * @nullable
     */
  reason: string | null;
  /** Since when it is on the list */
  since: string;
  /** When it may be called again; null for never */
  until: string | null;
  /** Who put it there: an `operator`, or the `outcome` of a call (policy `refusalsBlock`) */
  source: NewBlockSource;
  /** The callbacks that were cancelled for it */
  cancelledCallbackIds: string[];
}

export interface NewWebhook {
  /**
     * Where events are posted to: https, and no private address
     * @maxLength 2000
     */
  url: string;
  /** The types of events that it is told of; null for all */
  eventTypes?: ('callback.scheduled' | 'callback.queued' | 'callback.rerouted' | 'callback.assigned' | 'callback.accepted' | 'callback.snoozed' | 'callback.rescheduled' | 'callback.cancelled' | 'callback.claimed' | 'callback.released' | 'callback.removed' | 'callback.completed' | 'callback.routing_failed' | 'callback.escalated' | 'callback.repaired' | 'callback.retry' | 'callback.waiting' | 'callback.reassigned' | 'callback.reached_inbound' | 'callback.updated' | 'agent.changed' | 'queue.changed' | 'call.started' | 'call.taken' | 'call.ended' | 'tick.started' | 'tick.finished' | 'tick.abandoned' | 'alert.begins' | 'alert.ends' | 'policy.changed')[] | null;
  /** What it is for, in your own words */
  description?: string | null;
  /** Whether it is switched on */
  isActive?: boolean;
}

/**
 * What becomes of the ordinary place of the user: `none`, there is none; `kept`, it comes at its own time, be it before the promise; `held`, nobody gets it before the promise is due
 */
export type OrdinaryPlace = 'none' | 'kept' | 'held';
/**
 * When the callback would be called again; null when it would not
 */
export type OutcomeConsequenceRetry = {
  /** When it is called next */
  at: string;
  /**
     * Which call for the callback that is, from 1
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  attempt: number;
} | null;

/**
 * What an outcome would come to
 */
export interface OutcomeConsequence {
  outcomeType: OutcomeType;
  /** When the callback would be called again; null when it would not */
  retry: OutcomeConsequenceRetry;
  /** What would become of the callback; null while it would go on, or there is none */
  result: CallbackResult | null;
  /** Whether the user or the number would go on the do-not-call list */
  blocks: boolean;
}

export interface OutcomeConsequences {
  /** Each outcome there is */
  outcomes: OutcomeConsequence[];
}

/**
 * Of the last 24 hours
 */
export type OverviewPunctualityLastDay = {
  /**
     * All of them: the sum of the next seven
     * @minimum 0
     * @maximum 9007199254740991
     */
  promised: number;
  /**
     * The first attempt began within five minutes of the promised time
     * @minimum 0
     * @maximum 9007199254740991
     */
  kept: number;
  /**
     * It began before that
     * @minimum 0
     * @maximum 9007199254740991
     */
  early: number;
  /**
     * It began after that
     * @minimum 0
     * @maximum 9007199254740991
     */
  late: number;
  /**
     * Not called in time and not since, be it that it was taken back, or the customer called, afterwards
     * @minimum 0
     * @maximum 9007199254740991
     */
  broken: number;
  /**
     * Kept, of those kept, early, late and broken, in percent; null without data
     * @nullable
     */
  punctuality: number | null;
};

/**
 * Of the 24 hours before them
 */
export type OverviewPunctualityDayBefore = {
  /**
     * All of them: the sum of the next seven
     * @minimum 0
     * @maximum 9007199254740991
     */
  promised: number;
  /**
     * The first attempt began within five minutes of the promised time
     * @minimum 0
     * @maximum 9007199254740991
     */
  kept: number;
  /**
     * It began before that
     * @minimum 0
     * @maximum 9007199254740991
     */
  early: number;
  /**
     * It began after that
     * @minimum 0
     * @maximum 9007199254740991
     */
  late: number;
  /**
     * Not called in time and not since, be it that it was taken back, or the customer called, afterwards
     * @minimum 0
     * @maximum 9007199254740991
     */
  broken: number;
  /**
     * Kept, of those kept, early, late and broken, in percent; null without data
     * @nullable
     */
  punctuality: number | null;
};

/**
 * Of the same 24 hours a week ago
 */
export type OverviewPunctualityWeekBefore = {
  /**
     * All of them: the sum of the next seven
     * @minimum 0
     * @maximum 9007199254740991
     */
  promised: number;
  /**
     * The first attempt began within five minutes of the promised time
     * @minimum 0
     * @maximum 9007199254740991
     */
  kept: number;
  /**
     * It began before that
     * @minimum 0
     * @maximum 9007199254740991
     */
  early: number;
  /**
     * It began after that
     * @minimum 0
     * @maximum 9007199254740991
     */
  late: number;
  /**
     * Not called in time and not since, be it that it was taken back, or the customer called, afterwards
     * @minimum 0
     * @maximum 9007199254740991
     */
  broken: number;
  /**
     * Kept, of those kept, early, late and broken, in percent; null without data
     * @nullable
     */
  punctuality: number | null;
};

/**
 * How promises were kept, as of the last minute
 */
export type OverviewPunctuality = {
  /** Of the last 24 hours */
  lastDay: OverviewPunctualityLastDay;
  /** Of the 24 hours before them */
  dayBefore: OverviewPunctualityDayBefore;
  /** Of the same 24 hours a week ago */
  weekBefore: OverviewPunctualityWeekBefore;
};

export type OverviewDueItem = {
  /** Its beginning */
  from: string;
  /**
     * How many are due in it that nobody is calling
     * @minimum 0
     * @maximum 9007199254740991
     */
  promises: number;
};

/**
 * What the reconciler has last seen; null when none has been there
 */
export type OverviewLanes = {
  /** The last pass of the reconciler */
  reconciledUntil: string;
  /** When rows and lanes were last compared */
  comparedAt: string | null;
  /**
     * How many entries differed the last time that some did
     * @minimum 0
     * @maximum 9007199254740991
     */
  differences: number;
  /** When that was */
  differedAt: string | null;
} | null;

/**
 * What is in a queue now, and who is there for it
 */
export interface QueueFigures {
  queueType: QueueType;
  /** What people call it */
  name: string;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
  /**
     * Entries that wait, also those whose time has not come
     * @minimum 0
     * @maximum 9007199254740991
     */
  waiting: number;
  /**
     * How many of these are callbacks
     * @minimum 0
     * @maximum 9007199254740991
     */
  waitingCallbacks: number;
  /**
     * How many of the callbacks an agent has accepted
     * @minimum 0
     * @maximum 9007199254740991
     */
  waitingAccepted: number;
  /**
     * Entries that agents have claimed
     * @minimum 0
     * @maximum 9007199254740991
     */
  inProgress: number;
  /**
     * Open callbacks that were made for this queue by name
     * @minimum 0
     * @maximum 9007199254740991
     */
  openCallbacks: number;
  /**
     * Agents who are available and serve it. With none, who waits there waits on
     * @minimum 0
     * @maximum 9007199254740991
     */
  availableAgents: number;
}

/**
 * Who comes first in a queue
 */
export interface QueueHead {
  queueType: QueueType;
  /**
     * The queue entry, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  queueEntryId: string;
  /** The callback; null for an ordinary place */
  callbackId: string | null;
  /**
     * The user, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  userId: string;
  /**
     * Who waits; null when the record was deleted
     * @nullable
     */
  userName: string | null;
  /**
     * Why, in words for the agent
     * @nullable
     */
  queueReason: string | null;
  /** Since when it may be called */
  availableFrom: string;
  /** The agent who should call; null for whoever comes first */
  assignedToAgentId: number | null;
}

/**
 * `degraded` does its work, more slowly or not all of it; `unavailable` does none
 */
export type ReadinessStatus = 'ready' | 'degraded' | 'unavailable';
/**
 * Postgres
 */
export type ReadinessChecksPostgres = {
  /** Whether it is well */
  ok: boolean;
  /** How it is, in words */
  detail: string;
};

/**
 * Whether reports and lists are read from the standby, when one is set
 */
export type ReadinessChecksStandby = {
  /** Whether it is well */
  ok: boolean;
  /** How it is, in words */
  detail: string;
};

/**
 * Redis
 */
export type ReadinessChecksRedis = {
  /** Whether it is well */
  ok: boolean;
  /** How it is, in words */
  detail: string;
};

/**
 * Whether no queue of BullMQ is paused
 */
export type ReadinessChecksQueues = {
  /** Whether it is well */
  ok: boolean;
  /** How it is, in words */
  detail: string;
};

/**
 * Whether the queue that `DEFAULT_QUEUE_TYPE` names is there
 */
export type ReadinessChecksDefaultQueue = {
  /** Whether it is well */
  ok: boolean;
  /** How it is, in words */
  detail: string;
};

/**
 * Whether no other process has had newer time zone data
 */
export type ReadinessChecksTzData = {
  /** Whether it is well */
  ok: boolean;
  /** How it is, in words */
  detail: string;
};

/**
 * Whether the lanes are built
 */
export type ReadinessChecksLanes = {
  /** Whether it is well */
  ok: boolean;
  /** How it is, in words */
  detail: string;
};

/**
 * Whether a tick has finished in the last two minutes
 */
export type ReadinessChecksTick = {
  /** Whether it is well */
  ok: boolean;
  /** How it is, in words */
  detail: string;
};

/**
 * What was looked at
 */
export type ReadinessChecks = {
  /** Postgres */
  postgres: ReadinessChecksPostgres;
  /** Whether reports and lists are read from the standby, when one is set */
  standby: ReadinessChecksStandby;
  /** Redis */
  redis: ReadinessChecksRedis;
  /** Whether no queue of BullMQ is paused */
  queues: ReadinessChecksQueues;
  /** Whether the queue that `DEFAULT_QUEUE_TYPE` names is there */
  defaultQueue: ReadinessChecksDefaultQueue;
  /** Whether no other process has had newer time zone data */
  tzData: ReadinessChecksTzData;
  /** Whether the lanes are built */
  lanes: ReadinessChecksLanes;
  /** Whether a tick has finished in the last two minutes */
  tick: ReadinessChecksTick;
};

/**
 * Whether the API can do its work
 */
export interface Readiness {
  /** `degraded` does its work, more slowly or not all of it; `unavailable` does none */
  status: ReadinessStatus;
  /** What was looked at */
  checks: ReadinessChecks;
}

/**
 * How a centre stands at a moment
 */
export interface Overview {
  /** The moment of all this, by the clock of Ringback */
  now: string;
  /** The alerts that stand, as of the last five seconds */
  alerts: AlertSince[];
  /** Every queue, and how many wait, by class */
  queues: QueueFigures[];
  /** Those who are logged in, by id: the first thousand */
  agents: AgentAtWork[];
  /** More than five minutes past their time, and nobody is calling, without those that wait for their agent as they should: the first fifty by time */
  overdue: ShownPromise[];
  /** Due from five minutes ago to the end of `due`, and nobody is calling: the first hundred by time */
  upcoming: ShownPromise[];
  /** Of each queue who comes first of those that may be called now, be it by one agent alone */
  heads: QueueHead[];
  /** How promises were kept, as of the last minute */
  punctuality: OverviewPunctuality;
  /** The next four hours by quarters of an hour; the first one has begun */
  due: OverviewDueItem[];
  readiness: Readiness;
  /** What the reconciler has last seen; null when none has been there */
  lanes: OverviewLanes;
  /** The newest tick, which may be at work */
  lastTick: CronRun | null;
}

/**
 * What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON
 */
export type PendingCallbackMetadata = {[key: string]: string};

/**
 * A promise that is to be kept soon, and what its agent should know
 */
export interface PendingCallback {
  /** The callback */
  id: string;
  /**
     * The user, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  userId: string;
  /** When the call is due: the time that was promised, unless it was put off */
  scheduledFor: string;
  /** What the customer was told, of one that was put off since; null while it is `scheduledFor` */
  promisedFor: string | null;
  /**
     * The time that the clocks of `timeZone` show then, when that was promised; null when it was a moment
     * @nullable
     */
  localTime: string | null;
  /**
     * The zone in which the promise was made, if it was said
     * @nullable
     */
  timeZone: string | null;
  /**
     * What the call is about
     * @nullable
     */
  callbackReason: string | null;
  /** The queue that it was made for; null when it goes where its user was last put */
  queueType: QueueType | null;
  /** The agent who should call; an accepted one is this agent’s */
  preferredAgentId: number | null;
  owner: Owner;
  /** The call in which it was promised */
  originalCallSessionId: string | null;
  /** What holds for it instead of the policy of its queue */
  policy: PolicyOverrides | null;
  /**
     * What your own system knows the promise by: no other callback has it
     * @nullable
     */
  externalId: string | null;
  /** What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON */
  metadata: PendingCallbackMetadata;
  /** Its preferred agent is not there, and is waited for until then; null when it is not so */
  ownerAwaitedUntil: string | null;
  status: CallbackStatus;
  /**
     * How many calls were made for it that got an outcome
     * @minimum 0
     * @maximum 9007199254740991
     */
  attempts: number;
  /** What became of it; null while it is open, and of what ended before results were written down */
  result: CallbackResult | null;
  /** The call that kept it, or in which the user was reached first */
  completedCallSessionId: string | null;
  /** When it was kept */
  completedAt: string | null;
  /** When it was taken back */
  cancelledAt: string | null;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
  /** Whom to call; null when the record was deleted */
  user: User | null;
  /** The last three calls with the user, the newest first */
  lastCalls: LastCall[];
  /** The last call that was made for the callback; null when there was none */
  lastAttempt: LastCall | null;
}

export interface PendingCallbacks {
  /** By `scheduledFor` */
  callbacks: PendingCallback[];
  /** Null on the last page */
  nextCursor: string | null;
}

/**
 * As it was stored: a `PolicyDocument`
 */
export type PolicyDocumentProperty = {[key: string]: unknown};

/**
 * The rules of a queue beyond those of the report
 */
export interface Policy {
  queueType: QueueType;
  /**
     * Counts from 1; 0 while nothing is stored
     * @minimum 0
     * @maximum 9007199254740991
     */
  version: number;
  /** As it was stored: a `PolicyDocument` */
  document: PolicyDocumentProperty;
  /** Who wrote it; null while nothing is stored */
  writtenBy: Actor | null;
  /** When it was written; null while nothing is stored */
  writtenAt: string | null;
}

/**
 * The calendar of the hours in which customers of a region may be called, by their own clock. The longest region that fits counts, `*` for the rest; null for all hours
 */
export type PolicyDocumentQuietHours = {[key: string]: string} | null;

/**
 * How many minutes after such an outcome the next call is made
 */
export type PolicyDocumentRetriesMinutes = {
  /**
     * After nobody answered: the first number for the first time, and so on
     * @minItems 1
     * @maxItems 9
     * @items.minimum 1
     * @items.maximum 43200
     */
  no_answer?: number[];
  /**
     * After the line was busy: the first number for the first time, and so on
     * @minItems 1
     * @maxItems 9
     * @items.minimum 1
     * @items.maximum 43200
     */
  busy?: number[];
  /**
     * After a machine answered: the first number for the first time, and so on
     * @minItems 1
     * @maxItems 9
     * @items.minimum 1
     * @items.maximum 43200
     */
  voicemail?: number[];
  /**
     * After the call failed: the first number for the first time, and so on
     * @minItems 1
     * @maxItems 9
     * @items.minimum 1
     * @items.maximum 43200
     */
  failed?: number[];
};

/**
 * When a customer who was not reached is called again; null for never
 */
export type PolicyDocumentRetries = {
  /**
     * So many calls are made for a promise, the first included
     * @minimum 2
     * @maximum 10
     */
  maxAttempts: number;
  /**
     * So many of them within 24 hours; 3 when left out
     * @minimum 1
     * @maximum 10
     */
  maxPerDay?: number;
  /** How many minutes after such an outcome the next call is made */
  minutes: PolicyDocumentRetriesMinutes;
} | null;

export type PolicyDocumentInboundEndsOutcomesItem = 'resolved' | 'callback_requested' | 'no_answer' | 'busy' | 'voicemail' | 'wrong_number' | 'declined' | 'do_not_call' | 'failed';
/**
 * Which inbound calls end the promises of their user; null for none
 */
export type PolicyDocumentInboundEnds = {
  /**
     * Outcomes of an inbound call that end the promises of its user
     * @minItems 1
     */
  outcomes: PolicyDocumentInboundEndsOutcomesItem[];
  /**
     * Those that fall due so long after the call, or before
     * @minimum 1
     * @maximum 720
     */
  withinHours: number;
} | null;

/**
 * What becomes of the ordinary place of a customer whose promise is put off: `keep` it, or `hold` it back; `keep` when left out
 */
export type PolicyDocumentOrdinaryWhilePromised = 'keep' | 'hold';
/**
 * The rules of a queue beyond those of the report
 */
export interface PolicyDocument {
  /** The calendar, with a zone, of the hours in which calls are made; null for all */
  openingHours?: string | null;
  /** The calendar of the hours in which customers of a region may be called, by their own clock. The longest region that fits counts, `*` for the rest; null for all hours */
  quietHours?: PolicyDocumentQuietHours;
  /** When a customer who was not reached is called again; null for never */
  retries?: PolicyDocumentRetries;
  /** Which inbound calls end the promises of their user; null for none */
  inboundEnds?: PolicyDocumentInboundEnds;
  /** Whether the outcomes `do_not_call` and `wrong_number` put on the do-not-call list; false when left out */
  refusalsBlock?: boolean;
  /**
     * So long a due callback waits for its preferred agent; 0 when left out
     * @minimum 0
     * @maximum 10080
     */
  ownerWaitMinutes?: number;
  /** So long after its time a callback that nobody took is open to all; null for never */
  escalateAfterMinutes?: number | null;
  /**
     * So many of 100 calls of an agent may be callbacks while ordinary users wait; 100 when left out
     * @minimum 0
     * @maximum 100
     */
  callbackShare?: number;
  /**
     * A promise is kept when its first call begins within so many minutes of it; 5 when left out
     * @minimum 0
     * @maximum 240
     */
  punctualWithinMinutes?: number;
  /** What becomes of the ordinary place of a customer whose promise is put off: `keep` it, or `hold` it back; `keep` when left out */
  ordinaryWhilePromised?: PolicyDocumentOrdinaryWhilePromised;
}

export interface PolicyVersions {
  /** The newest first */
  items: Policy[];
}

export type ProblemErrorsItem = {
  /** Where the field is, like `body.nextCallback.scheduledFor` */
  path: string;
  /** What it must be */
  message: string;
};

/**
 * RFC 9457 problem details
 */
export interface Problem {
  /** Leads to a page that explains this kind of problem: a URL, or a path of this API */
  type: string;
  /** The kind of problem in words */
  title: string;
  /**
     * The status of the answer
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  status: number;
  /** What is wrong with this request */
  detail: string;
  /** The path of the request */
  instance: string;
  code: ProblemCode;
  /** The fields that are wrong, when the request does not match its schema */
  errors?: ProblemErrorsItem[];
  /** With `outside-calling-hours`: the first time at or after the one asked for at which the user may be called */
  nextAllowedAt?: string;
  /**
     * With `callback-not-pending`: the agent who has the callback by now, when one has
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  takenBy?: number;
}

/**
 * The time that is looked at
 */
export type PromiseReportWindow = {
  /** Its beginning */
  from: string;
  /** Its end */
  to: string;
  /**
     * IANA time zone, whose days and hours they are
     * @maxLength 64
     */
  timeZone: string;
};

/**
 * First attempt minus promised time, negative when early; null without an attempt
 */
export type PromiseReportTotalLatenessSeconds = {
  /**
     * The median
     * @nullable
     */
  p50: number | null;
  /**
     * The 90th percentile
     * @nullable
     */
  p90: number | null;
  /**
     * The 95th percentile
     * @nullable
     */
  p95: number | null;
};

/**
 * Of all promises
 */
export type PromiseReportTotal = {
  /**
     * All of them: the sum of the next seven
     * @minimum 0
     * @maximum 9007199254740991
     */
  promised: number;
  /**
     * The first attempt began within five minutes of the promised time
     * @minimum 0
     * @maximum 9007199254740991
     */
  kept: number;
  /**
     * It began before that
     * @minimum 0
     * @maximum 9007199254740991
     */
  early: number;
  /**
     * It began after that
     * @minimum 0
     * @maximum 9007199254740991
     */
  late: number;
  /**
     * Not called in time and not since, be it that it was taken back, or the customer called, afterwards
     * @minimum 0
     * @maximum 9007199254740991
     */
  broken: number;
  /**
     * Still to be called, or being called for the first time
     * @minimum 0
     * @maximum 9007199254740991
     */
  open: number;
  /**
     * Taken back before the promised time
     * @minimum 0
     * @maximum 9007199254740991
     */
  cancelled: number;
  /**
     * The customer called first, and in time
     * @minimum 0
     * @maximum 9007199254740991
     */
  reachedInbound: number;
  /**
     * Kept, of those kept, early, late and broken, in percent; null without data
     * @nullable
     */
  punctuality: number | null;
  /** First attempt minus promised time, negative when early; null without an attempt */
  latenessSeconds: PromiseReportTotalLatenessSeconds;
  /**
     * How many attempts a promise took that had any; null without one
     * @nullable
     */
  attemptsPerPromise: number | null;
  /**
     * Customers who answered, of those who were called and need not be called again, in percent; null without data
     * @nullable
     */
  reachedRate: number | null;
};

/**
 * First attempt minus promised time, negative when early; null without an attempt
 */
export type PromiseReportGroupsItemLatenessSeconds = {
  /**
     * The median
     * @nullable
     */
  p50: number | null;
  /**
     * The 90th percentile
     * @nullable
     */
  p90: number | null;
  /**
     * The 95th percentile
     * @nullable
     */
  p95: number | null;
};

export type PromiseReportGroupsItem = {
  /**
     * Which group. An hour is `2026-03-29T03:00+02:00`; null is nobody, or no result
     * @nullable
     */
  key: string | null;
  /**
     * All of them: the sum of the next seven
     * @minimum 0
     * @maximum 9007199254740991
     */
  promised: number;
  /**
     * The first attempt began within five minutes of the promised time
     * @minimum 0
     * @maximum 9007199254740991
     */
  kept: number;
  /**
     * It began before that
     * @minimum 0
     * @maximum 9007199254740991
     */
  early: number;
  /**
     * It began after that
     * @minimum 0
     * @maximum 9007199254740991
     */
  late: number;
  /**
     * Not called in time and not since, be it that it was taken back, or the customer called, afterwards
     * @minimum 0
     * @maximum 9007199254740991
     */
  broken: number;
  /**
     * Still to be called, or being called for the first time
     * @minimum 0
     * @maximum 9007199254740991
     */
  open: number;
  /**
     * Taken back before the promised time
     * @minimum 0
     * @maximum 9007199254740991
     */
  cancelled: number;
  /**
     * The customer called first, and in time
     * @minimum 0
     * @maximum 9007199254740991
     */
  reachedInbound: number;
  /**
     * Kept, of those kept, early, late and broken, in percent; null without data
     * @nullable
     */
  punctuality: number | null;
  /** First attempt minus promised time, negative when early; null without an attempt */
  latenessSeconds: PromiseReportGroupsItemLatenessSeconds;
  /**
     * How many attempts a promise took that had any; null without one
     * @nullable
     */
  attemptsPerPromise: number | null;
  /**
     * Customers who answered, of those who were called and need not be called again, in percent; null without data
     * @nullable
     */
  reachedRate: number | null;
};

/**
 * How promises were kept
 */
export interface PromiseReport {
  /** The time that is looked at */
  window: PromiseReportWindow;
  /** Of all promises */
  total: PromiseReportTotal;
  /** Of each group that has any, by key */
  groups: PromiseReportGroupsItem[];
}

export interface PutAgentBody {
  /**
     * The first name, or the only one
     * @maxLength 200
     */
  firstName: string;
  /** Left out, it stays as it is; null for somebody with one name */
  lastName?: string | null;
  /** Left out, it stays as it is; null clears it */
  email?: string | null;
  /** Left out, it stays as it is; a new agent is active. False logs the agent out */
  isActive?: boolean;
  /** Left out, it stays as it is; a new agent serves all. The queues from which the agent is given calls; null for all, also those to come. A promise that prefers the agent is its own in any queue */
  queueTypes?: QueueType[] | null;
}

export interface PutOnDoNotCallBody {
  /**
     * Why; kept on the list until the user is erased
     * @maxLength 500
     */
  reason: string;
  /** When it may be called again; left out or null, never */
  until?: string | null;
}

export interface PutQueueBody {
  /**
     * What people call it
     * @maxLength 200
     */
  name: string;
}

export interface PutQueueUserBody {
  /**
     * Lower is first
     * @minimum 0
     * @maximum 2147483647
     */
  priorityScore: number;
  /** Why the user waits, in words for the agent */
  queueReason?: string | null;
  /** The matter in your own system that the user waits for: an insurance claim, a contract, a ticket. Kept and handed to the agent, and nothing else; it has nothing to do with the claim of a call */
  claimId?: string | null;
  /** Not before this time; now when left out */
  availableFrom?: string;
  /** Since when a signature of the user is missing. Kept and handed to the agent, and nothing else */
  signatureMissingSince?: string | null;
  /** Which signature is missing, in your own words. Kept and handed to the agent, and nothing else */
  signatureType?: string | null;
}

export interface PutSessionBody {
  status: AgentStatus;
}

/**
 * What your own system keeps with the user: up to 50 keys of up to 40 characters, 8 KiB as JSON. Left out, it stays as it is; else it is all that there is then
 */
export type PutUserBodyMetadata = {[key: string]: string};

export interface PutUserBody {
  /**
     * As agents will see it
     * @maxLength 200
     */
  name: string;
  /** Left out, it stays as it is; null clears it */
  phone?: string | null;
  /** The IANA time zone the user is in. Left out, it stays as it is; null clears it */
  timeZone?: string | null;
  /** Where the user is, by ISO 3166: `DE`, `US-FL`. Left out, it stays as it is; null clears it */
  region?: string | null;
  /** What your own system knows the user by: no other user has it. Left out, it stays as it is; null clears it */
  externalId?: string | null;
  /** What your own system keeps with the user: up to 50 keys of up to 40 characters, 8 KiB as JSON. Left out, it stays as it is; else it is all that there is then */
  metadata?: PutUserBodyMetadata;
}

/**
 * What your own system keeps with the user: up to 50 keys of up to 40 characters, 8 KiB as JSON. Left out, it stays as it is; else it is all that there is then
 */
export type UserRowMetadata = {[key: string]: string};

export interface UserRow {
  /** The user: a string of digits, or a safe integer */
  userId: string | number;
  /**
     * As agents will see it
     * @maxLength 200
     */
  name: string;
  /** Left out, it stays as it is; null clears it */
  phone?: string | null;
  /** The IANA time zone the user is in. Left out, it stays as it is; null clears it */
  timeZone?: string | null;
  /** Where the user is, by ISO 3166: `DE`, `US-FL`. Left out, it stays as it is; null clears it */
  region?: string | null;
  /** What your own system knows the user by: no other user has it. Left out, it stays as it is; null clears it */
  externalId?: string | null;
  /** What your own system keeps with the user: up to 50 keys of up to 40 characters, 8 KiB as JSON. Left out, it stays as it is; else it is all that there is then */
  metadata?: UserRowMetadata;
}

export interface PutUsersBody {
  /**
     * The rows, at most 5000
     * @minItems 1
     * @maxItems 5000
     */
  items: UserRow[];
}

export interface QueueEntryInOrder {
  /**
     * The queue entry, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  id: string;
  /**
     * The user, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  userId: string;
  /**
     * The matter in your own system that the user waits for: an insurance claim, a contract, a ticket. Kept and handed to the agent, and nothing else; it has nothing to do with the claim of a call
     * @nullable
     */
  claimId: string | null;
  queueType: QueueType;
  /**
     * Lower is first: −2000 accepted callbacks, −1000 callbacks, 0 and more others
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  priorityScore: number;
  /**
     * Why the user waits, in words for the agent
     * @nullable
     */
  queueReason: string | null;
  status: QueueEntryStatus;
  /** The agent who should call; null for whoever comes first */
  assignedToAgentId: number | null;
  /** Since when it waits for that agent */
  assignedAt: string | null;
  /** The callback that made the entry; null for an ordinary place */
  callbackId: string | null;
  /** Nobody gets it before; among equal scores the earlier one is first */
  availableFrom: string;
  /** Nobody gets it before, though its time may have come: the user is in an inbound call, or was told a time that comes first. Null when nothing held it */
  onHoldUntil: string | null;
  /** Nobody gets it from then on, as the user may not be called: it leaves its queue, and its callback waits for the next opening. Null when no hours end */
  availableUntil: string | null;
  /** Since when a signature of the user is missing. Kept and handed to the agent, and nothing else */
  signatureMissingSince: string | null;
  /**
     * Which signature is missing, in your own words. Kept and handed to the agent, and nothing else
     * @nullable
     */
  signatureType: string | null;
  /** The agent who has claimed it */
  claimedByAgentId: number | null;
  /** When it was claimed */
  claimedAt: string | null;
  /** The call that the claim opened */
  callSessionId: string | null;
  /** When it was completed or removed */
  endedAt: string | null;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
  /**
     * From 1
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  queuePosition: number;
}

/**
 * The first waiting entries of a queue, in order
 */
export interface Queue {
  queueType: QueueType;
  /**
     * How many wait
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  total: number;
  /** Who comes first stands first */
  entries: QueueEntryInOrder[];
}

export type QueueDepthQueuesItem = {
  queueType: QueueType;
  /**
     * Entries that may be claimed now
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  claimable: number;
};

/**
 * The data of `queue.depth`: how much there is to claim; for an agent, what it may have itself
 */
export interface QueueDepth {
  /** By name; queues without any are left out */
  queues: QueueDepthQueuesItem[];
}

/**
 * The queues that there are
 */
export interface QueueList {
  /** The moment of all this, by the clock of Ringback */
  now: string;
  /** Every queue, in the order in which they were made */
  queues: QueueFigures[];
}

export interface ReassignCallbackBody {
  /** The callback */
  callbackId: string;
  /** The agent who is to call; null for whoever is there */
  agentId: number | null;
}

/**
 * `next-opening`: when the user may not be called at that time, the promise is for the next time at which it may, which the answer shows; left out, the request is refused (`outside-calling-hours`)
 */
export type RecordOutcomeBodyNextCallbackWhenClosed = 'next-opening';
/**
 * The next promise to the same user, made with the outcome or not at all
 */
export type RecordOutcomeBodyNextCallback = {
  /** The time to call at. ISO 8601 with an offset; seconds may be left out, and an offset be +02 or +0200 */
  scheduledFor: string;
  /** What the call is about */
  callbackReason?: string | null;
  /** The agent who should call, when available */
  preferredAgentId?: number | null;
  owner?: Owner;
  /** `next-opening`: when the user may not be called at that time, the promise is for the next time at which it may, which the answer shows; left out, the request is refused (`outside-calling-hours`) */
  whenClosed?: RecordOutcomeBodyNextCallbackWhenClosed;
};

export interface RecordOutcomeBody {
  outcomeType: OutcomeType;
  /**
     * How long the call took
     * @minimum 0
     * @maximum 604800
     */
  durationSeconds?: number;
  /** What the agent wants to be remembered */
  notes?: string | null;
  /** Whether a callback was promised in this call */
  callbackScheduled?: boolean;
  /** The next promise to the same user, made with the outcome or not at all */
  nextCallback?: RecordOutcomeBodyNextCallback;
  /**
     * Of an inbound call: the open callbacks of the user that it has settled, none when empty; those that the policies say when left out
     * @maxItems 50
     */
  endsCallbacks?: string[];
}

/**
 * Set when the policy of the queue has the callback called again
 */
export type RecordedOutcomeRetry = {
  /** When it is called next */
  at: string;
  /**
     * Which call for the callback that is, from 1
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  attempt: number;
} | null;

export interface RecordedOutcome {
  callSession: CallSession;
  /** The callback that the call was made for */
  callback: Callback | null;
  /** The callback that was promised with the outcome */
  nextCallback: Callback | null;
  /** Set when the policy of the queue has the callback called again */
  retry: RecordedOutcomeRetry;
  /** Of an inbound call: the promises that it has ended, since the user was reached in it */
  endedCallbacks: Callback[];
}

export interface RedeliverToWebhookBody { [key: string]: unknown }

export interface ReleaseQueueEntryBody { [key: string]: unknown }

export interface ReleasedQueueEntry {
  queueEntry: QueueEntry;
}

/**
 * `next-opening`: when the user may not be called at that time, the promise is for the next time at which it may, which the answer shows; left out, the request is refused (`outside-calling-hours`)
 */
export type RescheduleCallbackBodyWhenClosed = 'next-opening';
export interface RescheduleCallbackBody {
  /** The callback */
  callbackId: string;
  /** The time to call at. ISO 8601 with an offset; seconds may be left out, and an offset be +02 or +0200 */
  scheduledFor?: string;
  /**
     * Instead of `scheduledFor`: what the clocks of `timeZone` show then, without an offset
     * @pattern ^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$
     */
  localTime?: string;
  /**
     * The IANA time zone of `localTime`
     * @maxLength 64
     */
  timeZone?: string;
  /** Left out, the preferred agent stays */
  preferredAgentId?: number | null;
  /** `next-opening`: when the user may not be called at that time, the promise is for the next time at which it may, which the answer shows; left out, the request is refused (`outside-calling-hours`) */
  whenClosed?: RescheduleCallbackBodyWhenClosed;
}

/**
 * `gap`: the clocks skip that time, and it is as much later as they are moved; `overlap`: they show it twice, and it is the first
 */
export type TimedCallbackTimeAdjusted = 'gap' | 'overlap' | null;
/**
 * What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON
 */
export type TimedCallbackMetadata = {[key: string]: string};

/**
 * A promise, and what became of its time
 */
export interface TimedCallback {
  /** The callback */
  id: string;
  /**
     * The user, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  userId: string;
  /** When the call is due: the time that was promised, unless it was put off */
  scheduledFor: string;
  /** What the customer was told, of one that was put off since; null while it is `scheduledFor` */
  promisedFor: string | null;
  /**
     * The time that the clocks of `timeZone` show then, when that was promised; null when it was a moment
     * @nullable
     */
  localTime: string | null;
  /**
     * The zone in which the promise was made, if it was said
     * @nullable
     */
  timeZone: string | null;
  /**
     * What the call is about
     * @nullable
     */
  callbackReason: string | null;
  /** The queue that it was made for; null when it goes where its user was last put */
  queueType: QueueType | null;
  /** The agent who should call; an accepted one is this agent’s */
  preferredAgentId: number | null;
  owner: Owner;
  /** The call in which it was promised */
  originalCallSessionId: string | null;
  /** What holds for it instead of the policy of its queue */
  policy: PolicyOverrides | null;
  /**
     * What your own system knows the promise by: no other callback has it
     * @nullable
     */
  externalId: string | null;
  /** What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON */
  metadata: TimedCallbackMetadata;
  /** Its preferred agent is not there, and is waited for until then; null when it is not so */
  ownerAwaitedUntil: string | null;
  status: CallbackStatus;
  /**
     * How many calls were made for it that got an outcome
     * @minimum 0
     * @maximum 9007199254740991
     */
  attempts: number;
  /** What became of it; null while it is open, and of what ended before results were written down */
  result: CallbackResult | null;
  /** The call that kept it, or in which the user was reached first */
  completedCallSessionId: string | null;
  /** When it was kept */
  completedAt: string | null;
  /** When it was taken back */
  cancelledAt: string | null;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
  /** `gap`: the clocks skip that time, and it is as much later as they are moved; `overlap`: they show it twice, and it is the first */
  timeAdjusted: TimedCallbackTimeAdjusted;
}

export interface RescheduledCallback {
  callback: TimedCallback;
  ordinaryPlace: OrdinaryPlace;
}

/**
 * Something that happened
 */
export type RingbackEvent = EventCallbackScheduled | EventCallbackQueued | EventCallbackRerouted | EventCallbackAssigned | EventCallbackAccepted | EventCallbackSnoozed | EventCallbackRescheduled | EventCallbackCancelled | EventCallbackClaimed | EventCallbackReleased | EventCallbackRemoved | EventCallbackCompleted | EventCallbackRoutingFailed | EventCallbackEscalated | EventCallbackRepaired | EventCallbackRetry | EventCallbackWaiting | EventCallbackReassigned | EventCallbackReachedInbound | EventCallbackUpdated | EventAgentChanged | EventQueueChanged | EventCallStarted | EventCallTaken | EventCallEnded | EventTickStarted | EventTickFinished | EventTickAbandoned | EventAlertBegins | EventAlertEnds | EventPolicyChanged;

export interface RotateWebhookSecretBody { [key: string]: unknown }

/**
 * What Postgres held that must not be
 */
export interface RowAudit {
  /** What still stands first */
  findings: Finding[];
}

export interface RunTickBody { [key: string]: unknown }

/**
 * `next-opening`: when the user may not be called at that time, the promise is for the next time at which it may, which the answer shows; left out, the request is refused (`outside-calling-hours`)
 */
export type ScheduleCallbackBodyWhenClosed = 'next-opening';
/**
 * What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON
 */
export type ScheduleCallbackBodyMetadata = {[key: string]: string};

export interface ScheduleCallbackBody {
  /** The user: a string of digits, or a safe integer */
  userId: string | number;
  /** The time to call at. ISO 8601 with an offset; seconds may be left out, and an offset be +02 or +0200 */
  scheduledFor?: string;
  /** What the call is about */
  callbackReason?: string | null;
  /** The agent who should call, when available */
  preferredAgentId?: number | null;
  owner?: Owner;
  /** `next-opening`: when the user may not be called at that time, the promise is for the next time at which it may, which the answer shows; left out, the request is refused (`outside-calling-hours`) */
  whenClosed?: ScheduleCallbackBodyWhenClosed;
  /**
     * Instead of `scheduledFor`: what the clocks of `timeZone` show then, without an offset
     * @pattern ^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$
     */
  localTime?: string;
  /**
     * The IANA time zone of `localTime`
     * @maxLength 64
     */
  timeZone?: string;
  queueType?: QueueType;
  /** The call in which it is promised */
  originalCallSessionId?: string | null;
  /** What holds for it instead of the policy of its queue */
  policy?: PolicyOverrides | null;
  /** What your own system knows the promise by: no other callback has it. When this user has a callback with it, that one is the answer, whatever has become of it */
  externalId?: string | null;
  /** What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON */
  metadata?: ScheduleCallbackBodyMetadata;
  /** Whether it is to be made although the user has an open promise within five minutes of that time */
  allowDuplicate?: boolean;
}

/**
 * `next-opening`: when the user may not be called at that time, the promise is for the next time at which it may, which the answer shows; left out, the request is refused (`outside-calling-hours`)
 */
export type ScheduleCallbacksBodyItemsItemWhenClosed = 'next-opening';
/**
 * What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON
 */
export type ScheduleCallbacksBodyItemsItemMetadata = {[key: string]: string};

export type ScheduleCallbacksBodyItemsItem = {
  /** The user: a string of digits, or a safe integer */
  userId: string | number;
  /** The time to call at. ISO 8601 with an offset; seconds may be left out, and an offset be +02 or +0200 */
  scheduledFor?: string;
  /** What the call is about */
  callbackReason?: string | null;
  /** The agent who should call, when available */
  preferredAgentId?: number | null;
  owner?: Owner;
  /** `next-opening`: when the user may not be called at that time, the promise is for the next time at which it may, which the answer shows; left out, the request is refused (`outside-calling-hours`) */
  whenClosed?: ScheduleCallbacksBodyItemsItemWhenClosed;
  /**
     * Instead of `scheduledFor`: what the clocks of `timeZone` show then, without an offset
     * @pattern ^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$
     */
  localTime?: string;
  /**
     * The IANA time zone of `localTime`
     * @maxLength 64
     */
  timeZone?: string;
  queueType?: QueueType;
  /** The call in which it is promised */
  originalCallSessionId?: string | null;
  /** What holds for it instead of the policy of its queue */
  policy?: PolicyOverrides | null;
  /** What your own system knows the promise by: no other callback has it. When this user has a callback with it, that one is the answer, whatever has become of it */
  externalId?: string | null;
  /** What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON */
  metadata?: ScheduleCallbacksBodyItemsItemMetadata;
  /** Whether it is to be made although the user has an open promise within five minutes of that time */
  allowDuplicate?: boolean;
};

export interface ScheduleCallbacksBody {
  /**
     * The rows, at most 5000
     * @minItems 1
     * @maxItems 5000
     */
  items: ScheduleCallbacksBodyItemsItem[];
}

/**
 * What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON
 */
export type ScheduledCallbackMetadata = {[key: string]: string};

/**
 * `gap`: the clocks skip that time, and it is as much later as they are moved; `overlap`: they show it twice, and it is the first
 */
export type ScheduledCallbackTimeAdjusted = 'gap' | 'overlap' | null;
/**
 * The promise that stands now
 */
export interface ScheduledCallback {
  /** The callback */
  id: string;
  /**
     * The user, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  userId: string;
  /** When the call is due: the time that was promised, unless it was put off */
  scheduledFor: string;
  /** What the customer was told, of one that was put off since; null while it is `scheduledFor` */
  promisedFor: string | null;
  /**
     * The time that the clocks of `timeZone` show then, when that was promised; null when it was a moment
     * @nullable
     */
  localTime: string | null;
  /**
     * The zone in which the promise was made, if it was said
     * @nullable
     */
  timeZone: string | null;
  /**
     * What the call is about
     * @nullable
     */
  callbackReason: string | null;
  /** The queue that it was made for; null when it goes where its user was last put */
  queueType: QueueType | null;
  /** The agent who should call; an accepted one is this agent’s */
  preferredAgentId: number | null;
  owner: Owner;
  /** The call in which it was promised */
  originalCallSessionId: string | null;
  /** What holds for it instead of the policy of its queue */
  policy: PolicyOverrides | null;
  /**
     * What your own system knows the promise by: no other callback has it
     * @nullable
     */
  externalId: string | null;
  /** What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON */
  metadata: ScheduledCallbackMetadata;
  /** Its preferred agent is not there, and is waited for until then; null when it is not so */
  ownerAwaitedUntil: string | null;
  status: CallbackStatus;
  /**
     * How many calls were made for it that got an outcome
     * @minimum 0
     * @maximum 9007199254740991
     */
  attempts: number;
  /** What became of it; null while it is open, and of what ended before results were written down */
  result: CallbackResult | null;
  /** The call that kept it, or in which the user was reached first */
  completedCallSessionId: string | null;
  /** When it was kept */
  completedAt: string | null;
  /** When it was taken back */
  cancelledAt: string | null;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
  /** `gap`: the clocks skip that time, and it is as much later as they are moved; `overlap`: they show it twice, and it is the first */
  timeAdjusted: ScheduledCallbackTimeAdjusted;
  /** Of what was promised before: its `id`. It stands as it is, whatever this request says; null when it is new */
  duplicateOf: string | null;
}

/**
 * What the bearer may do
 */
export type SessionRole = 'agent' | 'desk' | 'service' | 'viewer' | 'supervisor';
/**
 * Who has signed in
 */
export interface Session {
  /** What the bearer may do */
  role: SessionRole;
  /**
     * Which agent it is; of an agent alone
     * @minimum 1
     * @maximum 2147483647
     */
  agentId?: number;
  /** Who it is to whoever signed the token; of an agent it may be missing */
  sub?: string;
  /** The same for all tokens of one bearer, and for no other */
  subject: string;
  /** When the session ends */
  expiresAt: string;
}

/**
 * How one can sign in beside a code and a token
 */
export interface SessionOptions {
  /** Whether an identity provider may be asked: `GET /api/session/oidc` */
  oidc: boolean;
}

export type SignInBody = {
  /**
     * A code of `./ringback sign-in`, which is good for once
     * @minLength 1
     * @maxLength 200
     */
  code: string;
} | {
  /**
     * A token, as it would stand in a header
     * @minLength 1
     * @maxLength 3800
     */
  token: string;
};

export interface SnoozeCallbackBody {
  /** The callback */
  callbackId: string;
  /**
     * The agent
     * @minimum 1
     * @maximum 2147483647
     */
  agentId: number;
  /**
     * By how much it is put off
     * @minimum 1
     * @maximum 60
     */
  minutes: number;
}

export interface SnoozedCallback {
  callback: Callback;
  ordinaryPlace: OrdinaryPlace;
  /** The entry that it had in a queue */
  removedQueueEntryIds: string[];
}

export interface StartCallSessionBody {
  /** The user: a string of digits, or a safe integer */
  userId: string | number;
  /** Who speaks with the user; of an agent’s token, the agent */
  agentId?: number | null;
  direction: CallDirection;
  /** The id that telephony gave the call, from Twilio or another one; the same id is the same call */
  twilioCallSid?: string | null;
  /** Now when left out */
  startedAt?: string;
}

/**
 * A call that began
 */
export interface StartedCall {
  /** The call session */
  id: string;
  /**
     * The user, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  userId: string;
  /** Who speaks with the user */
  agentId: number | null;
  direction: CallDirection;
  status: CallSessionStatus;
  /**
     * The id that telephony gave the call, from Twilio or another one; the same id is the same call
     * @nullable
     */
  twilioCallSid: string | null;
  /** When the call began, or was claimed */
  startedAt: string;
  /** When the call ended */
  completedAt: string | null;
  /** How long it took, when that was told */
  durationSeconds: number | null;
  /** What came of it; null while nobody has said */
  lastOutcomeType: OutcomeType | null;
  /** Whether telephony has told what came of it, and nobody had to say so */
  outcomeFromTelephony: boolean;
  /**
     * What the agent wrote about it
     * @nullable
     */
  outcomeNotes: string | null;
  /** Whether a callback was promised in the call */
  callbackScheduled: boolean;
  /** The callback that its outcome made */
  nextCallbackId: string | null;
  /** The callback that the call is made for */
  callbackId: string | null;
  /** The entry whose claim opened it */
  queueEntryId: string | null;
  /** When the claim was given back before calling */
  releasedAt: string | null;
  /** When it was made */
  createdAt: string;
  /** Of an inbound call: what the user has been promised and waits for, by time, at most 50; for an agent its own and nobody’s */
  openCallbacks: Callback[];
}

export interface StartedTick {
  /** The tick; log lines have it, too */
  runId: string;
}

/**
 * `start`: the stream begins here; `gap`: it was not told of all that happened since the last id
 */
export type StreamResetReason = 'start' | 'gap';
/**
 * The data of `reset`: whatever is known may be old, and is to be fetched anew
 */
export interface StreamReset {
  /** `start`: the stream begins here; `gap`: it was not told of all that happened since the last id */
  reason: StreamResetReason;
  /** The time of the server */
  now: string;
}

export interface TestWebhookBody { [key: string]: unknown }

/**
 * What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON. It is all that there is then
 */
export type UpdateCallbackBodyMetadata = {[key: string]: string};

export interface UpdateCallbackBody {
  /** What the call is about; null clears it */
  callbackReason?: string | null;
  /** What your own system keeps with the promise: up to 50 keys of up to 40 characters, 8 KiB as JSON. It is all that there is then */
  metadata?: UpdateCallbackBodyMetadata;
  /** The agent who should call; null for whoever is there */
  preferredAgentId?: number | null;
}

export interface UserPage {
  /** By `userId` */
  items: User[];
  /** Null on the last page */
  nextCursor: string | null;
}

/**
 * What your own system keeps with the user: up to 50 keys of up to 40 characters, 8 KiB as JSON
 */
export type UserWithStoryMetadata = {[key: string]: string};

/**
 * A customer, what it has been promised, and its last calls
 */
export interface UserWithStory {
  /**
     * The user, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  userId: string;
  /** As agents see it */
  name: string;
  /**
     * The number to call
     * @nullable
     */
  phone: string | null;
  /**
     * The same in the international format; null when it is no number that there can be, as `DEFAULT_COUNTRY` says
     * @nullable
     */
  phoneE164: string | null;
  /**
     * Where the user is: as it was said, else the country of the phone
     * @nullable
     */
  region: string | null;
  /** Every zone the user may be in: a call must be allowed in all of them. None: then those of the opening hours count, else UTC */
  timeZones: string[];
  zoneSource: ZoneSource;
  /**
     * What your own system knows the user by: no other user has it
     * @nullable
     */
  externalId: string | null;
  /** What your own system keeps with the user: up to 50 keys of up to 40 characters, 8 KiB as JSON */
  metadata: UserWithStoryMetadata;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
  /** What the user has been promised and waits for, by time: the first fifty */
  openCallbacks: Callback[];
  /** The last twenty calls, the newest first */
  lastCalls: CallSession[];
}

/**
 * Why the engine switched it off: its receiver answered that it is gone (410), or took nothing for three days. Null when it did not
 */
export type WebhookOffReason = 'gone' | 'failing' | null;
/**
 * Another system that is told
 */
export interface Webhook {
  /** The webhook */
  id: string;
  /** Where events are posted to */
  url: string;
  /** What it is told of; null for all */
  eventTypes: string[] | null;
  /**
     * What it is for
     * @nullable
     */
  description: string | null;
  /** Whether it is switched on */
  isActive: boolean;
  /** Why the engine switched it off: its receiver answered that it is gone (410), or took nothing for three days. Null when it did not */
  offReason: WebhookOffReason;
  /** When its receiver failed first since it last took something; null when it did not fail */
  failingSince: string | null;
  /** Until when the secret before signs along; null when there was none */
  previousUntil: string | null;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
}

/**
 * What is left out stays as it is
 */
export interface WebhookChanges {
  /**
     * Where events are posted to: https, and no private address
     * @maxLength 2000
     */
  url?: string;
  /** The types of events that it is told of; null for all */
  eventTypes?: ('callback.scheduled' | 'callback.queued' | 'callback.rerouted' | 'callback.assigned' | 'callback.accepted' | 'callback.snoozed' | 'callback.rescheduled' | 'callback.cancelled' | 'callback.claimed' | 'callback.released' | 'callback.removed' | 'callback.completed' | 'callback.routing_failed' | 'callback.escalated' | 'callback.repaired' | 'callback.retry' | 'callback.waiting' | 'callback.reassigned' | 'callback.reached_inbound' | 'callback.updated' | 'agent.changed' | 'queue.changed' | 'call.started' | 'call.taken' | 'call.ended' | 'tick.started' | 'tick.finished' | 'tick.abandoned' | 'alert.begins' | 'alert.ends' | 'policy.changed')[] | null;
  /** What it is for, in your own words */
  description?: string | null;
  /** Whether it is switched on */
  isActive?: boolean;
}

/**
 * `pending`: on its way, or tried again
 */
export type WebhookDeliveryStatus = 'pending' | 'delivered' | 'failed';
/**
 * One event that a webhook is told
 */
export interface WebhookDelivery {
  /**
     * The delivery, as a string of digits
     * @pattern ^[1-9]\d{0,18}$
     */
  id: string;
  /** The webhook */
  webhookId: string;
  /** The event: `webhook-id` of the message, the same each time it is sent */
  eventId: string;
  /** The type of the event */
  type: string;
  /** `pending`: on its way, or tried again */
  status: WebhookDeliveryStatus;
  /**
     * How often it was sent
     * @minimum -9007199254740991
     * @maximum 9007199254740991
     */
  attempts: number;
  /** When it is sent next; null when it is settled */
  nextAttemptAt: string | null;
  /** What was answered last; null without an answer */
  lastStatus: number | null;
  /**
     * What went wrong last; null when nothing did
     * @nullable
     */
  lastError: string | null;
  /** When its receiver took it */
  deliveredAt: string | null;
  /** When it was made */
  createdAt: string;
}

export interface WebhookDeliveryPage {
  /** The newest first */
  items: WebhookDelivery[];
  /** Where the next page begins; null at the end */
  nextCursor: string | null;
}

/**
 * Why the engine switched it off: its receiver answered that it is gone (410), or took nothing for three days. Null when it did not
 */
export type WebhookWithSecretOffReason = 'gone' | 'failing' | null;
/**
 * A webhook, and its secret
 */
export interface WebhookWithSecret {
  /** The webhook */
  id: string;
  /** Where events are posted to */
  url: string;
  /** What it is told of; null for all */
  eventTypes: string[] | null;
  /**
     * What it is for
     * @nullable
     */
  description: string | null;
  /** Whether it is switched on */
  isActive: boolean;
  /** Why the engine switched it off: its receiver answered that it is gone (410), or took nothing for three days. Null when it did not */
  offReason: WebhookWithSecretOffReason;
  /** When its receiver failed first since it last took something; null when it did not fail */
  failingSince: string | null;
  /** Until when the secret before signs along; null when there was none */
  previousUntil: string | null;
  /** When it was made */
  createdAt: string;
  /** When it last changed */
  updatedAt: string;
  /**
     * What signs all that is sent to it (Standard Webhooks). It is shown this one time: null in the same answer again, by its `Idempotency-Key`
     * @nullable
     */
  secret: string | null;
}

export type ListUsersParams = {
/**
 * A phone number: whoever has the same in the international format, however it is written here and there
 * @maxLength 100
 */
phone?: string;
/**
 * Whoever has this in the name, in capitals or not; of two characters, those with whose name or a further word of it they begin
 * @minLength 2
 * @maxLength 200
 */
name?: string;
/**
 * Whoever is known by it in your own system
 * @maxLength 200
 * @pattern ^\S+$
 */
externalId?: string;
/**
 * These, by commas or said again
 * @minItems 1
 * @items.pattern ^[1-9]\d{0,18}$
 */
userIds?: string[];
/**
 * How many, 1 to 200; 50 when left out
 * @minimum 1
 * @maximum 200
 */
limit?: number;
/**
 * Where the page before ended: its `nextCursor`
 * @maxLength 200
 */
cursor?: string;
};

export type GetAgentParams = {
/**
 * IANA time zone, whose day `today` is; UTC when left out
 * @maxLength 64
 */
timeZone?: string;
};

export type ListAgentsParams = {
/**
 * IANA time zone, of whose day the figures are; left out, `today` is null
 * @maxLength 64
 */
timeZone?: string;
};

export type ListPendingCallbacksParams = {
/**
 * How many, 1 to 200; 50 when left out
 * @minimum 1
 * @maximum 200
 */
limit?: number;
/**
 * Where the page before ended: its `nextCursor`
 * @maxLength 200
 */
cursor?: string;
};

export type PeekNextCallParams = {
queueType?: QueueType;
};

export type ListCallbacksParams = {
/**
 * One or several, by commas or said again
 * @minItems 1
 */
status?: CallbackStatus[];
/**
 * The user, as a string of digits
 * @pattern ^[1-9]\d{0,18}$
 */
userId?: string;
/**
 * The one that your own system knows by it, to the letter
 * @maxLength 200
 * @pattern ^\S+$
 */
externalId?: string;
/**
 * Preferred, assigned or at work; an agent sees its own only
 * @minimum 1
 * @maximum 2147483647
 */
agentId?: number;
/**
 * Scheduled for this time or later
 */
from?: string;
/**
 * Scheduled before this time
 */
to?: string;
/**
 * `true`: only those whose time is over and that nobody is calling
 */
overdue?: boolean;
queueType?: QueueType;
/**
 * Those with this `callbackReason`, to the letter
 * @maxLength 500
 */
reason?: string;
/**
 * Those whose `callbackReason` holds this, in capitals or not: three letters or digits in a row at least
 * @maxLength 200
 */
q?: string;
/**
 * Changed at this time or later, by `updatedAt`. What is written while you read may have a time before that of the last one you saw: begin the next look a minute before that
 */
updatedSince?: string;
/**
 * By which time the list goes: `scheduledFor`, but with `updatedSince` `updatedAt`
 */
sort?: ListCallbacksSort;
/**
 * `asc` when left out: the earliest first; `desc`: the latest
 */
order?: ListCallbacksOrder;
/**
 * What is told beside each, by commas or said again
 * @minItems 1
 */
with?: ListCallbacksWithItem[];
/**
 * How many, 1 to 200; 50 when left out
 * @minimum 1
 * @maximum 200
 */
limit?: number;
/**
 * Where the page before ended: its `nextCursor`
 * @maxLength 200
 */
cursor?: string;
};

export type ListCallbacksSort = 'scheduledFor' | 'updatedAt';
export type ListCallbacksOrder = 'asc' | 'desc';
export type ListCallbacksWithItem = 'user' | 'queueEntry';
export type GetCallbackParams = {
/**
 * How many events, 1 to 200; 50 when left out
 * @minimum 1
 * @maximum 200
 */
limit?: number;
/**
 * Where the page before ended: its `nextCursor`
 * @maxLength 200
 */
cursor?: string;
};

export type ListQueueParams = {
/**
 * How many, 1 to 200; 50 when left out
 * @minimum 1
 * @maximum 200
 */
limit?: number;
};

export type ListPolicyVersionsParams = {
/**
 * How many, 1 to 200; 50 when left out
 * @minimum 1
 * @maximum 200
 */
limit?: number;
};

export type ListDoNotCallParams = {
/**
 * Who: `user:` and an id, or a phone number in E.164
 * @maxLength 40
 */
subject?: string;
/**
 * How many, 1 to 200; 50 when left out
 * @minimum 1
 * @maximum 200
 */
limit?: number;
/**
 * Where the page before ended: its `nextCursor`
 * @maxLength 200
 */
cursor?: string;
};

export type ListCallSessionsParams = {
/**
 * The user, as a string of digits
 * @pattern ^[1-9]\d{0,18}$
 */
userId?: string;
/**
 * Who spoke with the user; an agent names itself or nobody
 * @minimum 1
 * @maximum 2147483647
 */
agentId?: number;
/**
 * Begun at this time or later
 */
from?: string;
/**
 * Begun before this time
 */
to?: string;
/**
 * `true`: only calls that are over and have no outcome, without those that their agents gave back
 */
problematic?: boolean;
/**
 * How many, 1 to 200; 50 when left out
 * @minimum 1
 * @maximum 200
 */
limit?: number;
/**
 * Where the page before ended: its `nextCursor`
 * @maxLength 200
 */
cursor?: string;
};

export type GetCalendarYearParams = {
/**
 * The year; the one at hand when left out
 * @minimum 1971
 * @maximum 2199
 */
year?: number;
/**
 * By whose clocks a calendar without a zone is read, IANA; UTC when left out
 * @maxLength 64
 */
timeZone?: string;
};

export type GetCallingWindowParams = {
queueType: QueueType;
/**
 * Who would be called; left out, somebody of whom nothing is known
 * @pattern ^[1-9]\d{0,18}$
 */
userId?: string;
/**
 * The number that would be called, in place of the user’s
 * @maxLength 100
 */
phone?: string;
/**
 * From when on is looked; now when left out
 */
at?: string;
};

export type ReportPromisesParams = {
/**
 * Promised for this time or later
 */
from: string;
/**
 * Promised before this time; at most 92 days after `from`
 */
to: string;
/**
 * `agent` is who made the first attempt, else who is preferred; `queueType` the queue of the customer; `hour` and `day` are local ones. By day when left out
 */
groupBy?: ReportPromisesGroupBy;
/**
 * IANA time zone, whose days and hours they are
 * @maxLength 64
 */
timeZone?: string;
queueType?: QueueType;
/**
 * Only promises of this agent: who made the first attempt, else who is preferred
 * @minimum 1
 * @maximum 2147483647
 */
agentId?: number;
};

export type ReportPromisesGroupBy = 'queueType' | 'agent' | 'hour' | 'day' | 'result';
export type ListReportedPromisesParams = {
/**
 * Promised for this time or later
 */
from: string;
/**
 * Promised before this time; at most 92 days after `from`
 */
to: string;
/**
 * `agent` is who made the first attempt, else who is preferred; `queueType` the queue of the customer; `hour` and `day` are local ones. By day when left out
 */
groupBy?: ListReportedPromisesGroupBy;
/**
 * IANA time zone, whose days and hours they are
 * @maxLength 64
 */
timeZone?: string;
queueType?: QueueType;
/**
 * Only promises of this agent: who made the first attempt, else who is preferred
 * @minimum 1
 * @maximum 2147483647
 */
agentId?: number;
};

export type ListReportedPromisesGroupBy = 'queueType' | 'agent' | 'hour' | 'day' | 'result';
export type ListWebhookDeliveriesParams = {
/**
 * Only those of this status
 */
status?: ListWebhookDeliveriesStatus;
/**
 * How many, 1 to 200; 50 when left out
 * @minimum 1
 * @maximum 200
 */
limit?: number;
/**
 * Where the page before ended: its `nextCursor`
 * @maxLength 200
 */
cursor?: string;
};

export type ListWebhookDeliveriesStatus = 'pending' | 'delivered' | 'failed';
export type ListRunsParams = {
/**
 * How many, 1 to 200; 50 when left out
 * @minimum 1
 * @maximum 200
 */
limit?: number;
};

export type StreamEventsParams = {
/**
 * Only events of these types, separated by commas; all when left out
 * @maxLength 2000
 */
types?: string;
/**
 * Only what concerns this agent; an agent hears of itself only
 * @minimum 1
 * @maximum 2147483647
 */
agentId?: number;
/**
 * Only what is about this user
 * @pattern ^[1-9]\d{0,18}$
 */
userId?: string;
/**
 * Only what is about this callback
 */
callbackId?: string;
};

export type GetMonitoringParams = {
/**
 * How far back, 1 to 720; 24 when left out
 * @minimum 1
 * @maximum 720
 */
hours?: number;
};

class HealthOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Whether the process is alive.
   */
  get(options?: CallOptions): Promise<Alive> {
    return this.#send('GET', `/healthz`, { ...options })
  }

  /**
   * Whether the API can do its work.
   */
  getReadiness(options?: CallOptions): Promise<Readiness> {
    return this.#send('GET', `/readyz`, { ...options })
  }
}

class SessionOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * How one can sign in.
   */
  getOptions(options?: CallOptions): Promise<SessionOptions> {
    return this.#send('GET', `/api/session/options`, { ...options })
  }

  /**
   * Who has signed in.
   *
   * Tells it of the token in the header as well, if there is one.
   */
  get(options?: CallOptions): Promise<Session> {
    return this.#send('GET', `/api/session`, { ...options })
  }

  /**
   * Sign in by a code or a token.
   *
   * The session is a cookie that no script can read, and that browsers send to the origin it came from alone. It opens what the token opens, and ends with it. Where there is an `Authorization` header, that one holds.
   */
  signIn(body: SignInBody, options?: CallOptions): Promise<Session> {
    return this.#send('POST', `/api/session`, { ...options, body })
  }

  /**
   * Sign out.
   *
   * The browser forgets the session, if there is one. The token itself goes on to be valid.
   */
  signOut(options?: CallOptions): Promise<void> {
    return this.#send('DELETE', `/api/session`, { ...options })
  }
}

class UsersOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Write a user.
   *
   * **Roles:** service · supervisor
   */
  put(userId: string, body: PutUserBody, options?: CallOptions): Promise<User> {
    return this.#send('PUT', `/api/users/${encodeURIComponent(userId)}`, { ...options, body })
  }

  /**
   * A user, what it has been promised, and its last calls.
   *
   * **Roles:** service · viewer · supervisor
   */
  get(userId: string, options?: CallOptions): Promise<UserWithStory> {
    return this.#send('GET', `/api/users/${encodeURIComponent(userId)}`, { ...options })
  }

  /**
   * Erase a user.
   *
   * With name and phone goes all that was said of the user: reasons, notes, what other systems call it, and answers stored for an Idempotency-Key. Calls and callbacks stay without it; open callbacks are reported as errors until they are cancelled or the user is back.
   *
   * **Roles:** service · supervisor
   */
  delete(userId: string, options?: CallOptions): Promise<void> {
    return this.#send('DELETE', `/api/users/${encodeURIComponent(userId)}`, { ...options })
  }

  /**
   * Users by id, page by page.
   *
   * All of them, or those to whom everything applies that is asked for.
   *
   * **Roles:** service · viewer · supervisor
   */
  list(query?: ListUsersParams, options?: CallOptions): Pages<User, UserPage> {
    return new Pages((cursor) => this.#send('GET', `/api/users`, { ...options, query: { ...query, ...cursor } }), 'items')
  }

  /**
   * Write many users.
   *
   * Each as `PUT /api/users/{userId}` does. Up to 5000 rows and 8 MiB, as `{"items": […]}` or as NDJSON (`application/x-ndjson`, one row on each line). All are written in one transaction, one after the other; a row that is refused keeps none of the others from it.
   *
   * **Roles:** service · supervisor
   */
  putMany(body: PutUsersBody, options?: CallOptions): Promise<BulkResults> {
    return this.#send('POST', `/api/users/bulk`, { ...options, body })
  }
}

class AgentsOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Write an agent.
   *
   * The token of an agent who is not active opens nothing, some seconds later at the latest. What an agent has of queues that it serves no more is routed again.
   *
   * **Roles:** service · supervisor
   */
  put(agentId: number, body: PutAgentBody, options?: CallOptions): Promise<Agent> {
    return this.#send('PUT', `/api/agents/${encodeURIComponent(agentId)}`, { ...options, body })
  }

  /**
   * An agent with the open session, the call that it holds, and the figures of its day.
   *
   * **Roles:** agent, for itself · desk · service · viewer · supervisor
   */
  get(agentId: number, query?: GetAgentParams, options?: CallOptions): Promise<AgentToday> {
    return this.#send('GET', `/api/agents/${encodeURIComponent(agentId)}`, { ...options, query })
  }

  /**
   * Every agent with the open session, the call that it holds, and the figures of its day.
   *
   * **Roles:** service · viewer · supervisor
   */
  list(query?: ListAgentsParams, options?: CallOptions): Promise<AgentWithSession[]> {
    return this.#send('GET', `/api/agents`, { ...options, query })
  }

  /**
   * What every agent is called.
   *
   * For an agent, too: who has a promise is told by number everywhere else.
   *
   * **Roles:** agent · desk · service · viewer · supervisor
   */
  listNames(options?: CallOptions): Promise<AgentName[]> {
    return this.#send('GET', `/api/agents/names`, { ...options })
  }

  /**
   * All that the desk of an agent shows, in one look.
   *
   * Also after a reload: the call that the agent holds is there, and nothing is claimed. While the agent is logged out, its promises are.
   *
   * **Roles:** agent, for itself · desk · viewer · supervisor
   */
  getDesk(agentId: number, options?: CallOptions): Promise<Desk> {
    return this.#send('GET', `/api/agents/${encodeURIComponent(agentId)}/desk`, { ...options })
  }

  /**
   * Log an agent in, or change what the agent does.
   *
   * **Roles:** agent, for itself · desk · service · supervisor
   */
  putSession(agentId: number, body: PutSessionBody, options?: CallOptions): Promise<AgentSession> {
    return this.#send('PUT', `/api/agents/${encodeURIComponent(agentId)}/session`, { ...options, body })
  }

  /**
   * Log an agent out.
   *
   * A call that the agent holds goes back to its queue, and what was assigned goes to others.
   *
   * **Roles:** agent, for itself · desk · service · supervisor
   */
  deleteSession(agentId: number, options?: CallOptions): Promise<void> {
    return this.#send('DELETE', `/api/agents/${encodeURIComponent(agentId)}/session`, { ...options })
  }

  /**
   * Tell that the desktop of an agent is alive.
   *
   * Every other request of an agent tells so too.
   *
   * **Roles:** agent, for itself · desk · supervisor
   */
  heartbeat(agentId: number, options?: CallOptions): Promise<void> {
    return this.#send('POST', `/api/agents/${encodeURIComponent(agentId)}/heartbeat`, { ...options })
  }
}

class NextCallOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Promises of an agent that are due within ten minutes or overdue, page by page.
   *
   * **Roles:** agent, for itself · desk · viewer · supervisor
   */
  listPendingCallbacks(agentId: number, query?: ListPendingCallbacksParams, options?: CallOptions): Pages<PendingCallback, PendingCallbacks> {
    return new Pages((cursor) => this.#send('GET', `/api/agents/${encodeURIComponent(agentId)}/pending-callbacks`, { ...options, query: { ...query, ...cursor } }), 'callbacks')
  }

  /**
   * Look at the next call without claiming it.
   *
   * **Roles:** agent, for itself · desk · viewer · supervisor
   */
  peek(agentId: number, query?: PeekNextCallParams, options?: CallOptions): Promise<NextCall | undefined> {
    return this.#send('GET', `/api/agents/${encodeURIComponent(agentId)}/next-call`, { ...options, query })
  }

  /**
   * Claim the next call.
   *
   * Each entry goes to exactly one agent. An agent who holds a call gets that one again, `resumed`.
   *
   * **Roles:** agent, for itself · desk · supervisor
   */
  claim(agentId: number, body?: ClaimNextCallBody, options?: CallOptions): Promise<ClaimedCall | undefined> {
    return this.#send('POST', `/api/agents/${encodeURIComponent(agentId)}/next-call`, { ...options, body })
  }
}

class CallbacksOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Promise to call a user.
   *
   * A time in the past is due at once. A user who has an open promise within five minutes of that time is not promised a second one, unless the request says `allowDuplicate`, or comes with an `externalId` or an `Idempotency-Key`; for an agent another one’s promises are not there. An agent promises only to users with whom it has had a call or a promise, or whom it has been handed (`AGENTS_SCHEDULE_FOR`), and for no time that has been over for five minutes.
   *
   * **Roles:** agent · desk · service · supervisor
   */
  schedule(body: ScheduleCallbackBody, options?: CallOptions): Promise<ScheduledCallback> {
    return this.#send('POST', `/api/callbacks`, { ...options, body })
  }

  /**
   * Callbacks by time, page by page.
   *
   * An agent sees its own: preferred, assigned, or at work.
   *
   * **Roles:** agent · desk · service · viewer · supervisor
   */
  list(query?: ListCallbacksParams, options?: CallOptions): Pages<ListedCallback, CallbackPage> {
    return new Pages((cursor) => this.#send('GET', `/api/callbacks`, { ...options, query: { ...query, ...cursor } }), 'items')
  }

  /**
   * A callback, where it stands, and what happened to it.
   *
   * For an agent only its own (preferred, assigned, or at work) and nobody’s are there. Its history comes by pages, the last one first; what is on a page is oldest first.
   *
   * **Roles:** agent · desk · service · viewer · supervisor
   */
  get(id: string, query?: GetCallbackParams, options?: CallOptions): Promise<CallbackWithStory> {
    return this.#send('GET', `/api/callbacks/${encodeURIComponent(id)}`, { ...options, query })
  }

  /**
   * Change what an open callback says, and whom it prefers.
   *
   * What is left out stays as it is. Another preferred agent gets it at once, as after `reassign`: not of one that an agent has accepted or is calling, and not nobody of one with the owner `only`. For an agent only its own (preferred, assigned, or at work) and nobody’s are there.
   *
   * **Roles:** agent · desk · service · supervisor
   */
  update(id: string, body: UpdateCallbackBody, options?: CallOptions): Promise<ChangedCallback> {
    return this.#send('PATCH', `/api/callbacks/${encodeURIComponent(id)}`, { ...options, body })
  }

  /**
   * Take a pending callback as the next call.
   *
   * Of two agents at once one wins. The same agent again gets the same answer. For an agent only its own (preferred, assigned, or at work) and nobody’s are there.
   *
   * **Roles:** agent · desk · supervisor
   */
  accept(body: AcceptCallbackBody, options?: CallOptions): Promise<AcceptedCallback> {
    return this.#send('POST', `/api/callbacks/accept`, { ...options, body })
  }

  /**
   * Put a callback off by 1 to 60 minutes.
   *
   * From its time or from now, whichever is later. It is pending again, and out of its queue. For an agent only its own (preferred, assigned, or at work) and nobody’s are there.
   *
   * **Roles:** agent · desk · supervisor
   */
  snooze(body: SnoozeCallbackBody, options?: CallOptions): Promise<SnoozedCallback> {
    return this.#send('POST', `/api/callbacks/snooze`, { ...options, body })
  }

  /**
   * Take a promise back.
   *
   * For an agent only its own (preferred, assigned, or at work) and nobody’s are there.
   *
   * **Roles:** agent · desk · service · supervisor
   */
  cancel(body: CancelCallbackBody, options?: CallOptions): Promise<ChangedCallback> {
    return this.#send('POST', `/api/callbacks/cancel`, { ...options, body })
  }

  /**
   * Move a callback to another time.
   *
   * It is pending again, and out of its queue. For an agent only its own (preferred, assigned, or at work) and nobody’s are there.
   *
   * **Roles:** agent · desk · service · supervisor
   */
  reschedule(body: RescheduleCallbackBody, options?: CallOptions): Promise<RescheduledCallback> {
    return this.#send('POST', `/api/callbacks/reschedule`, { ...options, body })
  }

  /**
   * Make a callback another agent’s, or anybody’s.
   *
   * Its entry goes to that agent at once. It is pending again, also when it was accepted; accepted before its time, it waits for its time. With `null` it is for any agent, also when its owner was `only`.
   *
   * **Roles:** supervisor
   */
  reassign(body: ReassignCallbackBody, options?: CallOptions): Promise<ChangedCallback> {
    return this.#send('POST', `/api/callbacks/reassign`, { ...options, body })
  }

  /**
   * Promise many calls.
   *
   * Each as `POST /api/callbacks` does; an `Idempotency-Key` is that of the whole request, so of two rows without an `externalId` within five minutes of each other the second one is the first, unless it says `allowDuplicate`. Up to 5000 rows and 8 MiB, as `{"items": […]}` or as NDJSON (`application/x-ndjson`, one row on each line). All are written in one transaction, one after the other; a row that is refused keeps none of the others from it.
   *
   * **Roles:** service · supervisor
   */
  scheduleMany(body: ScheduleCallbacksBody, options?: CallOptions): Promise<BulkResults> {
    return this.#send('POST', `/api/callbacks/bulk`, { ...options, body })
  }
}

class QueuesOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * The queues that there are, and how they stand.
   *
   * **Roles:** service · viewer · supervisor
   */
  list(options?: CallOptions): Promise<QueueList> {
    return this.#send('GET', `/api/queues`, { ...options })
  }

  /**
   * Make a queue, or give it another name.
   *
   * Agents who serve all queues are given calls from it five seconds later at the latest.
   *
   * **Roles:** supervisor
   */
  put(queueType: QueueType, body: PutQueueBody, options?: CallOptions): Promise<NamedQueue> {
    return this.#send('PUT', `/api/queues/${encodeURIComponent(queueType)}`, { ...options, body })
  }

  /**
   * Delete a queue that is not needed any more.
   *
   * It has no live entries and no open callbacks, nobody has an ordinary place in it, and it is not the default. Agents serve it no more; what has ended keeps its name.
   *
   * **Roles:** supervisor
   */
  delete(queueType: QueueType, options?: CallOptions): Promise<void> {
    return this.#send('DELETE', `/api/queues/${encodeURIComponent(queueType)}`, { ...options })
  }

  /**
   * Who waits in a queue, in order.
   *
   * **Roles:** service · viewer · supervisor
   */
  entries(queueType: QueueType, query?: ListQueueParams, options?: CallOptions): Promise<Queue> {
    return this.#send('GET', `/api/queues/${encodeURIComponent(queueType)}`, { ...options, query })
  }

  /**
   * Put a user into a queue.
   *
   * While a callback of the user is in a queue, that entry stands, and the ordinary one follows later.
   *
   * **Roles:** service · supervisor
   */
  putUser(queueType: QueueType, userId: string, body: PutQueueUserBody, options?: CallOptions): Promise<QueueEntry> {
    return this.#send('PUT', `/api/queues/${encodeURIComponent(queueType)}/users/${encodeURIComponent(userId)}`, { ...options, body })
  }

  /**
   * Take a user out of a queue.
   *
   * A callback of the user, or a call at work, is left alone.
   *
   * **Roles:** service · supervisor
   */
  removeUser(queueType: QueueType, userId: string, options?: CallOptions): Promise<void> {
    return this.#send('DELETE', `/api/queues/${encodeURIComponent(queueType)}/users/${encodeURIComponent(userId)}`, { ...options })
  }

  /**
   * Give a claimed call back.
   *
   * It returns to its queue at its old priority, and the agent is available again.
   *
   * **Roles:** agent · desk · service · supervisor
   */
  releaseEntry(id: string, options?: CallOptions): Promise<ReleasedQueueEntry> {
    return this.#send('POST', `/api/queue-entries/${encodeURIComponent(id)}/release`, { ...options })
  }
}

class PoliciesOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Read the policy of a queue.
   *
   * While none is stored, version 0 with an empty document: the rules of the report. Its `ETag` is the version, which `If-Match` takes.
   *
   * **Roles:** service · viewer · supervisor
   */
  get(queueType: QueueType, options?: CallOptions): Promise<Policy> {
    return this.#send('GET', `/api/policies/${encodeURIComponent(queueType)}`, { ...options })
  }

  /**
   * Store the policy of a queue.
   *
   * The document is the whole policy: what it leaves out holds as in the report. Every version is kept, and all processes follow a new one within five seconds. The same document again changes nothing.
   *
   * **Roles:** supervisor
   */
  put(queueType: QueueType, body: PolicyDocument, options?: CallOptions): Promise<Policy> {
    return this.#send('PUT', `/api/policies/${encodeURIComponent(queueType)}`, { ...options, body })
  }

  /**
   * The versions of a policy, and who wrote them.
   *
   * **Roles:** service · viewer · supervisor
   */
  listVersions(queueType: QueueType, query?: ListPolicyVersionsParams, options?: CallOptions): Promise<PolicyVersions> {
    return this.#send('GET', `/api/policies/${encodeURIComponent(queueType)}/versions`, { ...options, query })
  }
}

class DoNotCallOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Put a user or a number on the do-not-call list.
   *
   * The open callbacks of all whom it means are cancelled, and they leave their queues. A call at work is left to its agent. From then on they are promised no call and put into no queue.
   *
   * **Roles:** service · supervisor
   */
  put(subject: string, body: PutOnDoNotCallBody, options?: CallOptions): Promise<NewBlock> {
    return this.#send('PUT', `/api/do-not-call/${encodeURIComponent(subject)}`, { ...options, body })
  }

  /**
   * Take a user or a number off the do-not-call list.
   *
   * What was cancelled for it stays so.
   *
   * **Roles:** service · supervisor
   */
  remove(subject: string, options?: CallOptions): Promise<void> {
    return this.#send('DELETE', `/api/do-not-call/${encodeURIComponent(subject)}`, { ...options })
  }

  /**
   * The do-not-call list, page by page.
   *
   * **Roles:** service · viewer · supervisor
   */
  list(query?: ListDoNotCallParams, options?: CallOptions): Pages<Block, BlockPage> {
    return new Pages((cursor) => this.#send('GET', `/api/do-not-call`, { ...options, query: { ...query, ...cursor } }), 'items')
  }
}

class CallSessionsOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Record that a call has begun.
   *
   * Nobody is handed a user who is in an inbound call, for two hours after it began at most, and the answer tells what the user has been promised. A call that an agent reports is its own. Without a `twilioCallSid` an agent reports one inbound call at a time.
   *
   * **Roles:** agent · desk · service · supervisor
   */
  start(body: StartCallSessionBody, options?: CallOptions): Promise<StartedCall> {
    return this.#send('POST', `/api/call-sessions`, { ...options, body })
  }

  /**
   * Calls, the newest first, page by page.
   *
   * For an agent its own calls are there, and those of a user with whom it has to do now: by an open promise that prefers the agent, a place in a queue that waits for it or that it has claimed, or an inbound call.
   *
   * **Roles:** agent · desk · service · viewer · supervisor
   */
  list(query?: ListCallSessionsParams, options?: CallOptions): Pages<CallSession, CallSessionPage> {
    return new Pages((cursor) => this.#send('GET', `/api/call-sessions`, { ...options, query: { ...query, ...cursor } }), 'items')
  }

  /**
   * A call, and what was said of it.
   *
   * For an agent its own calls are there, and those of a user with whom it has to do now: by an open promise that prefers the agent, a place in a queue that waits for it or that it has claimed, or an inbound call.
   *
   * **Roles:** agent · desk · service · viewer · supervisor
   */
  get(id: string, options?: CallOptions): Promise<CallSession> {
    return this.#send('GET', `/api/call-sessions/${encodeURIComponent(id)}`, { ...options })
  }

  /**
   * What each outcome of a call would come to.
   *
   * Were it recorded now, without the promise of another call: to be shown before one is chosen. Nothing is changed by it. For an agent its own calls are there, and those of a user with whom it has to do now: by an open promise that prefers the agent, a place in a queue that waits for it or that it has claimed, or an inbound call.
   *
   * **Roles:** agent · desk · service · viewer · supervisor
   */
  getConsequences(id: string, options?: CallOptions): Promise<OutcomeConsequences> {
    return this.#send('GET', `/api/call-sessions/${encodeURIComponent(id)}/consequences`, { ...options })
  }

  /**
   * End a call without an outcome.
   *
   * Its callback stays open. A call that has ended already is returned as it is.
   *
   * **Roles:** agent · desk · service · supervisor
   */
  complete(id: string, body?: CompleteCallSessionBody, options?: CallOptions): Promise<CallSession> {
    return this.#send('POST', `/api/call-sessions/${encodeURIComponent(id)}/complete`, { ...options, body })
  }

  /**
   * Record what came of a call.
   *
   * Completes the call session, the queue entry and the callback, makes the agent available, and may schedule the next callback. Where the policy of the queue says so, a callback whose customer was not reached is pending again instead, and is called at `retry.at`. An inbound call ends the promises of its user that it has settled: those of `endsCallbacks`, else those that the policies of their queues say. The same outcome again gets the same answer.
   *
   * **Roles:** agent · desk · service · supervisor
   */
  recordOutcome(id: string, body: RecordOutcomeBody, options?: CallOptions): Promise<RecordedOutcome> {
    return this.#send('POST', `/api/call-sessions/${encodeURIComponent(id)}/outcome`, { ...options, body })
  }
}

class TelephonyOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Tell what telephony says of a call.
   *
   * Events may come twice and in any order. Whoever reaches nobody in the call of a claim need not say so: the status becomes the outcome, unless somebody has recorded one. An inbound call of a number that exactly one user has opens a call session, and its end ends that. What is ignored is answered with 200, `applied` false and the reason.
   *
   * **Roles:** service · supervisor
   */
  hearOfCall(body: HearOfCallBody, options?: CallOptions): Promise<HeardOfCall> {
    return this.#send('POST', `/api/telephony/events`, { ...options, body })
  }
}

class CalendarsOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Write a calendar.
   *
   * It replaces the one there is. Public holidays are expanded to dates, which the answer shows; what is wrong with them, `special` sets right.
   *
   * **Roles:** supervisor
   */
  put(calendarId: string, body: CalendarDocument, options?: CallOptions): Promise<Calendar> {
    return this.#send('PUT', `/api/calendars/${encodeURIComponent(calendarId)}`, { ...options, body })
  }

  /**
   * Read a calendar.
   *
   * Its `ETag` is when it last changed, which `If-Match` takes.
   *
   * **Roles:** service · viewer · supervisor
   */
  get(calendarId: string, options?: CallOptions): Promise<Calendar> {
    return this.#send('GET', `/api/calendars/${encodeURIComponent(calendarId)}`, { ...options })
  }

  /**
   * Delete a calendar.
   *
   * **Roles:** supervisor
   */
  delete(calendarId: string, options?: CallOptions): Promise<void> {
    return this.#send('DELETE', `/api/calendars/${encodeURIComponent(calendarId)}`, { ...options })
  }

  /**
   * Every calendar, with those that come with Ringback.
   *
   * **Roles:** service · viewer · supervisor
   */
  list(options?: CallOptions): Promise<Calendar[]> {
    return this.#send('GET', `/api/calendars`, { ...options })
  }

  /**
   * What follows from a calendar for a year.
   *
   * Each day with its hours and what says so, and when the clocks are moved.
   *
   * **Roles:** service · viewer · supervisor
   */
  getYear(calendarId: string, query?: GetCalendarYearParams, options?: CallOptions): Promise<CalendarYear> {
    return this.#send('GET', `/api/calendars/${encodeURIComponent(calendarId)}/year`, { ...options, query })
  }

  /**
   * When a user may be called for a queue.
   *
   * By the opening hours and quiet hours of the policy of the queue, as a new promise is held to them. An agent asks about users whom it may promise a call.
   *
   * **Roles:** agent · desk · service · viewer · supervisor
   */
  getCallingWindow(query: GetCallingWindowParams, options?: CallOptions): Promise<CallingWindow> {
    return this.#send('GET', `/api/calling-window`, { ...options, query })
  }
}

class ReportsOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * How promises were kept.
   *
   * By the time that the customer was told, which snoozing does not move, and by the first attempt, as later ones would hide that it was late.
   *
   * **Roles:** service · viewer · supervisor
   */
  reportPromises(query: ReportPromisesParams, options?: CallOptions): Promise<PromiseReport> {
    return this.#send('GET', `/api/reports/promises`, { ...options, query })
  }

  /**
   * The same promises one by one, as CSV.
   *
   * By the time that the customer was told, which snoozing does not move, and by the first attempt, as later ones would hide that it was late. In UTF-8, by promised time; `key` is the group of `groupBy`. A text that a spreadsheet would take for a formula begins with `'`.
   *
   * **Roles:** service · viewer · supervisor
   */
  listReportedPromises(query: ListReportedPromisesParams, options?: CallOptions): Promise<string> {
    return this.#send('GET', `/api/reports/promises.csv`, { ...options, query })
  }
}

class OperationsOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * All that a wall shows, in one look.
   *
   * As of after the request. Each API looks every 150 ms at most; who asks meanwhile waits for the next look, and shares it.
   *
   * **Roles:** service · viewer · supervisor
   */
  getOverview(options?: CallOptions): Promise<Overview> {
    return this.#send('GET', `/api/overview`, { ...options })
  }

  /**
   * Run a tick now.
   *
   * Finds the callbacks that need work and waits up to 25 seconds for their jobs. The same Idempotency-Key waits for the same run.
   *
   * **Roles:** service · supervisor
   */
  runTick(options?: CallOptions): Promise<FinishedTick | StartedTick> {
    return this.#send('POST', `/api/cron/callback-notifications`, { ...options })
  }

  /**
   * The last ticks.
   *
   * **Roles:** service · viewer · supervisor
   */
  listRuns(query?: ListRunsParams, options?: CallOptions): Promise<CronRun[]> {
    return this.#send('GET', `/api/cron/callback-notifications`, { ...options, query })
  }

  /**
   * Whether promises are kept.
   *
   * **Roles:** service · viewer · supervisor
   */
  getMonitoring(query?: GetMonitoringParams, options?: CallOptions): Promise<Monitoring> {
    return this.#send('GET', `/api/debug/callback-monitoring`, { ...options, query })
  }

  /**
   * Compare the lanes in Redis with Postgres.
   *
   * While Redis is away or fails its counts are null, and nothing is in sync.
   *
   * **Roles:** service · viewer · supervisor
   */
  auditLanes(options?: CallOptions): Promise<LaneAudit> {
    return this.#send('GET', `/api/debug/callback-lanes`, { ...options })
  }

  /**
   * What Postgres held that must not be.
   *
   * What a standing audit and the claims found in the last 30 days, what still stands first.
   *
   * **Roles:** service · viewer · supervisor
   */
  auditRows(options?: CallOptions): Promise<RowAudit> {
    return this.#send('GET', `/api/debug/callback-rows`, { ...options })
  }
}

class WebhooksOperations {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Have another system told of what happens.
   *
   * It is told of what happens from now on, each event at least once, by POST: the `webhooks` of this document. What is sent is signed by Standard Webhooks 1.0.0 with the secret that only this answer shows.
   *
   * **Roles:** service · supervisor
   */
  create(body: NewWebhook, options?: CallOptions): Promise<WebhookWithSecret> {
    return this.#send('POST', `/api/webhooks`, { ...options, body })
  }

  /**
   * Every webhook.
   *
   * **Roles:** service · viewer · supervisor
   */
  list(options?: CallOptions): Promise<Webhook[]> {
    return this.#send('GET', `/api/webhooks`, { ...options })
  }

  /**
   * Read a webhook.
   *
   * **Roles:** service · viewer · supervisor
   */
  get(webhookId: string, options?: CallOptions): Promise<Webhook> {
    return this.#send('GET', `/api/webhooks/${encodeURIComponent(webhookId)}`, { ...options })
  }

  /**
   * Change a webhook, or switch it on or off.
   *
   * One that is switched on is told of what happens from then on, and of what was still on its way to it; of what happened while it was off, it is not told.
   *
   * **Roles:** service · supervisor
   */
  change(webhookId: string, body: WebhookChanges, options?: CallOptions): Promise<Webhook> {
    return this.#send('PATCH', `/api/webhooks/${encodeURIComponent(webhookId)}`, { ...options, body })
  }

  /**
   * Delete a webhook.
   *
   * What is on its way to it is not sent any more.
   *
   * **Roles:** service · supervisor
   */
  delete(webhookId: string, options?: CallOptions): Promise<void> {
    return this.#send('DELETE', `/api/webhooks/${encodeURIComponent(webhookId)}`, { ...options })
  }

  /**
   * Give a webhook another secret.
   *
   * For a day what is sent has a signature by either: the new one first.
   *
   * **Roles:** service · supervisor
   */
  rotateSecret(webhookId: string, options?: CallOptions): Promise<WebhookWithSecret> {
    return this.#send('POST', `/api/webhooks/${encodeURIComponent(webhookId)}/rotate-secret`, { ...options })
  }

  /**
   * Send an event by which a webhook is tried out.
   *
   * It is sent as all others are; what came of it, its delivery says a moment later.
   *
   * **Roles:** service · supervisor
   */
  test(webhookId: string, options?: CallOptions): Promise<WebhookDelivery> {
    return this.#send('POST', `/api/webhooks/${encodeURIComponent(webhookId)}/test`, { ...options })
  }

  /**
   * What a webhook was told, page by page.
   *
   * Deliveries are kept for a week.
   *
   * **Roles:** service · viewer · supervisor
   */
  listDeliveries(webhookId: string, query?: ListWebhookDeliveriesParams, options?: CallOptions): Pages<WebhookDelivery, WebhookDeliveryPage> {
    return new Pages((cursor) => this.#send('GET', `/api/webhooks/${encodeURIComponent(webhookId)}/deliveries`, { ...options, query: { ...query, ...cursor } }), 'items')
  }

  /**
   * Send a delivery once more.
   *
   * Whatever became of it, under the same `webhook-id`, with all attempts before it.
   *
   * **Roles:** service · supervisor
   */
  redeliverTo(webhookId: string, deliveryId: string, options?: CallOptions): Promise<WebhookDelivery> {
    return this.#send('POST', `/api/webhooks/${encodeURIComponent(webhookId)}/deliveries/${encodeURIComponent(deliveryId)}/redeliver`, { ...options })
  }
}

/** Every operation of the API, by its noun. */
export class Nouns {
  readonly health: HealthOperations
  readonly session: SessionOperations
  readonly users: UsersOperations
  readonly agents: AgentsOperations
  readonly nextCall: NextCallOperations
  readonly callbacks: CallbacksOperations
  readonly queues: QueuesOperations
  readonly policies: PoliciesOperations
  readonly doNotCall: DoNotCallOperations
  readonly callSessions: CallSessionsOperations
  readonly telephony: TelephonyOperations
  readonly calendars: CalendarsOperations
  readonly reports: ReportsOperations
  readonly operations: OperationsOperations
  readonly webhooks: WebhooksOperations

  constructor(send: Send) {
    this.health = new HealthOperations(send)
    this.session = new SessionOperations(send)
    this.users = new UsersOperations(send)
    this.agents = new AgentsOperations(send)
    this.nextCall = new NextCallOperations(send)
    this.callbacks = new CallbacksOperations(send)
    this.queues = new QueuesOperations(send)
    this.policies = new PoliciesOperations(send)
    this.doNotCall = new DoNotCallOperations(send)
    this.callSessions = new CallSessionsOperations(send)
    this.telephony = new TelephonyOperations(send)
    this.calendars = new CalendarsOperations(send)
    this.reports = new ReportsOperations(send)
    this.operations = new OperationsOperations(send)
    this.webhooks = new WebhooksOperations(send)
  }
}
