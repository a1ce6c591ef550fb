import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '../fault.ts'

/** What may happen to a Redis of several nodes. */
export const topologyFaults: Record<string, Fault> = {
  'all keys move to another node of a Redis Cluster': {
    inject: ({ cluster }) => cluster.moveKeys(),
    world: { redis: 'cluster' },
    recoversWithin: 60,
  },
  'the node of a Redis Cluster that owns the keys is killed': {
    inject: ({ cluster }) => cluster.restartOwner(),
    world: { redis: 'cluster' },
    recoversWithin: 60,
  },
  'the node of a Redis Cluster that owns the keys is flushed': {
    async inject({ cluster }, { random }) {
      await pause(random.below(1_000))
      await cluster.flushOwner()
    },
    world: { redis: 'cluster' },
    recoversWithin: 60,
  },
  'the master is killed, and Sentinel fails over': {
    inject: ({ sentinel }) => sentinel.failOver(),
    world: { redis: 'sentinel' },
    recoversWithin: 60,
  },
  'the master behind Sentinel is flushed': {
    inject: ({ sentinel }) => sentinel.flushMaster(),
    world: { redis: 'sentinel' },
    recoversWithin: 60,
  },
}
