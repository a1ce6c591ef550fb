import { openTestEngine, testRedisPrefix, type TestEngine } from '@ringback/testing'
import { startRedisCluster, type RedisCluster } from '@ringback/testing/redis-cluster'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditLanes, putQueueUser, writeEntries, type LaneRedis } from '../index.ts'
import { laneKeys } from './keys.ts'

const redisPrefix = testRedisPrefix()
let cluster: RedisCluster
let engine: TestEngine
beforeAll(async () => {
  cluster = await startRedisCluster(redisPrefix)
  engine = await openTestEngine({ redisUrl: cluster.url, redisPrefix })
})
afterAll(async () => {
  await engine.close()
  await cluster.stop()
})

test('while the lanes lie on two nodes nothing is written to them, and all of it afterwards', async () => {
  await engine.reconcile()
  const now = engine.time.now()
  const addEntry = async (priorityScore: number) =>
    putQueueUser(engine.deps, { userId: await engine.addUser(), queueType: 'outstanding_requests', priorityScore })
  await addEntry(0)
  await addEntry(0)
  await engine.deps.lanes.take({ agentId: 0, queueTypes: ['outstanding_requests'], now })
  // Every key that the script declares exists, but the one that never does.
  await engine.redis.zadd(laneKeys(redisPrefix).ended, now.getTime(), 'of an entry long gone')

  let written = 0
  await cluster.moveKeys({
    atOnce: 1,
    async between() {
      const entry = await addEntry(++written)
      const writing = writeEntries(engine.redis as LaneRedis, redisPrefix, [entry], now, '')
      await expect(writing).rejects.toThrow('Too many Cluster redirections')
    },
  })
  expect(written).toBeGreaterThan(4)
  const pass = () => engine.reconcile().then(({ kind }) => kind, String)
  await expect.poll(pass, { timeout: 20_000 }).toBe('caught-up')
  expect(await auditLanes(engine.sql, engine.redis, redisPrefix)).toMatchObject([
    { inSync: true },
    // The entry that was taken is in no lane until its claim has come to nothing.
    { postgres: written + 2, missing: 1, stale: 0 },
  ])
})
