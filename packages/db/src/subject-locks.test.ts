import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lock } from './index.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine.close())

const many = Array.from({ length: 10_000 }, (_, n) => `user:${n}`)

test('many subjects are held by one lock, and whoever wants one of them waits', async () => {
  const { sql } = engine
  let other: Promise<string>
  const order: string[] = []
  await sql.begin(async (tx) => {
    await lock.subjects(tx, many)
    const held = await tx`select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`
    expect(held).toHaveLength(1)
    other = sql.begin(async (second) => {
      await lock.subjects(second, ['user:7'])
      order.push('one of them')
      return 'locked'
    })
    await engine.untilWaiting(1)
    order.push('all of them')
  })
  await other!
  expect(order).toEqual(['all of them', 'one of them'])
})

test('few subjects keep nobody from others', async () => {
  const { sql } = engine
  await sql.begin(async (tx) => {
    await lock.subjects(tx, ['user:1', '+12025550100'])
    await sql.begin((second) => lock.subjects(second, ['user:2']))
    const held = await tx`select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`
    expect(held).toHaveLength(3)
  })
})
