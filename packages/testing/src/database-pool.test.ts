import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabasePool, type DatabasePool } from './database-pool.ts'
import { testServices, urlOfDatabase } from './index.ts'

let admin: postgres.Sql
let pool: DatabasePool
let urlOf: (name: string) => string
beforeAll(async () => {
  const { databaseUrl, templateDatabase } = await testServices()
  admin = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  const template = `${templateDatabase}_pool_${randomBytes(4).toString('hex')}`
  await admin.unsafe(`create database ${template} template ${templateDatabase}`)
  pool = await openDatabasePool(admin, databaseUrl, template)
  urlOf = (name) => urlOfDatabase(databaseUrl, name)
})
afterAll(async () => {
  await pool.close()
  await admin.end()
})

async function connected<T>(name: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(urlOf(name), { max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}

/** All rows, and where each sequence stands. */
async function contentsOf(sql: postgres.Sql): Promise<unknown> {
  const tables = await sql`
    select c.oid::regclass::text as name, query_to_xml(format('select * from %s t', c.oid::regclass), true, true, '')::text as rows
    from pg_class c where relkind = 'r' and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
    order by 1`
  return [tables, await sql`select sequencename, last_value from pg_sequences order by 1`]
}

test('a database of which rows were changed is used again, and is as new', async () => {
  const name = await pool.create()
  const before = await connected(name, contentsOf)
  const changed = await connected(name, async (sql) => {
    await sql`insert into users (id, name, created_at, updated_at) values (1, 'Ada', now(), now())`
    await sql`update queues set name = 'another'`
    await sql`select nextval('call_queue_id_seq')`
    return contentsOf(sql)
  })
  expect(changed).not.toEqual(before)
  await pool.giveBack(name)
  expect(await pool.take()).toBe(name)
  expect(await connected(name, contentsOf)).toEqual(before)
  await pool.giveBack(name)
})

test('who is still connected is cut off', async () => {
  const name = await pool.take()
  await connected(name, async (sql) => {
    const open = sql.begin(async (tx) => {
      await tx`update queues set name = 'another'`
      await pool.giveBack(name)
      await tx`select 1`
    })
    await expect(open).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
  })
})

test.for([
  ['a table more', 'create table more ()'],
  ['an index less', 'drop index call_queue_one_live_per_user'],
  ['a column more', 'alter table users add column more text'],
  ['triggers off and on', 'alter table users disable trigger user; alter table users enable trigger user'],
  ['a function more', 'create function more() returns int return 1'],
  ['a setting', 'do $$ begin execute format($a$alter database %I set work_mem = 65536$a$, current_database()); end $$'],
  ['statistics', 'analyze queues'],
  [
    'many rows',
    `insert into users (id, name, created_at, updated_at) select i, 'Ada', now(), now() from generate_series(1, 60000) i`,
  ],
])('a database with %s is not used again', async ([, statement]) => {
  const name = await pool.create()
  await connected(name, (sql) => sql.unsafe(statement!))
  await pool.giveBack(name)
  expect(await admin`select from pg_database where datname = ${name}`).toHaveLength(0)
})

test('nor is one that is not there any more, or lets nobody in', async () => {
  const [renamed, closed] = [await pool.create(), await pool.create()]
  await admin.unsafe(`alter database ${renamed} rename to ${renamed}_away`)
  await admin.unsafe(`alter database ${closed} with allow_connections false`)
  await pool.giveBack(renamed)
  await pool.giveBack(closed)
  expect(await admin`select from pg_database where datname in (${renamed}, ${closed})`).toHaveLength(0)
})
