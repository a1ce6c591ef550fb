import { laneMirror, type EntryPlace } from '@ringback/db'
import { lanesOf, openTestEngine, settleLanes, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { laneKeys, memberOf, putQueueUser, recordOf } from '../index.ts'
import { examination } from './examine.ts'
import { lanePlace, type LanePlace } from './place.ts'

let engine: TestEngine
let place: LanePlace
let keys: ReturnType<typeof laneKeys>
beforeEach(async () => {
  engine = await openTestEngine()
  place = lanePlace(engine.redis, engine.redisPrefix, engine.time, engine.deps.log)
  keys = laneKeys(engine.redisPrefix)
  await engine.reconcile()
})
afterEach(() => engine.close())

const nobodys = 'outstanding_requests:nobody'
const query = () => ({ agentId: 1, queueTypes: ['outstanding_requests'] as const, now: engine.time.now() })

async function addOrdinary(priorityScore: number): Promise<EntryPlace> {
  const userId = await engine.addUser()
  return putQueueUser(engine.deps, { userId, queueType: 'outstanding_requests', priorityScore })
}

describe('apply', () => {
  test('the same version wins over nothing, whatever it says', async () => {
    const entry = await addOrdinary(1)
    const before = await lanesOf(engine)
    await engine.deps.lanes.apply([{ ...entry, priorityScore: 5 }], engine.time.now())
    await engine.deps.lanes.apply([{ ...entry, status: 'removed' }], engine.time.now())
    expect(await lanesOf(engine)).toEqual(before)
  })

  test('only put-back returns an entry that is handed out, and only at its version', async () => {
    const entry = await addOrdinary(1)
    await engine.deps.lanes.take(query())
    await engine.deps.lanes.apply([entry], engine.time.now())
    expect(await engine.deps.lanes.peek(query())).toEqual({ kind: 'empty' })
    await engine.deps.lanes.putBack([{ ...entry, version: entry.version - 1 }], engine.time.now())
    expect(await engine.deps.lanes.peek(query())).toEqual({ kind: 'empty' })
    await engine.deps.lanes.putBack([entry], engine.time.now())
    expect(await engine.deps.lanes.peek(query())).toEqual({ kind: 'entry', id: entry.id })
  })

  test('a record that nobody can read is older than every version', async () => {
    const entry = await addOrdinary(1)
    await engine.redis.hset(keys.records, entry.id, 'nobody can read this')
    const moved = { ...entry, version: entry.version + 1, priorityScore: 7 }
    await engine.deps.lanes.apply([moved], engine.time.now())
    expect((await lanesOf(engine)).records).toEqual({ [entry.id]: recordOf(moved) })
  })
})

test('the pulse is set for the epoch and pulse that were found, and for no other', async () => {
  const [epoch, pulse] = await engine.redis.mget(keys.epoch, keys.pulse)
  const set = (ofEpoch: string, found: string) => place.redis.setPulse(keys.pulse, keys.epoch, ofEpoch, found, 'new')
  expect(await set('another', pulse!)).toBe(0)
  expect(await set(epoch!, 'another')).toBe(0)
  expect(await set(epoch!, '')).toBe(0)
  expect(await engine.redis.get(keys.pulse)).toBe(pulse)
  expect(await set(epoch!, pulse!)).toBe(1)
  expect(await engine.redis.get(keys.pulse)).toBe('new')
})

describe('correct', () => {
  const correct = (entry: EntryPlace, sighting: string, due: Date) =>
    place.redis.correctEntries(
      ...place.keysForNow(keys.corrected),
      due.getTime(),
      due.getTime(),
      entry.id,
      sighting,
      recordOf(entry),
    )

  test('leaves an entry alone that is handed out again since it was seen', async () => {
    const entry = await addOrdinary(1)
    await engine.deps.lanes.take(query())
    const seenAt = engine.time.now()
    const sighting = `${recordOf(entry)}|||${seenAt.getTime()}`
    await engine.deps.lanes.putBack([entry], engine.time.now())
    engine.time.advance(1)
    await engine.deps.lanes.take(query())
    expect(await correct(entry, sighting, seenAt)).toEqual(['left'])
    expect(await engine.redis.zscore(keys.claims, entry.id)).toBe(String(engine.time.now().getTime()))
    expect(await correct(entry, `${recordOf(entry)}|||${engine.time.now().getTime()}`, engine.time.now())).toEqual([
      'returned',
    ])
    expect(await engine.deps.lanes.peek(query())).toEqual({ kind: 'entry', id: entry.id })
  })

  test('leaves an entry alone that is right by now', async () => {
    const entry = await addOrdinary(1)
    const sighting = `${recordOf(entry)}|${entry.priorityScore}||`
    expect(await correct(entry, sighting, new Date(0))).toEqual(['left'])
    await engine.redis.zadd(keys.lane(nobodys), 9, memberOf(entry))
    expect(await correct(entry, sighting, new Date(0))).toEqual(['left'])
    expect(await correct(entry, `${recordOf(entry)}|9||`, new Date(0))).toEqual(['corrected'])
    await engine.redis.zadd(keys.lane(nobodys), 9, memberOf(entry))
    expect(await correct(entry, `${recordOf(entry)}|9||`, new Date(0))).toEqual(['again'])
    expect(await engine.redis.zscore(keys.lane(nobodys), memberOf(entry))).toBe('1')
  })
})

test('what changed since a pass began is no difference, and one of before is', async () => {
  const entry = await addOrdinary(1)
  const { openSince } = await laneMirror.present(engine.sql)
  await engine.sql`update call_queue set version = version + 1, priority_score = 5`
  const look = async (since: string) => {
    const { found, examine } = examination(place, engine.sql, since, 0)
    await examine([entry.id])
    return found.differences
  }
  expect(await look(openSince)).toBe(0)
  await settleLanes(engine)
  await engine.redis.hset(keys.records, entry.id, recordOf(entry))
  expect(await look((await laneMirror.present(engine.sql)).openSince)).toBe(1)
})

test('a later entry without a record hides no other, and the next pass brings it back', async () => {
  const { id } = await engine.addCallback({ inMinutes: 5 })
  await engine.route(id)
  const later = (await engine.entryOf(id))!
  engine.time.advance(5 * 60_000)
  const ordinary = await addOrdinary(50)
  await settleLanes(engine)
  await engine.redis.hdel(keys.records, later.id)
  expect(await engine.deps.lanes.peek(query())).toEqual({ kind: 'entry', id: ordinary.id })
  expect(await engine.reconcile()).toMatchObject({ kind: 'repaired', differences: 1 })
  expect(await engine.deps.lanes.peek(query())).toEqual({ kind: 'entry', id: later.id })
})
