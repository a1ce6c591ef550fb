import { cronRuns, type Callback } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  cancelCallback,
  claimNextCall,
  deleteUser,
  noteRoutingFailure,
  putQueueUser,
  putUser,
  recordOutcome,
  releaseClaim,
  rescheduleCallback,
  routeGroup,
  rowAuditor,
  snoozeCallback,
  tick,
} from '../index.ts'
import { scanDue } from './scan.ts'

const minute = 60_000

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

async function scan(): Promise<string[]> {
  const pages = await Array.fromAsync(scanDue(engine.deps, engine.time.now()))
  return pages.flatMap((page) => page.callbacks.map(({ callbackId }) => callbackId))
}

/** A tick whose jobs are done at once. */
async function runTick() {
  const routing = { ...engine.deps.routing, add: () => Promise.reject(new Error('Redis is away')) }
  const runId = await tick({ ...engine.deps, routing }, { trigger: 'manual' })
  return (await cronRuns.get(engine.sql, runId))!
}

/** Promises of one user that are due, the earliest first. */
async function promises(count: number): Promise<Callback[]> {
  const userId = await engine.addUser()
  const made = []
  for (let n = count; n > 0; n--) made.push(await engine.addCallback({ userId, inMinutes: -n }))
  return made
}

async function addFlood(userId: string, count: number): Promise<void> {
  await engine.sql`
    insert into callbacks (user_id, scheduled_for, created_at, updated_at)
    select ${userId}, ${engine.time.now()}::timestamptz - n * interval '1 second', t, t
    from generate_series(1, ${count}::int) n, (select ${engine.time.now()}::timestamptz as t) now`
}

describe('of the due callbacks of a user a scan finds', () => {
  test('the earliest', async () => {
    const [first] = await promises(3)
    const other = await engine.addCallback()
    expect(await scan()).toEqual([first!.id, other.id])
  })

  test('one, also when there are more than fit on a page, and those of others beside it', async () => {
    const honest = await engine.addCallback({ inMinutes: -1 })
    const late = await engine.addCallback()
    const flooded = await engine.addUser()
    await addFlood(flooded, 5_000)
    const found = await scan()
    expect(found).toHaveLength(3)
    expect(found).toEqual(expect.arrayContaining([honest.id, late.id]))
  })

  test('one, whether it is due for the first time or is to be tried again', async () => {
    const [first, second] = await promises(2)
    await noteRoutingFailure(engine.deps, { callbackId: first!.id, runId: null, reason: 'Error' })
    engine.time.advance(2 * minute)
    expect(await scan()).toEqual([second!.id])
    await cancelCallback(engine.deps, { callbackId: second!.id })
    expect(await scan()).toEqual([first!.id])
  })
})

test('honest promises are routed by the first tick and by each that follows, whatever one user has due before them', async () => {
  const flooded = await engine.addUser()
  await addFlood(flooded, 3_000)
  for (let n = 1; n <= 3; n++) {
    const honest = [await engine.addCallback(), await engine.addCallback()]
    const run = await runTick()
    expect(run).toMatchObject({ enqueued: 3, finishedAt: engine.time.now() })
    for (const { id } of honest) expect(await engine.entryOf(id)).toBeDefined()
    engine.time.advance(minute)
  }
})

describe('a callback that is deferred', () => {
  test('is tried again after as long as it has waited, a minute to half an hour', async () => {
    const [first] = await promises(1)
    await runTick()
    for (const [lateMinutes, waitsMinutes] of [
      [0, 1],
      [1, 1],
      [7, 7],
      [29, 29],
      [100, 30],
    ] as const) {
      const { id } = await engine.addCallback({ userId: first!.userId, inMinutes: -lateMinutes })
      expect(await engine.route(id)).toEqual([{ kind: 'deferred' }])
      const retryAt = new Date(engine.time.now().getTime() + waitsMinutes * minute)
      expect(await engine.callback(id)).toMatchObject({ unplacedBecause: 'deferred', retryAt })
      expect(await scan()).toEqual([])
      engine.time.set(new Date(retryAt.getTime() - 1))
      expect(await scan()).toEqual([])
      engine.time.advance(1)
      expect(await scan()).toEqual([id])
      await cancelCallback(engine.deps, { callbackId: id })
    }
  })

  test('counts once, however often it is tried again', async () => {
    await promises(2)
    expect(await runTick()).toMatchObject({ processed: 1, notified: 1, deferred: 0 })
    expect(await runTick()).toMatchObject({ processed: 1, deferred: 1 })
    expect(await runTick()).toMatchObject({ enqueued: 0, deferred: 0 })
    engine.time.advance(2 * minute)
    expect(await runTick()).toMatchObject({ enqueued: 1, settled: 1, processed: 0, deferred: 0 })
  })

  test('has no failures in a row any more', async () => {
    const [first, second] = await promises(2)
    await engine.route(first!.id)
    await noteRoutingFailure(engine.deps, { callbackId: second!.id, runId: null, reason: 'Error' })
    await engine.route(second!.id)
    expect(await engine.callback(second!.id)).toMatchObject({ routingFailures: 0, unplacedBecause: 'deferred' })
  })

  test('and whose user is gone by then is tried again by every tick', async () => {
    const [first, second] = await promises(2)
    await engine.route(first!.id)
    await engine.route(second!.id)
    await cancelCallback(engine.deps, { callbackId: first!.id })
    await deleteUser(engine.deps, second!.userId)
    for (let n = 0; n < 2; n++) {
      expect(await scan()).toEqual([second!.id])
      expect(await engine.route(second!.id)).toMatchObject([{ kind: 'failed' }])
    }
  })
})

