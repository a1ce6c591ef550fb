import type { Sql } from '../client.ts'
import type { Webhook } from '../rows.ts'
import type { WebhookOffReason } from '../values.ts'

export async function add(
  sql: Sql,
  webhook: Pick<Webhook, 'id' | 'url' | 'eventTypes' | 'description' | 'activeSince' | 'secret'>,
  now: Date,
): Promise<Webhook> {
  const [row] = await sql<Webhook[]>`
    insert into webhooks ${sql({ ...webhook, createdAt: now, updatedAt: now })} returning *`
  return row!
}

export async function get(sql: Sql, id: string): Promise<Webhook | undefined> {
  const [row] = await sql<Webhook[]>`select * from webhooks where id = ${id}`
  return row
}

/** All, the oldest first. */
export async function list(sql: Sql): Promise<Webhook[]> {
  return sql<Webhook[]>`select * from webhooks order by created_at, id`
}

export interface WebhookChanges {
  url?: string | undefined
  eventTypes?: string[] | null | undefined
  description?: string | null | undefined
  isActive?: boolean | undefined
}

/**
 * Changes what is given. One that is switched on begins anew: it is told of what happens from then on, and has not failed.
 * Undefined when there is no such webhook.
 */
export async function change(
  sql: Sql,
  id: string,
  { isActive, ...columns }: WebhookChanges,
  now: Date,
): Promise<Webhook | undefined> {
  const given = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
  const isSwitched = isActive !== undefined
  const [row] = await sql<Webhook[]>`
    update webhooks set ${sql({ ...given, updatedAt: now })}
      ${isActive === true ? sql`, active_since = coalesce(active_since, ${now})` : sql``}
      ${isActive === false ? sql`, active_since = null` : sql``}
      ${isSwitched ? sql`, off_reason = null, failing_since = case when active_since is null then null else failing_since end` : sql``}
    where id = ${id} returning *`
  return row
}

/** Another secret; the one before signs along until `previousUntil`. */
export async function rotate(
  sql: Sql,
  id: string,
  { secret, previousUntil }: { secret: string; previousUntil: Date },
  now: Date,
): Promise<Webhook | undefined> {
  const [row] = await sql<Webhook[]>`
    update webhooks set previous_secret = secret, previous_until = ${previousUntil}, secret = ${secret}, updated_at = ${now}
    where id = ${id} returning *`
  return row
}

/** Whether there was one. */
export async function remove(sql: Sql, id: string): Promise<boolean> {
  const { count } = await sql`delete from webhooks where id = ${id}`
  return count > 0
}

/** What those that are switched on are told of; null when one of them is told of everything. */
export async function listEventTypesAsked(sql: Sql): Promise<{ isAnyActive: boolean; eventTypes: string[] | null }> {
  const rows = await sql<Pick<Webhook, 'eventTypes'>[]>`
    select event_types from webhooks where active_since is not null`
  const isOneToldOfAll = rows.some(({ eventTypes }) => eventTypes === null)
  return {
    isAnyActive: rows.length > 0,
    eventTypes: isOneToldOfAll ? null : [...new Set(rows.flatMap(({ eventTypes }) => eventTypes ?? []))],
  }
}

/** Notes that a webhook failed; since when it has, if it is not known already. */
export async function noteFailure(sql: Sql, id: string, now: Date): Promise<void> {
  await sql`update webhooks set failing_since = ${now} where id = ${id} and failing_since is null`
}

/** Switches off one that is on, and, unless `failingBefore` is left out, has failed since then or longer. Whether it was. */
export async function switchOff(
  sql: Sql,
  id: string,
  { reason, failingBefore }: { reason: WebhookOffReason; failingBefore?: Date },
  now: Date,
): Promise<boolean> {
  const { count } = await sql`
    update webhooks set active_since = null, off_reason = ${reason}, updated_at = ${now}
    where id = ${id} and active_since is not null
      ${failingBefore === undefined ? sql`` : sql`and failing_since <= ${failingBefore}`}`
  return count > 0
}

/** How many the engine has switched off, and how many that are on have failed since `failingBefore` or longer. */
export async function countTroubled(sql: Sql, failingBefore: Date): Promise<{ switchedOff: number; failing: number }> {
  const [row] = await sql<{ switchedOff: number; failing: number }[]>`
    select count(*) filter (where off_reason is not null)::int as switched_off,
      count(*) filter (where active_since is not null and failing_since <= ${failingBefore})::int as failing
    from webhooks`
  return row!
}
