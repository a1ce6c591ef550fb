import { createTestDatabase, type TestDatabase } from '@ringback/testing'
import postgres from 'postgres'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startStatementProxy, type StatementProxy } from './statement-proxy.ts'

let database: TestDatabase
let proxy: StatementProxy
let client: postgres.Sql
let outside: postgres.Sql
beforeEach(async () => {
  database = await createTestDatabase()
  const url = new URL(database.url)
  proxy = await startStatementProxy(url.hostname, Number(url.port))
  url.port = String(proxy.port)
  client = postgres(url.href, { max: 2, onnotice: () => {} })
  outside = postgres(database.url, { max: 1 })
  await outside`create table marks (n int)`
})
afterEach(async () => {
  await proxy.close()
  await Promise.all([client.end({ timeout: 1 }), outside.end()])
  await database.drop()
})

const marks = async () => (await outside<{ n: number }[]>`select n from marks order by n`).map(({ n }) => n)

test('a statement is held when all before it are answered, and everything after it as well', async () => {
  const watch = proxy.watch(2)
  let isDone = false
  const work = client`insert into marks values (1)`
    .then(() => Promise.all([client`insert into marks values (2)`, client`insert into marks values (3)`]))
    .then(() => (isDone = true))

  expect(await watch.reached).toEqual({
    text: 'insert into marks values (2)',
    number: 2,
    isInTransaction: false,
  })
  expect(await marks()).toEqual([1])
  expect(isDone).toBe(false)

  watch.letGo()
  await work
  expect(await marks()).toEqual([1, 2, 3])
})

test('what a client sends without waiting for answers is taken apart, COMMIT too', async () => {
  const transaction = () =>
    client.begin((tx) => Promise.all([1, 2, 3].map((n) => tx`insert into marks values (${n}::int)`)))
  const counted = proxy.watch()
  await transaction()
  expect(counted.passed()).toBe(4)

  const watch = proxy.watch(4)
  const work = transaction()
  expect(await watch.reached).toEqual({ text: 'commit', number: 4, isInTransaction: true })
  expect(await marks()).toEqual([1, 2, 3])
  watch.letGo()
  await work
  expect(await marks()).toEqual([1, 1, 2, 2, 3, 3])
})

test('a transaction that has but begun is at nothing yet', async () => {
  for (const [hold, isInTransaction] of [
    [1, false],
    [2, true],
  ] as const) {
    const watch = proxy.watch(hold)
    const work = client.begin(async (tx) => {
      await tx`insert into marks values (1)`
      await tx`insert into marks values (2)`
    })
    expect(await watch.reached).toEqual({
      text: `insert into marks values (${hold})`,
      number: hold,
      isInTransaction,
    })
    watch.letGo()
    await work
  }
})

test('what is inside of a transaction is passed by when asked for', async () => {
  const watch = proxy.watch(2, 'inTransaction')
  const work = client
    .begin(async (tx) => {
      await tx`insert into marks values (1)`
      await tx`insert into marks values (2)`
    })
    .then(() => client`insert into marks values (3)`)
  expect(await watch.reached).toEqual({ text: 'insert into marks values (3)', number: 4, isInTransaction: false })
  watch.letGo()
  await work
})

test('a prepared statement is known by its text', async () => {
  const insert = (n: number) => client`insert into marks values (${n}::int)`
  for (let n = 1; n <= 4; n++) await insert(n)
  const watch = proxy.watch(1)
  const work = insert(5).execute()
  expect((await watch.reached).text).toBe('insert into marks values ($1::int)')
  watch.letGo()
  await work
})
