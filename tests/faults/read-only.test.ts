import { startRedis, type LocalRedis } from '@ringback/local'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testRedisPrefix } from '../setup/index.ts'
import { allWell, startWorkOn, type AtWork } from './at-work.ts'

let redis: LocalRedis
let admin: Redis
let atWork: AtWork
beforeAll(async () => {
  redis = await startRedis()
  admin = new Redis(redis.url)
  atWork = await startWorkOn(redis.url, testRedisPrefix())
})
afterAll(async () => {
  await atWork.stop()
  admin.disconnect()
  await redis.stop()
})

test('while Redis is a replica claims come from Postgres, and when it is a master again all comes back by itself', async () => {
  const nobodyListensAt = 9
  const verdict = await atWork.through(async () => {
    await admin.replicaof('127.0.0.1', nobodyListensAt)
    await expect(admin.set('key', 'value')).rejects.toThrow('READONLY')
    await atWork.goesOn(30)
    await admin.replicaof('NO', 'ONE')
  })
  expect(verdict).toMatchObject(allWell)
  expect(await atWork.toTheEnd()).toMatchObject(allWell)
}, 180_000)
