import { sql } from 'drizzle-orm'
import { check, index, integer, pgEnum, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { deliveryStatuses, webhookOffReasons } from '../values.ts'
import { bigintIdentity, bigintString, moment } from './column-types.ts'

export const deliveryStatus = pgEnum('delivery_status', deliveryStatuses)
export const webhookOffReason = pgEnum('webhook_off_reason', webhookOffReasons)

/**
 * Who is told of what happens, and where.
 *
 * `activeSince` is null while it is switched off, and `offReason` says why when nobody asked for it. It is told of what has
 * happened since then. `eventTypes` null means all. `previousSecret` signs along until `previousUntil`. `failingSince` is when
 * it failed first since it last took something.
 */
export const webhooks = pgTable(
  'webhooks',
  {
    id: uuid().primaryKey(),
    url: text().notNull(),
    eventTypes: text().array(),
    description: text(),
    activeSince: moment(),
    offReason: webhookOffReason(),
    secret: text().notNull(),
    previousSecret: text(),
    previousUntil: moment(),
    failingSince: moment(),
    createdAt: moment().notNull(),
    updatedAt: moment().notNull(),
  },
  () => [
    check('webhooks_off_for_a_reason', sql`off_reason is null or active_since is null`),
    check('webhooks_previous_secret_ends', sql`(previous_secret is null) = (previous_until is null)`),
  ],
)

/**
 * What each webhook is told, an event in a row: written once from the log, sent until it is taken. `body` is what is sent,
 * byte by byte the same each time, since the signature is over it.
 *
 * `webhookId` has no foreign key, so that a webhook goes at once, however much it was told: what is left is sent to nobody,
 * and pruned. `nextAttemptAt` lies ahead while a worker is sending, so that another one sends it should that one end.
 */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: bigintIdentity(),
    webhookId: uuid().notNull(),
    eventId: text().notNull(),
    type: text().notNull(),
    userId: bigintString(),
    body: text().notNull(),
    status: deliveryStatus().notNull().default('pending'),
    attempts: integer().notNull().default(0),
    nextAttemptAt: moment(),
    lastStatus: integer(),
    lastError: text(),
    deliveredAt: moment(),
    createdAt: moment().notNull(),
  },
  (table) => [
    check('webhook_deliveries_pending_has_time', sql`(status = 'pending') = (next_attempt_at is not null)`),
    check('webhook_deliveries_delivered_at', sql`(status = 'delivered') = (delivered_at is not null)`),
    unique('webhook_deliveries_once').on(table.webhookId, table.eventId),
    index('webhook_deliveries_due')
      .on(table.webhookId, table.nextAttemptAt, table.id)
      .where(sql`status = 'pending'`),
    index('webhook_deliveries_by_status').on(table.webhookId, table.status, table.id),
    index('webhook_deliveries_by_user')
      .on(table.userId)
      .where(sql`user_id is not null`),
  ],
)
