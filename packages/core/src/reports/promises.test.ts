import type { Callback } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  addMilliseconds,
  cancelCallback,
  claimNextCall,
  dayMs,
  listPromises,
  putPolicy,
  putQueueUser,
  recordOutcome,
  reportPromises,
  rescheduleCallback,
  snoozeCallback,
} from '../index.ts'
import { groupings, type PromiseReportInput } from './promises.ts'

let engine: TestEngine
let agentId: number
beforeEach(async () => {
  engine = await openTestEngine()
  agentId = await engine.addAgent('available')
})
afterEach(() => engine.close())

const minute = 60_000
/** The day of the test. */
const window = (more: Partial<PromiseReportInput> = {}): PromiseReportInput => ({
  from: new Date('2026-03-02T00:00Z'),
  to: new Date('2026-03-03T00:00Z'),
  groupBy: 'result',
  timeZone: 'UTC',
  ...more,
})
const total = async (more?: Partial<PromiseReportInput>) => (await reportPromises(engine.deps, window(more))).total

/** Calls a callback that is due now and reports the outcome a minute later. */
async function call({ id }: Callback, outcomeType: Parameters<typeof recordOutcome>[1]['outcomeType'] = 'resolved') {
  await engine.route(id)
  const claimed = (await claimNextCall(engine.deps, { agentId }))!
  expect(claimed.callback?.id).toBe(id)
  engine.time.advance(minute)
  await recordOutcome(engine.deps, { callSessionId: claimed.callSessionId, outcomeType })
}

describe('a promise is', () => {
  test.each([
    [5, 'kept'],
    [6, 'late'],
  ])('called %i minutes after its moment: %s', async (minutes, verdict) => {
    const callback = await engine.addCallback()
    engine.time.advance(minutes * minute)
    await call(callback)
    expect(await total()).toMatchObject({
      promised: 1,
      [verdict]: 1,
      latenessSeconds: { p50: minutes * 60, p90: minutes * 60, p95: minutes * 60 },
    })
  })

  test.each([
    ['its queue says', { queue: 6, callback: undefined }],
    ['it says itself, whatever its queue does', { queue: 5, callback: 6 }],
  ])('kept within as many minutes as %s', async (_who, says) => {
    const document = { punctualWithinMinutes: says.queue }
    await putPolicy(engine.deps, { queueType: 'outstanding_requests', document })
    await putPolicy(engine.deps, { queueType: 'unsigned_users', document: { punctualWithinMinutes: 0 } })
    const callback = await engine.addCallback({ policy: { punctualWithinMinutes: says.callback } })
    engine.time.advance(6 * minute)
    await call(callback)
    expect(await total()).toMatchObject({ kept: 1, late: 0 })
  })

  test('early when it is called more than five minutes before its moment', async () => {
    const callback = await engine.addCallback({ inMinutes: 10 })
    await engine.sql`update callbacks set attempts = 1, first_called_at = ${engine.time.now()} where id = ${callback.id}`
    expect(await total()).toMatchObject({ early: 1, latenessSeconds: { p50: -600 }, punctuality: 0 })
  })

  test('open until five minutes after its moment, then broken, and while it is being called for the first time open', async () => {
    const callback = await engine.addCallback()
    engine.time.advance(5 * minute)
    expect(await total()).toMatchObject({ open: 1, punctuality: null, reachedRate: null, attemptsPerPromise: null })
    engine.time.advance(1)
    expect(await total()).toMatchObject({ broken: 1, punctuality: 0, latenessSeconds: { p50: null } })
    await engine.route(callback.id)
    await claimNextCall(engine.deps, { agentId })
    expect(await total()).toMatchObject({ open: 1, broken: 0 })
  })

  test('cancelled before its moment, and broken after it', async () => {
    const { id: callbackId } = await engine.addCallback({ inMinutes: 1 })
    const { id: afterwards } = await engine.addCallback()
    engine.time.advance(minute)
    await cancelCallback(engine.deps, { callbackId })
    await cancelCallback(engine.deps, { callbackId: afterwards })
    expect(await total()).toMatchObject({ cancelled: 1, broken: 1, punctuality: 0 })
  })

  test.each([
    [4, 'reachedInbound'],
    [6, 'broken'],
  ])('settled %i minutes after its moment by a customer who calls: %s', async (minutes, verdict) => {
    const { id, userId, scheduledFor } = await engine.addCallback()
    const at = addMilliseconds(scheduledFor, minutes * minute)
    await engine.sql`
      with call as (
        insert into call_sessions (user_id, direction, status, started_at, completed_at, last_outcome_type, created_at)
        values (${userId}, 'inbound', 'completed', ${at}, ${at}, 'resolved', ${at}) returning id
      )
      update callbacks set status = 'completed', result = 'reached_inbound', completed_at = ${at},
        completed_call_session_id = (select id from call) where id = ${id}`
    expect(await total()).toMatchObject({ [verdict]: 1, promised: 1, reachedRate: null })
  })
})

