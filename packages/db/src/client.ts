import postgres from 'postgres'
import { tlsOfDatabase, type Certificates } from './tls.ts'

/** A pool, or one connection inside a transaction: every query takes either. */
export type Sql = postgres.ISql

export interface ConnectOptions {
  /** Most connections that this pool opens. */
  max: number
  /** Longest time a statement may run, in milliseconds. */
  statementTimeoutMs?: number
  applicationName?: string
  certificates?: Certificates | undefined
}

/** A server that lives has said by then that a statement took too long. */
const answersLateByMs = 5_000

/**
 * One connection, for work that is done once. Names and times are as Postgres writes them.
 *
 * @param certificates see `tlsOfDatabase`
 */
export function connectOnce(url: string, certificates?: Certificates): postgres.Sql {
  return postgres(url, {
    max: 1,
    ssl: tlsOfDatabase(url, certificates),
    connect_timeout: 5,
    onnotice: () => {},
  })
}

/**
 * Opens a pool on `url`. Rows come back with camelCase names, `timestamptz` as `Date` and `int8` as strings.
 *
 * The server keeps the time limits: no statement, no wait for a lock and no idle transaction can hold a connection for
 * ever. A server that says nothing for longer than that is gone, and so is, for the server, a client that answers no
 * probe: whatever the network swallowed, each side lets go of the connection and of what it held.
 */
export function connect(url: string, options: ConnectOptions): postgres.Sql {
  const statementTimeoutMs = options.statementTimeoutMs ?? 15_000
  return postgres(url, {
    max: options.max,
    ssl: tlsOfDatabase(url, options.certificates),
    connect_timeout: 5,
    backoff: reconnectAfterSeconds,
    idle_timeout: statementTimeoutMs / 1_000,
    silence_timeout: (statementTimeoutMs + answersLateByMs) / 1_000,
    max_lifetime: 30 * 60,
    transform: { column: { from: postgres.toCamel, to: postgres.fromCamel } },
    onnotice: () => {},
    connection: {
      application_name: options.applicationName ?? 'ringback',
      TimeZone: 'UTC',
      statement_timeout: statementTimeoutMs,
      lock_timeout: 10_000,
      idle_in_transaction_session_timeout: 30_000,
      tcp_keepalives_idle: 10,
      tcp_keepalives_interval: 5,
      tcp_keepalives_count: 2,
      tcp_user_timeout: 20_000,
    },
  })
}

/**
 * How long a connection that failed waits before its next attempt. A query waits with it, so it is short: left to
 * itself postgres.js goes up to 20 seconds, and while Postgres is away nothing would fail in time, nor come back.
 */
function reconnectAfterSeconds(attempt: number): number {
  return Math.min(0.02 * 2 ** attempt, 0.5) * (0.5 + Math.random() / 2)
}

const serializationFailure = '40001'
const deadlockDetected = '40P01'
const uniqueViolation = '23505'
const checkViolation = '23514'
/**
 * What only one may have, and another transaction got while this one was at work; and what the database refuses to
 * commit (see the migration `what_must_not_be`).
 */
const contended = new Set([
  'call_queue_one_claim_per_agent',
  'call_queue_one_live_per_callback',
  'call_queue_one_live_per_user',
  'call_sessions_by_twilio_sid',
  'callbacks_by_external_id',
  'users_by_external_id',
  'live_entry_has_user',
  'live_entry_has_queue',
  'live_entry_has_open_callback',
  'open_callback_is_queued_as_marked',
  'claim_has_agent_at_work',
  'policies_queue_type_version_pk',
])

/**
 * Thrown by work that found, once it held its locks, that it had taken them for something that is not so any more: it is
 * run again from the start.
 */
export class TryAgain extends Error {
  /** Whether each attempt gets further, so that there is no limit to them. */
  readonly isProgress: boolean

  constructor(reason: string, { isProgress = false }: { isProgress?: boolean } = {}) {
    super(reason)
    this.name = 'TryAgain'
    this.isProgress = isProgress
  }
}

const maxAttempts = 4
/** More than the statements that the connections of a pool have prepared for one piece of work. */
const mostStaleStatements = 200

/** One statement, as a query returns it: a promise of several could still be at work when COMMIT has gone. */
export interface Statement<Result = unknown> extends Promise<Result> {
  execute(): unknown
}

