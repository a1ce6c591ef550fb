import { afterAll, beforeAll, expect, test } from 'vitest'
import { testRedisPrefix } from '../setup/index.ts'
import { allWell, startWorkOn, type AtWork } from './at-work.ts'
import { startSentinel, type RedisSentinel } from './redis-sentinel.ts'

let sentinel: RedisSentinel
let atWork: AtWork
beforeAll(async () => {
  sentinel = await startSentinel()
  atWork = await startWorkOn(sentinel.url, testRedisPrefix())
})
afterAll(async () => {
  await atWork.stop()
  await sentinel.stop()
})

test.each([
  ['the replica takes over from a master that was killed', () => sentinel.failOver()],
  ['the old master takes over again', () => sentinel.failOver()],
  ['the master is flushed', () => sentinel.flushMaster()],
])(
  '%s, and work goes on with nothing lost and nothing doubled',
  async (_, fault) => expect(await atWork.through(fault)).toMatchObject(allWell),
  120_000,
)

test('when no more promises are made, all are kept', async () => {
  expect(await atWork.toTheEnd()).toMatchObject(allWell)
}, 120_000)
