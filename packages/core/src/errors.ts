/** Everything that a request can be refused for. The codes are stable: clients decide by them. */
export type ErrorCode =
  | 'user-not-found'
  | 'agent-not-found'
  | 'callback-not-found'
  | 'queue-entry-not-found'
  | 'call-session-not-found'
  | 'calendar-not-found'
  | 'unknown-user'
  | 'unknown-agent'
  | 'unknown-call-session'
  | 'unknown-callback'
  | 'idempotency-key-reused'
  | 'agent-not-logged-in'
  | 'agent-inactive'
  | 'callback-not-pending'
  | 'callback-not-open'
  | 'too-many-accepted'
  | 'user-in-call'
  | 'agent-in-call'
  | 'user-unknown-to-agent'
  | 'callback-in-the-past'
  | 'entry-not-claimed'
  | 'outcome-recorded'
  | 'call-session-exists'
  | 'too-many-open-callbacks'
  | 'too-many-callbacks-created'
  | 'call-in-the-future'
  | 'owner-not-named'
  | 'owner-only'
  | 'not-your-call'
  | 'queue-not-found'
  | 'unknown-queue'
  | 'queue-in-use'
  | 'queue-not-served'
  | 'run-lost'
  | 'calendar-changed'
  | 'policy-changed'
  | 'unknown-calendar'
  | 'do-not-call'
  | 'block-over'
  | 'calendar-in-use'
  | 'calendar-read-only'
  | 'unknown-holidays'
  | 'tzdata-behind'
  | 'outside-calling-hours'
  | 'never-allowed'
  | 'external-id-taken'
  | 'webhook-not-found'
  | 'delivery-not-found'
  | 'webhook-url-refused'
  | 'webhook-inactive'

/** A refusal: `code` for programs, `message` for people. It knows nothing of HTTP. */
export class DomainError extends Error {
  readonly code: ErrorCode
  /** After so many seconds the same may be granted; undefined when time alone changes nothing. */
  readonly retryAfterSeconds: number | undefined
  /** The first moment at or after the one asked for at which it is allowed. */
  readonly nextAllowedAt: Date | undefined
  /** The agent who has what was asked for. */
  readonly takenBy: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    {
      retryAfterSeconds,
      nextAllowedAt,
      takenBy,
    }: { retryAfterSeconds?: number; nextAllowedAt?: Date; takenBy?: number | undefined } = {},
  ) {
    super(message)
    this.name = 'DomainError'
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
    this.nextAllowedAt = nextAllowedAt
    this.takenBy = takenBy
  }
}

/** What may be told of an error: its kind. A database's message can hold a customer's data. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Error'
  const { code, constraint_name: constraint } = error as { code?: unknown; constraint_name?: unknown }
  return [error.name, code, constraint].filter((part) => typeof part === 'string').join(' ')
}

/** Makes a value of a refusal, for those who go on with others; what else went wrong is thrown. */
export function refusal(error: unknown): DomainError {
  if (error instanceof DomainError) return error
  throw error
}
