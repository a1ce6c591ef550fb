import { randomUUID } from 'node:crypto'
import { callbacks, cronRuns } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { acceptCallback, awaitRun, messageOf, putSession, tick } from '../index.ts'
import { healTicks } from './heal.ts'
import { scanDue } from './scan.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

async function scan(): Promise<string[]> {
  const found: string[] = []
  for await (const page of scanDue(engine.deps, engine.time.now()))
    found.push(...page.callbacks.map(({ callbackId }) => callbackId))
  return found
}

describe('due is', () => {
  test('a pending callback up to six minutes ahead, and every overdue one', async () => {
    const ahead = await engine.addCallback({ inMinutes: 6 })
    const now = await engine.addCallback()
    const overdue = await engine.addCallback({ inMinutes: -100_000 })
    await engine.addCallback({ scheduledFor: new Date(engine.time.now().getTime() + 360_001) })
    expect(await scan()).toEqual([overdue.id, now.id, ahead.id])
  })

  test('an accepted callback whose time has passed', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback({ inMinutes: 1 })
    await acceptCallback(engine.deps, { callbackId: id, agentId })
    await engine.sql.begin(async (sql) => {
      await sql`update call_queue set status = 'removed', ended_at = now(), version = version + 1`
      await callbacks.setQueued(sql, [id], false, engine.time.now())
    })
    engine.time.advance(60_000)
    expect(await scan()).toEqual([])
    engine.time.advance(1)
    expect(await scan()).toEqual([id])
  })

  test('as far ahead as lead and tolerance say', async () => {
    await using wide = await openTestEngine({ rules: { leadMs: 60 * 60_000, toleranceMs: 0 } })
    const { id } = await wide.addCallback({ inMinutes: 60 })
    await wide.addCallback({ inMinutes: 61 })
    const pages = await Array.fromAsync(scanDue(wide.deps, wide.time.now()))
    expect(pages).toMatchObject([{ callbacks: [{ callbackId: id }], areQueued: false }])
  })
})

describe('of the due callbacks in a queue, only those need work', () => {
  test('that have nobody while an agent is available who has none', async () => {
    const { id } = await engine.addCallback()
    await engine.route(id)
    expect(await scan()).toEqual([])
    const agentId = await engine.addAgent()
    await engine.sql`
      insert into agent_sessions (agent_id, status, status_since, login_at, last_seen_at)
      select ${agentId}, 'available', t, t, t from (select ${engine.time.now()}::timestamptz as t) now`
    expect(await scan()).toEqual([id])

    const second = await engine.addCallback({ inMinutes: 1 })
    await engine.sql`update agent_sessions set status = 'busy'`
    await engine.route(second.id)
    await engine.sql`update agent_sessions set status = 'available'`
    expect(await scan()).toEqual([id])
    await engine.route(id)
    expect(await scan()).toEqual([])
  })

  test('whose agent is gone', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback()
    await engine.route(id)
    expect(await scan()).toEqual([])
    await putSession(engine.deps, { agentId, status: 'away' })
    expect(await scan()).toEqual([id])
    await putSession(engine.deps, { agentId, status: 'busy' })
    expect(await scan()).toEqual([])
    engine.time.advance(90_001)
    expect(await scan()).toEqual([id])
  })

  test('that are over 60 s past due with an agent who is not available while another is', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback({ preferredAgentId: agentId })
    const accepted = await engine.addCallback()
    await engine.route(id)
    await acceptCallback(engine.deps, { callbackId: accepted.id, agentId })
    await putSession(engine.deps, { agentId, status: 'busy' })
    engine.time.advance(60_001)
    expect(await scan()).toEqual([])
    await engine.addAgent('available')
    expect(await scan()).toEqual([id])
  })
})

test('more callbacks than fit on a page are all found, once each', async () => {
  await engine.sql`
    insert into callbacks (user_id, scheduled_for, created_at, updated_at)
    select n, ${engine.time.now()}, now(), now() from generate_series(1, 2500) n`
  const found = await scan()
  expect(found).toHaveLength(2500)
  expect(new Set(found).size).toBe(2500)
})

