import { awaitRun, tick } from '@ringback/core'
import { cronRuns } from '@ringback/db'
import { openTestEngine, startApp, type AppProcess, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

const callbackCount = 5_000

let engine: TestEngine
let workers: AppProcess[]
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill()))
  await engine.close()
})

const startWorkers = (count: number) =>
  Promise.all(Array.from({ length: count }, () => startApp(engine, 'worker', 'worker started')))

async function addDueCallbacks() {
  engine.time.set(new Date())
  await engine.sql`
    insert into users (id, name, created_at, updated_at)
    select n, 'User', now(), now() from generate_series(1, ${callbackCount}::int) n`
  await engine.sql`
    insert into callbacks (user_id, scheduled_for, created_at, updated_at)
    select n, now(), now(), now() from generate_series(1, ${callbackCount}::int) n`
}

async function expectEachQueuedOnce() {
  const [entries] = await engine.sql`
    select count(*)::int as count, count(distinct callback_id)::int as callbacks from call_queue`
  expect(entries).toEqual({ count: callbackCount, callbacks: callbackCount })
  const [history] = await engine.sql`select count(*)::int as count from callback_notifications where kind = 'queued'`
  expect(history?.count).toBe(callbackCount)
}

test('four worker processes and ticks fired twice at the same moment put 5,000 due callbacks into a queue once each', async () => {
  workers = await startWorkers(4)
  await addDueCallbacks()
  await Promise.all([tick(engine.deps, { trigger: 'manual' }), tick(engine.deps, { trigger: 'manual' })])
  // The workers tick as well, when the minute ends.
  const runs = await cronRuns.list(engine.sql, 10)
  const ended = await Promise.all(runs.map(({ id }) => awaitRun(engine.deps, id, { timeoutMs: 50_000 })))
  expect(ended.map((run) => run.finishedAt)).not.toContain(null)
  await expectEachQueuedOnce()
})

test('a worker killed in the middle loses nothing: the others finish what it had begun', async () => {
  workers = await startWorkers(2)
  await addDueCallbacks()
  await tick(engine.deps, { trigger: 'manual' })
  const queued = async () => (await engine.sql`select count(*)::int as count from call_queue`)[0]!.count as number
  await expect.poll(queued, { interval: 5, timeout: 30_000 }).toBeGreaterThan(0)
  await workers[0]!.kill()
  await expect.poll(queued, { interval: 100, timeout: 110_000 }).toBe(callbackCount)
  await expectEachQueuedOnce()
})

test('a worker asked to end finishes what it has begun and exits with 0', async () => {
  workers = await startWorkers(1)
  await addDueCallbacks()
  await tick(engine.deps, { trigger: 'manual' })
  expect(await workers[0]!.stop()).toBe(0)
  const [open] = await engine.sql`
    select count(*)::int as count from callbacks c
    where is_queued <> exists (select from call_queue q where q.callback_id = c.id)`
  expect(open?.count).toBe(0)
})
