import { sql } from 'drizzle-orm'
import { check, index, integer, pgEnum, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { tickTriggers } from '../values.ts'
import { bigintString, moment, transactionId } from './column-types.ts'
import { users } from './users.ts'

export const tickTrigger = pgEnum('tick_trigger', tickTriggers)

/**
 * One row per tick. The tick notes its progress (`progressAt`) and writes what it enqueued, each group of jobs adds what
 * became of its callbacks, and whoever settles the last one sets `finishedAt`. Settled jobs whose callback has been counted
 * for the same state before are not `processed` again. `abandonedAt` closes a tick whose jobs were lost; their callbacks
 * are found again by the next one.
 */
export const cronRuns = pgTable(
  'cron_runs',
  {
    id: uuid().primaryKey(),
    trigger: tickTrigger().notNull(),
    startedAt: moment().notNull(),
    progressAt: moment(),
    enqueued: integer(),
    settled: integer().notNull().default(0),
    processed: integer().notNull().default(0),
    notified: integer().notNull().default(0),
    routed: integer().notNull().default(0),
    unassigned: integer().notNull().default(0),
    deferred: integer().notNull().default(0),
    alreadyQueued: integer().notNull().default(0),
    errors: integer().notNull().default(0),
    finishedAt: moment(),
    abandonedAt: moment(),
  },
  (table) => [
    check('cron_runs_finished_after_scan', sql`finished_at is null or enqueued is not null`),
    check('cron_runs_one_end', sql`finished_at is null or abandoned_at is null`),
    index('cron_runs_by_start').on(table.startedAt),
    index('cron_runs_open')
      .on(table.startedAt)
      .where(sql`finished_at is null and abandoned_at is null`),
    index('cron_runs_by_finish')
      .on(table.finishedAt)
      .where(sql`finished_at is not null`),
  ],
)

/**
 * What the engine has come to know of itself, by name (`engineFacts` in values.ts says which), and when that was last noted. A
 * row that is not there is one of which nothing is known.
 */
export const engineFacts = pgTable('engine_facts', {
  name: text().primaryKey(),
  value: text().notNull(),
  notedAt: moment().notNull(),
})

/** Alerts that stand now; a row's birth and death are each logged once, whichever process sees them. */
export const alerts = pgTable('alerts', {
  name: text().primaryKey(),
  since: moment().notNull(),
})

/**
 * What the database holds that must not be, found by the audit of rows or by a claim that could not be made. One that was
 * set right has `repairedAt`; the others stand in an alert until they are.
 */
export const findings = pgTable(
  'findings',
  {
    kind: text().notNull(),
    /** The id of the row. */
    subject: text().notNull(),
    detail: text().notNull(),
    foundAt: moment().notNull(),
    lastFoundAt: moment().notNull(),
    repairedAt: moment(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.subject] })],
)

/**
 * Answers to requests that carried an `Idempotency-Key`, written in the transaction of the request's effect. One that tells of
 * a user goes with that user.
 */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    subject: text().notNull(),
    key: text().notNull(),
    requestHash: text().notNull(),
    responseStatus: integer(),
    responseBody: text(),
    userId: bigintString().references(() => users.id, { onDelete: 'cascade' }),
    createdAt: moment().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.subject, table.key] }),
    index('idempotency_keys_by_age').on(table.createdAt),
    index('idempotency_keys_by_user')
      .on(table.userId)
      .where(sql`user_id is not null`),
  ],
)

/**
 * What the reconciler and Redis last agreed on, one row.
 *
 * `epoch` is the build that made the lanes and `pulse` the last pass, both random and both written into Redis as well: when
 * either is another one there, Redis or Postgres has lost what the other one knows, and the lanes are built anew. So they
 * are when `history`, where the rows live, is another one.
 *
 * `openSince` is the oldest transaction that the last pass could not see: the next one looks at what changed from there on.
 * `comparedId` and `comparedRecord` are how far the standing comparison has come among the rows and among the records;
 * `differences` is what it last found, at `differedAt`.
 */
export const laneMirror = pgTable(
  'lane_mirror',
  {
    id: integer().primaryKey().default(1),
    epoch: uuid().notNull(),
    pulse: uuid().notNull(),
    history: text().notNull(),
    reconciledUntil: moment().notNull(),
    openSince: transactionId().notNull(),
    comparedId: bigintString().notNull().default('0'),
    comparedRecord: text().notNull().default('0'),
    comparedAt: moment(),
    differences: integer().notNull().default(0),
    differedAt: moment(),
  },
  () => [check('lane_mirror_one_row', sql`id = 1`)],
)