describe('a tick', () => {
  test('that finds nothing to do ends at once, and counts what is in a queue already', async () => {
    const { id } = await engine.addCallback()
    await engine.route(id)
    const run = await awaitRun(engine.deps, await tick(engine.deps, { trigger: 'manual' }), { timeoutMs: 5_000 })
    expect(run).toMatchObject({ enqueued: 0, processed: 0, alreadyQueued: 1, finishedAt: engine.time.now() })
    expect(engine.logged.filter((line) => line.msg === 'tick finished')).toMatchObject([
      { runId: run.id, alreadyQueued: 1 },
    ])
  })

  test('with the id of one that exists does nothing', async () => {
    const runId = await tick(engine.deps, { trigger: 'manual' })
    await engine.addCallback()
    expect(await tick(engine.deps, { trigger: 'manual', runId })).toBe(runId)
    expect(await cronRuns.list(engine.sql, 10)).toHaveLength(1)
  })

  test('whose jobs were lost is closed by a later one, which finds their callbacks again', async () => {
    await engine.addCallback()
    const lost = await tick(engine.deps, { trigger: 'manual' })
    await engine.redis.del(await engine.redis.keys(`${engine.redisPrefix}*`)) // Other tests use this Redis too.
    engine.time.advance(16 * 60_000)
    const next = await tick(engine.deps, { trigger: 'manual' })
    expect(await cronRuns.get(engine.sql, lost)).toMatchObject({ finishedAt: null, abandonedAt: engine.time.now() })
    expect(await cronRuns.get(engine.sql, next)).toMatchObject({ enqueued: 1 })
  })

  test('says what it did in the words of the report', () => {
    expect(messageOf({ processed: 12, notified: 11 } as never)).toBe('Processed 12 callbacks, sent 11 notifications')
  })
})

test('a late tick is run by one of all that notice', async () => {
  const healed = await Promise.all([1, 2, 3, 4].map(() => healTicks(engine.deps)))
  expect(new Set(healed.filter((runId) => runId !== undefined)).size).toBe(1)
  expect(await cronRuns.list(engine.sql, 10)).toMatchObject([{ trigger: 'recovery' }])
  expect(await healTicks(engine.deps)).toBeUndefined()
  engine.time.advance(75_001)
  expect(await healTicks(engine.deps)).toBeDefined()
})

test('a tick that began and never found its callbacks does not count', async () => {
  await healTicks(engine.deps)
  engine.time.advance(60_000)
  await cronRuns.start(engine.sql, randomUUID(), 'schedule', engine.time.now())
  engine.time.advance(15_000)
  expect(await healTicks(engine.deps)).toBeUndefined()
  engine.time.advance(1)
  expect(await healTicks(engine.deps)).toBeDefined()
  expect(await healTicks(engine.deps)).toBeUndefined()
})

test('a tick that takes longer than a minute to find its callbacks, and says so, is the only one', async () => {
  const runId = randomUUID()
  await cronRuns.start(engine.sql, runId, 'schedule', engine.time.now())
  engine.time.advance(90_000)
  await cronRuns.noteProgress(engine.sql, runId, engine.time.now())
  engine.time.advance(15_000)
  expect(await healTicks(engine.deps)).toBeUndefined()
  engine.time.advance(1)
  expect(await healTicks(engine.deps)).toBeDefined()
})

test('a tick says that it is at work for as long as it looks for its callbacks', async () => {
  const blocker = await engine.sql.reserve()
  await blocker`begin`
  await blocker`lock table callbacks`
  const runId = randomUUID()
  const ticking = tick(engine.deps, { trigger: 'schedule', runId })
  const begunAt = engine.time.now()
  engine.time.advance(80_000)
  await expect
    .poll(() => cronRuns.get(engine.sql, runId), { timeout: 20_000 })
    .toMatchObject({ progressAt: engine.time.now() })
  expect(await healTicks(engine.deps)).toBeUndefined()
  await blocker`commit`
  blocker.release()
  await ticking
  expect(await cronRuns.get(engine.sql, runId)).toMatchObject({ startedAt: begunAt, enqueued: 0 })
})
