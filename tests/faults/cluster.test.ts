import { afterAll, beforeAll, expect, test } from 'vitest'
import { testRedisPrefix } from '../setup/index.ts'
import { allWell, startWorkOn, type AtWork } from './at-work.ts'
import { startRedisCluster, type RedisCluster } from './redis-cluster.ts'

const prefix = testRedisPrefix()
let cluster: RedisCluster
let atWork: AtWork
beforeAll(async () => {
  cluster = await startRedisCluster(prefix)
  atWork = await startWorkOn(cluster.url, prefix)
})
afterAll(async () => {
  await atWork.stop()
  await cluster.stop()
})

test.each([
  ['the keys move to another node', () => cluster.moveKeys()],
  ['the node with the keys is killed and comes back', () => cluster.restartOwner()],
  ['the node with the keys is flushed', () => cluster.flushOwner()],
])(
  '%s, and work goes on with nothing lost and nothing doubled',
  async (_, fault) => expect(await atWork.through(fault)).toMatchObject(allWell),
  120_000,
)

test('when no more promises are made, all are kept', async () => {
  expect(await atWork.toTheEnd()).toMatchObject(allWell)
}, 120_000)
