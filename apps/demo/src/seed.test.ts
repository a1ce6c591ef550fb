import { pino } from 'pino'
import { expect, test } from 'vitest'
import { businessDay } from './day.ts'
import { seededRandom } from './random.ts'
import type { NewCallback, QueueType, Result } from './ringback.ts'
import { planMoments, seed, type SeedDeps, SeedRefused } from './seed.ts'

const now = new Date('2026-03-02T10:00:00Z')
const day = businessDay({ startedAt: now })
const targets = { callbacks: 160, queued: 40 }
const yes = <T>(value: T): Result<T> => ({ ok: true, value })

const asCallback = ({ userId, scheduledFor }: NewCallback, index: number) => ({
  id: `c${index}`,
  userId,
  scheduledFor,
})
const noWait = async () => {}

/** What the API would hold, as far as seeding can see it. */
function emptyRingback() {
  const agents = new Set<number>()
  const users = new Set<string>()
  const callbacks: NewCallback[] = []
  const queues: Record<QueueType, Set<string>> = {
    unsigned_users: new Set(),
    outstanding_requests: new Set(),
    premium_customers: new Set(),
  }
  /** What was written of the premium queue, in order. */
  const premium: string[] = []
  const note = (what: string) => async () => {
    premium.push(what)
    return yes(null)
  }

  const ringback: SeedDeps['ringback'] = {
    hasPolicy: async () => premium.includes('policy'),
    putQueue: note('queue'),
    putCalendar: note('calendar'),
    putPolicy: note('policy'),
    putAgent: async (agentId) => {
      agents.add(agentId)
      return yes(null)
    },
    userExists: async (userId) => users.has(userId),
    putUser: async (userId) => {
      users.add(userId)
      return yes(null)
    },
    listCallbacks: async (status, limit) => yes(status === 'pending' ? callbacks.map(asCallback).slice(0, limit) : []),
    schedule: async (callback) => yes(asCallback(callback, callbacks.push(callback))),
    listQueue: async (queueType) => yes({ total: queues[queueType].size, entries: [] }),
    putQueued: async (queueType, userId) => {
      queues[queueType].add(userId)
      return yes(null)
    },
  }
  return { agents, users, callbacks, queues, premium, ringback }
}

function depsFor(ringback: SeedDeps['ringback']): SeedDeps {
  const clock = { now: () => now, sleep: noWait, pause: noWait }
  return { ringback, clock, day, random: seededRandom(1), log: pino({ level: 'silent' }) }
}

test('an empty Ringback gets its agents, users, queues and callbacks', async () => {
  const { agents, users, callbacks, queues, premium, ringback } = emptyRingback()
  const seeded = await seed(depsFor(ringback), targets)
  expect(seeded).toEqual({ people: 512, queued: 120, callbacks: 160 })
  expect(premium).toEqual(['queue', 'calendar', 'policy'])
  expect([agents.size, users.size, callbacks.length]).toEqual([12, 500, 160])
  expect(Object.values(queues).map(({ size }) => size)).toEqual([40, 40, 40])
  expect(new Set(callbacks.map(({ userId }) => userId)).size).toBe(160)
})

test('a second start adds nothing', async () => {
  const { callbacks, premium, ringback } = emptyRingback()
  await seed(depsFor(ringback), targets)
  expect(await seed(depsFor(ringback), targets)).toEqual({ people: 0, queued: 0, callbacks: 0 })
  expect(callbacks).toHaveLength(160)
  expect(premium).toHaveLength(3)
})

test.each([5, 200, 511, 600, 750])('a start broken off after %i writes is completed by the next', async (writes) => {
  const { agents, users, callbacks, ringback } = emptyRingback()
  let left = writes
  const breakOff = () => {
    left -= 1
    if (left < 0) throw new Error('broken off')
  }
  const broken: SeedDeps['ringback'] = {
    ...ringback,
    putAgent: (...args) => (breakOff(), ringback.putAgent(...args)),
    putUser: (...args) => (breakOff(), ringback.putUser(...args)),
    schedule: (...args) => (breakOff(), ringback.schedule(...args)),
    putQueued: (...args) => (breakOff(), ringback.putQueued(...args)),
  }
  await expect(seed(depsFor(broken), targets)).rejects.toThrow('broken off')

  await seed(depsFor(ringback), targets)
  expect([agents.size, users.size, callbacks.length]).toEqual([12, 500, 160])
  expect(new Set(callbacks.map(({ userId }) => userId)).size).toBe(160)
})

test('a refused agent ends the seeding with the problem code', async () => {
  const { ringback } = emptyRingback()
  const refused = { ok: false as const, status: 403, code: 'forbidden' }
  const seeding = seed(depsFor({ ...ringback, putAgent: async () => refused }), targets)
  await expect(seeding).rejects.toThrow(SeedRefused)
  await expect(seeding).rejects.toThrow('403 forbidden')
})

test('of the callbacks some are overdue, some fall due in minutes, most later and all within four hours', () => {
  const minutes = planMoments(160, day, now, seededRandom(1)).map((at) => (at.getTime() - now.getTime()) / 60_000)
  expect(minutes).toHaveLength(160)
  expect(minutes.filter((ahead) => ahead <= 0).length).toBe(16)
  expect(minutes.filter((ahead) => ahead > 0 && ahead <= 10).length).toBeGreaterThanOrEqual(32)
  expect(minutes.filter((ahead) => ahead > 30).length).toBeGreaterThan(60)
  expect(Math.min(...minutes)).toBeGreaterThanOrEqual(-10)
  expect(Math.max(...minutes)).toBeLessThanOrEqual(240)
})
