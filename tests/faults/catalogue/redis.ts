import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '../fault.ts'
import type { World } from '../world/world.ts'
import { waitForCalls, withRedis } from './waiting.ts'

/** What may happen to Redis itself. */
export const redisFaults: Record<string, Fault> = {
  'Redis is flushed': {
    async inject(world, circumstances) {
      const { random } = circumstances
      await waitForCalls(world, circumstances)
      for (let times = 1 + random.below(3); times > 0; times--) {
        await pause(random.below(1_000))
        await command(world, ['FLUSHALL'])
      }
    },
    recoversWithin: 60,
  },
  'Redis is restarted': { inject: ({ redis }) => redis.crash(), recoversWithin: 60 },
  'Redis goes back to old data': {
    async inject(world, circumstances) {
      const { load, lastsMs } = circumstances
      // What it holds is called and ends, and others wait of whom it knows nothing.
      await waitForCalls(world, circumstances)
      await world.redis.keepCopy()
      await load.untilMoreOutcomes(10)
      await pause(lastsMs)
      await waitForCalls(world, circumstances)
      await world.redis.crashIntoCopy()
    },
    recoversWithin: 60,
  },
  'Redis takes no writes, as a replica does': {
    async inject(world, { lastsMs }) {
      await command(world, ['REPLICAOF', '127.0.0.1', '1'])
      await pause(lastsMs)
      await command(world, ['REPLICAOF', 'NO', 'ONE'])
    },
    recoversWithin: 60,
  },
  'Redis is out of memory': {
    async inject(world, { lastsMs }) {
      await command(world, ['CONFIG', 'SET', 'maxmemory', '1'])
      await pause(lastsMs)
      await command(world, ['CONFIG', 'SET', 'maxmemory', '0'])
    },
    recoversWithin: 60,
  },
  'Redis is not there when all processes start': {
    async inject(world, { lastsMs }) {
      world.setNetwork('redis', { kind: 'reset' })
      await Promise.all(world.apps.map((app) => app.kill()))
      await pause(lastsMs)
      world.setNetwork('redis', { kind: 'pass' })
    },
    recoversWithin: 60,
  },
}

async function command(world: World, [name, ...args]: [string, ...string[]]): Promise<void> {
  await withRedis(world, (client) => client.call(name, ...args))
}
