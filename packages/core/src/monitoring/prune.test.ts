import { cronRuns, retention, webhookDeliveries, type Callback } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  cancelCallback,
  claimNextCall,
  completeCall,
  createWebhook,
  dayMs,
  deleteWebhook,
  monitor,
  prune,
  putQueueUser,
  recordOutcome,
  releaseClaim,
  startCall,
  testWebhook,
  tick,
} from '../index.ts'

let engine: TestEngine
let agentId: number
beforeEach(async () => {
  engine = await openTestEngine()
  agentId = await engine.addAgent('available')
})
afterEach(() => engine.close())

const nothing = { callbacks: 0, queueEntries: 0, callSessions: 0, agentSessions: 0, runs: 0, deliveries: 0, keys: 0 }
const days = (count: number) => engine.time.advance(count * dayMs)

/** How many rows there are, by table. */
async function rows() {
  const [row] = await engine.sql<Record<'callbacks' | 'history' | 'entries' | 'calls', number>[]>`
    select (select count(*)::int from callbacks) as callbacks, (select count(*)::int from callback_notifications) as history,
      (select count(*)::int from call_queue) as entries, (select count(*)::int from call_sessions) as calls`
  return row!
}

async function claim() {
  return (await claimNextCall(engine.deps, { agentId }))!
}

/** Keeps a promise; the call may make the next one. */
async function keep(callback: Callback, nextInMs?: number) {
  await engine.route(callback.id)
  const { callSessionId } = await claim()
  const nextCallback =
    nextInMs === undefined ? undefined : { scheduledFor: new Date(engine.time.now().getTime() + nextInMs) }
  return recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved', nextCallback })
}

test('an ended callback goes with its history, its entries and its calls, and monitoring tells the same', async () => {
  await keep(await engine.addCallback())
  const { id: callbackId } = await engine.addCallback()
  await engine.route(callbackId)
  await cancelCallback(engine.deps, { callbackId })
  days(370)
  await keep(await engine.addCallback())
  const young = await rows()
  days(30)
  engine.time.advance(-1)
  expect(await prune(engine.deps)).toEqual(nothing)
  engine.time.advance(2)
  const before = await monitor(engine.deps, { hours: 720 })
  expect(await prune(engine.deps)).toEqual({ ...nothing, callbacks: 2, callSessions: 1 })
  expect(await monitor(engine.deps, { hours: 720 })).toEqual(before)
  expect(await rows()).toMatchObject({ callbacks: 1, entries: 1, calls: 1 })
  expect(young).toMatchObject({ callbacks: 3, entries: 3, calls: 2 })
  expect(await engine.sql`select from callback_notifications where callback_id = ${callbackId}`).toHaveLength(0)
  expect(await prune(engine.deps)).toEqual(nothing)
})

test('an open callback stays, however old, with its history, its entries and its calls', async () => {
  const callback = await engine.addCallback()
  await engine.route(callback.id)
  const { queueEntry } = await claim()
  await releaseClaim(engine.deps, { queueEntryId: queueEntry.id })
  const before = await rows()
  days(2_000)
  expect(await prune(engine.deps)).toEqual(nothing)
  expect(await rows()).toEqual(before)
})

test('a later promise outlives the call in which it was made, and the callback before it', async () => {
  const first = await engine.addCallback()
  const { nextCallback, callSession } = await keep(first, 500 * dayMs)
  days(401)
  expect(await prune(engine.deps)).toMatchObject({ callbacks: 1, callSessions: 1 })
  expect(await engine.callback(nextCallback!.id)).toEqual({ ...nextCallback, originalCallSessionId: null })
  expect(await engine.sql`select from call_sessions where id = ${callSession.id}`).toHaveLength(0)
  days(99)
  expect((await keep(nextCallback!)).callback?.status).toBe('completed')
})

test('what began long ago and ended lately stays with what it belongs to', async () => {
  const { id } = await engine.addCallback()
  await engine.route(id)
  const { callSessionId } = await claim()
  await completeCall(engine.deps, { callSessionId })
  days(100)
  const outcome = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
  expect(outcome.callback).toMatchObject({ id, status: 'completed' })
  const before = await rows()
  days(399)
  expect(await prune(engine.deps)).toEqual(nothing)
  expect(await rows()).toEqual(before)
  days(2)
  expect(await prune(engine.deps)).toMatchObject({ callbacks: 1, callSessions: 1 })
})

