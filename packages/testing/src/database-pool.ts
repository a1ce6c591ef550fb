import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { urlOfDatabase } from './database-url.ts'
import { insertsOf } from './rows.ts'

/** The databases of all tests. */
export interface DatabasePool {
  /** Clones the template. Returns the name of the database. */
  create(): Promise<string>
  /** The same, or one that was used before and is as new. */
  take(): Promise<string>
  /**
   * Takes a database back that nobody needs any more: whoever is still connected is cut off. Where only rows have changed, and
   * not many, they are what they were at first, and it is used again, which takes a tenth of the time of a new one. Else it is
   * dropped.
   */
  giveBack(name: string): Promise<void>
  /** Drops what is left, also what was not given back. */
  close(): Promise<void>
}

/** So many bytes a database may have grown by to be used again. */
const growsAtMost = 4 * 1024 * 1024

/** A pool of clones of a migrated database, to which nobody can connect from then on. `admin` may create databases. */
export async function openDatabasePool(admin: postgres.Sql, server: string, template: string): Promise<DatabasePool> {
  const connectTo = (name: string) => postgres(urlOfDatabase(server, name), { max: 1, onnotice: () => {} })
  const first = connectTo(template)
  const shape = await shapeOf(first)
  const size = await sizeOf(first)
  const asAtFirst = await statementsThatFill(first)
  await first.end({ timeout: 5 })
  // Who is connected to a database keeps others from cloning it.
  await admin.unsafe(`alter database ${template} with allow_connections false`)

  const idle: string[] = []

  async function create() {
    const name = `${template}_${randomBytes(6).toString('hex')}`
    await admin.unsafe(`create database ${name} template ${template}`)
    return name
  }
  const drop = (name: string) => admin.unsafe(`drop database if exists ${name} with (force)`)

  /** Makes it as new, if that can be. */
  async function renew(name: string): Promise<boolean> {
    const sql = connectTo(name)
    try {
      await sql`
        select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`
      if ((await sizeOf(sql)) > size + growsAtMost || (await shapeOf(sql)) !== shape) return false
      await sql.unsafe(
        ['begin', withoutTriggers, ...(await statementsThatEmpty(sql)), ...asAtFirst, 'commit'].join(';\n'),
      )
      return true
    } catch {
      return false // Such as when a test has renamed it or lets nobody in: then it is dropped.
    } finally {
      await sql.end({ timeout: 5 })
    }
  }

  return {
    create,
    take: async () => idle.pop() ?? create(),
    async giveBack(name) {
      if (await renew(name)) idle.push(name)
      else await drop(name)
    },
    async close() {
      const left = await admin<{ datname: string }[]>`
        select datname from pg_database where starts_with(datname, ${template})`
      for (const { datname } of left) await drop(datname)
    },
  }
}

/** Everything but rows: changes with every definition, setting and statistic that is not what it was. */
async function shapeOf(sql: postgres.Sql): Promise<string> {
  const catalogs = [
    'attrdef',
    'attribute',
    'class',
    'constraint',
    'extension',
    'index',
    'namespace',
    'proc',
    'trigger',
    'type',
  ]
  const versions = catalogs.map((name) => `select '${name}', count(*), sum(xmin::text::bigint) from pg_${name}`)
  const [found] = await sql.unsafe<{ shape: string }[]>(`
    select json_agg(part)::text as shape from (
      ${versions.join(' union all ')}
      union all select 'statistic', count(*), null from pg_statistic where starelid >= 16384
      union all select 'setting', count(*), null from pg_db_role_setting
        where setdatabase = (select oid from pg_database where datname = current_database())
    ) part`)
  return found!.shape
}

async function sizeOf(sql: postgres.Sql): Promise<number> {
  const [found] = await sql<{ bytes: string }[]>`select pg_database_size(current_database()) as bytes`
  return Number(found!.bytes)
}

const withoutTriggers = 'set local session_replication_role = replica'
const isOurs = `relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')`

/** What deletes all rows. Tables that have no pages are left out: to plan a statement for each partition would take longest. */
async function statementsThatEmpty(sql: postgres.Sql): Promise<string[]> {
  const used = await sql.unsafe<{ name: string }[]>(`
    select oid::regclass::text as name from pg_class where relkind = 'r' and ${isOurs} and pg_relation_size(oid) > 0`)
  return used.map(({ name }) => `delete from ${name}`)
}

/** What gives an empty clone the rows that there are now, and sets its sequences to where they stand. */
async function statementsThatFill(sql: postgres.Sql): Promise<string[]> {
  const tables = await sql.unsafe<{ name: string }[]>(`
    select oid::regclass::text as name from pg_class where relkind = 'r' and ${isOurs}`)
  const sequences = await sql<{ reset: string }[]>`
    select format('select setval(%L, %s, %L)', seqrelid::regclass, coalesce(pg_sequence_last_value(seqrelid), seqstart),
      pg_sequence_last_value(seqrelid) is not null) as reset
    from pg_sequence`
  const inserts = await insertsOf(
    sql,
    tables.map(({ name }) => name),
  )
  return [...inserts, ...sequences.map(({ reset }) => reset)]
}
