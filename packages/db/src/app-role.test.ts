import { createTestDatabase, testServices, type TestDatabase } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ownsTables } from './app-role.ts'
import { connect, connectOnce } from './client.ts'
import { migrate, migrationState } from './migrate.ts'

// What the role may do, all tests of the engine show: it is the one that they run on.

const { name: appRole } = (await testServices()).appRole
const insufficientPrivilege = '42501'

let database: TestDatabase
let owner: ReturnType<typeof connect>
let app: ReturnType<typeof connect>
beforeEach(async () => {
  database = await createTestDatabase()
  owner = connectOnce(database.url)
  app = connect(database.appUrl, { max: 1 })
})
afterEach(async () => {
  await Promise.all([owner.end({ timeout: 5 }), app.end({ timeout: 5 })])
  await database.drop()
})

describe('the role of API and workers', () => {
  test.each([
    'alter table callbacks add column more text',
    'alter table call_queue disable trigger user',
    'alter table call_queue drop constraint call_queue_pkey',
    'drop table callback_notifications',
    'truncate users cascade',
    'create table more ()',
    'create schema more',
    'create index more on users (name)',
    'drop trigger call_queue_note_change on call_queue',
    'create or replace function note_change() returns trigger language plpgsql as $$ begin return null; end $$',
    'set session_replication_role = replica',
    'delete from drizzle.__drizzle_migrations',
    'select * from of_somebody_else.secrets',
    'select * from pg_authid',
    "copy users to program 'cat'",
    "copy users to '/tmp/users'",
  ])('may not: %s', async (statement) => {
    await owner.unsafe('create schema of_somebody_else; create table of_somebody_else.secrets ()')
    const code = app.unsafe(statement).catch((error: unknown) => (error as { code?: string }).code)
    expect(await code).toBe(insufficientPrivilege)
  })

  test('reads and writes rows of tables that later migrations make', async () => {
    await owner`create table later (id bigserial, name text)`
    await app`insert into later (name) values ('one')`
    expect(await app`update later set name = 'two' returning id`).toEqual([{ id: '1' }])
    await app`delete from later`
    expect(await app.unsafe('truncate later').catch((error: Error) => error.message)).toContain('permission denied')
  })

  test('loses with a migration what it had been given besides', async () => {
    await owner`grant all on callbacks to ${owner(appRole)}`
    await owner`grant create on schema public to ${owner(appRole)}`
    await app`create table more ()`
    await app`drop table more`
    await migrate(database.url, { appRole })
    await expect(app`truncate callbacks`).rejects.toThrow('permission denied')
    await expect(app`create table more ()`).rejects.toThrow('permission denied')
    expect(await app`select from callbacks`).toHaveLength(0)
  })

  test('knows whether the database is migrated, and that the tables are not its own', async () => {
    const { applied, known } = await migrationState(database.appUrl)
    expect(applied).toBe(known)
    expect(await ownsTables(app)).toBe(false)
    expect(await ownsTables(owner)).toBe(true)
  })
})

test('an owner who is nobody else migrates, and gives what is needed', async () => {
  const name = `${appRole}_owned`
  const url = Object.assign(new URL(database.url), {
    pathname: `/${name}`,
    username: name,
    password: 'of-the-owner',
  }).href
  await owner.unsafe(`create role ${name} login password 'of-the-owner'`)
  await owner.unsafe(`create database ${name} owner ${name}`)
  try {
    await migrate(url, { appRole })
    const sql = connect(Object.assign(new URL(database.appUrl), { pathname: `/${name}` }).href, { max: 1 })
    expect(
      await sql`insert into users (id, name, created_at, updated_at) values (1, 'Ada', now(), now()) returning name`,
    ).toEqual([{ name: 'Ada' }])
    await sql.end({ timeout: 5 })
  } finally {
    await owner.unsafe(`drop database ${name} with (force)`)
    await owner.unsafe(`drop role ${name}`)
  }
})

test('a role that is not there is refused with what to do, and nothing is migrated', async () => {
  const none = migrate(database.url, { appRole: 'ringback_nobody' })
  await expect(none).rejects.toThrow(
    'there is no role ringback_nobody. Make it first: create role "ringback_nobody" login',
  )
})

test('so is one that may do what the owner may', async () => {
  const [row] = await owner<{ name: string }[]>`select current_user as name`
  await expect(migrate(database.url, { appRole: row!.name })).rejects.toThrow('may do what the owner of the tables may')
})
