import { cancelCallback, claimNextCall, laneKeys, laneName } from '@ringback/core'
import { setLockTimeout } from '@ringback/db'
import { startRedis, type LocalRedis } from '@ringback/local'
import { createTestDatabase, type TestDatabase } from '@ringback/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { callsToTheEnd, differencesAfterPass, differencesOfLanes } from './aftermath.ts'
import { ada, now } from './cast.ts'
import { brokenRules } from './invariants.ts'
import { everything, tellingPairsOf, tryPair } from './matrix.ts'
import { runStopped } from './run.ts'
import { sceneBuilder, type Scene } from './scene.ts'
import type { Step } from './steps.ts'
import { openPlace, type Place } from './world/place.ts'

let database: TestDatabase
let redis: LocalRedis
let place: Place
let queued: Scene
let scenes: Record<string, Scene>
beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), startRedis()])
  place = await openPlace({ databaseUrl: database.url, redisUrl: redis.url })
  const build = await sceneBuilder(place)
  queued = await build('queued with Ada')
  scenes = {
    queued,
    claimed: await build('claimed by Ada'),
    both: await build('two promises due, one queued with Ada'),
  }
})
afterAll(async () => {
  await place.close()
  await Promise.all([database.drop(), redis.stop()])
})

test('nobody loses patience while the other one is stopped', async () => {
  const waits = await place.second.deps.transact(async ({ sql }) => {
    await setLockTimeout(sql, 1)
    return sql<{ lockTimeout: string }[]>`show lock_timeout`
  })
  expect(waits).toEqual([{ lockTimeout: '30s' }])
})

/** Adds a letter to the name of the customer, which it has read before; with a lock on it, or without. */
function rename(lock: 'for update' | ''): Step {
  return {
    name: `rename ${lock}`,
    needs: [],
    run: ({ deps }) =>
      deps.transact(async ({ sql }) => {
        const [user] = await sql<{ name: string }[]>`select name from users where id = 1 ${sql.unsafe(lock)}`
        await sql`update users set name = ${`${user!.name}!`} where id = 1`
      }),
  }
}

async function failuresOf(first: Step, second: Step) {
  const failures = []
  for await (const failure of tryPair(place, queued, { first, second }, () => true)) if (failure) failures.push(failure)
  return failures
}

describe('two steps at once', () => {
  test('a step that waits for a lock of the other is seen to, and goes on when that has ended', async () => {
    const locked = rename('for update')
    const run = await runStopped(place, queued, { first: locked, second: locked }, 3)
    expect(run).toMatchObject({ hasWaited: true, stop: { text: 'commit' } })
    expect(run!.state).toContain('Customer!!')
    expect(await runStopped(place, queued, { first: locked, second: locked }, 4)).toBeUndefined()
  })

  test('a lost update is what neither order comes to', async () => {
    expect(await failuresOf(rename('for update'), rename('for update'))).toEqual([])
    const lost = await failuresOf(rename(''), rename(''))
    expect(lost.map(({ stop, hasWaited }) => ({ stop, hasWaited }))).toEqual([
      { stop: 2, hasWaited: false },
      { stop: 3, hasWaited: true },
    ])
    expect(lost[0]!.faults.join()).toMatch(/neither order.*Customer!!.*Customer!/s)
  })

  test('two steps that change nothing alone, and such a one under a key, are left out', async () => {
    const names = (await tellingPairsOf(place, scenes['claimed']!, everything)).map(
      ({ first, second }) => `${first.name}, ${second.name}`,
    )
    expect(names).toEqual(expect.arrayContaining(['accept, outcome', 'outcome, accept', 'outcome, keyed, accept']))
    for (const left of ['accept, cancel', 'accept, keyed, outcome']) expect(names).not.toContain(left)
  })

  test('an error that is no refusal is wrong, whatever the order', async () => {
    const failing: Step = { ...rename(''), run: ({ deps }) => deps.sql`select 1 / 0`.then(() => null) }
    const failures = await failuresOf(rename(''), failing)
    expect(failures.map(({ stop }) => stop)).toEqual([0, 2, 3])
    expect(failures[1]!.faults[0]).toContain('division by zero')
  })
})

