import { randomUUID } from 'node:crypto'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { UnrecoverableError, Worker } from 'bullmq'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { awaitRun, connectRedis, patient, queueOn, tick } from '../index.ts'
import { queueNames } from './catalogue.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

const callbackId = randomUUID()
const add = () => engine.deps.routing.add([{ callbackId, runId: null }])
const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0)

test('of ten jobs for one callback at once, one is added', async () => {
  expect(sum(await Promise.all(Array.from({ length: 10 }, add)))).toBe(1)
  expect(await add()).toBe(0)
})

test.each(['completed', 'failed'] as const)('a callback whose job has %s can be added again', async (end) => {
  const connection = connectRedis(engine.redisUrl, patient, engine.deps.log)
  const ended: string[] = []
  const worker = new Worker(
    queueNames.routing,
    async () => {
      if (end === 'failed') throw new UnrecoverableError('on purpose')
    },
    { connection, prefix: engine.redisPrefix },
  )
  worker.on(end as 'completed', (job: { id?: string | undefined }) => void ended.push(job.id!))
  for (let round = 1; round <= 3; round++) {
    expect(await add()).toBe(1)
    await expect.poll(() => ended.length, { timeout: 10_000 }).toBe(round)
  }
  await worker.close()
  connection.disconnect()
})

test('more jobs than go into one call are all added', async () => {
  const jobs = Array.from({ length: 2_500 }, () => ({ callbackId: randomUUID(), runId: null }))
  expect(await engine.deps.routing.add(jobs)).toBe(2_500)
})

test('while the queue is paused ticks route without jobs, and with jobs again when it is resumed', async () => {
  const queue = queueOn(engine.redis, engine.redisPrefix, 'routing')
  await queue.pause()
  const { id } = await engine.addCallback()
  const run = await awaitRun(engine.deps, await tick(engine.deps, { trigger: 'manual' }), { timeoutMs: 5_000 })
  expect(run).toMatchObject({ enqueued: 1, processed: 1, notified: 1, finishedAt: engine.time.now() })
  expect(await engine.entryOf(id)).toBeDefined()
  expect(await queue.count()).toBe(0)
  await queue.resume()
  expect(await add()).toBe(1)
})

test('a callback whose job lies in a queue that was paused is routed by the next tick', async () => {
  const { id } = await engine.addCallback()
  await tick(engine.deps, { trigger: 'manual' })
  await queueOn(engine.redis, engine.redisPrefix, 'routing').pause()
  expect(await engine.entryOf(id)).toBeUndefined()
  await tick(engine.deps, { trigger: 'manual' })
  expect(await engine.entryOf(id)).toBeDefined()
})
