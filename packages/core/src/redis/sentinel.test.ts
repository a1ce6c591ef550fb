import { startRedis, startRedisSentinel } from '@ringback/local'
import { startProxy } from '@ringback/testing/proxy'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { connectRedis, impatient } from './connection.ts'

const silent = pino({ level: 'silent' })

test('a connection that is on its way back when the news of a failover comes is back all the same', async () => {
  await using opened = new AsyncDisposableStack()
  const start = async <Server extends { stop(): Promise<void> }>(starting: Promise<Server>) =>
    opened.adopt(await starting, (server) => server.stop())
  const master = await start(startRedis())
  const { password } = new URL(master.url)
  const args = ['--replicaof', '127.0.0.1', String(master.port)]
  await start(startRedis({ password, args }))
  const sentinel = await start(startRedisSentinel({ master, masterName: 'callbacks', quorum: 1, downAfterMs: 1_000 }))
  const proxy = opened.adopt(await startProxy(sentinel.port), (it) => it.close())
  const url = `redis+sentinel://:${password}@127.0.0.1:${proxy.port}/callbacks?sentinel_password=${password}`
  const redis = opened.adopt(connectRedis(url, impatient, silent), (it) => it.disconnect())
  const until = (event: string) => new Promise((resolve) => redis.once(event, resolve))
  await Promise.all([until('ready'), until('failoverSubscribed')])

  const question = proxy.hold('client', 'get-master-addr-by-name')
  const news = proxy.hold('server', `callbacks 127.0.0.1 ${master.port}`)
  const onSentinel = opened.adopt(new Redis(sentinel.url), (it) => it.disconnect())
  const onMaster = opened.adopt(new Redis(master.url), (it) => it.disconnect())
  const failOver = () => onSentinel.call('SENTINEL', 'FAILOVER', 'callbacks').then(String, String)
  await expect.poll(failOver, { timeout: 30_000 }).toBe('OK') // Once the sentinel knows the replica.
  await news.reached
  await onMaster.call('CLIENT', 'KILL', 'TYPE', 'normal')
  await question.reached
  news.letGo()
  question.letGo()
  await until('ready')
  expect(await redis.set('key', 'value')).toBe('OK')
})
