import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestEngine, type TestEngine } from '../setup/index.ts'
import { judge } from './invariants.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

const told = { promised: new Set<string>(), claimed: new Set<string>(), outcomes: new Set<string>(), leaks: () => 0 }
const judged = (load: Partial<typeof told>) => judge({ sql: engine.sql, leaks: () => 0 }, { ...told, ...load })

test('a promise, a claim and an outcome that were answered and have no row are lost', async () => {
  const kept = await engine.addCallback()
  const [promised, claimed, outcomes] = [
    new Set([kept.id, randomUUID()]),
    new Set([randomUUID()]),
    new Set([randomUUID()]),
  ]
  expect(await judged({ promised, claimed, outcomes })).toMatchObject({ promised: 2, lost: 3, doubled: 0 })
  expect(await judged({ promised: new Set([kept.id]) })).toMatchObject({ promised: 1, lost: 0, broken: [] })
})

test('a promise that is cancelled, or completed without a call, is lost', async () => {
  const [cancelled, completed] = [await engine.addCallback(), await engine.addCallback()]
  await engine.sql`update callbacks set status = 'cancelled', cancelled_at = now() where id = ${cancelled.id}`
  await engine.sql`alter table callbacks drop constraint callbacks_completed_by_a_call`
  await engine.sql`update callbacks set status = 'completed', completed_at = now() where id = ${completed.id}`
  expect(await judged({ promised: new Set([cancelled.id, completed.id]) })).toMatchObject({ lost: 2 })
})

test('a customer with two promises, and two claims of one callback, are doubled', async () => {
  const { id, userId } = await engine.addCallback()
  await engine.addCallback()
  await engine.sql`insert into callbacks (user_id, scheduled_for, created_at, updated_at) values (${userId}, now(), now(), now())`
  await engine.sql`
    insert into callback_notifications (callback_id, kind, agent_id, at, details)
    select ${id}, 'claimed', agent, now(), '{}' from generate_series(1, 2) agent`
  expect(await judged({})).toMatchObject({ lost: 0, doubled: 2 })
})
