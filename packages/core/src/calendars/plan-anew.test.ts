import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  claimNextCall,
  getCallback,
  planAnew,
  putCalendar,
  putPolicy,
  putQueue,
  snoozeCallback,
  type CalendarDocument,
} from '../index.ts'

const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

// 10:00 in UTC on Monday, 2 March 2026.
let engine: TestEngine
let agentId: number
beforeEach(async () => {
  engine = await openTestEngine()
  agentId = await engine.addAgent('available')
})
afterEach(() => engine.close())

const at = (time: string, day = 2) => new Date(`2026-03-0${day}T${time}:00Z`)

async function openDaily(...ranges: [string, string][]) {
  const week: CalendarDocument['week'] = Object.fromEntries(everyDay.map((day) => [day, ranges]))
  await putCalendar(engine.deps, { id: 'office', document: { week, timeZone: 'UTC' } })
  await putPolicy(engine.deps, { queueType: 'outstanding_requests', document: { openingHours: 'office' } })
}

/** Plans when the hours are known to all processes. */
async function plan() {
  engine.time.advance(10_000)
  return planAnew(engine.deps)
}

test('hours are planned once, when all processes know them, and not while there are none', async () => {
  const nothing = { queues: 0, entries: 0, moved: 0 }
  expect(await plan()).toEqual(nothing)
  await openDaily(['08:00', '18:00'])
  expect(await planAnew(engine.deps)).toEqual(nothing)
  expect(await plan()).toEqual({ ...nothing, queues: 1 })
  expect(await plan()).toEqual(nothing)
  // Another version with the same hours is none that must be planned; one without any is.
  const put = (document: object) => putPolicy(engine.deps, { queueType: 'outstanding_requests', document })
  await put({ openingHours: 'office', callbackShare: 80 })
  expect(await plan()).toEqual(nothing)
  await put({})
  expect(await plan()).toEqual({ ...nothing, queues: 1 })
})

describe('when the hours of a queue become others', () => {
  test('what is in it ends with its new window, or leaves it, assigned or not', async () => {
    await openDaily(['08:00', '18:00'])
    const callbacks = [await engine.addCallback(), await engine.addCallback()]
    await engine.sql`update agent_sessions set status = 'away'`
    const unassigned = await engine.addCallback()
    await engine.sql`update agent_sessions set status = 'available'`
    for (const { id } of callbacks) await engine.route(id)
    await engine.sql`update agent_sessions set status = 'away'`
    await engine.route(unassigned.id)
    await engine.sql`update agent_sessions set status = 'available'`
    await plan()
    await openDaily(['08:00', '11:00'])
    expect(await plan()).toEqual({ queues: 1, entries: 3, moved: 0 })
    for (const { id } of [...callbacks, unassigned]) {
      expect(await engine.entryOf(id)).toMatchObject({ availableUntil: at('11:00') })
    }
    await openDaily(['13:00', '18:00'])
    expect(await plan()).toEqual({ queues: 1, entries: 3, moved: 0 })
    for (const { id } of [...callbacks, unassigned]) {
      expect(await engine.entryOf(id)).toBeUndefined()
      expect(await engine.callback(id)).toMatchObject({ scheduledFor: at('13:00'), promisedFor: at('10:00') })
    }
  })

  test('what is claimed is left to its agent', async () => {
    await openDaily(['08:00', '18:00'])
    const { id } = await engine.addCallback()
    await engine.route(id)
    await claimNextCall(engine.deps, { agentId })
    await openDaily(['12:00', '18:00'])
    await plan()
    expect(await engine.callback(id)).toMatchObject({ status: 'in_progress', scheduledFor: at('10:00') })
    expect(await engine.entryOf(id)).toMatchObject({ availableUntil: at('18:00') })
  })

  test('what waits for an opening still does when a job of before comes to it', async () => {
    const { id } = await engine.addCallback()
    await openDaily(['12:00', '18:00'])
    await engine.route(id)
    await engine.route(id)
    await plan()
    await openDaily(['09:00', '18:00'])
    expect(await plan()).toEqual({ queues: 1, entries: 0, moved: 1 })
    expect(await engine.callback(id)).toMatchObject({ scheduledFor: at('10:00') })
  })

  test('what waits for an opening goes to the first allowed moment at or after what was promised', async () => {
    const { id } = await engine.addCallback({ inMinutes: 5 })
    const snoozed = await engine.addCallback()
    await openDaily(['12:00', '18:00'])
    await snoozeCallback(engine.deps, { callbackId: snoozed.id, agentId, minutes: 60 })
    await engine.route(id)
    await plan()
    for (const [opens, due] of [
      ['13:00', at('13:00')],
      ['09:00', at('10:05')],
      ['14:00', at('14:00')],
    ] as const) {
      await openDaily([opens, '18:00'])
      expect(await plan()).toEqual({ queues: 1, entries: 0, moved: 1 })
      expect(await engine.callback(id)).toMatchObject({ scheduledFor: due })
    }
    const { history } = await getCallback(engine.deps, id)
    expect(history.at(-1)).toMatchObject({
      kind: 'waiting',
      details: { reason: 'closed', to: at('14:00').toISOString() },
    })
    // What an agent put off stays put off.
    expect(await engine.callback(snoozed.id)).toMatchObject({ scheduledFor: at('12:00') })
    await engine.sql`update callbacks set scheduled_for = ${at('10:05')}, promised_for = null where id = ${id}`
    engine.time.set(at('12:00'))
    await openDaily(['10:00', '11:00'])
    await plan()
    expect(await engine.callback(id)).toMatchObject({ scheduledFor: at('10:00', 3) })
  })

  test('other queues are left alone', async () => {
    await putQueue(engine.deps, { queueType: 'vip', name: 'VIP' })
    const { id } = await engine.addCallback({ queueType: 'vip' })
    await engine.route(id)
    await openDaily(['12:00', '18:00'])
    expect(await plan()).toEqual({ queues: 1, entries: 0, moved: 0 })
    expect(await engine.entryOf(id)).toMatchObject({ availableUntil: null })
  })

  test('by one process at a time, and what it leaves undone is begun again', async () => {
    await openDaily(['08:00', '18:00'])
    const { id, userId } = await engine.addCallback()
    await engine.route(id)
    await engine.sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(7264231)`
      expect(await plan()).toEqual({ queues: 0, entries: 0, moved: 0 })
    })
    await engine.sql.begin(async (tx) => {
      await tx`select from users where id = ${userId} for update`
      expect(await plan()).toMatchObject({ queues: 0 })
    })
    expect(await plan()).toEqual({ queues: 1, entries: 1, moved: 0 })
  })
})