/** Writes what guards of the database would refuse. */
const breakIt = (statement: string) =>
  place.sql.begin(async (tx) => {
    await tx`set local session_replication_role = 'replica'`
    await tx.unsafe(statement)
  })

describe('what must hold in the database', () => {
  test.each([
    ['a live entry has a user', 'queued', 'delete from users'],
    ['a callback knows whether it is in a queue', 'queued', 'update callbacks set is_queued = false'],
    [
      'a live entry has an open callback',
      'queued',
      "update callbacks set status = 'cancelled', cancelled_at = now(), is_queued = false",
    ],
    [
      'a callback and its entry are claimed together',
      'claimed',
      "update callbacks set status = 'pending', status_before_claim = null",
    ],
    ['an agent who holds a claim is not available', 'claimed', "update agent_sessions set status = 'available'"],
    ['who holds a claim is logged in', 'claimed', 'update agent_sessions set logout_at = last_seen_at'],
    ['an agent who is not active is logged out', 'queued', 'update agents set is_active = false'],
    ['a claim has its call', 'claimed', 'update call_sessions set queue_entry_id = null'],
    ['each move has one row of history', 'claimed', "delete from callback_notifications where kind = 'claimed'"],
    [
      'each move has one row of history',
      'queued',
      "insert into callback_notifications (callback_id, kind, at) select id, 'queued', now() from callbacks",
    ],
    [
      'an attempt is a call that got an outcome, and the first one began first',
      'claimed',
      "update call_sessions set status = 'completed', completed_at = now(), last_outcome_type = 'busy'",
    ],
    [
      'what has ended has a result',
      'queued',
      "update callbacks set status = 'cancelled', cancelled_at = now(), is_queued = false",
    ],
    [
      'of two promises of a customer that are due the earlier one is queued',
      'both',
      `update call_queue set callback_id = (select max(id::text)::uuid from callbacks where scheduled_for = '${now.toISOString()}');
       update callbacks set is_queued = not is_queued;
       update callback_notifications n set callback_id = q.callback_id from call_queue q where kind = 'queued'`,
    ],
    [
      'a run ends',
      'queued',
      `insert into cron_runs (id, trigger, started_at) values (gen_random_uuid(), 'manual', now())`,
    ],
    [
      'a run counts each callback once',
      'queued',
      `insert into cron_runs (id, trigger, started_at, finished_at, enqueued, settled)
       values (gen_random_uuid(), 'manual', now(), now(), 1, 2)`,
    ],
  ])('%s (%s)', async (rule, scene, statement) => {
    await scenes[scene]!.restore()
    expect(await brokenRules(place)).toEqual([])
    await breakIt(statement)
    expect((await brokenRules(place)).join()).toContain(rule)
  })
})

describe('what comes after', () => {
  beforeEach(async () => {
    await queued.restore()
    place.time.set(now)
  })

  test('lanes that differ from Postgres are noticed', async () => {
    expect(await differencesAfterPass(place)).toEqual([])
    const keys = laneKeys(place.redisPrefix)
    const lane = laneName('outstanding_requests', ada)
    await place.redis.del(keys.lane(lane), keys.later(lane))
    expect((await differencesOfLanes(place)).join()).toContain('"missing":1')
  })

  test('all is called to the end, and what stops a next call is noticed', async () => {
    expect(await callsToTheEnd(place)).toEqual([])
    expect(await claimNextCall(place.second.deps, { agentId: ada })).toBeUndefined()
  })

  test('an entry that nobody can claim is noticed', async () => {
    await breakIt("update callbacks set status = 'cancelled', cancelled_at = now(), is_queued = false")
    expect((await callsToTheEnd(place)).join()).toContain('cannot be claimed')
  })

  test('a promise that nobody is ever given is noticed', async () => {
    await breakIt("update callbacks set is_queued = true, status = 'accepted'")
    await breakIt("update call_queue set status = 'removed', ended_at = now()")
    expect((await callsToTheEnd(place)).join()).toContain('nobody is ever given')
    await queued.restore()
    await cancelCallback(place.second.deps, { callbackId: queued.cast.promise! })
    expect(await callsToTheEnd(place)).toEqual([])
  })
})
