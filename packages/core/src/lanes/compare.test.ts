import type { EntryPlace, QueueEntry } from '@ringback/db'
import {
  type LaneContents,
  lanesByRows,
  lanesOf,
  openTestEngine,
  settleLanes,
  type TestEngine,
} from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  claimNextCall,
  laneDifferences,
  laneKeys,
  laneOf,
  lanesOn,
  memberOf,
  putQueueUser,
  recordOf,
  recordOutcome,
  removeQueueUser,
} from '../index.ts'

let engine: TestEngine
let keys: ReturnType<typeof laneKeys>
beforeEach(async () => {
  engine = await openTestEngine()
  keys = laneKeys(engine.redisPrefix)
  await engine.reconcile()
})
afterEach(() => engine.close())

const nobodys = 'outstanding_requests:nobody'
const query = (agentId = 1) => ({ agentId, queueTypes: ['outstanding_requests'] as const, now: engine.time.now() })

async function addOrdinary(priorityScore: number): Promise<QueueEntry> {
  const userId = await engine.addUser()
  return putQueueUser(engine.deps, { userId, queueType: 'outstanding_requests', priorityScore })
}

/** Three entries of nobody, one of them not to be had yet, one that ended, and a callback of an agent. */
async function fillLanes() {
  const agentId = await engine.addAgent('available')
  const callback = await engine.addCallback({ preferredAgentId: agentId })
  await engine.route(callback.id)
  const future = await engine.addCallback({ inMinutes: 5, preferredAgentId: agentId })
  await engine.route(future.id)
  const [first, second, third, gone] = [
    await addOrdinary(1),
    await addOrdinary(2),
    await addOrdinary(3),
    await addOrdinary(4),
  ]
  await removeQueueUser(engine.deps, { userId: gone.userId, queueType: 'outstanding_requests' })
  await settleLanes(engine)
  const later = (await engine.entryOf(future.id))!
  return { agentId, first, second, third, gone, later, lane: laneOf(later)!, empty: `unsigned_users:${agentId}` }
}

type Filled = Awaited<ReturnType<typeof fillLanes>>

describe('what is broken by hand is right within three passes', () => {
  test.each<[string, (filled: Filled) => Promise<unknown>]>([
    ["nobody's lane is deleted", () => engine.redis.del(keys.lane(nobodys))],
    ["an agent's lane is deleted", ({ lane }) => engine.redis.del(keys.lane(lane))],
    ['later entries are deleted', ({ lane }) => engine.redis.del(keys.later(lane))],
    ['a record is deleted', ({ second }) => engine.redis.hdel(keys.records, second.id)],
    ['the record of an entry that ended is deleted', ({ gone }) => engine.redis.hdel(keys.records, gone.id)],
    ['all records are deleted', () => engine.redis.del(keys.records)],
    ['the names are deleted', () => engine.redis.del(keys.names)],
    ['those that ended are deleted', () => engine.redis.del(keys.ended)],
    ['the epoch is deleted', () => engine.redis.del(keys.epoch)],
    ['a member is deleted', ({ third }) => engine.redis.zrem(keys.lane(nobodys), memberOf(third))],
    ['a member has a wrong score', ({ third }) => engine.redis.zadd(keys.lane(nobodys), -7, memberOf(third))],
    ['a later member has a wrong score', ({ later, lane }) => engine.redis.zadd(keys.later(lane), 7, memberOf(later))],
    ['a later member is in its lane', ({ later, lane }) => engine.redis.zadd(keys.lane(lane), -1_000, memberOf(later))],
    ['a member is in two lanes', ({ third, lane }) => engine.redis.zadd(keys.lane(lane), 3, memberOf(third))],
    [
      'a member is in a lane that was empty',
      ({ third, empty }) => engine.redis.zadd(keys.lane(empty), 3, memberOf(third)),
    ],
    [
      'a member is in another lane',
      async ({ third, lane }) => {
        await engine.redis.zrem(keys.lane(nobodys), memberOf(third))
        await engine.redis.zadd(keys.lane(lane), 3, memberOf(third))
      },
    ],
    [
      'a member is of no entry',
      ({ third }) => engine.redis.zadd(keys.lane(nobodys), -9, memberOf({ ...third, id: '99' })),
    ],
    ['a member is no member', () => engine.redis.zadd(keys.lane(nobodys), -9, 'no member')],
    ['a record is of no entry', () => engine.redis.hset(keys.records, '99', `1 ${nobodys} 0 0`)],
    ['a record is of no id', () => engine.redis.hset(keys.records, 'no id', `1 ${nobodys} 0 0`)],
    ['a record is no record', ({ third }) => engine.redis.hset(keys.records, third.id, 'no record')],
    [
      'a record is of a version to come',
      ({ third }) => engine.redis.hset(keys.records, third.id, recordOf({ ...third, version: 99 })),
    ],
    [
      'an entry is handed out that is in its lane',
      ({ third }) => engine.redis.zadd(keys.claims, engine.time.now().getTime(), third.id),
    ],
    [
      'an entry that was handed out is dropped from the claims',
      async () => {
        await engine.deps.lanes.take(query())
        await engine.redis.del(keys.claims)
      },
    ],
    ['a lane is of another kind', () => engine.redis.set(keys.lane(nobodys), 'of another kind')],
    ['the records are of another kind', () => engine.redis.set(keys.records, 'of another kind')],
    ['the epoch is of another kind', () => engine.redis.multi().del(keys.epoch).sadd(keys.epoch, 'x').exec()],
    [
      'a write comes ten minutes after its entry ended',
      async ({ gone }) => {
        engine.time.advance(10 * 60_000)
        await engine.reconcile()
        await engine.deps.lanes.apply([gone], engine.time.now())
        expect((await lanesOf(engine)).records).toHaveProperty(gone.id)
      },
    ],
    [
      'a write comes of a history that Postgres has lost',
      async ({ third }) => {
        const late = lanesOn(engine.redis, engine.redisPrefix, engine.deps.log, engine.deps.telemetry)
        await late.apply([{ ...third, version: 99, status: 'in_progress' }], engine.time.now())
      },
    ],
  ])('%s', async (_, breakLanes) => {
    const filled = await fillLanes()
    await breakLanes(filled)
    for (let pass = 0; pass < 3; pass++) await engine.reconcile()
    const [lanes, rows] = [await lanesOf(engine), await lanesByRows(engine)]
    expect(lanes).toEqual({ ...rows, lanes: expect.anything() })
    // What has become due since stays among the later ones until somebody asks.
    expect(membersOf(lanes)).toEqual(membersOf(rows))
    expect(await engine.redis.exists(keys.pulse)).toBe(1)
    expect(await engine.reconcile()).toMatchObject({ kind: 'caught-up' })
  })
})

