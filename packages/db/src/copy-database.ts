import { pipeline } from 'node:stream/promises'
import type postgres from 'postgres'
import { connectOnce } from './client.ts'
import type { Certificates } from './tls.ts'

/** The database to copy into holds something already. */
export class DatabaseNotEmptyError extends Error {
  override readonly name = 'DatabaseNotEmptyError'
}

/**
 * Copies all rows of one database into the tables of another one, whatever the versions of their servers: what was
 * committed when it begins, or nothing. Both have to be migrated to this version. The owner of the tables may do it.
 *
 * @param certificates for both, where their URLs lead over TLS
 * @returns how many tables there were
 * @throws DatabaseNotEmptyError when there are people or promises in the other one
 */
export async function copyDatabase(fromUrl: string, toUrl: string, certificates?: Certificates): Promise<number> {
  const from = connectOnce(fromUrl, certificates)
  const to = connectOnce(toUrl, certificates)
  try {
    return await from.begin('isolation level repeatable read read only', (snapshot) =>
      to.begin(async (target) => {
        await assertEmpty(target)
        const tables = await tablesOf(target)
        const restore = await liftRules(target, tables)
        for (const table of tables) await copyTable(snapshot, target, table)
        await copySequences(snapshot, target)
        await restore()
        return tables.length
      }),
    )
  } finally {
    await Promise.all([from.end({ timeout: 5 }), to.end({ timeout: 5 })])
  }
}

async function assertEmpty(sql: postgres.TransactionSql): Promise<void> {
  const [held] = await sql<{ some: boolean }[]>`
    select exists (select from users) or exists (select from agents) or exists (select from callbacks) as some`
  if (held?.some) throw new DatabaseNotEmptyError('There are users, agents or callbacks in the database to copy into')
}

async function tablesOf(sql: postgres.TransactionSql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname`
  return rows.map(({ name }) => name)
}

/**
 * Takes away what looks at single rows while only some are there, triggers and references, which point both ways. The
 * function that it returns puts them back, and Postgres checks every row against the references then.
 */
async function liftRules(sql: postgres.TransactionSql, tables: string[]): Promise<() => Promise<void>> {
  const references = await sql<{ table: string; name: string; definition: string }[]>`
    select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`
  for (const { table, name } of references) await sql`alter table ${sql(table)} drop constraint ${sql(name)}`
  for (const table of tables) await sql`alter table ${sql(table)} disable trigger user`
  return async () => {
    for (const table of tables) await sql`alter table ${sql(table)} enable trigger user`
    for (const { table, name, definition } of references)
      await sql`alter table ${sql(table)} add constraint ${sql(name)} ${sql.unsafe(definition)}`
  }
}

/** The columns by name: after different migrations they may stand in another order. Migrations may have made rows. */
async function copyTable(from: postgres.TransactionSql, to: postgres.TransactionSql, table: string): Promise<void> {
  const columns = await to<{ name: string }[]>`
    select attname as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`
  const names = columns.map(({ name }) => name)
  await to`delete from ${to(table)}`
  const rows = await from`copy ${from(table)} (${from(names)}) to stdout`.readable()
  await pipeline(rows, await to`copy ${to(table)} (${to(names)}) from stdin`.writable())
}

async function copySequences(from: postgres.TransactionSql, to: postgres.TransactionSql): Promise<void> {
  const sequences = await from<{ name: string; last: string }[]>`
    select sequencename as name, last_value::text as last from pg_sequences
    where schemaname = 'public' and last_value is not null`
  for (const { name, last } of sequences) await to`select setval(${name}::regclass, ${last}::bigint)`
}