/**
 * Sends a statement of a transaction without waiting for it. The next ones follow at once, COMMIT too, so that what the
 * last ones lock is locked for no round trip. When it fails, so does the transaction.
 */
export type Pipeline = (statement: Statement | undefined) => void

/** Runs `work` in a transaction and commits it. Collisions with other transactions are resolved by running it again. */
export async function inTransaction<T>(
  sql: postgres.Sql,
  work: (tx: Sql, pipeline: Pipeline) => Promise<T>,
): Promise<T> {
  return retryCollisions(async () => {
    const statements: Statement[] = []
    const result = await sql.begin((tx) =>
      work(tx, (statement) => {
        if (!statement) return
        statement.execute()
        statement.catch(() => {}) // It is thrown below, or was the end of the transaction.
        statements.push(statement)
      }),
    )
    await Promise.all(statements) // After one that failed COMMIT rolls back and says nothing.
    return result as T
  })
}

/**
 * Runs work again from the start when it collided with another transaction (a deadlock, a claim or a live entry that met
 * another one in flight, `TryAgain`), or when a migration changed what a prepared statement returns. Of those each
 * connection has some, and each failure prepares one of them anew.
 */
export async function retryCollisions<T>(work: () => Promise<T>): Promise<T> {
  let collisions = 0
  let staleStatements = 0
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof TryAgain && error.isProgress) continue
      const isTriedAgain = isStaleStatement(error)
        ? ++staleStatements <= mostStaleStatements
        : isCollision(error) && ++collisions < maxAttempts
      if (!isTriedAgain) throw error
    }
  }
}

/** Whether `error` says that another transaction was in the way: the same work may well succeed when it is run again. */
export function isCollision(error: unknown): boolean {
  if (error instanceof TryAgain) return true
  if (!(error instanceof postgres.PostgresError)) return false
  return (
    error.code === deadlockDetected ||
    error.code === serializationFailure ||
    ((error.code === uniqueViolation || error.code === checkViolation) && contended.has(error.constraint_name ?? ''))
  )
}

function isStaleStatement(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.routine === 'RevalidateCachedQuery'
}

/** How long statements of this transaction wait for a lock, in milliseconds; null as long as usual. */
export async function setLockTimeout(sql: Sql, milliseconds: number | null): Promise<void> {
  if (milliseconds === null) await sql`set local lock_timeout to default`
  else await sql`select set_config('lock_timeout', ${String(milliseconds)}, true)`
}

/** Has what the database checks at COMMIT checked now, and from here on at once. */
export function checkNow(sql: Sql): Statement {
  return sql`set constraints all immediate`
}

/**
 * Whether `error` says that Postgres cannot be reached, is going down, has no such database while one is swapped for
 * another, or lacks what it needs to work (disk, memory, connections): whoever asks, and for whatever, gets it.
 */
export function isDatabaseAway(error: unknown): boolean {
  return awayCodes.test(codeOf(error))
}

/** Whether `error` says that another transaction has held a row for longer than one waits for it. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === '55P03'
}

/**
 * Whether `error` says that Postgres is away, ran out of time for this one transaction, or that a migration changed what a
 * prepared statement returns: the same again may well succeed.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  return isDatabaseAway(error) || isOutOfTime(error) || isStaleStatement(error)
}

/** Whether `error` says that Postgres ended a statement or a transaction that took too long. */
export function isOutOfTime(error: unknown): boolean {
  return outOfTimeCodes.test(codeOf(error))
}

/** Also a certificate that has expired, or is not the one it should be: it is renewed, and all goes on. */
const awayCodes =
  /^(?:CERT_\w+|\w+_CERT_IN_CHAIN|DEPTH_ZERO_\w+|UNABLE_TO_\w+|ERR_(?:TLS|SSL)_\w+|ECONN\w+|ENOTFOUND|ENOENT|EPIPE|ETIMEDOUT|EAI_AGAIN|CONNECT_TIMEOUT|CONNECTION_(?:CLOSED|ENDED|DESTROYED)|57P0[1-3]|53\w{3}|58030|08\w{3}|3D000)$/
const outOfTimeCodes = /^(?:57014|55P03|25P03)$/

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}