function membersOf({ lanes }: LaneContents): string[] {
  return Object.entries(lanes)
    .flatMap(([name, members]) => Object.keys(members).map((member) => `${name.replace(/^later/, 'lane')} ${member}`))
    .toSorted()
}

test('a pass tells what it set right, and the mirror keeps it', async () => {
  const { third } = await fillLanes()
  await engine.redis.zadd(keys.lane(nobodys), -7, memberOf(third))
  expect(await engine.reconcile()).toEqual({ kind: 'repaired', entries: 1, differences: 1 })
  expect(engine.logged).toContainEqual(
    expect.objectContaining({ level: 50, differences: 1, examples: [third.id], msg: 'lanes differed from Postgres' }),
  )
  const differedAt = engine.time.now()
  engine.time.advance(60_000)
  expect(await engine.reconcile()).toEqual({ kind: 'caught-up', entries: 0 })
  expect(await laneDifferences(engine.sql)).toEqual({ differences: 1, differedAt, comparedAt: engine.time.now() })
})

test('an entry in two places is set right by itself', async () => {
  const { third } = await fillLanes()
  await engine.redis.zadd(keys.claims, engine.time.now().getTime(), third.id)
  expect(await engine.reconcile()).toEqual({ kind: 'repaired', entries: 1, differences: 1 })
})

test('what differs again is built anew', async () => {
  const { third } = await fillLanes()
  const breakIt = () => engine.redis.zadd(keys.lane(nobodys), -7, memberOf(third))
  await breakIt()
  expect(await engine.reconcile()).toMatchObject({ kind: 'repaired' })
  await breakIt()
  expect(await engine.reconcile()).toMatchObject({ kind: 'rebuilt' })
  expect(await laneDifferences(engine.sql)).toMatchObject({ differences: 1, differedAt: engine.time.now() })
  await breakIt()
  expect(await engine.reconcile()).toMatchObject({ kind: 'repaired' })
  engine.time.advance(60_001)
  await breakIt()
  expect(await engine.reconcile()).toMatchObject({ kind: 'repaired' })
})

