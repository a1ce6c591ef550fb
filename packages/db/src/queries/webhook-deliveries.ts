import type { Sql } from '../client.ts'
import type { WebhookDelivery } from '../rows.ts'
import { deliveryStatuses, type DeliveryStatus } from '../values.ts'

/** Something to tell: an event as it is sent. */
export type Message = Pick<WebhookDelivery, 'eventId' | 'type' | 'userId' | 'body'> & { at: Date }

/**
 * Writes down what each webhook is to be told: those that are on, of what has happened since they are, of the types that they
 * ask for. What one was told before is not told again. Returns how many deliveries there are more.
 */
export async function addForAll(sql: Sql, messages: Message[], now: Date): Promise<number> {
  const column = <Name extends keyof Message>(name: Name) => messages.map((message) => message[name])
  const { count } = await sql`
    insert into webhook_deliveries (webhook_id, event_id, type, user_id, body, next_attempt_at, created_at)
    select w.id, m.event_id, m.type, m.user_id, m.body, ${now}, ${now}
    from unnest(${column('eventId')}::text[], ${column('type')}::text[], ${column('userId')}::bigint[],
      ${column('body')}::text[], ${messages.map(({ at }) => at.toISOString())}::text[]::timestamptz[]) with ordinality
      as m (event_id, type, user_id, body, at, place)
    join webhooks w on w.active_since <= m.at and (w.event_types is null or m.type = any(w.event_types))
    order by m.place
    on conflict (webhook_id, event_id) do nothing`
  return count
}

/** Writes down what one webhook is to be told. */
export async function add(
  sql: Sql,
  webhookId: string,
  { eventId, type, body }: Omit<Message, 'at' | 'userId'>,
  now: Date,
): Promise<WebhookDelivery> {
  const [row] = await sql<WebhookDelivery[]>`
    insert into webhook_deliveries ${sql({ webhookId, eventId, type, body, nextAttemptAt: now, createdAt: now })}
    returning *`
  return row!
}

/** A delivery that is taken to be sent, where to, and what signs it. */
export interface TakenDelivery extends Pick<WebhookDelivery, 'id' | 'webhookId' | 'eventId' | 'body' | 'attempts'> {
  url: string
  /** The one before, too, for as long as it signs along. */
  secrets: string[]
}

export interface Taking {
  /** Most that are taken. */
  limit: number
  /** Most that may be on their way to one webhook; to one that failed last there is but one. */
  perWebhook: number
  /** How many are on their way, by webhook. */
  onTheirWay: ReadonlyMap<string, number>
  /** Until then nobody else takes them. */
  leaseUntil: Date
}

/** Takes what is due: of each webhook what has waited longest, of many webhooks now these, now those first. */
export async function take(
  sql: Sql,
  { limit, perWebhook, onTheirWay, leaseUntil }: Taking,
  now: Date,
): Promise<TakenDelivery[]> {
  const rows = await sql<TakenDelivery[]>`
    with picked as materialized (
      select d.id
      from (select id, failing_since from webhooks where active_since is not null order by random()) w
      left join unnest(${[...onTheirWay.keys()]}::uuid[], ${[...onTheirWay.values()]}::int[]) as busy (webhook_id, count)
        on busy.webhook_id = w.id
      cross join lateral (
        select id from webhook_deliveries
        where webhook_id = w.id and status = 'pending' and next_attempt_at <= ${now}
        order by next_attempt_at, id
        limit greatest(case when w.failing_since is null then ${perWebhook} else 1 end - coalesce(busy.count, 0), 0)
        for no key update skip locked
      ) d
      limit ${limit}
    )
    update webhook_deliveries d set next_attempt_at = ${leaseUntil}, attempts = attempts + 1
    from picked, webhooks w
    where d.id = picked.id and w.id = d.webhook_id
    returning d.id, d.webhook_id, d.event_id, d.body, d.attempts, w.url,
      case when w.previous_until > ${now} then array[w.secret, w.previous_secret] else array[w.secret] end as secrets`
  return rows.toSorted((a, b) => Number(a.id) - Number(b.id))
}

/** It was taken by its receiver, which so has not failed. */
export async function noteDelivered(sql: Sql, id: string, lastStatus: number, now: Date): Promise<void> {
  await sql`
    with delivery as (
      update webhook_deliveries set status = 'delivered', delivered_at = ${now}, next_attempt_at = null,
        last_status = ${lastStatus}, last_error = null
      where id = ${id} and status = 'pending' returning webhook_id
    )
    update webhooks set failing_since = null
    where failing_since is not null and id = (select webhook_id from delivery)`
}

/** It was not taken; there is no next time when `nextAttemptAt` is null. Nothing when another attempt was made meanwhile. */
export async function noteFailed(
  sql: Sql,
  { id, attempts }: Pick<WebhookDelivery, 'id' | 'attempts'>,
  { nextAttemptAt, lastStatus, lastError }: Pick<WebhookDelivery, 'nextAttemptAt' | 'lastStatus' | 'lastError'>,
): Promise<void> {
  await sql`
    update webhook_deliveries set status = ${nextAttemptAt === null ? 'failed' : 'pending'},
      next_attempt_at = ${nextAttemptAt}, last_status = ${lastStatus}, last_error = ${lastError}
    where id = ${id} and attempts = ${attempts} and status = 'pending'`
}

/** It was not sent to its end, since whoever sent it has to end: others may do it at once. */
export async function giveBack(
  sql: Sql,
  { id, attempts }: Pick<WebhookDelivery, 'id' | 'attempts'>,
  now: Date,
): Promise<void> {
  await sql`
    update webhook_deliveries set next_attempt_at = ${now}, attempts = attempts - 1
    where id = ${id} and attempts = ${attempts} and status = 'pending'`
}

/** Sends it again at once, whatever became of it, with all attempts before it. Undefined when there is none. */
export async function sendAgain(
  sql: Sql,
  { id, webhookId }: Pick<WebhookDelivery, 'id' | 'webhookId'>,
  now: Date,
): Promise<WebhookDelivery | undefined> {
  const [row] = await sql<WebhookDelivery[]>`
    update webhook_deliveries set status = 'pending', next_attempt_at = ${now}, attempts = 0, delivered_at = null
    where id = ${id} and webhook_id = ${webhookId} returning *`
  return row
}

const afterAllIds = String(2n ** 63n - 1n)

/**
 * A page of what a webhook was told, the newest first: of each status a stretch of the index that has this order. Told what
 * is equal, a plan may walk through all webhooks' deliveries by their ids; not told how few are wanted, it may sort all of one's.
 */
export async function list(
  sql: Sql,
  webhookId: string,
  {
    status,
    before = afterAllIds,
    limit,
  }: { status: DeliveryStatus | undefined; before: string | undefined; limit: number },
): Promise<WebhookDelivery[]> {
  const statuses = status === undefined ? deliveryStatuses : [status]
  return sql<WebhookDelivery[]>`
    select page.* from unnest(${statuses}::delivery_status[]) as asked (status), lateral (
      select * from webhook_deliveries
      where (webhook_id, status, id) >= (${webhookId}, asked.status, 0)
        and (webhook_id, status, id) < (${webhookId}, asked.status, ${before})
      order by webhook_id desc, status desc, id desc limit ${sql.unsafe(String(limit))}
    ) page
    order by id desc limit ${limit}`
}