test('a younger call forgets the callback that it was made for', async () => {
  const { callback, callSession } = await keep(await engine.addCallback())
  days(401)
  const at = engine.time.now()
  await engine.sql`
    update call_sessions set started_at = ${at}, completed_at = ${at}, next_callback_id = callback_id where id = ${callSession.id}`
  expect(await prune(engine.deps)).toEqual({ ...nothing, callbacks: 1 })
  const [call] = await engine.sql`select callback_id, next_callback_id from call_sessions`
  expect(call).toEqual({ callbackId: null, nextCallbackId: null })
  expect(await engine.sql`select from callbacks where id = ${callback!.id}`).toHaveLength(0)
})

test('a callback that was cancelled long before its time stays until that is old, too', async () => {
  const { id: callbackId } = await engine.addCallback({ inMinutes: 400 * 24 * 60 })
  await cancelCallback(engine.deps, { callbackId })
  days(799)
  expect(await prune(engine.deps)).toEqual(nothing)
  days(2)
  expect(await prune(engine.deps)).toEqual({ ...nothing, callbacks: 1 })
})

test('a callback that is said to be over and has a live entry stays, and holds nobody up', async () => {
  const broken = await engine.addCallback()
  await engine.route(broken.id)
  const at = engine.time.now()
  await engine.breakRows(
    (sql) =>
      sql`update callbacks set status = 'cancelled', cancelled_at = ${at}, is_queued = false where id = ${broken.id}`,
  )
  const other = await engine.addCallback({ inMinutes: 1 })
  await cancelCallback(engine.deps, { callbackId: other.id })
  days(401)
  expect(await prune(engine.deps)).toEqual({ ...nothing, callbacks: 1 })
  expect(await engine.entryOf(broken.id)).toMatchObject({ status: 'assigned' })
})

describe('without a callback', () => {
  test('ended entries and calls go; a place in a queue and a claim stay', async () => {
    const place = { queueType: 'unsigned_users' as const, priorityScore: 0 }
    const [called, waiting, claimed] = [await engine.addUser(), await engine.addUser(), await engine.addUser()]
    await putQueueUser(engine.deps, { ...place, userId: called })
    await recordOutcome(engine.deps, { callSessionId: (await claim()).callSessionId, outcomeType: 'resolved' })
    await putQueueUser(engine.deps, { ...place, userId: claimed })
    await claim()
    await putQueueUser(engine.deps, { ...place, userId: waiting })
    days(401)
    expect(await prune(engine.deps)).toEqual({ ...nothing, queueEntries: 1, callSessions: 1 })
    const left = await engine.sql`select user_id, status from call_queue order by user_id`
    expect(left).toEqual([
      { userId: waiting, status: 'pending' },
      { userId: claimed, status: 'in_progress' },
    ])
    expect(await rows()).toMatchObject({ calls: 1 })
  })

  test('inbound calls go, also those that nobody ended', async () => {
    const call = async () => {
      const started = await startCall(engine.deps, { userId: await engine.addUser(), direction: 'inbound' })
      return started.session.id
    }
    await completeCall(engine.deps, { callSessionId: await call() })
    await call()
    days(200)
    const young = await call()
    days(201)
    expect(await prune(engine.deps)).toEqual({ ...nothing, callSessions: 2 })
    expect(await engine.sql`select id from call_sessions`).toEqual([{ id: young }])
  })

  test('sessions of agents go once they are logged out', async () => {
    await engine.sql`update agent_sessions set logout_at = ${engine.time.now()}`
    await engine.addAgent('busy')
    days(401)
    expect(await prune(engine.deps)).toEqual({ ...nothing, agentSessions: 1 })
    expect(await engine.sql`select status from agent_sessions`).toEqual([{ status: 'busy' }])
  })
})

