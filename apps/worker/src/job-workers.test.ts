import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { awaitRun, getCallback, putSession, queueOn, tick } from '@ringback/core'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import type { Queue } from 'bullmq'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startJobWorkers, type JobWorkers } from './job-workers.ts'

let engine: TestEngine
let workers: JobWorkers
let queue: Queue
beforeEach(async () => {
  engine = await openTestEngine()
  const { redisPrefix } = engine
  workers = startJobWorkers(engine, { concurrency: 200 })
  queue = queueOn(engine.redis, redisPrefix, 'routing')
  await engine.owner.unsafe(`
    alter table call_queue add constraint refuses_poison check (queue_reason <> 'Callback: poison')`)
})
afterEach(async () => {
  await workers.close()
  await queue.close()
  await engine.close()
})

const addPoison = () => engine.addCallback({ callbackReason: 'poison' })
const failed = (count: number) => expect.poll(() => queue.getFailedCount(), { timeout: 20_000 }).toBe(count)

/** Puts a job into the queue as it is, past everything that checks it. */
async function putJob(data: unknown, raw?: string): Promise<string> {
  await queue.pause()
  const { id } = await queue.add('route', data)
  if (raw !== undefined) await engine.redis.hset(`${engine.redisPrefix}:callback-routing:${id}`, 'data', raw)
  await queue.resume()
  return id!
}

const someId = '7b0c0f5e-0000-4000-8000-000000000000'
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

test.each<[what: string, data: unknown, raw?: string]>([
  ['no JSON', {}, 'poison'],
  ['half of some JSON', {}, '{"callbackId":'],
  ['nothing', undefined],
  ['null', null],
  ['a negative number', -1],
  ['negative ids', { callbackId: -1, runId: -1 }],
  ['a number beyond all numbers', {}, '{"callbackId":1e999,"runId":null}'],
  ['text with NUL', { callbackId: 'a\0b', runId: null }],
  ['ten million characters long', { callbackId: 'x'.repeat(10_000_000), runId: null }],
  ['nested 200,000 deep', {}, nested(200_000)],
  ['right but for one field too many', { callbackId: someId, runId: null, poison: true }],
])('a payload that is %s ends as failed with its reason, and stops nothing', async (_, data, raw) => {
  const id = await putJob(data, raw)
  await failed(1)
  const [job] = await queue.getFailed()
  expect(job).toMatchObject({ id, failedReason: expect.stringMatching(/^malformed payload: [\w ,]+$/) })
  expect(JSON.stringify(job!.data ?? null).length).toBeLessThan(2_000)

  const fine = await engine.addCallback()
  await tick(engine.deps, { trigger: 'manual' })
  await expect.poll(() => engine.entryOf(fine.id), { timeout: 10_000 }).toBeDefined()
})

test('a malformed payload that names a callback is told in its history', async () => {
  const { id: callbackId } = await engine.addCallback({ inMinutes: 60 })
  await putJob({ callbackId, runId: 'none' })
  await expect.poll(async () => (await engine.callback(callbackId)).routingFailures, { timeout: 10_000 }).toBe(1)
  const { history } = await getCallback(engine.deps, callbackId)
  expect(history.at(-1)).toMatchObject({ kind: 'routing_failed', details: { reason: 'malformed payload: runId' } })
})

test('a callback whose routing always throws fails after the last attempt, is counted once, and waits', async () => {
  const poison = await addPoison()
  const fine = await engine.addCallback()
  const run = await awaitRun(engine.deps, await tick(engine.deps, { trigger: 'manual' }), { timeoutMs: 30_000 })
  expect(run).toMatchObject({ enqueued: 2, processed: 2, notified: 1, errors: 1, finishedAt: expect.any(Date) })
  expect(await engine.entryOf(fine.id)).toBeDefined()

  const reason = 'PostgresError 23514 refuses_poison'
  expect(await queue.getFailed()).toMatchObject([{ failedReason: reason, attemptsMade: 3 }])
  const { history, routingFailures } = await getCallback(engine.deps, poison.id)
  expect(history.at(-1)).toMatchObject({ kind: 'routing_failed', details: { reason, times: 1 } })
  expect(routingFailures).toBe(1)
  const next = await awaitRun(engine.deps, await tick(engine.deps, { trigger: 'manual' }), { timeoutMs: 30_000 })
  expect(next).toMatchObject({ enqueued: 0, errors: 0 })
})

