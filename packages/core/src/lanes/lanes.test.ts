import { callQueue, claims, inTransaction, type QueueEntry } from '@ringback/db'
import { startRedis, type LocalRedis } from '@ringback/local'
import { asAgent, openTestEngine, type TestEngine } from '@ringback/testing'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  auditLanes,
  claimNextCall,
  laneKeys,
  memberOf,
  putQueueUser,
  putSession,
  reconciler,
  removeQueueUser,
} from '../index.ts'

let redis: LocalRedis
let engine: TestEngine
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())
beforeEach(async () => {
  engine = await openTestEngine({ redisUrl: redis.url })
})
afterEach(() => engine.close())

const audit = () => auditLanes(engine.sql, engine.redis, engine.redisPrefix)
const inSync = async () => (await audit()).map((lane) => lane.inSync)
const waiting = { queueTypes: ['unsigned_users', 'outstanding_requests'] as const }

async function addOrdinary(priorityScore: number) {
  const userId = await engine.addUser()
  return putQueueUser(engine.deps, { userId, queueType: 'outstanding_requests', priorityScore })
}

test('versions of entries may be applied in any order, any number of times: the newest wins', async () => {
  const base = await addOrdinary(0)
  const now = engine.time.now()
  await engine.reconcile()
  const version = fc.record({
    version: fc.integer({ min: 2, max: 8 }),
    agent: fc.constantFrom(null, 1, 2),
    status: fc.constantFrom('waiting', 'in_progress', 'completed', 'removed'),
    priorityScore: fc.integer({ min: -2000, max: 100 }),
  })
  const history = fc.uniqueArray(version, { minLength: 1, maxLength: 7, selector: (row) => row.version })
  const run = fc.tuple(history, fc.array(fc.nat(), { maxLength: 12 }))
  let id = 10n ** 17n

  await fc.assert(
    fc.asyncProperty(run, async ([rows, repeats]) => {
      id += 1n
      const entries = rows.map(({ agent, status, ...row }): QueueEntry => ({
        ...base,
        ...row,
        id: String(id),
        assignedToAgentId: agent,
        status: status !== 'waiting' ? (status as QueueEntry['status']) : agent === null ? 'pending' : 'assigned',
      }))
      for (const entry of [...entries, ...repeats.map((n) => entries[n % entries.length]!)]) {
        await engine.deps.lanes.apply([entry], now)
      }
      const newest = entries.reduce((a, b) => (a.version > b.version ? a : b))
      const member = `${String(newest.availableFrom.getTime()).padStart(15, '0')}${newest.id.padStart(19, '0')}`
      const lanes = ['nobody', '1', '2'].map((lane) => `${engine.redisPrefix}:lanes:lane:outstanding_requests:${lane}`)
      const found = []
      for (const lane of lanes) found.push(await engine.redis.zscore(lane, member))
      const isWaiting = newest.status === 'pending' || newest.status === 'assigned'
      const expected = ['nobody', '1', '2'].map((lane) =>
        isWaiting && lane === String(newest.assignedToAgentId ?? 'nobody') ? String(newest.priorityScore) : null,
      )
      expect(found).toEqual(expected)
    }),
    { numRuns: 150 },
  )
})

/** A transaction that is at work: it has added an entry. */
async function beginWithEntry() {
  const userId = await engine.addUser()
  const transaction = await engine.sql.reserve()
  await transaction`begin`
  await transaction`
    insert into call_queue (user_id, queue_type, priority_score, status, available_from, created_at, updated_at)
    select ${userId}, 'outstanding_requests', 0, 'pending', t, t, t from (select ${engine.time.now()}::timestamptz as t) now`
  return transaction
}