describe('the next promise of a user is found by the next tick', () => {
  /** Three promises, of which the first has the place and the others are deferred, and an agent. */
  async function inLine() {
    const [first, second, third] = (await promises(3)) as [Callback, Callback, Callback]
    const agentId = await engine.addAgent('available')
    await engine.route(first.id)
    await engine.route(second.id)
    await engine.route(third.id)
    expect(await scan()).toEqual([])
    return { first, second, third, agentId, userId: first.userId }
  }
  type Line = Awaited<ReturnType<typeof inLine>>

  const call = (agentId: number) => claimNextCall(engine.deps, { agentId })

  test.each<[when: string, leave: (line: Line) => Promise<unknown>]>([
    [
      'is kept',
      async ({ agentId }) =>
        recordOutcome(engine.deps, { callSessionId: (await call(agentId))!.callSessionId, outcomeType: 'resolved' }),
    ],
    ['is cancelled', ({ first }) => cancelCallback(engine.deps, { callbackId: first.id })],
    ['is snoozed', ({ first, agentId }) => snoozeCallback(engine.deps, { callbackId: first.id, agentId, minutes: 9 })],
    [
      'is moved',
      ({ first }) =>
        rescheduleCallback(engine.deps, {
          callbackId: first.id,
          scheduledFor: new Date(engine.time.now().getTime() + 60 * minute),
        }),
    ],
    [
      'is cancelled by hand, which the audit finds',
      async ({ first }) => {
        await engine.breakRows(
          (sql) => sql`
            update callbacks set status = 'cancelled', cancelled_at = ${engine.time.now()}, is_queued = false
            where id = ${first.id}`,
        )
        await rowAuditor()(engine.deps)
      },
    ],
    [
      'is cancelled while the user is deleted',
      async ({ first, userId }) => {
        await deleteUser(engine.deps, userId)
        await cancelCallback(engine.deps, { callbackId: first.id })
        await putUser(engine.deps, { userId, name: 'Back again' })
      },
    ],
  ])('when the one that has the place %s', async (_, leave) => {
    const line = await inLine()
    await leave(line)
    expect(await scan()).toEqual([line.second.id])
    await runTick()
    expect(await engine.entryOf(line.second.id)).toBeDefined()
    expect(await scan()).toEqual([])
  })

  test('as soon as one that was accepted in between has been called', async () => {
    const { second, third, first, agentId } = await inLine()
    await acceptCallback(engine.deps, { callbackId: third.id, agentId })
    expect(await scan()).toEqual([first.id])
    await engine.route(first.id)
    expect(await scan()).toEqual([])
    await recordOutcome(engine.deps, {
      callSessionId: (await call(agentId))!.callSessionId,
      outcomeType: 'resolved',
    })
    expect(await scan()).toEqual([first.id])
    await cancelCallback(engine.deps, { callbackId: first.id })
    expect(await scan()).toEqual([second.id])
  })

  test.each(['an outcome', 'a release'])('when a call of an ordinary entry ends with %s', async (end) => {
    const [first] = await promises(2)
    const agentId = await engine.addAgent('available')
    await putQueueUser(engine.deps, { userId: first!.userId, queueType: 'unsigned_users', priorityScore: 1 })
    const { callSessionId, queueEntry } = (await call(agentId))!
    expect(await engine.route(first!.id)).toEqual([{ kind: 'deferred' }])
    if (end === 'a release') await releaseClaim(engine.deps, { queueEntryId: queueEntry.id })
    else await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
    expect(await scan()).toEqual([first!.id])
    expect(await engine.route(first!.id)).toMatchObject([{ kind: 'queued' }])
  })

  test.each<[what: string, leave: (callbackId: string) => Promise<unknown>]>([
    ['is cancelled', (callbackId) => cancelCallback(engine.deps, { callbackId })],
    ['cannot be routed', (callbackId) => noteRoutingFailure(engine.deps, { callbackId, runId: null, reason: 'Error' })],
  ])('when the one that comes first %s before it has a place', async (_, leave) => {
    const [first, second] = await promises(2)
    await putQueueUser(engine.deps, { userId: first!.userId, queueType: 'unsigned_users', priorityScore: 1 })
    expect(await engine.route(second!.id)).toEqual([{ kind: 'deferred' }])
    await leave(first!.id)
    expect(await scan()).toEqual([second!.id])
    expect(await engine.route(second!.id)).toMatchObject([{ kind: 'queued' }])
  })

  test('and the earliest of those that are found has the place, whichever is routed first', async () => {
    const { first, second, third } = await inLine()
    await cancelCallback(engine.deps, { callbackId: first.id })
    const jobs = [third, second].map(({ id }) => ({ callbackId: id, runId: null }))
    expect(await routeGroup(engine.deps, jobs)).toMatchObject([{ kind: 'deferred' }, { kind: 'queued' }])
  })

  test('however many there are', async () => {
    const [first] = await promises(1)
    await engine.route(first!.id)
    await addFlood(first!.userId, 2_000)
    await engine.sql`
      update callbacks set unplaced_because = 'deferred', retry_at = ${new Date(engine.time.now().getTime() + 30 * minute)}
      where not is_queued`
    expect(await scan()).toEqual([])
    await cancelCallback(engine.deps, { callbackId: first!.id })
    const [earliest] = await engine.sql<{ id: string }[]>`
      select id from callbacks where status = 'pending' order by scheduled_for limit 1`
    expect(await scan()).toEqual([earliest!.id])
  })
})
