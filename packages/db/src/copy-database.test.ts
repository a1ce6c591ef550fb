import { createTestDatabase, openTestEngine, type TestDatabase, type TestEngine } from '@ringback/testing'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyDatabase, DatabaseNotEmptyError } from './copy-database.ts'

let engine: TestEngine
let target: TestDatabase
beforeAll(async () => {
  engine = await openTestEngine()
  target = await createTestDatabase()
})
afterAll(async () => {
  await engine.close()
  await target.drop()
})

/** Every table with its rows as text, and what would be the next number of each sequence. */
async function contents(url: string): Promise<Record<string, string[]>> {
  const sql = postgres(url, { max: 1 })
  try {
    const tables = await sql<{ name: string }[]>`
      select tablename as name from pg_tables where schemaname = 'public' order by 1`
    const found: Record<string, string[]> = {}
    for (const { name } of tables) {
      const rows = await sql<{ row: string }[]>`select t::text as row from ${sql(name)} t order by 1`
      found[name] = rows.map(({ row }) => row)
    }
    const sequences = await sql<
      { row: string }[]
    >`select sequencename || last_value as row from pg_sequences order by 1`
    return { ...found, sequences: sequences.map(({ row }) => row) }
  } finally {
    await sql.end()
  }
}

async function rules(url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1 })
  try {
    const found = await sql<{ rule: string }[]>`
      select conname || pg_get_constraintdef(oid) as rule from pg_constraint where connamespace = 'public'::regnamespace
      union all select tgname || tgenabled::text from pg_trigger where not tgisinternal order by 1`
    return found.map(({ rule }) => rule)
  } finally {
    await sql.end()
  }
}

test('all rows go along, and every rule of the tables is there afterwards', async () => {
  const agentId = await engine.addAgent('available')
  const callback = await engine.addCallback({
    preferredAgentId: agentId,
    callbackReason: 'tab\t, newline\n, \\N and \\.',
  })
  await engine.route(callback.id)
  await engine.addCallback({ inMinutes: 30 })

  const before = await rules(target.url)
  expect(await copyDatabase(engine.ownerUrl, target.url)).toBeGreaterThan(5)
  const copied = await contents(target.url)
  expect(copied).toEqual(await contents(engine.ownerUrl))
  expect(copied['callbacks']).toHaveLength(2)
  expect(copied['call_queue']).toHaveLength(1)
  expect(
    Object.entries(copied).flatMap(([name, rows]) => (name.startsWith('events_') ? rows : [])).length,
  ).toBeGreaterThan(3)
  expect(await rules(target.url)).toEqual(before)
})

test('a database that holds something is left alone', async () => {
  const before = await contents(target.url)
  await expect(copyDatabase(engine.ownerUrl, target.url)).rejects.toThrow(DatabaseNotEmptyError)
  expect(await contents(target.url)).toEqual(before)
})
