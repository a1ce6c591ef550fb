import type { Sql } from '../client.ts'
import { isLive, isOpen } from '../conditions.ts'
import type { User } from '../rows.ts'

/** What is written of a user. */
export type WrittenUser = Omit<User, 'createdAt' | 'updatedAt'>

/** Makes users. Those whom another transaction has made meanwhile are left out, and not returned. */
export async function insertAll(sql: Sql, rows: WrittenUser[], now: Date): Promise<User[]> {
  if (rows.length === 0) return []
  return sql<User[]>`
    insert into users (id, name, phone, phone_e164, time_zone, region, external_id, metadata, created_at, updated_at)
    select row.*, ${now}, ${now} from ${recordset(sql, rows)} order by id
    on conflict (id) do nothing returning *`
}

/** Changes users who are locked. */
export async function updateAll(sql: Sql, rows: WrittenUser[], now: Date): Promise<User[]> {
  if (rows.length === 0) return []
  return sql<User[]>`
    update users set name = row.name, phone = row.phone, phone_e164 = row."phoneE164", time_zone = row."timeZone",
      region = row.region, external_id = row."externalId", metadata = row.metadata, updated_at = ${now}
    from ${recordset(sql, rows)} where users.id = row.id returning users.*`
}

function recordset(sql: Sql, rows: WrittenUser[]) {
  return sql`
    jsonb_to_recordset(${sql.json(rows)}) as row
      (id bigint, name text, phone text, "phoneE164" text, "timeZone" text, region text, "externalId" text, metadata jsonb)`
}

/** Takes their external ids from users, so that others may have these. */
export async function freeExternalIds(sql: Sql, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await sql`update users set external_id = null where id = any(${ids}::bigint[])`
}

/** Whose these external ids are. */
export async function listByExternalIds(
  sql: Sql,
  externalIds: string[],
): Promise<(Pick<User, 'id'> & { externalId: string })[]> {
  if (externalIds.length === 0) return []
  return sql<(Pick<User, 'id'> & { externalId: string })[]>`
    select id, external_id from users where external_id = any(${externalIds})`
}

export interface UserFilter {
  phoneE164?: string | undefined
  externalId?: string | undefined
  ids?: readonly string[] | undefined
  /** What the name contains, whatever the case; of two characters, what a word of it begins with. */
  name?: string | undefined
}

/**
 * A page of users by id. Whoever has such a name is found by the index first, and sorted then: by id, one would read on until
 * there are enough, and of a rare name that is all users.
 */
export async function list(sql: Sql, filter: UserFilter, after: string | undefined, limit: number): Promise<User[]> {
  const { ids, phoneE164, externalId, name } = filter
  const wanted = sql`
    ${ids === undefined ? sql`` : sql`and id = any(${ids}::bigint[])`}
    ${phoneE164 === undefined ? sql`` : sql`and phone_e164 = ${phoneE164}`}
    ${externalId === undefined ? sql`` : sql`and external_id = ${externalId}`}
    ${after === undefined ? sql`` : sql`and id > ${after}`}`
  if (name === undefined) return sql<User[]>`select * from users where true ${wanted} order by id limit ${limit}`
  return sql<User[]>`
    with named as materialized (select * from users where ${hasName(sql, name)} ${wanted})
    select * from named order by id limit ${limit}`
}

/** A trigram needs three characters, or two with which a word begins. */
function hasName(sql: Sql, name: string) {
  const literal = name.replaceAll(/[\\%_]/g, String.raw`\$&`)
  if (name.length > 2) return sql`name ilike ${`%${literal}%`}`
  return sql`(name ilike ${`${literal}%`} or name ilike ${`% ${literal}%`})`
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
 * The users, of some, with whom an agent has to do now: by an open promise that prefers it, by a place in a queue that waits for it or
 * is claimed by it, or by an inbound call that began since `since` and has not ended.
 */
export async function listThoseWith(sql: Sql, ids: string[], agentId: number, since: Date): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from unnest(${ids}::bigint[]) as asked (id) where exists (
      select from callbacks where user_id = asked.id and ${isOpen(sql)} and preferred_agent_id = ${agentId}
    ) or exists (
      select from call_queue where user_id = asked.id and ${isLive(sql)}
        and ${agentId} in (assigned_to_agent_id, claimed_by_agent_id)
    ) or exists (
      select from call_sessions where user_id = asked.id and direction = 'inbound' and status = 'in_progress'
        and agent_id = ${agentId} and started_at >= ${since}
    )`
  return rows.map(({ id }) => id)
}

/** Deletes a user and its call score; false when there was none. */
export async function remove(sql: Sql, id: string): Promise<boolean> {
  const result = await sql`delete from users where id = ${id}`
  return result.count > 0
}
