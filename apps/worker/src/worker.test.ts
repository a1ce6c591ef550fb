import { randomUUID } from 'node:crypto'
import { awaitRun, queueOn, tick } from '@ringback/core'
import { cronRuns } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startWorker, type RunningWorker } from './worker.ts'

let engine: TestEngine
let worker: RunningWorker
beforeEach(async () => {
  engine = await openTestEngine()
  worker = startWorker(engine, { concurrency: 200 })
  // The tick with which a worker begins would take callbacks from the ticks of the tests.
  await vi.waitUntil(async () => (await cronRuns.latest(engine.sql)).finishedAt, { timeout: 10_000 })
})
afterEach(async () => {
  await worker.close()
  await engine.close()
})

const inQueue = async () => {
  const [row] = await engine.sql`select count(*)::int as count from call_queue where status in ('pending', 'assigned')`
  return row!.count as number
}

test('a tick puts every due callback into a queue, one job each, and counts what became of them', async () => {
  const agentId = await engine.addAgent('available')
  await engine.addCallback({ preferredAgentId: agentId })
  await engine.addCallback({ inMinutes: 6 })
  await engine.addCallback({ inMinutes: 7 })
  const runId = await tick(engine.deps, { trigger: 'manual' })
  const run = await awaitRun(engine.deps, runId, { timeoutMs: 30_000 })
  expect(run).toMatchObject({
    enqueued: 2,
    processed: 2,
    notified: 2,
    routed: 1,
    unassigned: 0,
    deferred: 0,
    alreadyQueued: 0,
    errors: 0,
  })
  expect(await inQueue()).toBe(2)
  const next = await awaitRun(engine.deps, await tick(engine.deps, { trigger: 'manual' }), { timeoutMs: 30_000 })
  expect(next).toMatchObject({ enqueued: 0, processed: 0, alreadyQueued: 2 })
  expect(engine.logged.filter((line) => line.msg === 'tick finished')).toHaveLength(
    (await cronRuns.list(engine.sql, 10)).length,
  )
})

test('of the jobs that were done the newest thousand are kept', async () => {
  const jobs = Array.from({ length: 1_100 }, () => ({ callbackId: randomUUID(), runId: null }))
  await engine.deps.routing.add(jobs)
  const queue = queueOn(engine.redis, engine.redisPrefix, 'routing')
  await expect.poll(() => queue.count(), { timeout: 30_000 }).toBe(0)
  await expect.poll(() => queue.getActiveCount(), { timeout: 30_000 }).toBe(0)
  expect(await queue.getCompletedCount()).toBe(1_000)
})

test('a callback that cannot be routed is a failed job with its reason, and a retry from outside works', async () => {
  const { id, userId } = await engine.addCallback()
  await engine.sql`delete from users where id = ${userId}`
  const runId = await tick(engine.deps, { trigger: 'manual' })
  const run = await awaitRun(engine.deps, runId, { timeoutMs: 30_000 })
  expect(run).toMatchObject({ processed: 1, notified: 0, errors: 1 })

  const queue = queueOn(engine.redis, engine.redisPrefix, 'routing')
  await expect.poll(() => queue.getFailedCount(), { timeout: 10_000 }).toBe(1)
  const [failed] = await queue.getFailed()
  expect(failed?.failedReason).toContain('unknown-user')

  await engine.sql`insert into users (id, name, created_at, updated_at) values (${userId}, 'Back', now(), now())`
  await failed!.retry()
  await expect.poll(() => engine.entryOf(id), { timeout: 10_000 }).toBeDefined()
  await queue.close()
})

test('the minute job is scheduled, and scheduled again after Redis has lost it', async () => {
  const queue = queueOn(engine.redis, engine.redisPrefix, 'tick')
  await expect.poll(() => queue.getJobSchedulersCount(), { timeout: 10_000 }).toBe(1)
  const [job] = await queue.getDelayed()
  expect(job!.timestamp + job!.delay).toSatisfy((at: number) => at % 60_000 < 50)
  await queue.obliterate({ force: true })
  await engine.redis.del(`${engine.redisPrefix}:callback-notifications:repeat`)
  await expect.poll(() => queue.getJobSchedulersCount(), { timeout: 20_000 }).toBe(1)
  await queue.close()
})

test('a tick that nobody fired is run by the workers', async () => {
  const queue = queueOn(engine.redis, engine.redisPrefix, 'tick')
  await queue.pause() // Should its minute come, the minute job does not run.
  await expect.poll(() => queue.getActiveCount(), { timeout: 10_000 }).toBe(0)
  const before = await cronRuns.list(engine.sql, 10)
  engine.time.advance(75_001)
  const triggers = async () => (await cronRuns.list(engine.sql, 10)).map((run) => run.trigger)
  await expect.poll(triggers, { timeout: 40_000 }).toEqual(['recovery', ...before.map((run) => run.trigger)])
  await queue.close()
})

test('each task leaves a line in the log with what it did and how long it took', async () => {
  const linesOf = (task: string) => engine.logged.filter((line) => line['task'] === task)
  const expected = {
    clock: {},
    scheduler: { scheduled: 1 },
    ticks: { runId: expect.any(String) },
    lanes: { kind: 'rebuilt', entries: 0 },
    presence: { lost: 0 },
    rows: { wrong: 0, repaired: 0 },
    pruning: { callbacks: 0, queueEntries: 0, callSessions: 0, agentSessions: 0, runs: 0, keys: 0 },
  }
  for (const [task, figures] of Object.entries(expected)) {
    await expect
      .poll(() => linesOf(task), { timeout: 10_000 })
      .toContainEqual(expect.objectContaining({ ...figures, durationMs: expect.any(Number) }))
  }
  const levelOf = (task: string) => linesOf(task).find(({ msg }) => msg === 'task ran')?.['level']
  expect([levelOf('scheduler'), levelOf('lanes'), levelOf('presence')]).toEqual([30, 30, 20])
})
