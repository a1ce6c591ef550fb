import type { Sql } from '../client.ts'
import type { User } from '../rows.ts'

/** Writes a user; `created` says whether it is new. */
export async function put(
  sql: Sql,
  user: Pick<User, 'id' | 'name' | 'phone'>,
  now: Date,
): Promise<User & { created: boolean }> {
  const [row] = await sql<(User & { created: boolean })[]>`
    insert into users (id, name, phone, created_at, updated_at)
    values (${user.id}, ${user.name}, ${user.phone}, ${now}, ${now})
    on conflict (id) do update set name = excluded.name, phone = excluded.phone, updated_at = excluded.updated_at
    returning *, (xmax = 0) as created`
  return row!
}

export async function get(sql: Sql, id: string): Promise<User | undefined> {
  const [row] = await sql<User[]>`select * from users where id = ${id}`
  return row
}

/** Finds a user and keeps it from being deleted until the transaction ends. */
export async function hold(sql: Sql, id: string): Promise<User | undefined> {
  const [row] = await sql<User[]>`select * from users where id = ${id} for key share`
  return row
}

/** Deletes a user and its call score; false when there was none. */
export async function remove(sql: Sql, id: string): Promise<boolean> {
  const result = await sql`delete from users where id = ${id}`
  return result.count > 0
}