const logOf = async (id: string | undefined) => (await queue.getJobLogs(id!)).logs

test('the log of a job that failed says why in a sentence, for each attempt, and what follows', async () => {
  const poison = await addPoison()
  const gone = await engine.addCallback()
  await engine.sql`delete from users where id = ${gone.userId}`
  await tick(engine.deps, { trigger: 'manual' })
  await failed(2)
  const jobs = await queue.getFailed()
  const jobOf = ({ id }: { id: string }) => jobs.find(({ data }) => data.callbackId === id)!.id

  await expect
    .poll(() => logOf(jobOf(gone)), { timeout: 10_000 })
    .toEqual([
      `Attempt 1: User ${gone.userId} does not exist, so nobody can be called. ` +
        'Each tick tries again: write the user anew, or cancel the callback.',
    ])
  const refused =
    'Postgres refused what it asked for (PostgresError 23514 refuses_poison): "job threw" in the log of a worker has the stack.'
  await expect
    .poll(() => logOf(jobOf(poison)), { timeout: 10_000 })
    .toEqual([
      `Attempt 1: ${refused} It is tried again in a moment.`,
      `Attempt 2: ${refused} It is tried again in a moment.`,
      `Attempt 3: ${refused} Given up; ticks try the callback again after a minute or more. Retry routes it at once.`,
    ])
})

test('the log of a job whose rows stay locked says so', async () => {
  const { id } = await engine.addCallback()
  await engine.sql.begin(async (tx) => {
    await tx`select from callbacks where id = ${id} for update`
    await tick(engine.deps, { trigger: 'manual' })
    await failed(1)
  })
  const [job] = await queue.getFailed()
  expect(job).toMatchObject({ failedReason: 'RowsHeld' })
  await expect
    .poll(() => logOf(job!.id), { timeout: 10_000 })
    .toContain(
      'Attempt 1: Another transaction had its rows for longer than routing waits for them. It is tried again in a moment.',
    )
})

test('the log of a job that BullMQ gave up, because its workers died, says so', async () => {
  const { id: callbackId } = await engine.addCallback()
  await queue.pause()
  const { id } = await queue.add('route', { callbackId, runId: null })
  // What BullMQ leaves for the next worker when a job has stalled too often.
  const gaveUp = 'job stalled more than allowable limit'
  await engine.redis.hset(`${engine.redisPrefix}:callback-routing:${id}`, 'defa', gaveUp)
  await queue.resume()
  await failed(1)
  await expect
    .poll(() => logOf(id), { timeout: 10_000 })
    .toEqual([
      `Attempt 1: Workers died or hung while they were at it (${gaveUp}): see how they ended. ` +
        'Given up; ticks try the callback again after a minute or more. Retry routes it at once.',
    ])
})

test('the log of a job with a malformed payload says so', async () => {
  const id = await putJob({ callbackId: -1, runId: null })
  await expect
    .poll(() => logOf(id), { timeout: 10_000 })
    .toEqual([expect.stringContaining('Its data is not what Ringback writes (malformed payload: callbackId).')])
})

test('the jobs of a tick say whom they are for, by ids, and return who has the callback', async () => {
  const agentId = await engine.addAgent('available')
  const { id, userId } = await engine.addCallback({ preferredAgentId: agentId, callbackReason: 'secret' })
  await awaitRun(engine.deps, await tick(engine.deps, { trigger: 'manual' }), { timeoutMs: 30_000 })
  await expect.poll(() => queue.getCompletedCount(), { timeout: 10_000 }).toBe(1)
  const [job] = await queue.getCompleted()
  expect(job!.data).toEqual({
    callbackId: id,
    userId,
    agentId,
    dueAt: engine.time.now().toISOString(),
    runId: expect.any(String),
  })
  expect(job!.returnvalue).toEqual({ kind: 'queued', agentId, isSubstitute: false })
})

