import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase, testRedisPrefix, testServices, urlOfDatabase } from './index.ts'

let databases: TestDatabase[]

beforeAll(async () => {
  databases = await Promise.all([createTestDatabase(), createTestDatabase(), createTestDatabase()])
})

afterAll(async () => {
  await Promise.all(databases.map((database) => database.drop()))
})

test('databases cloned at the same moment are migrated and know nothing of each other', async () => {
  const [first, second] = databases.map(({ url }) => postgres(url, { max: 1 }))
  await first?.unsafe('create table only_here ()')
  const found = await second?.unsafe(`select to_regclass('only_here') as other, to_regclass('callbacks') as migrated`)
  expect(found?.[0]).toEqual({ other: null, migrated: 'callbacks' })
  await Promise.all([first?.end(), second?.end()])
})

test('nobody can connect to the template, so that it can always be cloned', async () => {
  const { databaseUrl, templateDatabase } = await testServices()
  const template = urlOfDatabase(databaseUrl, templateDatabase)
  const connection = postgres(template, { max: 1 })
  await expect(connection`select 1`).rejects.toMatchObject({ code: '55000' })
  await connection.end()
})

test('every prefix is a hash tag of its own', () => {
  const prefixes = new Set(Array.from({ length: 100 }, testRedisPrefix))
  expect(prefixes.size).toBe(100)
  for (const prefix of prefixes) expect(prefix).toMatch(/^\{test-[0-9a-f]+\}$/)
})
