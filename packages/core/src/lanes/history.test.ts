import { inTransaction, laneEntries, laneMirror, type EntryPlace } from '@ringback/db'
import { lanesByRows, lanesOf, openTestEngine, settleLanes, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { claimNextCall, laneKeys, putQueueUser, reconciler, removeQueueUser } from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
  await engine.reconcile()
})
afterEach(() => engine.close())

async function addOrdinary(priorityScore: number): Promise<EntryPlace> {
  const userId = await engine.addUser()
  return putQueueUser(engine.deps, { userId, queueType: 'outstanding_requests', priorityScore })
}

/** Keeps the rows as they are, and returns what brings them back: entries, mirror, and those who hang on to them. */
async function backUp(): Promise<() => Promise<void>> {
  const tables = ['call_queue', 'call_sessions', 'agent_sessions', 'lane_mirror', 'users']
  for (const table of tables) await engine.owner.unsafe(`create table backup_${table} as table ${table}`)
  return async () => {
    await engine.owner.begin(async (tx) => {
      await tx`set local session_replication_role = replica`
      for (const table of tables) {
        await tx.unsafe(`delete from ${table}`)
        const always = table === 'call_queue' ? 'overriding system value' : ''
        await tx.unsafe(`insert into ${table} ${always} table backup_${table}`)
      }
    })
  }
}

/** What happens after a backup: entries are claimed, changed, removed and added. */
async function goOn(agents: number[], entries: EntryPlace[]) {
  for (const agentId of agents) await claimNextCall(engine.deps, { agentId })
  const userIds = await engine.sql<{ userId: string }[]>`
    select user_id from call_queue where id = any(${entries.map(({ id }) => id)}) and status = 'pending' order by id`
  for (const [index, { userId }] of userIds.entries()) {
    const queued = { userId, queueType: 'outstanding_requests' as const }
    if (index % 2 === 0) await removeQueueUser(engine.deps, queued)
    else await putQueueUser(engine.deps, { ...queued, priorityScore: 90 })
  }
  for (let n = 0; n < 5; n++) await addOrdinary(n)
}

describe('when Postgres goes back to old data and Redis stays', () => {
  test.each([
    ['passes were made meanwhile', 3],
    ['no pass was made meanwhile', 0],
  ])('every entry can be claimed again; %s', async (_, passes) => {
    const agents = await Promise.all([1, 2, 3, 4, 5].map(() => engine.addAgent('available')))
    const entries = []
    for (let n = 0; n < 25; n++) entries.push(await addOrdinary(n))
    await settleLanes(engine)
    const goBack = await backUp()
    await goOn(agents, entries)
    for (let pass = 0; pass < passes; pass++) await engine.reconcile()
    await goBack()
    await engine.reconcile()
    await engine.reconcile()
    expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
    const claimed = []
    for (const agentId of agents) claimed.push((await claimNextCall(engine.deps, { agentId }))?.queueEntry.id)
    expect(claimed).toEqual(entries.slice(0, 5).map(({ id }) => id))
  })

  test('twice, and once more to the first backup, each is noticed', async () => {
    const goBack = await backUp()
    for (let time = 0; time < 3; time++) {
      await addOrdinary(time)
      await engine.reconcile()
      await goBack()
      expect(await engine.reconcile()).toEqual({ kind: 'rebuilt', entries: 0 })
      expect(await engine.reconcile()).toMatchObject({ kind: 'caught-up' })
    }
  })

  test('a database that has counted further than Redis is noticed', async () => {
    const { redis, redisPrefix } = engine
    const keys = laneKeys(redisPrefix)
    const [epoch, pulse] = await redis.mget(keys.epoch, keys.pulse)
    for (let pass = 0; pass < 5; pass++) await engine.reconcile()
    await redis.mset({ [keys.epoch]: epoch!, [keys.pulse]: pulse! })
    expect(await engine.reconcile()).toMatchObject({ kind: 'rebuilt' })
  })

  test('rows of transactions that are still to come here are compared, and read no more than once', async () => {
    const entry = await addOrdinary(1)
    await engine.owner`alter table call_queue disable trigger user`
    await engine.sql`update call_queue set changed_in = '9000000000000'`
    await engine.owner`alter table call_queue enable trigger user`
    await engine.reconcile()
    await engine.redis.hdel(laneKeys(engine.redisPrefix).records, entry.id)
    expect(await engine.reconcile()).toEqual({ kind: 'repaired', entries: 1, differences: 1 })
    expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
    expect(await laneEntries.listChanged(engine.sql, '1', undefined, 10)).toEqual([])
  })
})

test('another server, another database and another timeline are another history', async () => {
  await using other = await openTestEngine()
  const [here, there] = [await laneMirror.present(engine.sql), await laneMirror.present(other.sql)]
  expect(here.history).toMatch(/^\d+\/\d+\/00000001$/)
  expect(there.history).not.toBe(here.history)

  await engine.sql`update lane_mirror set history = ${there.history}`
  expect(await engine.reconcile()).toMatchObject({ kind: 'rebuilt' })
  expect(await engine.reconcile()).toMatchObject({ kind: 'caught-up' })
})

test('a process that dies between the pulse in Redis and COMMIT costs one build', async () => {
  await addOrdinary(1)
  const pass = reconciler(engine.redis, { prefix: engine.redisPrefix, clock: engine.time, log: engine.deps.log })
  const dies = inTransaction(engine.sql, async (tx) => {
    await pass(tx)
    throw new Error('killed')
  })
  await expect(dies).rejects.toThrow('killed')
  expect(await engine.reconcile()).toEqual({ kind: 'rebuilt', entries: 1 })
  expect(await engine.reconcile()).toMatchObject({ kind: 'caught-up' })
})