test('snoozing does not make a promise punctual', async () => {
  const callback = await engine.addCallback()
  await snoozeCallback(engine.deps, { callbackId: callback.id, agentId, minutes: 20 })
  engine.time.advance(20 * minute)
  await call(callback)
  expect(await total()).toMatchObject({ late: 1, kept: 0, punctuality: 0, latenessSeconds: { p95: 1_200 } })
})

test('snoozing over midnight leaves a promise in its day', async () => {
  const callback = await engine.addCallback({ scheduledFor: new Date('2026-03-02T23:50Z') })
  await snoozeCallback(engine.deps, { callbackId: callback.id, agentId, minutes: 20 })
  const tomorrow = { from: new Date('2026-03-03T00:00Z'), to: new Date('2026-03-04T00:00Z') }
  expect((await total()).promised).toBe(1)
  expect((await total(tomorrow)).promised).toBe(0)
})

test('another time that the customer is told is judged by the attempts from then on', async () => {
  const { id: callbackId } = await engine.addCallback()
  await engine.sql`
    update callbacks set attempts = 1, first_called_at = ${engine.time.now()}, first_called_by = ${agentId}`
  const again = addMilliseconds(engine.time.now(), 60 * minute)
  const { callback: moved } = await rescheduleCallback(engine.deps, { callbackId, scheduledFor: again })
  expect(moved).toMatchObject({ attempts: 1, firstCalledAt: null, firstCalledBy: null })
  engine.time.set(again)
  await call(moved)
  expect(await total()).toMatchObject({ kept: 1, early: 0, attemptsPerPromise: 2 })
})

test('what ended before attempts were counted is told by the call that completed it', async () => {
  const callback = await engine.addCallback()
  engine.time.advance(6 * minute)
  await call(callback)
  await engine.sql`update callbacks set attempts = 0, first_called_at = null, first_called_by = null, result = null`
  expect(await total()).toMatchObject({ late: 1, attemptsPerPromise: 1, latenessSeconds: { p50: 360 } })
  const { groups } = await reportPromises(engine.deps, window({ groupBy: 'agent' }))
  expect(groups.map(({ key }) => key)).toEqual([String(agentId)])
})

test('the customer who answered was reached, of those who need not be called again', async () => {
  for (const outcomeType of ['resolved', 'no_answer', 'declined', 'callback_requested'] as const) {
    await call(await engine.addCallback(), outcomeType)
  }
  await engine.addCallback()
  expect(await total()).toMatchObject({ promised: 5, kept: 4, open: 1, reachedRate: 50, punctuality: 100 })
})