test('runs are kept as long as monitoring looks back, idempotency keys for a day', async () => {
  await tick(engine.deps, { trigger: 'manual' })
  await engine.sql`insert into idempotency_keys (subject, key, request_hash, created_at) values ('a', 'b', 'c', ${engine.time.now()})`
  days(1)
  expect(await prune(engine.deps)).toEqual(nothing)
  engine.time.advance(1)
  expect(await prune(engine.deps)).toEqual({ ...nothing, keys: 1 })
  expect(await cronRuns.list(engine.sql, 10)).toHaveLength(1)
  days(29)
  expect(await prune(engine.deps)).toEqual({ ...nothing, runs: 1 })
})

describe('the rules', () => {
  test('of 0 keeps for ever', async () => {
    await keep(await engine.addCallback())
    await tick(engine.deps, { trigger: 'manual' })
    days(50_000)
    const rules = { ...engine.deps.rules, retentionMs: 0, runRetentionMs: 0 }
    expect(await prune({ ...engine.deps, rules })).toEqual(nothing)
  })

  test('of less than a month keeps a month all the same', async () => {
    await keep(await engine.addCallback())
    await tick(engine.deps, { trigger: 'manual' })
    const rules = { ...engine.deps.rules, retentionMs: 1, runRetentionMs: 1 }
    days(30)
    expect(await prune({ ...engine.deps, rules })).toEqual(nothing)
    days(1)
    engine.time.advance(1)
    expect(await prune({ ...engine.deps, rules })).toEqual({ ...nothing, callbacks: 1, callSessions: 1, runs: 1 })
  })
})

describe('a backlog', () => {
  const backlog = 1_250

  beforeEach(async () => {
    await engine.sql`
      insert into callbacks (user_id, scheduled_for, status, cancelled_at, created_at, updated_at)
      select n, at, 'cancelled', at, at, at
      from generate_series(1, ${backlog}) n, (select ${engine.time.now()}::timestamptz as at) now`
    days(401)
  })

  test('is removed by pages, each a transaction of its own, until one is told to stop', async () => {
    const stopping = new AbortController()
    let pages = 0
    const transact: typeof engine.deps.transact = async (work) => {
      const result = await engine.deps.transact(work)
      pages++
      if (pages === 3) stopping.abort() // The first one has looked for completed callbacks.
      return result
    }
    expect(await prune({ ...engine.deps, transact }, stopping.signal)).toMatchObject({ callbacks: 1_000 })
    expect(pages).toBe(3)
    expect(await rows()).toMatchObject({ callbacks: 250 })
    expect(await prune(engine.deps, stopping.signal)).toEqual(nothing)
    expect(await prune(engine.deps)).toMatchObject({ callbacks: 250 })
  })

  test('is left to the one who is at it', async () => {
    await engine.sql.begin(async (other) => {
      expect(await retention.tryLock(other)).toBe(true)
      expect(await prune(engine.deps)).toEqual(nothing)
    })
    expect(await prune(engine.deps)).toMatchObject({ callbacks: backlog })
  })

  test('is removed but for what somebody else holds', async () => {
    const [held] = await engine.sql<{ id: string }[]>`select id from callbacks limit 1`
    await engine.sql.begin(async (other) => {
      await other`select from callbacks where id = ${held!.id} for no key update`
      expect(await prune(engine.deps)).toMatchObject({ callbacks: backlog - 1 })
    })
    expect(await prune(engine.deps)).toMatchObject({ callbacks: 1 })
  })
})

test('what a webhook was told goes after a week; what is on its way stays while it is switched on', async () => {
  const { id } = await createWebhook(engine.deps, { url: 'https://crm.example.com/' })
  const add = async () => (await testWebhook(engine.deps, id)).id
  const [delivered, pending] = [await add(), await add()]
  await webhookDeliveries.noteDelivered(engine.sql, delivered, 200, engine.time.now())
  days(7)
  const young = await add()
  expect(await prune(engine.deps)).toEqual(nothing)
  days(1)
  const left = async () =>
    (await engine.sql<{ id: string }[]>`select id from webhook_deliveries order by id`).map((row) => row.id)
  expect(await prune(engine.deps)).toEqual({ ...nothing, deliveries: 1 })
  expect(await left()).toEqual([pending, young])
  await deleteWebhook(engine.deps, id)
  expect(await prune(engine.deps)).toEqual({ ...nothing, deliveries: 1 })
  expect(await left()).toEqual([young])
})