test('the job of a callback that must leave its agent says which, and returns to whom it went', async () => {
  const [lost, other] = [await engine.addAgent('available'), await engine.addAgent('available')]
  const { id, userId } = await engine.addCallback({ preferredAgentId: lost })
  await engine.route(id)
  await putSession(engine.deps, { agentId: lost, status: 'away' })
  await tick(engine.deps, { trigger: 'manual' })
  await expect.poll(() => queue.getCompletedCount(), { timeout: 10_000 }).toBe(1)
  const [job] = await queue.getCompleted()
  expect(job!.data).toMatchObject({ callbackId: id, userId, agentId: lost, dueAt: engine.time.now().toISOString() })
  expect(job!.returnvalue).toEqual({ kind: 'queued', agentId: other, isSubstitute: true })
})

test('the minute job returns the figures of its run, those of its jobs included', async () => {
  const { userId } = await engine.addCallback()
  await engine.addCallback({ userId, inMinutes: 1 })
  await engine.addCallback({ preferredAgentId: await engine.addAgent('available') })
  const gone = await engine.addCallback()
  await engine.sql`delete from users where id = ${gone.userId}`
  const ticks = queueOn(engine.redis, engine.redisPrefix, 'tick')
  await ticks.add('tick', {})
  await expect.poll(() => ticks.getCompletedCount(), { timeout: 30_000 }).toBe(1)
  const [job] = await ticks.getCompleted()
  await ticks.close()
  expect(job!.returnvalue).toEqual({
    runId: expect.any(String),
    enqueued: 3,
    processed: 3,
    notified: 2,
    routed: expect.any(Number),
    unassigned: expect.any(Number),
    deferred: 0,
    alreadyQueued: 0,
    errors: 1,
    durationMs: 0,
  })
})

test('a minute job whose run goes on returns what it knows when its worker closes', async () => {
  const { id } = await engine.addCallback()
  const ticks = queueOn(engine.redis, engine.redisPrefix, 'tick')
  let closing: Promise<void> | undefined
  await engine.sql.begin(async (tx) => {
    await tx`select from callbacks where id = ${id} for update`
    await ticks.add('tick', {})
    await expect.poll(() => queue.getActiveCount(), { timeout: 10_000 }).toBe(1)
    closing = workers.close()
    await expect.poll(() => ticks.getCompletedCount(), { timeout: 10_000 }).toBe(1)
  })
  await closing
  const [job] = await ticks.getCompleted()
  await ticks.close()
  expect(job!.returnvalue).toMatchObject({ enqueued: 1, processed: 0, durationMs: null })
})

test('jobs wait for a Postgres that is away, and no callback is blamed for it', async () => {
  await engine.owner.unsafe(`
    create table outages ();
    create sequence attempts;
    create function fail_in_outages() returns trigger language plpgsql as $$
      begin
        perform nextval('attempts');
        if exists (select from outages) then raise 'away' using errcode = 'cannot_connect_now'; end if;
        return new;
      end $$;
    create trigger fails_in_outages before insert on call_queue for each row execute function fail_in_outages();
    insert into outages default values`)
  const { id } = await engine.addCallback()
  const runId = await tick(engine.deps, { trigger: 'manual' })
  const attempts = async () => Number((await engine.owner`select last_value from attempts`)[0]!['lastValue'])
  await expect.poll(attempts, { timeout: 30_000 }).toBeGreaterThan(3) // More than a job has.
  await engine.sql`delete from outages`
  const run = await awaitRun(engine.deps, runId, { timeoutMs: 30_000 })
  expect(run).toMatchObject({ enqueued: 1, processed: 1, notified: 1, errors: 0 })
  expect(await engine.callback(id)).toMatchObject({ routingFailures: 0, retryAt: null })
})

test('a worker that closes writes down first what has failed', async () => {
  const { id } = await addPoison()
  let isClosed = false
  let closing: Promise<void> | undefined
  await engine.sql.begin(async (tx) => {
    await tx`lock table callback_notifications in share row exclusive mode` // Nobody can write a history now.
    await tick(engine.deps, { trigger: 'manual' })
    await failed(1)
    const closed = Promise.all([once(workers.routing, 'closed'), once(workers.tick, 'closed')])
    closing = workers.close().then(() => void (isClosed = true))
    await closed
    await setImmediate()
    expect(isClosed).toBe(false)
  })
  await closing
  expect(await engine.callback(id)).toMatchObject({ routingFailures: 1 })
})