describe('groups', () => {
  /** Promises of all kinds, from the evening before until tomorrow. */
  async function allKinds() {
    const other = await engine.addAgent('away')
    for (let n = 0; n < 12; n++) {
      const callback = await engine.addCallback({ preferredAgentId: n % 2 === 0 ? null : other, inMinutes: -n })
      if (n % 3 === 0)
        await putQueueUser(engine.deps, { userId: callback.userId, queueType: 'unsigned_users', priorityScore: 1 })
      if (n % 4 === 1) await cancelCallback(engine.deps, { callbackId: callback.id })
      else if (n % 4 > 1) await call(callback, n % 8 > 3 ? 'resolved' : 'busy')
    }
    await engine.addCallback({ inMinutes: 600 })
  }

  test('of every kind add up to the total, and to what is listed one by one', async () => {
    await allKinds()
    const counts = ['promised', 'kept', 'early', 'late', 'broken', 'open', 'cancelled', 'reachedInbound'] as const
    for (const groupBy of groupings) {
      const { total: all, groups } = await reportPromises(engine.deps, window({ groupBy, timeZone: 'Asia/Jerusalem' }))
      expect(all.promised).toBe(13)
      for (const name of counts)
        expect
          .soft(
            groups.reduce((sum, group) => sum + group[name], 0),
            name,
          )
          .toBe(all[name])
      expect(counts.slice(1).reduce((sum, name) => sum + all[name], 0)).toBe(all.promised)

      const listed = (
        await Array.fromAsync(listPromises(engine.reads, window({ groupBy, timeZone: 'Asia/Jerusalem' })))
      ).flat()
      for (const { key, ...group } of groups) {
        const ofGroup = listed.filter((promise) => promise.key === key)
        for (const name of counts.slice(1)) {
          expect(
            ofGroup.filter(({ verdict }) => verdict === name),
            `${key} ${name}`,
          ).toHaveLength(group[name])
        }
      }
      expect(listed).toHaveLength(13)
    }
  })

  test('by queue are those of the customers, as in routing', async () => {
    await allKinds()
    const { groups } = await reportPromises(engine.deps, window({ groupBy: 'queueType' }))
    expect(groups.map(({ key, promised }) => [key, promised])).toEqual([
      ['outstanding_requests', 9],
      ['unsigned_users', 4],
    ])
  })

  test('by agent are those who called first, else who ought to, else nobody', async () => {
    await call(await engine.addCallback())
    const absent = await engine.addAgent()
    await engine.addCallback({ preferredAgentId: absent })
    await engine.addCallback()
    const { groups } = await reportPromises(engine.deps, window({ groupBy: 'agent' }))
    expect(Object.fromEntries(groups.map(({ key, promised }) => [key, promised]))).toEqual({
      [agentId]: 1,
      [absent]: 1,
      null: 1,
    })
  })

  test('of one queue, or of one agent, are those of its group', async () => {
    await allKinds()
    for (const groupBy of ['queueType', 'agent'] as const) {
      const { groups } = await reportPromises(engine.deps, window({ groupBy }))
      const asked = groups.find(({ key }) => key !== null)!
      expect(asked.promised).toBeLessThan(13)
      const only = groupBy === 'agent' ? { agentId: Number(asked.key) } : { queueType: asked.key! }
      const { key: _, ...figures } = asked
      expect(await total(only)).toEqual(figures)
      const listed = (await Array.fromAsync(listPromises(engine.reads, window({ groupBy, ...only })))).flat()
      expect(listed.map(({ key }) => key)).toEqual(Array.from({ length: asked.promised }, () => asked.key))
    }
    expect(await total({ queueType: 'nowhere' })).toMatchObject({ promised: 0, punctuality: null })
  })

  test.each([
    ['2026-03-28T23:00Z', 23],
    ['2026-10-24T22:00Z', 25],
  ])('by hour of the local day that begins at %s are %i, by day one', async (begin, hours) => {
    const from = new Date(begin)
    const to = addMilliseconds(from, hours * 60 * minute)
    for (let at = from; at < to; at = addMilliseconds(at, 30 * minute)) await engine.addCallback({ scheduledFor: at })
    const { groups } = await reportPromises(engine.deps, {
      ...window({ from, to, timeZone: 'Europe/Berlin' }),
      groupBy: 'hour',
    })
    expect(groups.map(({ promised }) => promised)).toEqual(Array.from({ length: hours }, () => 2))
    const days = await reportPromises(engine.deps, {
      ...window({ from, to, timeZone: 'Europe/Berlin' }),
      groupBy: 'day',
    })
    expect(days.groups.map(({ key, promised }) => [key, promised])).toEqual([
      [
        addMilliseconds(from, dayMs / 2)
          .toISOString()
          .slice(0, 10),
        hours * 2,
      ],
    ])
  })
})

test('promises are listed page by page, each once and in order, also those of one moment', async () => {
  await engine.owner`
    insert into callbacks (user_id, scheduled_for, promised_for, status, cancelled_at, created_at, updated_at)
    select n, at + case when n % 7 = 0 then interval '1 hour' else interval '0' end, case when n % 7 = 0 then at end,
      case when n % 2 = 0 then 'pending' else 'cancelled' end::callback_status, case when n % 2 = 1 then at end, at, at
    from (select n, ${engine.time.now()}::timestamptz + n / 100 * interval '1 second' as at from generate_series(0, 2499) n) row`
  const pages = await Array.fromAsync(listPromises(engine.reads, window()))
  expect(pages.map((page) => page.length)).toEqual([1_000, 1_000, 500])
  const listed = pages.flat()
  expect(new Set(listed.map(({ id }) => id)).size).toBe(2_500)
  expect(listed).toEqual(listed.toSorted((a, b) => a.told.getTime() - b.told.getTime() || (a.id < b.id ? -1 : 1)))
})

test('those of an agent are listed to the last, also behind whole pages of others', async () => {
  await engine.owner`
    insert into callbacks (user_id, scheduled_for, preferred_agent_id, created_at, updated_at)
    select n, ${engine.time.now()}::timestamptz + n * interval '1 ms', case when n > 2000 then ${agentId}::int end,
      ${engine.time.now()}, ${engine.time.now()} from generate_series(1, 2010) n`
  expect((await Array.fromAsync(listPromises(engine.reads, window({ agentId })))).flat()).toHaveLength(10)
})

test('the next page is read when it is asked for, and not before', async () => {
  await engine.owner`
    insert into callbacks (user_id, scheduled_for, created_at, updated_at)
    select n, ${engine.time.now()}, ${engine.time.now()}, ${engine.time.now()} from generate_series(1, 1001) n`
  const pages = listPromises(engine.reads, window())
  expect((await pages.next()).value).toHaveLength(1_000)
  await engine.owner`delete from callbacks`
  expect(await pages.next()).toMatchObject({ done: true })
})

test('a window without promises has no group, and no figure to divide by', async () => {
  const { total: none, groups } = await reportPromises(engine.deps, window({ groupBy: 'day' }))
  expect(groups).toEqual([])
  expect(none).toMatchObject({ promised: 0, punctuality: null, attemptsPerPromise: null, reachedRate: null })
})
