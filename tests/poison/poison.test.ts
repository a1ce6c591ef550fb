import { awaitRun, getCallback, tick } from '@ringback/core'
import { openTestEngine, startApp, type AppProcess, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

const othersCount = 100
const preload = import.meta.resolve('./abort-on-poison.ts')

let engine: TestEngine
let worker: AppProcess | undefined
let watch: Promise<void> | undefined
let isOver = false
let deaths = 0
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(async () => {
  isOver = true
  await worker?.kill()
  await watch
  await engine.close()
})

/** Keeps one worker alive, and counts how often it dies. */
async function keepAlive(poison: string): Promise<void> {
  for (;;) {
    worker = await startApp(engine, 'worker', 'worker started', { NODE_OPTIONS: `--import=${preload}`, POISON: poison })
    if (isOver) await worker.kill()
    await worker.exited
    if (isOver) return
    deaths++
  }
}

async function addDueCallbacks(): Promise<string> {
  engine.time.set(new Date())
  await engine.sql`
    insert into users (id, name, created_at, updated_at)
    select n, 'User', now(), now() from generate_series(1, ${othersCount + 1}::int) n`
  const rows = await engine.sql<{ id: string }[]>`
    insert into callbacks (user_id, scheduled_for, created_at, updated_at)
    select n, now(), now(), now() from generate_series(1, ${othersCount + 1}::int) n returning id`
  return rows[othersCount / 2]!.id
}

test('a callback that ends every worker which routes it costs two of them, and the others are routed soon', async () => {
  const poison = await addDueCallbacks()
  watch = keepAlive(poison)
  const runId = await tick(engine.deps, { trigger: 'manual' })
  await expect
    .poll(async () => (await engine.callback(poison)).routingFailures, { timeout: 150_000, interval: 500 })
    .toBe(1)
  expect(deaths).toBe(2)
  const run = await awaitRun(engine.deps, runId, { timeoutMs: 30_000 })
  expect(run).toMatchObject({ enqueued: othersCount + 1, notified: othersCount, errors: 1 })
  expect(run.finishedAt).not.toBeNull()

  const { history, retryAt } = await getCallback(engine.deps, poison)
  expect(history).toMatchObject([
    { kind: 'routing_failed', details: { reason: 'job stalled more than allowable limit', times: 1 } },
  ])
  expect(retryAt!.getTime()).toBeGreaterThan(history[0]!.at.getTime())
  const [others] = await engine.sql`
    select count(*) filter (where is_queued)::int as queued, sum(routing_failures)::int as failures
    from callbacks where id <> ${poison}`
  expect(others).toEqual({ queued: othersCount, failures: 0 })
})
