import { randomUUID } from 'node:crypto'
import { UnrecoverableError, Worker } from 'bullmq'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestEngine, type TestEngine } from '../../../../tests/setup/index.ts'
import { connectRedis, patient } from '../index.ts'
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
