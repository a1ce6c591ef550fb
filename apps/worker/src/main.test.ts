import process from 'node:process'
import { awaitRun, tick } from '@ringback/core'
import { openTestEngine, startApp, startRedis, type TestEngine } from '@ringback/testing'
import { startProxy, type Proxy } from '@ringback/testing/proxy'
import { afterEach, beforeEach, expect, test } from 'vitest'

let redis: Awaited<ReturnType<typeof startRedis>>
let engine: TestEngine
let postgres: Proxy
let databaseUrl: string
beforeEach(async () => {
  redis = await startRedis()
  engine = await openTestEngine({ redisUrl: redis.url, startsAt: new Date() })
  const url = new URL(engine.databaseUrl)
  postgres = await startProxy(Number(url.port))
  url.port = String(postgres.port)
  databaseUrl = url.href
})
afterEach(async () => {
  await engine.close()
  await postgres.close()
  await redis.stop()
})

const startWorker = () => startApp({ ...engine, databaseUrl }, 'worker', 'worker started')

async function timed(work: Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work
  return performance.now() - began
}

test('with Redis frozen it ends within ten seconds', async () => {
  const worker = await startWorker()
  process.kill(redis.pid, 'SIGSTOP')
  try {
    expect(await timed(worker.stop())).toBeLessThan(10_000)
  } finally {
    process.kill(redis.pid, 'SIGCONT')
  }
})

test('with Postgres frozen and a job under way it ends within ten seconds, and the job is done by another', async () => {
  const worker = await startWorker()
  const { id } = await engine.addCallback()
  let runId = ''
  await engine.sql.begin(async (tx) => {
    await tx`select from callbacks where id = ${id} for update`
    runId = await tick(engine.deps, { trigger: 'manual' })
    await engine.untilWaiting(1)
    postgres.set({ kind: 'blackhole' })
    expect(await timed(worker.stop())).toBeLessThan(10_000)
  })
  postgres.set({ kind: 'pass' })

  const other = await startWorker()
  await expect.poll(() => engine.entryOf(id), { timeout: 60_000, interval: 250 }).toBeDefined()
  expect(await awaitRun(engine.deps, runId, { timeoutMs: 30_000 })).toMatchObject({ errors: 0 })
  await other.kill()
})
