/** Everything that a request can be refused for. The codes are stable: clients decide by them. */
export type ErrorCode =
  | 'user-not-found'
  | 'agent-not-found'
  | 'callback-not-found'
  | 'queue-entry-not-found'
  | 'call-session-not-found'
  | 'unknown-user'
  | 'unknown-agent'
  | 'unknown-call-session'
  | 'idempotency-key-reused'
  | 'agent-not-logged-in'
  | 'agent-inactive'
  | 'callback-not-pending'
  | 'callback-not-open'
  | 'user-in-call'
  | 'entry-not-claimed'
  | 'outcome-already-recorded'
  | 'not-your-call'

/** A refusal: `code` for programs, `message` for people. It knows nothing of HTTP. */
export class DomainError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string) {
    super(message)
    this.name = 'DomainError'
    this.code = code
  }
}
