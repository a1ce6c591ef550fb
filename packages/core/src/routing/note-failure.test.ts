import { callbacks, cronRuns } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scanDue } from '../discovery/scan.ts'
import { reasonOf } from '../errors.ts'
import {
  acceptCallback,
  cancelCallback,
  claimNextCall,
  deleteUser,
  getCallback,
  putSession,
  rescheduleCallback,
  snoozeCallback,
  tick,
} from '../index.ts'
import { noteRoutingFailure } from './note-failure.ts'

const minute = 60_000

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

const fail = (callbackId: string, reason = 'Error') =>
  noteRoutingFailure(engine.deps, { callbackId, runId: null, reason })

async function scan(): Promise<string[]> {
  const pages = await Array.fromAsync(scanDue(engine.deps, engine.time.now()))
  return pages.flatMap((page) => page.callbacks.map(({ callbackId }) => callbackId))
}

const standing = async (id: string) => {
  const { routingFailures, retryAt } = await engine.callback(id)
  return { routingFailures, retryAt }
}

test('no tick tries again before a distance that doubles with each failure in a row, up to an hour', async () => {
  const { id } = await engine.addCallback()
  const fine = await engine.addCallback()
  for (const atLeast of [1, 2, 4, 8, 16, 30, 30, 30]) {
    const failedAt = engine.time.now().getTime()
    await fail(id)
    const { retryAt } = await engine.callback(id)
    const distance = (retryAt!.getTime() - failedAt) / minute
    expect(distance).toBeGreaterThanOrEqual(atLeast)
    expect(distance).toBeLessThanOrEqual(2 * atLeast)
    engine.time.set(new Date(retryAt!.getTime() - 1))
    expect(await scan()).toEqual([fine.id])
    engine.time.advance(1)
    expect(await scan()).toEqual([fine.id, id])
  }
})

test('callbacks that failed together part ways', async () => {
  const together = [await engine.addCallback(), await engine.addCallback(), await engine.addCallback()]
  for (const { id } of together) await fail(id)
  const times = await Promise.all(together.map(async ({ id }) => (await engine.callback(id)).retryAt!.getTime()))
  expect(new Set(times).size).toBeGreaterThan(1)
})

test('the history tells why, how often, and when it is tried again', async () => {
  const { id } = await engine.addCallback()
  await fail(id, 'TypeError')
  await fail(id, 'TypeError')
  await fail(id, 'PostgresError 22P05')
  const { history, retryAt } = await getCallback(engine.deps, id)
  expect(history).toMatchObject([
    { kind: 'scheduled' },
    { kind: 'routing_failed', details: { reason: 'TypeError', times: 2 } },
    {
      kind: 'routing_failed',
      details: { reason: 'PostgresError 22P05', times: 1, retryAt: retryAt!.toISOString() },
    },
  ])
})

describe('forgotten are the failures of a callback that', () => {
  test.each<[what: string, move: (id: string, agentId: number) => Promise<unknown>]>([
    ['is routed', (id) => engine.route(id)],
    ['is snoozed', (callbackId, agentId) => snoozeCallback(engine.deps, { callbackId, agentId, minutes: 1 })],
    [
      'is rescheduled',
      (callbackId) => rescheduleCallback(engine.deps, { callbackId, scheduledFor: engine.time.now() }),
    ],
    ['is accepted', (callbackId, agentId) => acceptCallback(engine.deps, { callbackId, agentId })],
    ['is cancelled', (callbackId) => cancelCallback(engine.deps, { callbackId })],
  ])('%s', async (_, move) => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback()
    await fail(id)
    expect(await standing(id)).toMatchObject({ routingFailures: 1 })
    await move(id, agentId)
    expect(await standing(id)).toEqual({ routingFailures: 0, retryAt: null })
  })

  test('is claimed', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback()
    await engine.route(id)
    await fail(id)
    expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ callback: { id } })
    expect(await standing(id)).toEqual({ routingFailures: 0, retryAt: null })
  })
})