describe('among 12,000 entries', () => {
  const count = 12_000
  beforeEach(async () => {
    await engine.sql`
      insert into users (id, name, created_at, updated_at) select n, 'User', now(), now() from generate_series(10001, ${10_000 + count}) n`
    await engine.sql`
      insert into call_queue (user_id, queue_type, priority_score, status, available_from, created_at, updated_at)
      select n, 'outstanding_requests', n, 'pending', ${engine.time.now()}, now(), now()
      from generate_series(10001, ${10_000 + count}) n order by n desc`
    await settleLanes(engine)
  })

  const entryAt = async (priorityScore: number) => {
    const [entry] = await engine.sql<EntryPlace[]>`select * from call_queue where priority_score = ${priorityScore}`
    return entry!
  }

  test('one pass sets the heads right', async () => {
    const [head, tail] = [await entryAt(10_001), await entryAt(10_000 + count)]
    await engine.redis.zadd(keys.lane(nobodys), 90_000, memberOf(head))
    await engine.redis.zadd(keys.lane(nobodys), 1, memberOf(tail))
    expect(await engine.reconcile()).toEqual({ kind: 'repaired', entries: 2, differences: 2 })
    expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
  })

  test('one pass finds whatever does not add up', async () => {
    const middle = await entryAt(16_000)
    await engine.redis.zrem(keys.lane(nobodys), memberOf(middle))
    expect(await engine.reconcile()).toEqual({ kind: 'repaired', entries: 1, differences: 1 })
    expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
  })

  test('more entries in the lanes than wait are found when they are counted twice', async () => {
    const [, looked] = await engine.redis.hscan(keys.records, '0', 'COUNT', 2_500)
    const first = new Set(looked)
    const gone = (await engine.sql<EntryPlace[]>`select * from call_queue where priority_score > 11000`)
      .filter(({ id }) => !first.has(id))
      .slice(0, 3)
    const ids = gone.map(({ id }) => id)
    await engine.sql`
      update call_queue set status = 'removed', ended_at = now(), version = version + 1 where id = any(${ids})`
    await settleLanes(engine)
    await engine.redis.hdel(keys.records, ...ids)
    await engine.redis.zrem(keys.ended, ...ids)
    await engine.deps.lanes.apply(gone, engine.time.now())
    const pass = async () => {
      await engine.sql`update lane_mirror set compared_record = '0'` // A part in which they are not.
      return engine.reconcile()
    }
    await expect.poll(pass, { timeout: 10_000 }).toMatchObject({ kind: 'repaired', differences: 3 })
    expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
  })

  test('a pass looks at a part of the rest, so that some see all of it', async () => {
    const wrong = [await entryAt(11_000), await entryAt(16_000), await entryAt(21_000)]
    for (const entry of wrong) await engine.redis.zadd(keys.lane(nobodys), 80_000, memberOf(entry))
    const repaired = []
    for (let pass = 0; pass < 6; pass++) repaired.push(await engine.reconcile())
    expect(repaired).not.toContainEqual(expect.objectContaining({ differences: 3 }))
    expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
  })

  test('one pass sets right what was written by those who knew nothing of a build', async () => {
    await addOrdinary(99_000) // From now on the process knows the epoch that ends here.
    await engine.redis.del(keys.pulse)
    await engine.reconcile()
    await engine.sql`update lane_mirror set compared_id = '0', compared_record = '0'`
    const [, looked] = await engine.redis.hscan(keys.records, '0', 'COUNT', 2_500)
    const first = new Set(looked)
    const late = (await engine.sql<EntryPlace[]>`select * from call_queue where priority_score between 11000 and 16000`)
      .filter(({ id }) => !first.has(id))
      .slice(0, 3)
      .map((entry): EntryPlace => Object.assign(entry, { version: 9, status: 'in_progress' }))
    await engine.deps.lanes.apply(late, engine.time.now())
    expect(await engine.reconcile()).toMatchObject({ kind: 'repaired', differences: 3 })
    expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
  })

  test('a new row with the id of one that was lost is in its lane, whatever the lanes remember', async () => {
    const entry = await entryAt(16_000)
    await engine.sql`update call_queue set version = version + 1, updated_at = now() where id = ${entry.id}`
    const remembered = recordOf({ ...entry, version: 9, status: 'in_progress' })
    await engine.redis.hset(keys.records, entry.id, remembered)
    await engine.redis.zrem(keys.lane(nobodys), memberOf(entry))
    await engine.redis.zadd(keys.ended, engine.time.now().getTime(), entry.id)
    expect(await engine.reconcile()).toMatchObject({ kind: 'repaired', differences: 1 })
    expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
  })

  test('when a whole lane is gone it is built anew', async () => {
    await engine.redis.del(keys.lane(nobodys))
    expect(await engine.reconcile()).toEqual({ kind: 'rebuilt', entries: count })
    expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
  })
})

test('entries that move while they are compared are no difference', async () => {
  const agents = await Promise.all([1, 2, 3, 4].map(() => engine.addAgent('available')))
  for (let n = 0; n < 40; n++) await addOrdinary(n)
  const working = new Set(agents)
  const work = async (agentId: number) => {
    for (let calls = 0; calls < 12; calls++) {
      const call = await claimNextCall(engine.deps, { agentId })
      if (!call) break
      await recordOutcome(engine.deps, { callSessionId: call.callSessionId, agentId, outcomeType: 'resolved' })
      await addOrdinary(calls)
    }
    working.delete(agentId)
  }
  const kinds: string[] = []
  const look = async () => {
    while (working.size > 0) kinds.push((await engine.reconcile()).kind)
  }
  await Promise.all([look(), ...agents.map(work)])
  expect(kinds.length).toBeGreaterThan(3)
  expect(new Set(kinds)).toEqual(new Set(['caught-up']))
  await engine.reconcile()
  expect((await lanesOf(engine)).lanes).toEqual((await lanesByRows(engine)).lanes)
})
