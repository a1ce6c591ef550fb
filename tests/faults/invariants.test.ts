import { randomUUID } from 'node:crypto'
import { claimNextCall, putQueueUser, putUser } from '@ringback/core'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { judge } from './invariants.ts'
import { openBooks, readKnown, type Books } from './load/books.ts'
import { firstWithHours } from './load/crew.ts'

let engine: TestEngine
let books: Books
beforeEach(async () => {
  engine = await openTestEngine()
  books = openBooks()
})
afterEach(() => engine.close())

const judged = () => judge({ sql: engine.sql, leaks: () => 0 }, { books, leaks: () => 0 })
const isWell = { lost: 0, doubled: 0, broken: [] }

test('a promise, a claim and an outcome that were answered and have no row are lost', async () => {
  const kept = await engine.addCallback()
  books.promised.add(kept.id)
  expect(await judged()).toEqual({ promised: 1, ...isWell })
  for (const told of [books.promised, books.claimed]) told.add(randomUUID())
  books.outcomes.set(randomUUID(), 'resolved')
  expect(await judged()).toMatchObject({ promised: 2, lost: 3, doubled: 0 })
})

test('a promise that is completed without a call is lost', async () => {
  const completed = await engine.addCallback()
  await engine.owner`alter table callbacks drop constraint callbacks_completed_by_a_call`
  await engine.sql`update callbacks set status = 'completed', completed_at = now() where id = ${completed.id}`
  books.promised.add(completed.id)
  expect(await judged()).toMatchObject({ lost: 1 })
})

describe('a promise that is cancelled', () => {
  let id: string
  beforeEach(async () => {
    id = (await engine.addCallback()).id
    books.promised.add(id)
    await engine.sql`update callbacks set status = 'cancelled', cancelled_at = now() where id = ${id}`
  })

  test('is lost when nobody took it back, or nobody but one who was refused', async () => {
    expect(await judged()).toMatchObject({ lost: 1 })
    books.beginCancel(id).settle(false)
    expect(await judged()).toMatchObject({ lost: 1 })
  })

  test('is well when that was asked for, answered or not', async () => {
    const pending = books.beginCancel(id)
    expect(await judged()).toMatchObject(isWell)
    pending.settle(true)
    expect(await judged()).toMatchObject(isWell)
  })

  test('and is open all the same is broken', async () => {
    books.beginCancel(id).settle(true)
    await engine.sql`update callbacks set status = 'pending', cancelled_at = null where id = ${id}`
    expect(await judged()).toMatchObject({ lost: 1 })
  })
})

test('what a database that went back does not know is gone, and not lost', async () => {
  const kept = await engine.addCallback()
  const known = await readKnown(engine.sql)
  const later = await engine.addCallback()
  for (const { id } of [kept, later]) books.promised.add(id)
  books.beginCancel(kept.id).settle(true)
  books.claimed.add(randomUUID())
  books.outcomes.set(randomUUID(), 'resolved')
  await engine.sql`delete from callback_notifications where callback_id = ${later.id}`
  await engine.sql`delete from callbacks where id = ${later.id}`
  expect(await judged()).toMatchObject({ lost: 4 })
  books.goBackTo(known)
  expect(await judged()).toEqual({ promised: 1, ...isWell })
  expect([books.gone.size, books.age]).toEqual([4, 1])
})

test('a request that made two promises, two claims and two calls of one callback are doubled', async () => {
  const { id, userId } = await engine.addCallback({ callbackReason: 'of one request' })
  await engine.addCallback()
  expect(await judged()).toMatchObject(isWell)
  await engine.sql`
    insert into callbacks (user_id, scheduled_for, callback_reason, created_at, updated_at)
    values (${userId}, now(), 'of one request', now(), now())`
  await engine.sql`
    insert into callback_notifications (callback_id, kind, agent_id, at, details)
    select ${id}, 'claimed', agent, now(), '{}' from generate_series(1, 2) agent`
  await engine.sql`
    insert into call_sessions (user_id, direction, status, callback_id, last_outcome_type, started_at, completed_at, created_at)
    select ${userId}, 'outbound', 'completed', ${id}, 'resolved', now(), now(), now() from generate_series(1, 2)`
  expect(await judged()).toMatchObject({ lost: 0, doubled: 3 })
  await engine.sql`update call_sessions set released_at = now() where ctid = (select min(ctid) from call_sessions)`
  expect(await judged()).toMatchObject({ doubled: 2 })
})

test('a call that failed and was tried again is not doubled, and one that was not tried again is', async () => {
  const { id, userId } = await engine.addCallback()
  const call = () => engine.sql`
    insert into call_sessions (user_id, direction, status, callback_id, last_outcome_type, started_at, completed_at, created_at)
    values (${userId}, 'outbound', 'completed', ${id}, 'no_answer', now(), now(), now())`
  const note = (kind: string) => engine.sql`
    insert into callback_notifications (callback_id, kind, agent_id, at, details) values (${id}, ${kind}, 1, now(), '{}')`
  for (const kind of ['claimed', 'retry', 'claimed']) await note(kind)
  for (let calls = 0; calls < 2; calls++) await call()
  expect(await judged()).toMatchObject(isWell)
  await call()
  expect(await judged()).toMatchObject({ doubled: 1 })
})