describe('an entry that could not be given to another agent waits as well', () => {
  test('when its agent is gone', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback()
    await engine.route(id)
    await putSession(engine.deps, { agentId, status: 'away' })
    expect(await scan()).toEqual([id])
    await fail(id)
    expect(await scan()).toEqual([])
    engine.time.advance(2 * minute)
    expect(await scan()).toEqual([id])
    await engine.route(id)
    expect(await standing(id)).toEqual({ routingFailures: 0, retryAt: null })
  })

  test('when it has nobody, and the next one in line takes its turn', async () => {
    const [first, second] = [await engine.addCallback(), await engine.addCallback({ inMinutes: 1 })]
    await engine.route(first.id, second.id)
    const agentId = await engine.addAgent('away')
    await engine.sql`update agent_sessions set status = 'available' where agent_id = ${agentId}`
    expect(await scan()).toEqual([first.id])
    await fail(first.id)
    expect(await scan()).toEqual([second.id])
  })
})

test('that Postgres was away is not held against a callback', async () => {
  const { id } = await engine.addCallback()
  const cause = Object.assign(new Error(), { code: 'CONNECTION_CLOSED' })
  await noteRoutingFailure(engine.deps, { callbackId: id, runId: null, reason: 'Error', cause })
  expect(await standing(id)).toEqual({ routingFailures: 0, retryAt: null })
  expect(await scan()).toEqual([id])
})

test('a callback that has ended is left as it is', async () => {
  const { id } = await engine.addCallback()
  await cancelCallback(engine.deps, { callbackId: id })
  await fail(id)
  expect(await standing(id)).toEqual({ routingFailures: 0, retryAt: null })
})

test('a callback whose user is gone is tried again by every tick', async () => {
  const { id, userId } = await engine.addCallback()
  await deleteUser(engine.deps, userId)
  await fail(id)
  engine.time.advance(2 * minute)
  for (let n = 0; n < 3; n++) {
    expect(await scan()).toEqual([id])
    expect(await engine.route(id)).toMatchObject([{ kind: 'failed' }])
  }
})

test('a run that routes without Redis counts a failure once, and the callback waits', async () => {
  const [poison, fine] = [await engine.addCallback({ callbackReason: 'poison' }), await engine.addCallback()]
  await engine.owner.unsafe(`
    alter table call_queue add constraint refuses_poison check (queue_reason <> 'Callback: poison')`)
  const routing = { ...engine.deps.routing, add: () => Promise.reject(new Error('Redis is away')) }
  const runId = await tick({ ...engine.deps, routing }, { trigger: 'manual' })
  expect(await cronRuns.get(engine.sql, runId)).toMatchObject({ enqueued: 2, processed: 2, notified: 1, errors: 1 })
  expect(await engine.entryOf(fine.id)).toBeDefined()
  expect(await standing(poison.id)).toMatchObject({ routingFailures: 1 })
  const { history } = await getCallback(engine.deps, poison.id)
  expect(history.at(-1)?.details).toMatchObject({ reason: 'PostgresError 23514 refuses_poison' })
})

test('a row that nothing can be written to keeps neither its run from ending nor the others from their queues', async () => {
  const routing = { ...engine.deps.routing, add: () => Promise.reject(new Error('Redis is away')) }
  const poison = await engine.addCallback({ callbackReason: 'poison' })
  const others = await Promise.all([1, 2, 3].map(() => engine.addCallback()))
  await engine.owner`alter table callbacks add check (callback_reason <> 'poison') not valid`
  const runId = await tick({ ...engine.deps, routing }, { trigger: 'manual' })
  expect(await cronRuns.get(engine.sql, runId)).toMatchObject({
    processed: 4,
    errors: 1,
    finishedAt: engine.time.now(),
  })
  for (const { id } of others) expect(await engine.callback(id)).toMatchObject({ isQueued: true })
  expect(await standing(poison.id)).toEqual({ routingFailures: 0, retryAt: null })
})

test('a reason tells the kind of an error and nothing of what it says', async () => {
  const refused = await callbacks.get(engine.sql, 'secret').catch((error: unknown) => error)
  expect((refused as Error).message).toContain('secret')
  expect(reasonOf(refused)).toBe('PostgresError 22P02')
  expect(reasonOf(new TypeError('secret'))).toBe('TypeError')
  expect(reasonOf('secret')).toBe('Error')
})
