import type { Sql } from '../client.ts'
import type { User } from '../rows.ts'

/** Writes a user; `created` says whether it is new. A phone that is undefined stays as it is. */
export async function put(
  sql: Sql,
  { id, name, phone }: Pick<User, 'id' | 'name'> & { phone?: string | null | undefined },
  now: Date,
): Promise<User & { created: boolean }> {
  const [row] = await sql<(User & { created: boolean })[]>`
    insert into users (id, name, phone, created_at, updated_at)
    values (${id}, ${name}, ${phone ?? null}, ${now}, ${now})
    on conflict (id) do update set name = excluded.name,
      phone = case when ${phone === undefined} then users.phone else excluded.phone end,
      updated_at = excluded.updated_at
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
