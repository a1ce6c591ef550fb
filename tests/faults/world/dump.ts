import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { openPostgres, type DatabaseServer } from './servers.ts'

/** A Postgres of its own with an empty database, that takes the password of another one. */
export async function openEmptyPostgres(dataDir: string, urlOfOther: string): Promise<DatabaseServer> {
  const server = await openPostgres(dataDir)
  const { password } = new URL(urlOfOther)
  const sql = postgres(server.url, { max: 1 })
  await sql.unsafe(`alter role current_user password '${password}'`)
  await sql.end()
  await writeFile(join(dataDir, 'password'), `${password}\n`)
  const url = new URL(server.url)
  url.password = password
  return { ...server, url: url.href }
}

/**
 * Copies all rows of one database at work into the empty tables of another server's, as pg_dump and pg_restore do: what
 * was committed when it begins is in it.
 */
export async function dumpInto(fromUrl: string, toUrl: string): Promise<void> {
  const from = postgres(fromUrl, { max: 1 })
  const to = postgres(toUrl, { max: 1, connection: { session_replication_role: 'replica' } })
  try {
    await from.begin('isolation level repeatable read', async (snapshot) => {
      const tables = await snapshot<{ name: string }[]>`
        select tablename as name from pg_tables where schemaname = 'public'`
      for (const { name } of tables) {
        const [all] = await snapshot<{ rows: string }[]>`
          select coalesce(json_agg(t), '[]')::text as rows from ${snapshot(name)} t`
        await to`
          insert into ${to(name)} overriding system value
          select * from json_populate_recordset(null::${to(name)}, ${all!.rows}::text::json)`
      }
      const sequences = await snapshot<{ name: string; last: string }[]>`
        select sequencename as name, last_value::text as last from pg_sequences
        where schemaname = 'public' and last_value is not null`
      for (const { name, last } of sequences) await to`select setval(${name}::regclass, ${last}::bigint)`
    })
  } finally {
    await Promise.all([from.end({ timeout: 5 }), to.end({ timeout: 5 })])
  }
}
