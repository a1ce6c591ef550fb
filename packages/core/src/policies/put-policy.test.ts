import { policies } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  actingAs,
  defaultRules,
  getPolicy,
  listPolicyVersions,
  openEngine,
  putPolicy,
  reportPolicy,
  type Engine,
} from '../index.ts'

const queueType = 'outstanding_requests' as const

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

const put = (document: Parameters<typeof putPolicy>[1]['document'], ifVersion?: number) =>
  putPolicy(engine.deps, { queueType, document, ifVersion })

test('a queue without a policy has version 0, and the rules of the report', async () => {
  expect(await getPolicy(engine.deps, queueType)).toEqual({
    queueType,
    version: 0,
    document: {},
    writtenBy: null,
    writtenAt: null,
  })
  expect(await engine.deps.policies.of(engine.sql, queueType)).toEqual(reportPolicy)
})

test('every version is kept with who wrote it, and the highest counts', async () => {
  const actor = { role: 'supervisor', sub: 'sue' } as const
  await putPolicy(actingAs(engine.deps, actor), { queueType, document: { callbackShare: 80 } })
  engine.time.advance(1_000)
  const second = await put({ ownerWaitMinutes: 5 })
  expect(second).toMatchObject({
    queueType,
    version: 2,
    document: { ownerWaitMinutes: 5 },
    writtenAt: engine.time.now(),
  })
  expect(await getPolicy(engine.deps, queueType)).toEqual(second)
  const versions = await listPolicyVersions(engine.deps, { queueType, limit: 50 })
  expect(versions).toMatchObject([second, { version: 1, document: { callbackShare: 80 }, writtenBy: actor }])
  expect(await listPolicyVersions(engine.deps, { queueType, limit: 1 })).toHaveLength(1)
  expect(await getPolicy(engine.deps, 'unsigned_users')).toMatchObject({ version: 0 })
})

test('the same document again changes nothing, also when its answer was lost', async () => {
  const retries = { maxAttempts: 4, maxPerDay: 3, minutes: { no_answer: [30], busy: [5] } }
  const first = await put({ retries, callbackShare: undefined }, 0)
  expect(await put({ retries: { ...retries, minutes: { busy: [5], no_answer: [30] } } }, 0)).toEqual(first)
  expect(await put({ retries: { ...retries, maxPerDay: 2 } })).toMatchObject({ version: 2 })
  expect(await put({})).toMatchObject({ version: 3 })
})

test('a version that is not the last one any more is not replaced', async () => {
  await put({ callbackShare: 80 }, 0)
  await expect(put({ callbackShare: 70 }, 0)).rejects.toMatchObject({ code: 'policy-changed' })
  expect(await put({ callbackShare: 70 }, 1)).toMatchObject({ version: 2 })
})

test('of two who write at once each has a version; of two who replace the same one, one is told', async () => {
  const written = await Promise.all([1, 2, 3, 4].map((callbackShare) => put({ callbackShare })))
  expect(new Set(written.map(({ version }) => version))).toEqual(new Set([1, 2, 3, 4]))
  const results = await Promise.allSettled([5, 6, 7].map((callbackShare) => put({ callbackShare }, 4)))
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(await getPolicy(engine.deps, queueType)).toMatchObject({ version: 5 })
})

test('a calendar that does not exist is refused, and nothing is stored', async () => {
  const document = { openingHours: 'office', quietHours: { US: 'nights' } }
  await expect(put(document)).rejects.toMatchObject({
    code: 'unknown-calendar',
    message: expect.stringContaining('office, nor nights'),
  })
  expect(await getPolicy(engine.deps, queueType)).toMatchObject({ version: 0 })
})

describe('what a process knows', () => {
  let other: Engine
  beforeEach(() => {
    const { databaseUrl, redisUrl, redisPrefix, time, deps } = engine
    other = openEngine({
      databaseUrl,
      redisUrl,
      redisPrefix,
      rules: defaultRules,
      poolSize: 1,
      applicationName: 'other',
      log: deps.log,
      clock: time,
    })
    vi.useFakeTimers({ toFake: ['performance'] })
  })
  afterEach(async () => {
    vi.useRealTimers()
    await other.close()
  })
  const shareKnown = async () => (await other.deps.policies.of(other.sql, queueType)).callbackShare

  test('is at most five seconds old, and asked for no more often', async () => {
    expect(await shareKnown()).toBe(100)
    await put({ callbackShare: 80 })
    vi.advanceTimersByTime(3_999)
    expect(await shareKnown()).toBe(100)
    vi.advanceTimersByTime(1_001)
    expect(await shareKnown()).toBe(80)
    await put({ callbackShare: 70 })
    vi.advanceTimersByTime(5_000)
    expect(await shareKnown()).toBe(70)
  })

  test('counts from before it was read, however long that took', async () => {
    const reading = shareKnown()
    vi.advanceTimersByTime(5_000)
    expect(await reading).toBe(100)
    await put({ callbackShare: 80 })
    expect(await shareKnown()).toBe(80)
  })

  test('is read by the transaction that asks, since there may be no other connection', async () => {
    await put({ callbackShare: 80 })
    const share = await other.deps.transact(
      async (tx) => (await other.deps.policies.of(tx.sql, queueType)).callbackShare,
    )
    expect(share).toBe(80)
  })

  test('goes back with Postgres: a version that is gone counts no more', async () => {
    await put({ callbackShare: 80 })
    await put({ callbackShare: 70 })
    expect(await shareKnown()).toBe(70)
    await engine.owner`delete from policies where version = 2`
    vi.advanceTimersByTime(5_000)
    expect(await shareKnown()).toBe(80)
    expect(await put({ callbackShare: 60 }, 1)).toMatchObject({ version: 2 })
    vi.advanceTimersByTime(5_000)
    expect(await shareKnown()).toBe(60)
  })

  test('is what it understands of a document that a later version has written', async () => {
    const row = { queueType, after: 0, writtenBy: { role: 'service', sub: 's' } } as const
    await policies.add(engine.sql, { ...row, document: { callbackShare: 80, links: { moves: 3 } } }, engine.time.now())
    expect(await shareKnown()).toBe(80)
  })

  test('is the rules of the report where a row cannot be read, which is told once', async () => {
    const row = { queueType, after: 0, writtenBy: { role: 'service', sub: 's' } } as const
    await policies.add(engine.sql, { ...row, document: { callbackShare: 'many' } }, engine.time.now())
    for (let look = 0; look < 3; look++) {
      expect(await other.deps.policies.of(other.sql, queueType)).toEqual(reportPolicy)
      vi.advanceTimersByTime(5_000)
    }
    const told = engine.logged.filter(({ msg }) => msg === 'policy cannot be read')
    expect(told).toMatchObject([{ level: 50, queueType, version: 1, issues: [{ path: ['callbackShare'] }] }])
  })
})