describe('the reconciler', () => {
  test('brings the lanes back after a flush, and claims come from Postgres meanwhile', async () => {
    const agentId = await engine.addAgent('available')
    await engine.reconcile()
    const first = await addOrdinary(1)
    const second = await addOrdinary(2)
    await engine.redis.flushall()
    expect(await engine.deps.lanes.peek({ agentId, ...waiting, now: engine.time.now() })).toEqual({
      kind: 'unavailable',
    })
    expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { id: first.id } })
    expect(await engine.reconcile()).toMatchObject({ kind: 'rebuilt' })
    expect(await inSync()).toEqual([true, true])
    const other = await engine.addAgent('available')
    expect(await engine.deps.lanes.peek({ agentId: other, ...waiting, now: engine.time.now() })).toEqual({
      kind: 'entry',
      id: second.id,
    })
  })

  test('applies what was committed and never written to the lanes, and never brings back what was claimed', async () => {
    const agentId = await engine.addAgent('available')
    await engine.reconcile()
    const entry = await addOrdinary(1)
    await claims.claim(
      engine.sql,
      [{ ...asAgent(agentId), queueType: null, entryId: entry.id }],
      engine.time.now(),
      'wait',
    )
    const lost = await engine.addUser()
    await engine.sql`
      insert into call_queue (user_id, queue_type, priority_score, status, available_from, created_at, updated_at)
      select ${lost}, 'outstanding_requests', 0, 'pending', t, t, t from (select ${engine.time.now()}::timestamptz as t) now`
    expect(await inSync()).toEqual([true, false])
    expect(await engine.reconcile()).toMatchObject({ kind: 'caught-up' })
    expect(await audit()).toMatchObject([
      { postgres: 0 },
      { postgres: 1, redis: 1, missing: 0, stale: 0, inSync: true },
    ])
    await engine.deps.lanes.apply([entry], engine.time.now())
    expect(await inSync()).toEqual([true, true])
  })

  test('applies a change once, also one whose transaction was at work during the last pass', async () => {
    await engine.reconcile()
    const transaction = await beginWithEntry()
    await addOrdinary(1)
    expect(await engine.reconcile()).toEqual({ kind: 'caught-up', entries: 1 })
    await transaction`commit`
    transaction.release()
    expect(await inSync()).toEqual([true, false])
    expect(await engine.reconcile()).toMatchObject({ kind: 'caught-up' })
    expect(await inSync()).toEqual([true, true])
    // Anybody's transaction that is at work holds the line back, also one in another database of the server.
    await expect.poll(() => engine.reconcile(), { timeout: 30_000 }).toEqual({ kind: 'caught-up', entries: 0 })
  })

  test('applies what is committed two minutes after the time that it carries', async () => {
    await engine.reconcile()
    const transaction = await beginWithEntry()
    for (let pass = 0; pass < 4; pass++) {
      engine.time.advance(30_000)
      await engine.reconcile()
    }
    await transaction`commit`
    transaction.release()
    expect(await inSync()).toEqual([true, false])
    await engine.reconcile()
    expect(await inSync()).toEqual([true, true])
  })

  test('applies what changed in a transaction that had made a change when the pass began', async () => {
    const entry = await addOrdinary(1)
    await engine.reconcile()
    const transaction = await engine.sql.reserve()
    await transaction`begin`
    await transaction`update users set name = 'Another'`
    await engine.reconcile()
    await engine.reconcile()
    await transaction`update call_queue set priority_score = 9, version = version + 1`
    await transaction`commit`
    transaction.release()
    await engine.reconcile()
    const member = memberOf(entry)
    const lane = laneKeys(engine.redisPrefix).lane('outstanding_requests:nobody')
    expect(await engine.redis.zscore(lane, member)).toBe('9')
  })

  test('a write of before the lanes were built is compared with Postgres by the next pass', async () => {
    for (let n = 0; n < 30; n++) await addOrdinary(n)
    await engine.reconcile()
    const [lost, gone] = [await addOrdinary(50), await addOrdinary(60)]
    await removeQueueUser(engine.deps, { userId: gone.userId, queueType: 'outstanding_requests' })
    await engine.redis.flushall()
    expect(await engine.reconcile()).toMatchObject({ kind: 'rebuilt' })
    const ofLostHistory: QueueEntry = { ...lost, version: 9, status: 'removed' }
    await engine.deps.lanes.apply([ofLostHistory, gone], engine.time.now())
    expect(await audit()).toMatchObject([{}, { postgres: 31, redis: 31, missing: 1, stale: 1 }])
    const keys = laneKeys(engine.redisPrefix)
    expect((await engine.redis.smembers(keys.doubtful)).toSorted()).toEqual([lost.id, gone.id].toSorted())
    await engine.reconcile()
    expect(await audit()).toMatchObject([{}, { postgres: 31, redis: 31, inSync: true }])
    expect(await engine.redis.exists(keys.doubtful)).toBe(0)

    const next = await addOrdinary(1)
    expect(await audit()).toMatchObject([{}, { postgres: 32, redis: 32, inSync: true }])
    expect(await engine.redis.sismember(keys.doubtful, next.id)).toBe(0)
  })

  test('rests after a pass, whoever it was', async () => {
    const { redis: connection, redisPrefix: prefix, time: clock, deps } = engine
    const [first, second] = [1, 2].map(() => {
      const pass = reconciler(connection, { prefix, clock, log: deps.log, restMs: 1_500 })
      return () => inTransaction(engine.sql, pass)
    })
    expect(await first!()).toMatchObject({ kind: 'rebuilt' })
    engine.time.advance(1_499)
    expect(await second!()).toEqual({ kind: 'left' })
    engine.time.advance(1)
    expect(await second!()).toMatchObject({ kind: 'caught-up' })
  })

  test('brings back an entry that was taken and never claimed', async () => {
    const agentId = await engine.addAgent('available')
    await engine.reconcile()
    const entry = await addOrdinary(1)
    const query = { agentId, ...waiting, now: engine.time.now() }
    expect(await engine.deps.lanes.take(query)).toEqual({ kind: 'entry', id: entry.id })
    expect(await engine.deps.lanes.take(query)).toEqual({ kind: 'empty' })
    engine.time.advance(5_000)
    await engine.reconcile()
    expect(await engine.deps.lanes.take({ ...query, now: engine.time.now() })).toEqual({ kind: 'entry', id: entry.id })
  })

  test('forgets entries that ended ten minutes ago, however many, and no others', async () => {
    await engine.reconcile()
    const keys = laneKeys(engine.redisPrefix)
    const longAgo = Array.from({ length: 2_500 }, (_, index) => `${1_000_000 + index}`)
    await engine.redis.hset(keys.records, Object.fromEntries(longAgo.map((id) => [id, '2 - 0 0'])))
    await engine.redis.zadd(keys.ended, ...longAgo.flatMap((id) => [engine.time.now().getTime(), id]))
    engine.time.advance(10 * 60_000 - 1)
    const ended = await addOrdinary(0)
    await removeQueueUser(engine.deps, { userId: ended.userId, queueType: 'outstanding_requests' })
    const waits = await addOrdinary(0)
    await engine.reconcile()
    expect(await engine.redis.hkeys(keys.records)).toHaveLength(longAgo.length + 2)
    engine.time.advance(1)
    await engine.reconcile()
    expect((await engine.redis.hkeys(keys.records)).toSorted()).toEqual([ended.id, waits.id].toSorted())
    expect(await engine.redis.zrange(keys.ended, 0, '-1')).toEqual([ended.id])
  })

  test('notices a Redis that went back to old data, and sets it right', async () => {
    await engine.reconcile()
    const [kept, gone] = [await addOrdinary(1), await addOrdinary(2)]
    await engine.reconcile()
    const keys = (await engine.redis.keys('*')).filter((key) => key.includes(engine.redisPrefix))
    const dump = new Map<string, Buffer>()
    for (const key of keys) dump.set(key, await engine.redis.dumpBuffer(key))

    await removeQueueUser(engine.deps, { userId: gone.userId, queueType: 'outstanding_requests' })
    const added = await addOrdinary(3)
    await engine.reconcile()
    engine.time.advance(10 * 60_000)
    await engine.reconcile()
    await engine.redis.flushall()
    for (const [key, value] of dump) await engine.redis.restore(key, 0, value)
    expect(await audit()).toMatchObject([{}, { missing: 1, stale: 1 }])
    expect(await engine.reconcile()).toMatchObject({ kind: 'rebuilt' })
    expect(await audit()).toMatchObject([{}, { postgres: 2, redis: 2, inSync: true }])
    expect((await callQueue.listByIds(engine.sql, [kept.id, added.id])).map((entry) => entry.status)).toEqual([
      'pending',
      'pending',
    ])
  })

  test('works in one process at a time', async () => {
    const passes = await Promise.all([engine.reconcile(), engine.reconcile(), engine.reconcile()])
    expect(passes.filter((pass) => pass.kind !== 'left').length).toBeGreaterThanOrEqual(1)
    expect(await inSync()).toEqual([true, true])
  })

  test('fills an empty Redis with 10,000 live entries in one pass', async () => {
    await engine.sql`
      insert into users (id, name, created_at, updated_at) select n, 'User', now(), now() from generate_series(10001, 20000) n`
    await engine.sql`
      insert into call_queue (user_id, queue_type, priority_score, status, available_from, created_at, updated_at)
      select n, 'unsigned_users', n % 100, 'pending', ${engine.time.now()}, now() - interval '1 year', now() - interval '1 year'
      from generate_series(10001, 20000) n`
    expect(await engine.reconcile()).toMatchObject({ kind: 'rebuilt', entries: 10_000 })
    expect(await audit()).toMatchObject([{ postgres: 10_000, redis: 10_000, inSync: true }, {}])
  })
})

test("a lost agent's lane and nobody's lane are both counted", async () => {
  const agentId = await engine.addAgent('available')
  const { id } = await engine.addCallback({ preferredAgentId: agentId })
  await engine.route(id)
  await putSession(engine.deps, { agentId, status: 'away' })
  await addOrdinary(3)
  await engine.reconcile()
  expect(await audit()).toMatchObject([
    { postgres: 0, redis: 0 },
    { postgres: 2, redis: 2, inSync: true },
  ])
})

test('an entry is proposed from its time on, and not before', async () => {
  const agentId = await engine.addAgent('available')
  await engine.reconcile()
  const later = await engine.addCallback({ inMinutes: 5 })
  await engine.route(later.id)
  const ordinary = await addOrdinary(50)
  const propose = () => engine.deps.lanes.peek({ agentId, ...waiting, now: engine.time.now() })
  expect(await propose()).toEqual({ kind: 'entry', id: ordinary.id })
  engine.time.advance(5 * 60_000 - 1)
  expect(await propose()).toEqual({ kind: 'entry', id: ordinary.id })
  engine.time.advance(1)
  expect(await propose()).toEqual({ kind: 'entry', id: (await engine.entryOf(later.id))?.id })
})
