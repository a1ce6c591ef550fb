import type { Sql } from '../client.ts'
import { isLive, isOpen } from '../conditions.ts'
import type { User } from '../rows.ts'

type Optional<Fields extends keyof User> = { [Field in Fields]?: User[Field] | undefined }

/** Writes a user; `created` says whether it is new. A phone, zone or region that is undefined stays as it is. */
export async function put(
  sql: Sql,
  {
    id,
    name,
    phone,
    phoneE164,
    timeZone,
    region,
  }: Pick<User, 'id' | 'name'> & Optional<'phone' | 'phoneE164' | 'timeZone' | 'region'>,
  now: Date,
): Promise<User & { created: boolean }> {
  const [row] = await sql<(User & { created: boolean })[]>`
    insert into users (id, name, phone, phone_e164, time_zone, region, created_at, updated_at)
    values (${id}, ${name}, ${phone ?? null}, ${phoneE164 ?? null}, ${timeZone ?? null}, ${region ?? null}, ${now}, ${now})
    on conflict (id) do update set name = excluded.name,
      phone = case when ${phone === undefined} then users.phone else excluded.phone end,
      phone_e164 = case when ${phone === undefined} then users.phone_e164 else excluded.phone_e164 end,
      time_zone = case when ${timeZone === undefined} then users.time_zone else excluded.time_zone end,
      region = case when ${region === undefined} then users.region else excluded.region end,
      updated_at = excluded.updated_at
    returning *, (xmax = 0) as created`
  return row!
}

export async function get(sql: Sql, id: string): Promise<User | undefined> {
  const [row] = await sql<User[]>`select * from users where id = ${id}`
  return row
}

export async function listByIds(sql: Sql, ids: string[]): Promise<User[]> {
  return sql<User[]>`select * from users where id = any(${ids}::bigint[])`
}

/** The users who have one of these ids or numbers (E.164), by id. */
export async function listIds(sql: Sql, { ids, numbers }: { ids: string[]; numbers: string[] }): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from users where id = any(${ids}::bigint[])
    union select id from users where phone_e164 = any(${numbers}) and phone_e164 is not null
    order by id`
  return rows.map(({ id }) => id)
}

/** A page of users by id, after `after`: their phones, and the numbers that are known of these. */
export async function listPhones(
  sql: Sql,
  after: string,
  limit: number,
): Promise<Pick<User, 'id' | 'phone' | 'phoneE164'>[]> {
  return sql<Pick<User, 'id' | 'phone' | 'phoneE164'>[]>`
    select id, phone, phone_e164 from users where id > ${after} order by id limit ${limit}`
}

/** Writes the numbers of users, which follow from their phones. */
export async function setNumbers(sql: Sql, numbers: { id: string; phoneE164: string }[], now: Date): Promise<User[]> {
  return sql<User[]>`
    update users set phone_e164 = row."phoneE164", updated_at = ${now}
    from jsonb_to_recordset(${sql.json(numbers)}) as row (id bigint, "phoneE164" text)
    where users.id = row.id returning users.*`
}

/** Finds a user and keeps it from being deleted until the transaction ends. */
export async function hold(sql: Sql, id: string): Promise<User | undefined> {
  const [row] = await sql<User[]>`select * from users where id = ${id} for key share`
  return row
}

/**
 * Whether an agent has had to do with a user: by an inbound call or one that it had claimed (an outbound call without a
 * claim is the agent's word alone), by a promise that prefers it, by a place in a queue that waits for it, or by the call
 * with this id, which is of no agent yet.
 */
export async function isKnownTo(sql: Sql, id: string, agentId: number, callSessionId: string | null): Promise<boolean> {
  const [row] = await sql<{ isKnown: boolean }[]>`
    select exists (
      select from call_sessions where user_id = ${id} and agent_id = ${agentId}
        and (direction = 'inbound' or queue_entry_id is not null)
    ) or exists (
      select from callbacks where user_id = ${id} and preferred_agent_id = ${agentId}
    ) or exists (
      select from call_queue where user_id = ${id} and ${isLive(sql)} and assigned_to_agent_id = ${agentId}
    ) or exists (
      select from call_sessions where id = ${callSessionId} and user_id = ${id} and agent_id is null
    ) as is_known`
  return row!.isKnown
}

/**
 * Whether an agent has to do with a user now: by an open promise that prefers it, by a place in a queue that waits for it or
 * is claimed by it, or by an inbound call that began since `since` and has not ended.
 */
export async function isWith(sql: Sql, id: string, agentId: number, since: Date): Promise<boolean> {
  const [row] = await sql<{ isWith: boolean }[]>`
    select exists (
      select from callbacks where user_id = ${id} and ${isOpen(sql)} and preferred_agent_id = ${agentId}
    ) or exists (
      select from call_queue where user_id = ${id} and ${isLive(sql)}
        and ${agentId} in (assigned_to_agent_id, claimed_by_agent_id)
    ) or exists (
      select from call_sessions where user_id = ${id} and direction = 'inbound' and status = 'in_progress'
        and agent_id = ${agentId} and started_at >= ${since}
    ) as is_with`
  return row!.isWith
}

/** Deletes a user and its call score; false when there was none. */
export async function remove(sql: Sql, id: string): Promise<boolean> {
  const result = await sql`delete from users where id = ${id}`
  return result.count > 0
}
