import type { ErrorCode } from '@ringback/core'

/** What HTTP adds to the refusals of the engine. */
type HttpErrorCode =
  | 'invalid-request'
  | 'malformed-request'
  | 'malformed-json'
  | 'agent-not-named'
  | 'unauthorized'
  | 'sign-in-code-invalid'
  | 'forbidden'
  | 'no-active-agent'
  | 'cross-site-request'
  | 'signature-invalid'
  | 'route-not-found'
  | 'request-incomplete'
  | 'body-too-large'
  | 'headers-too-large'
  | 'unsupported-media-type'
  | 'rate-limited'
  | 'too-many-streams'
  | 'streams-full'
  | 'internal-error'
  | 'database-unavailable'
  | 'token-keys-unavailable'
  | 'request-timed-out'

export type ProblemCode = ErrorCode | HttpErrorCode

/** Every code that an answer may carry, with its status and its title. The codes are stable: clients decide by them. */
export const problemCatalogue = {
  'invalid-request': { status: 400, title: 'The request does not match its schema' },
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  'agent-not-named': { status: 400, title: 'A desk says for which agent it acts' },
  unauthorized: { status: 401, title: 'A valid token is needed' },
  'sign-in-code-invalid': { status: 401, title: 'The code does not sign anybody in, or does not any more' },
  forbidden: { status: 403, title: 'This token does not allow that' },
  'no-active-agent': { status: 403, title: 'The agent of this token does not exist or is not active' },
  'user-unknown-to-agent': { status: 403, title: 'The agent has had no call and no promise with the user' },
  'cross-site-request': { status: 403, title: 'The request comes from a page of another site' },
  'signature-invalid': { status: 403, title: 'The request is not signed for this address by who may' },
  'not-your-call': { status: 403, title: 'The call belongs to another agent' },
  'route-not-found': { status: 404, title: 'There is no such route' },
  'user-not-found': { status: 404, title: 'There is no such user' },
  'agent-not-found': { status: 404, title: 'There is no such agent' },
  'callback-not-found': { status: 404, title: 'There is no such callback' },
  'queue-entry-not-found': { status: 404, title: 'There is no such queue entry' },
  'queue-not-found': { status: 404, title: 'There is no such queue' },
  'call-session-not-found': { status: 404, title: 'There is no such call session' },
  'calendar-not-found': { status: 404, title: 'There is no such calendar' },
  'webhook-not-found': { status: 404, title: 'There is no such webhook' },
  'delivery-not-found': { status: 404, title: 'The webhook has no such delivery' },
  'request-incomplete': { status: 408, title: 'The request did not arrive in time' },
  'agent-not-logged-in': { status: 409, title: 'The agent has no open session' },
  'agent-inactive': { status: 409, title: 'The agent is not active' },
  'callback-not-pending': { status: 409, title: 'The callback is not pending' },
  'owner-only': { status: 409, title: 'The callback is for another agent alone' },
  'callback-not-open': { status: 409, title: 'The callback cannot be changed any more' },
  'too-many-accepted': { status: 409, title: 'The agent has accepted as many callbacks as an agent may' },
  'agent-in-call': { status: 409, title: 'The agent is in another inbound call' },
  'user-in-call': { status: 409, title: 'The user is in a call' },
  'entry-not-claimed': { status: 409, title: 'Nobody has claimed the queue entry' },
  'outcome-recorded': { status: 409, title: 'The call has another outcome already' },
  'call-session-exists': { status: 409, title: 'The id of the call is that of another call' },
  'queue-in-use': { status: 409, title: 'The queue is still needed' },
  'queue-not-served': { status: 409, title: 'The agent does not serve the queue' },
  'too-many-open-callbacks': { status: 409, title: 'The user has too many open callbacks' },
  'calendar-in-use': { status: 409, title: 'Something goes by the calendar' },
  'calendar-read-only': { status: 409, title: 'The calendar comes with Ringback and cannot be changed' },
  'webhook-inactive': { status: 409, title: 'The webhook is switched off' },
  'outside-calling-hours': { status: 409, title: 'The user may not be called at that time' },
  'external-id-taken': { status: 409, title: 'The externalId is that of another user or callback' },
  'do-not-call': { status: 409, title: 'The user must not be called' },
  'calendar-changed': { status: 412, title: 'The calendar is another one by now' },
  'policy-changed': { status: 412, title: 'The policy has another version by now' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': {
    status: 415,
    title: 'The body must be JSON, a form where the route says so, and not encoded',
  },
  'unknown-user': { status: 422, title: 'The request names a user that does not exist' },
  'unknown-agent': { status: 422, title: 'The request names an agent that does not exist' },
  'unknown-queue': { status: 422, title: 'The request names a queue that does not exist' },
  'owner-not-named': { status: 422, title: 'Only one agent is to call, and the request names none' },
  'callback-in-the-past': { status: 422, title: 'An agent promises no call for a time that is over' },
  'call-in-the-future': { status: 422, title: 'The call began in the future' },
  'unknown-calendar': { status: 422, title: 'The policy names a calendar that does not exist' },
  'never-allowed': { status: 422, title: 'The calling hours let the user be called at no time' },
  'block-over': { status: 422, title: 'The time until which nobody must call is over' },
  'unknown-call-session': { status: 422, title: 'The request names a call session that does not exist' },
  'unknown-callback': { status: 422, title: 'The call cannot end such a callback' },
  'webhook-url-refused': { status: 422, title: 'Nothing is sent to such a URL' },
  'unknown-holidays': { status: 422, title: 'The holidays of the country or region are not known' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key came with another request' },
  'too-many-callbacks-created': { status: 429, title: 'The agent has made too many callbacks within an hour' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'too-many-streams': { status: 429, title: 'The bearer has too many event streams open' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'internal-error': { status: 500, title: 'Something went wrong here' },
  'database-unavailable': { status: 503, title: 'The database cannot be reached' },
  'run-lost': { status: 503, title: 'The run is gone with the data that was lost' },
  'tzdata-behind': { status: 503, title: 'This process has older time zone data than others' },
  'token-keys-unavailable': { status: 503, title: 'The keys that sign tokens cannot be read' },
  'streams-full': { status: 503, title: 'This process carries as many event streams as it may' },
  'request-timed-out': { status: 503, title: 'The request took too long' },
} as const satisfies Record<ProblemCode, { status: number; title: string }>
