import { setTimeout as pause } from 'node:timers/promises'
import type { Network } from '@ringback/testing/proxy'
import type { Fault } from '../fault.ts'

const slowForMs = 2_000

/** What may happen to the way to a server, and to a server that hangs. */
export const outageFaults: Record<string, Fault> = {
  'Redis cannot be reached': network('redis', () => ({ kind: 'reset' })),
  'Redis is silent': network('redis', () => ({ kind: 'blackhole' })),
  'Redis is slow': network('redis', (random) => ({ kind: 'delay', milliseconds: 20 + random.below(300) })),
  'Redis breaks off in the middle of answers': network('redis', (random) => ({
    kind: 'cut',
    afterBytes: 100 + random.below(10_000),
  })),
  'Redis is frozen': frozen('redis'),
  'Postgres cannot be reached': network('postgres', () => ({ kind: 'reset' })),
  'Postgres is silent': network('postgres', () => ({ kind: 'blackhole' })),
  'Postgres is slow': network('postgres', (random) => ({ kind: 'delay', milliseconds: 20 + random.below(150) })),
  'Postgres is slow, and then gone': {
    async inject(world, { random, lastsMs }) {
      // What is said in a row takes its time, so that many a commit is on its way when the connections break.
      world.setNetwork('postgres', { kind: 'delay', milliseconds: 100 + random.below(200) })
      await pause(Math.max(lastsMs, slowForMs))
      world.setNetwork('postgres', { kind: 'reset' })
      await pause(lastsMs)
      world.setNetwork('postgres', { kind: 'pass' })
    },
    recoversWithin: 60,
  },
  'Postgres breaks off in the middle of answers': network('postgres', (random) => ({
    kind: 'cut',
    afterBytes: 1_000 + random.below(40_000),
  })),
  'Postgres is frozen': frozen('postgres'),
}

function network(
  server: 'postgres' | 'redis',
  become: (random: Parameters<Fault['inject']>[1]['random']) => Network,
): Fault {
  return {
    async inject(world, { random, lastsMs }) {
      world.setNetwork(server, become(random))
      await pause(lastsMs)
      world.setNetwork(server, { kind: 'pass' })
    },
    recoversWithin: 60,
  }
}

function frozen(server: 'postgres' | 'redis'): Fault {
  return {
    async inject(world, { lastsMs }) {
      world[server].freeze()
      await pause(lastsMs)
      world[server].thaw()
    },
    recoversWithin: 60,
  }
}
