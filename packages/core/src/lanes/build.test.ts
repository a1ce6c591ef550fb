import type { EntryPlace } from '@ringback/db'
import { startRedis, type LocalRedis } from '@ringback/local'
import { lanesByRows, lanesOf, openTestEngine, type TestEngine } from '@ringback/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { claimNextCall, laneKeys, lanesOn, memberOf, putQueueUser, queueOn, recordOf } from '../index.ts'

let redis: LocalRedis
let engine: TestEngine
let keys: ReturnType<typeof laneKeys>
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())
beforeEach(async () => {
  engine = await openTestEngine({ redisUrl: redis.url })
  keys = laneKeys(engine.redisPrefix)
})
afterEach(() => engine.close())

const nobodys = 'outstanding_requests:nobody'

async function addOrdinary(priorityScore: number): Promise<EntryPlace> {
  const userId = await engine.addUser()
  return putQueueUser(engine.deps, { userId, queueType: 'outstanding_requests', priorityScore })
}

const loseLanes = () => engine.redis.del(keys.pulse)

test('a build replaces everything, whatever was there', async () => {
  const agentId = await engine.addAgent('available')
  const callback = await engine.addCallback({ preferredAgentId: agentId })
  await engine.route(callback.id)
  const [shifted, unplaced, ahead, displaced] = [
    await addOrdinary(1),
    await addOrdinary(2),
    await addOrdinary(3),
    await addOrdinary(4),
  ]
  await engine.reconcile()
  const truth = await lanesOf(engine)
  expect(truth).toEqual(await lanesByRows(engine))

  await engine.redis.zadd(keys.lane(nobodys), -5, memberOf(shifted))
  await engine.redis.zrem(keys.lane(nobodys), memberOf(unplaced))
  await engine.redis.hset(keys.records, ahead.id, recordOf({ ...ahead, version: 9, status: 'removed' }))
  await engine.redis.zadd(keys.lane(`outstanding_requests:${agentId}`), 1, memberOf(displaced))
  await engine.redis.del(keys.lane(`unsigned_users:${agentId}`))
  await engine.redis.zadd(keys.lane('unsigned_users:999999'), 1, memberOf({ ...shifted, id: '77' }))
  await engine.redis.zadd(keys.later('outstanding_requests:888888'), 1, memberOf({ ...shifted, id: '78' }))
  await engine.redis.hset(keys.records, '79', `1 ${nobodys} 0 0`)
  await engine.redis.zadd(keys.lane(nobodys), -9, memberOf({ ...shifted, id: '79', availableFrom: new Date(0) }))
  await engine.redis.zadd(keys.claims, engine.time.now().getTime(), shifted.id)
  await engine.redis.set(keys.lane(nobodys), 'of another kind')

  await loseLanes()
  expect(await engine.reconcile()).toEqual({ kind: 'rebuilt', entries: 5 })
  expect(await lanesOf(engine)).toEqual(truth)
})

test('a build leaves the keys of others alone', async () => {
  await engine.reconcile()
  const queue = queueOn(engine.redis, engine.redisPrefix, 'tick')
  const job = await queue.add('tick', {})
  await loseLanes()
  await engine.reconcile()
  expect(await queue.getJob(job.id!)).toBeDefined()
  await queue.close()
})

/** Stops a pass where it first reads entries, for as long as `work` takes. */
async function passMeanwhile(work: () => Promise<void>): ReturnType<TestEngine['reconcile']> {
  const blocker = await engine.sql.reserve()
  await blocker`begin`
  await blocker`lock table call_queue in access exclusive mode`
  const pass = engine.reconcile()
  pass.catch(() => {}) // It is awaited below.
  await engine.untilWaiting(1)
  try {
    await work()
  } finally {
    await blocker`commit`
    blocker.release()
  }
  return pass
}

describe('during a build', () => {
  test('nothing is proposed, and what others write is kept', async () => {
    await engine.reconcile()
    const [claimed, waits] = [await addOrdinary(1), await addOrdinary(2)]
    await loseLanes()
    await passMeanwhile(async () => {
      const now = engine.time.now()
      const query = { agentId: 1, queueTypes: ['outstanding_requests'] as const, now }
      expect(await engine.deps.lanes.take(query)).toEqual({ kind: 'unavailable' })
      const another = lanesOn(engine.redis, engine.redisPrefix, engine.deps.log, engine.deps.telemetry)
      await another.apply([{ ...claimed, version: claimed.version + 1, status: 'in_progress' }], now)
    })
    expect(await lanesOf(engine)).toMatchObject({
      records: { [waits.id]: recordOf(waits) },
      lanes: { [`lane:${nobodys}`]: { [memberOf(waits)]: 2 } },
    })
    expect(Object.keys((await lanesOf(engine)).records)).toEqual([waits.id])
  })

  test('what is written by those who know nothing of it is in its lane', async () => {
    await engine.reconcile()
    await addOrdinary(1)
    await loseLanes()
    await engine.reconcile()
    await addOrdinary(2)
    expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
  })

  test.each([
    ['a flush', () => engine.redis.flushall()],
    ['another build', () => engine.redis.set(keys.epoch, 'of another build')],
  ])('%s keeps it from being declared complete', async (_, interrupt) => {
    await engine.reconcile()
    const agentId = await engine.addAgent('available')
    const entry = await addOrdinary(1)
    await loseLanes()
    await expect(passMeanwhile(async () => void (await interrupt()))).rejects.toThrow('lost again')
    expect(await engine.redis.exists(keys.pulse)).toBe(0)
    expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { id: entry.id } })
    expect(await engine.reconcile()).toMatchObject({ kind: 'rebuilt' })
    expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
  })
})

test('a flush during a pass is not taken for lanes that are up to date', async () => {
  await engine.reconcile()
  await addOrdinary(1)
  expect(await passMeanwhile(async () => void (await engine.redis.flushall()))).toEqual({ kind: 'rebuilt', entries: 1 })
  expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
})
