import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { World } from './world.ts'

const outageMs = 3_000

/** Every fault by name: what is done to a world at work. When it returns, what was broken is whole again. */
export const faults = {
  'a worker is killed': (world) => world.replaceWorker(0),
  'the API is killed': (world) => world.replaceApi(),
  async 'all workers are killed'(world) {
    await Promise.all(world.workers.map((_, index) => world.replaceWorker(index)))
  },
  async 'Redis is flushed'(world) {
    const redis = new Redis(world.redis.server.url)
    await redis.flushall()
    redis.disconnect()
  },
  'Redis is frozen': (world) => freeze(world.redis.server.pid),
  'Redis is restarted': (world) => world.redis.restart(),
  'Redis cannot be reached': (world) => outage(world.redis.proxy, { kind: 'reset' }),
  'Redis is silent': (world) => outage(world.redis.proxy, { kind: 'blackhole' }),
  'Redis is slow': (world) => outage(world.redis.proxy, { kind: 'delay', milliseconds: 150 }),
  'Redis breaks off in the middle of answers': (world) => outage(world.redis.proxy, { kind: 'cut', afterBytes: 5_000 }),
  'Postgres is restarted': (world) => world.postgres.restart(),
  'Postgres cannot be reached': (world) => outage(world.postgres.proxy, { kind: 'reset' }),
  'Postgres is silent': (world) => outage(world.postgres.proxy, { kind: 'blackhole' }),
  'Postgres is slow': (world) => outage(world.postgres.proxy, { kind: 'delay', milliseconds: 100 }),
  'Postgres breaks off in the middle of answers': (world) =>
    outage(world.postgres.proxy, { kind: 'cut', afterBytes: 20_000 }),
} satisfies Record<string, (world: World) => Promise<void>>

export type FaultName = keyof typeof faults

async function outage(proxy: World['redis']['proxy'], network: Parameters<typeof proxy.set>[0]): Promise<void> {
  proxy.set(network)
  await pause(outageMs)
  proxy.set({ kind: 'pass' })
}

async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  await pause(outageMs)
  process.kill(pid, 'SIGCONT')
}