test('an outcome that became another one is lost', async () => {
  const [call] = await engine.sql<{ id: string }[]>`
    insert into call_sessions (user_id, direction, status, last_outcome_type, started_at, completed_at, created_at)
    values (1, 'inbound', 'completed', 'no_answer', now(), now(), now()) returning id`
  books.outcomes.set(call!.id, 'no_answer')
  expect(await judged()).toMatchObject(isWell)
  books.outcomes.set(call!.id, 'resolved')
  expect(await judged()).toMatchObject({ lost: 1 })
})

describe('customers who must not be called', () => {
  /** A call for a callback of the user, which began at a time. */
  async function callAt(userId: number, startedAt: string, outcomeType = 'resolved'): Promise<void> {
    await putUser(engine.deps, { userId: String(userId), name: 'User', phone: '+1 202 555 0100' })
    const { id } = await engine.addCallback({ userId: String(userId) })
    await engine.sql`
      insert into call_sessions (user_id, direction, status, callback_id, last_outcome_type, started_at, completed_at, created_at)
      values (${userId}, 'outbound', 'completed', ${id}, ${outcomeType}, ${startedAt}, ${startedAt}, ${startedAt})`
    await engine.sql`
      insert into callback_notifications (callback_id, kind, agent_id, at, details)
      values (${id}, 'claimed', 1, now(), '{}'), (${id}, 'completed', 1, now(), ${engine.sql.json({ outcomeType })})`
  }

  test('a call in a minute that is not the customer’s is broken, of customers with hours alone', async () => {
    await callAt(firstWithHours, '2026-03-02T10:00:59.999Z')
    await callAt(firstWithHours + 1, '2026-03-02T10:01:00Z')
    await callAt(1, '2026-03-02T10:01:00Z')
    expect(await judged()).toMatchObject(isWell)
    await callAt(firstWithHours, '2026-03-02T10:01:00Z')
    await callAt(firstWithHours + 1, '2026-03-02T10:02:00Z')
    expect((await judged()).broken).toEqual([expect.stringMatching(/^no customer is called outside its hours \(2: /)])
  })

  test('a call after a refusal is broken, also one to another customer with the same number', async () => {
    await callAt(1, '2026-03-02T10:00:00Z')
    await callAt(1, '2026-03-02T10:01:00Z', 'do_not_call')
    expect(await judged()).toMatchObject(isWell)
    await callAt(1, '2026-03-02T10:02:00Z')
    await callAt(2, '2026-03-02T10:02:00Z')
    expect((await judged()).broken).toEqual([
      expect.stringMatching(/^no customer who has refused is called again \(2: /),
    ])
  })

  test('a promise that was cancelled is lost, unless its customer has refused', async () => {
    const { id, userId } = await engine.addCallback()
    books.promised.add(id)
    await engine.sql`update callbacks set status = 'cancelled', cancelled_at = now(), result = 'blocked' where id = ${id}`
    expect(await judged()).toMatchObject({ lost: 1 })
    await callAt(Number(userId), '2026-03-02T10:01:00Z', 'do_not_call')
    expect(await judged()).toMatchObject(isWell)
  })
})

describe('what Postgres refuses, and these rules find all the same', () => {
  /** Breaks rows as a fault of the code would: without the triggers that would stop it. */
  async function breakRows(...statements: string[]): Promise<string[]> {
    await engine.owner.begin(async (tx) => {
      await tx`set local session_replication_role = replica`
      for (const statement of statements) await tx.unsafe(statement)
    })
    return (await judged()).broken.map((it) => it.replace(/ \(.*/, ''))
  }

  beforeEach(async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback()
    await engine.route(id)
    await claimNextCall(engine.deps, { agentId })
    await putQueueUser(engine.deps, {
      userId: await engine.addUser(),
      queueType: 'outstanding_requests',
      priorityScore: 0,
    })
  })

  test('nothing is found before rows are broken', async () => {
    expect(await judged()).toMatchObject(isWell)
  })

  test('a live entry of a callback that is not open', async () => {
    const unclaim = `update call_queue set status = 'assigned', claimed_by_agent_id = null, claimed_at = null, call_session_id = null where status = 'in_progress'`
    const cancel = `update callbacks set status = 'cancelled', cancelled_at = now(), status_before_claim = null, is_queued = false`
    expect(await breakRows(unclaim, cancel)).toEqual([
      'a callback knows whether it is in a queue',
      'a live entry is of an open callback',
    ])
  })

  test('a live entry of nobody', async () => {
    expect(await breakRows('delete from users')).toEqual(['a live entry is of somebody'])
  })

  test('an open callback that does not know of its entry, and one that knows of none', async () => {
    const rule = ['a callback knows whether it is in a queue']
    await engine.addCallback()
    expect(await breakRows(`update callbacks set is_queued = true`)).toEqual(rule)
    await engine.owner`alter table callbacks drop constraint callbacks_queue_follows_status`
    expect(await breakRows(`update callbacks set is_queued = false`)).toEqual(rule)
  })

  test('a claim of an agent who is available, or has logged out', async () => {
    const rule = ['an agent who holds a claim is logged in, and not available']
    expect(await breakRows(`update agent_sessions set status = 'available'`)).toEqual(rule)
    expect(await breakRows(`update agent_sessions set status = 'busy', logout_at = now()`)).toEqual(rule)
  })
})

test('a request that failed is broken', async () => {
  books.failures.push('POST /api/agents/1/next-call was answered 500')
  expect((await judged()).broken).toEqual(['no request fails (1: POST /api/agents/1/next-call was answered 500)'])
})
