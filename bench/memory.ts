import { laneKeys, laneName, withLaneScripts, writeEntries } from '@ringback/core'
import type { EntryPlace } from '@ringback/db'
import type { Redis } from 'ioredis'
import type { BenchOptions } from './benchmarks.ts'
import { openBenchEngine } from './engine.ts'
import { emptyLanes } from './lanes.ts'
import { compare, type Comparison } from './rounds.ts'

const pageSize = 5_000

/** What a waiting entry takes of Redis' memory, against a bare member of a sorted set and a hash of its fields. */
export async function memory({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const engine = await openBenchEngine(services, 'memory')
  const { patientRedis, redisPrefix } = engine
  const scripts = withLaneScripts(patientRedis)
  const now = engine.deps.clock.now()
  const entries = waitingEntries(isQuick ? 20_000 : 50_000, now)

  async function bytesOf(write: () => Promise<unknown>): Promise<{ bytes: number }> {
    const before = await usedMemory(patientRedis)
    await write()
    const bytes = ((await usedMemory(patientRedis)) - before) / entries.length
    await emptyLanes(engine, { keepsPulse: false })
    return { bytes }
  }

  try {
    return await compare(isQuick ? 1 : 5, [
      {
        name: 'memory',
        ours: () => bytesOf(() => inPages(entries, (page) => writeEntries(scripts, redisPrefix, page, now, ''))),
        rival: () => bytesOf(() => inPages(entries, (page) => writePlainly(page, patientRedis, redisPrefix))),
        goals: { bytes: { unit: 'bytes/entry', atMost: 1.3 } },
      },
    ])
  } finally {
    await engine.close()
  }
}

/** Entries of 200 agents, as they are some years after the first. */
function waitingEntries(count: number, now: Date): EntryPlace[] {
  return Array.from({ length: count }, (_, n) => ({
    id: String(50_000_000 + n),
    version: 2,
    status: 'assigned',
    queueType: n % 2 === 0 ? 'unsigned_users' : 'outstanding_requests',
    assignedToAgentId: (n % 200) + 1,
    priorityScore: -1_000,
    availableFrom: new Date(now.getTime() - n),
    onHoldUntil: null,
    availableUntil: null,
  }))
}

async function writePlainly(entries: EntryPlace[], redis: Redis, prefix: string): Promise<void> {
  const keys = laneKeys(prefix)
  const pipeline = redis.pipeline()
  for (const { id, version, queueType, assignedToAgentId, priorityScore, availableFrom } of entries) {
    const lane = laneName(queueType, assignedToAgentId)
    const time = availableFrom.getTime()
    pipeline.zadd(keys.lane(lane), priorityScore, `${String(time).padStart(15, '0')}${id.padStart(19, '0')}`)
    pipeline.hset(`${keys.records}:${id}`, { version, lane, priority: priorityScore, availableFrom: time })
  }
  await pipeline.exec()
}

async function inPages(entries: EntryPlace[], write: (page: EntryPlace[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < entries.length; start += pageSize) await write(entries.slice(start, start + pageSize))
}

async function usedMemory(redis: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))![1])
}
