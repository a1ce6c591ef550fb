import { callQueue, inTransaction } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { auditLanes, impatient, lanesOn, reconciler, type Lanes } from '../index.ts'

describe.each([2, 3] as const)('over RESP%i', (protocol) => {
  let engine: TestEngine
  let redis: Redis
  let lanes: Lanes
  beforeEach(async () => {
    engine = await openTestEngine()
    redis = new Redis(engine.redisUrl, { ...impatient, enableOfflineQueue: true, protocol })
    lanes = lanesOn(redis, engine.redisPrefix, engine.deps.log, engine.deps.telemetry)
  })
  afterEach(async () => {
    redis.disconnect()
    await engine.close()
  })

  const [first, second, third] = ['9223372036854775807', '9007199254740993', '9223372036854775806'] as const
  const [lowest, highest] = [-2_147_483_648, 2_147_483_647]

  async function addEntries() {
    const now = engine.time.now()
    for (const [id, priorityScore] of [
      [first, lowest],
      [second, highest - 1],
      [third, highest],
    ] as const) {
      const callback = await engine.addCallback()
      // Only callbacks have a negative priority.
      const callbackId = priorityScore < 0 ? callback.id : null
      await engine.breakRows(
        (sql) => sql`
        insert into call_queue (
          id, user_id, callback_id, queue_type, priority_score, version, status, available_from, created_at, updated_at
        ) overriding system value values (
          ${id}, ${callback.userId}, ${callbackId}, 'unsigned_users', ${priorityScore}, ${highest - 1}, 'pending',
          ${now}, ${now}, ${now}
        )`,
      )
    }
  }

  test('ids, priorities and versions come back as they went in, whatever their size', async () => {
    await addEntries()
    const now = engine.time.now()
    const pass = reconciler(redis, { prefix: engine.redisPrefix, clock: engine.time, log: engine.deps.log })
    expect(await inTransaction(engine.sql, pass)).toEqual({ kind: 'rebuilt', entries: 3 })
    expect(await auditLanes(engine.sql, redis, engine.redisPrefix)).toMatchObject([{ redis: 3, inSync: true }, {}])

    const query = { agentId: 1, queueTypes: ['unsigned_users', 'outstanding_requests'], now }
    const taken = []
    for (let proposal = await lanes.take(query); proposal.kind === 'entry'; proposal = await lanes.take(query)) {
      taken.push(proposal.id)
    }
    expect(taken).toEqual([first, second, third])

    const [entry] = await callQueue.listByIds(engine.sql, [third])
    await lanes.putBack([entry!], now)
    expect(await lanes.peek(query)).toEqual({ kind: 'entry', id: third })
    await lanes.apply([{ ...entry!, version: highest, status: 'in_progress' }], now)
    expect(await lanes.peek(query)).toEqual({ kind: 'empty' })
    await lanes.apply([entry!], now)
    expect(await lanes.peek(query)).toEqual({ kind: 'empty' })
  })

  test('lanes that went back to old data are read and set right', async () => {
    await addEntries()
    const pass = reconciler(redis, { prefix: engine.redisPrefix, clock: engine.time, log: engine.deps.log })
    await inTransaction(engine.sql, pass)
    await engine.sql`update call_queue set status = 'removed', ended_at = ${engine.time.now()}, version = version + 1 where id = ${first}`
    await engine.sql`update lane_mirror set pulse = gen_random_uuid()`
    expect(await inTransaction(engine.sql, pass)).toMatchObject({ kind: 'rebuilt' })
    expect(await auditLanes(engine.sql, redis, engine.redisPrefix)).toMatchObject([{ redis: 2, inSync: true }, {}])
  })
})
