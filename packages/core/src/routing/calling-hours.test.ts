import { callQueue, type PolicyOverrides } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  claimNextCall,
  closeSession,
  getCallback,
  peekNextCall,
  putCalendar,
  putPolicy,
  putQueueUser,
  putSession,
  putUser,
  recordOutcome,
  releaseClaim,
  rescheduleCallback,
  scheduleCallback,
  scheduleUnlessPromised,
  snoozeCallback,
  takeOutClosed,
  type CalendarDocument,
  type PolicyDocument,
} from '../index.ts'

const minute = 60_000
const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const daily = (...ranges: [string, string][]): CalendarDocument => ({
  week: Object.fromEntries(everyDay.map((day) => [day, ranges])),
})

// 10:00 in UTC on Monday, 2 March 2026.
let engine: TestEngine
let agentId: number
beforeEach(async () => {
  engine = await openTestEngine()
  agentId = await engine.addAgent('available')
})
afterEach(() => engine.close())

const at = (text: string) => new Date(text.length > 5 ? text : `2026-03-02T${text}:00Z`)
const now = (text: string) => engine.time.set(at(text))

/** The default queue is open so, by the clocks of UTC. */
async function openDaily(...ranges: [string, string][]) {
  await putCalendar(engine.deps, { id: 'office', document: { ...daily(...ranges), timeZone: 'UTC' } })
  await put({ openingHours: 'office' })
}

const put = (document: PolicyDocument) => putPolicy(engine.deps, { queueType: 'outstanding_requests', document })

const outside = (nextAllowedAt: string) => ({ code: 'outside-calling-hours', nextAllowedAt: at(nextAllowedAt) })
const waitings = async (id: string) =>
  (await getCallback(engine.deps, id)).history.filter(({ kind }) => kind === 'waiting').map(({ details }) => details)

test('a calendar that is gone or cannot be read holds nobody back, and the latter is told once', async () => {
  await openDaily(['12:00', '18:00'])
  await putCalendar(engine.deps, { id: 'other', document: daily(['12:00', '18:00']) })
  await put({ openingHours: 'office', quietHours: { '*': 'other' } })
  await engine.sql`update calendars set document = '{"week": 1}' where id = 'office'`
  await engine.sql`delete from calendars where id = 'other'`
  engine.deps.calendars.forget()
  const { id } = await engine.addCallback()
  await engine.route(id)
  engine.deps.calendars.forget()
  await engine.route(id)
  expect(await engine.entryOf(id)).toMatchObject({ availableUntil: null })
  expect(engine.logged.filter(({ msg }) => msg === 'calendar cannot be read')).toHaveLength(1)
})

test('without a policy that names hours no calendar is read, and an entry has no end', async () => {
  await put({ refusalsBlock: true })
  const asked = { count: 0 }
  const calendars = { ...engine.deps.calendars, all: () => (asked.count++, engine.deps.calendars.all(engine.sql)) }
  const deps = { ...engine.deps, calendars }
  await scheduleCallback(deps, { userId: await engine.addUser(), scheduledFor: at('23:00') })
  const { id } = await engine.addCallback()
  await engine.route(id)
  expect(await engine.entryOf(id)).toMatchObject({ availableUntil: null })
  expect(asked.count).toBe(0)
})

describe('a promise that is made', () => {
  beforeEach(() => openDaily(['08:00', '18:00']))

  test('for a time outside the hours is refused with the next one', async () => {
    const userId = await engine.addUser()
    const promise = { userId, scheduledFor: at('18:00') }
    await expect(scheduleCallback(engine.deps, promise)).rejects.toMatchObject(outside('2026-03-03T08:00:00Z'))
    await expect(scheduleUnlessPromised(engine.deps, promise)).rejects.toMatchObject(outside('2026-03-03T08:00:00Z'))
    expect(await scheduleCallback(engine.deps, { ...promise, scheduledFor: at('17:59') })).toMatchObject({
      promisedFor: null,
    })
  })

  test('for a time that is over is one for now', async () => {
    const userId = await engine.addUser()
    await scheduleCallback(engine.deps, { userId, scheduledFor: at('03:00') })
    now('20:00')
    await expect(scheduleCallback(engine.deps, { userId, scheduledFor: at('12:00') })).rejects.toMatchObject(
      outside('2026-03-03T08:00:00Z'),
    )
  })

  test('is one for the next opening when that is asked for', async () => {
    const asked = { localTime: '2026-03-02T21:00:00', timeZone: 'Europe/Berlin', whenClosed: 'next-opening' as const }
    const promise = await scheduleCallback(engine.deps, { userId: await engine.addUser(), ...asked })
    const opening = at('2026-03-03T08:00:00Z')
    expect(promise).toMatchObject({ scheduledFor: opening, promisedFor: null, localTime: null })
    const moved = await rescheduleCallback(engine.deps, {
      callbackId: promise.id,
      scheduledFor: at('2026-03-04T22:00:00Z'),
      whenClosed: 'next-opening',
    })
    expect(moved.callback).toMatchObject({ scheduledFor: at('2026-03-05T08:00:00Z'), promisedFor: null })
  })

  test('is rescheduled to a time inside the hours only', async () => {
    const { id } = await engine.addCallback({ inMinutes: 60 })
    const moved = { callbackId: id, scheduledFor: at('19:00') }
    await expect(rescheduleCallback(engine.deps, moved)).rejects.toMatchObject(outside('2026-03-03T08:00:00Z'))
    expect(await engine.callback(id)).toMatchObject({ scheduledFor: at('11:00') })
  })

  test('with an outcome is held to the hours as well, and the outcome with it', async () => {
    const { id } = await engine.addCallback()
    await engine.route(id)
    const { callSessionId } = (await claimNextCall(engine.deps, { agentId }))!
    const outcome = { callSessionId, outcomeType: 'callback_requested' as const }
    const nextCallback = { scheduledFor: at('19:00') }
    await expect(recordOutcome(engine.deps, { ...outcome, nextCallback })).rejects.toMatchObject(
      outside('2026-03-03T08:00:00Z'),
    )
    expect(await engine.callback(id)).toMatchObject({ status: 'in_progress' })
    const asked = { ...nextCallback, whenClosed: 'next-opening' as const }
    const recorded = await recordOutcome(engine.deps, { ...outcome, nextCallback: asked })
    expect(recorded.nextCallback).toMatchObject({ scheduledFor: at('2026-03-03T08:00:00Z') })
    expect(await recordOutcome(engine.deps, { ...outcome, nextCallback: asked })).toEqual(recorded)
  })

  test('that can be kept at no time is refused', async () => {
    await putCalendar(engine.deps, {
      id: 'once',
      document: { week: {}, special: { '2026-01-01': [['08:00', '09:00']] } },
    })
    await put({ openingHours: 'once' })
    await expect(engine.addCallback()).rejects.toMatchObject({ code: 'never-allowed' })
  })

  test('is accepted inside the hours only, and its entry ends with them', async () => {
    const { id } = await engine.addCallback({ inMinutes: 60 })
    now('18:00')
    await expect(acceptCallback(engine.deps, { callbackId: id, agentId })).rejects.toMatchObject(
      outside('2026-03-03T08:00:00Z'),
    )
    now('17:59')
    const { queueEntry } = await acceptCallback(engine.deps, { callbackId: id, agentId })
    expect(queueEntry).toMatchObject({ availableUntil: at('18:00') })
  })
})

test('what is snoozed past the hours goes to the next opening, and what was told stays', async () => {
  await openDaily(['08:00', '18:00'])
  const { id } = await engine.addCallback({ inMinutes: 450 }) // 17:30
  await snoozeCallback(engine.deps, { callbackId: id, agentId, minutes: 20 })
  expect(await engine.callback(id)).toMatchObject({ scheduledFor: at('17:50') })
  await snoozeCallback(engine.deps, { callbackId: id, agentId, minutes: 20 })
  expect(await engine.callback(id)).toMatchObject({
    scheduledFor: at('2026-03-03T08:00:00Z'),
    promisedFor: at('17:30'),
  })
})

test('what is tried again past the hours goes to the next opening', async () => {
  await openDaily(['08:00', '18:00'])
  await put({ openingHours: 'office', retries: { maxAttempts: 3, maxPerDay: 3, minutes: { busy: [60] } } })
  const { id } = await engine.addCallback()
  await engine.route(id)
  now('17:30')
  const { callSessionId } = (await claimNextCall(engine.deps, { agentId }))!
  const { retry } = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'busy' })
  expect(retry).toEqual({ at: at('2026-03-03T08:00:00Z'), attempt: 2 })
  expect(await engine.callback(id)).toMatchObject({ status: 'pending', promisedFor: at('10:00') })
})

describe('a callback that is routed', () => {
  test('while it is closed waits for the opening, and is in nobody’s way', async () => {
    const { id, userId } = await engine.addCallback()
    await putQueueUser(engine.deps, { userId, queueType: 'outstanding_requests', priorityScore: 1 })
    await openDaily(['12:00', '18:00'])
    expect(await engine.route(id)).toEqual([{ kind: 'deferred' }])
    expect(await engine.callback(id)).toMatchObject({
      status: 'pending',
      isQueued: false,
      scheduledFor: at('12:00'),
      promisedFor: at('10:00'),
    })
    expect(await waitings(id)).toEqual([
      {
        reason: 'closed',
        from: at('10:00').toISOString(),
        to: at('12:00').toISOString(),
        policyVersion: 1,
        runId: null,
      },
    ])
    // The customer's ordinary place has no hours.
    expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { userId, callbackId: null } })
    now('11:50')
    expect(await engine.foundByTick()).toEqual([])
    now('11:55')
    expect(await engine.foundByTick()).toEqual([id])
  })

  test('while it is open can be had until it closes', async () => {
    await openDaily(['08:00', '12:00'], ['13:00', '18:00'])
    const { id } = await engine.addCallback()
    await engine.route(id)
    expect(await engine.entryOf(id)).toMatchObject({ availableUntil: at('12:00') })
    const unavailable = () => Promise.resolve({ kind: 'unavailable' as const })
    const withoutLanes = { ...engine.deps, lanes: { ...engine.deps.lanes, take: unavailable, peek: unavailable } }
    for (const deps of [engine.deps, withoutLanes]) {
      now('12:00') // At this very moment it is closed.
      expect(await peekNextCall(deps, { agentId })).toBeUndefined()
      expect(await claimNextCall(deps, { agentId })).toBeUndefined()
      now('11:59')
      expect(await peekNextCall(deps, { agentId })).toMatchObject({ callback: { id } })
    }
    expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ callback: { id } })
  })

  test('is given to nobody who becomes available when it closes, and takes no other one’s turn', async () => {
    await openDaily(['08:00', '12:00'])
    await putSession(engine.deps, { agentId, status: 'busy' })
    const closing = await engine.addCallback({ inMinutes: 0 })
    const other = await engine.addCallback({ inMinutes: 1, queueType: 'unsigned_users' })
    await engine.route(closing.id, other.id)
    now('12:00')
    await putSession(engine.deps, { agentId, status: 'available' })
    expect(await engine.entryOf(closing.id)).toMatchObject({ assignedToAgentId: null })
    expect(await engine.entryOf(other.id)).toMatchObject({ assignedToAgentId: agentId })
  })

  test('ahead of its time has the window that its time lies in', async () => {
    await openDaily(['08:00', '12:00'], ['12:02', '18:00'])
    const first = await engine.addCallback({ inMinutes: 122 })
    now('11:58')
    await engine.route(first.id)
    expect(await engine.entryOf(first.id)).toMatchObject({
      availableFrom: at('12:02'),
      availableUntil: at('18:00'),
    })
  })

  test('accepted or not, leaves its queue when it closes, and comes back with the opening', async () => {
    await openDaily(['08:00', '18:00'])
    const { id, userId } = await engine.addCallback()
    const accepted = await engine.addCallback({ inMinutes: 24 * 60 })
    await putQueueUser(engine.deps, { userId, queueType: 'outstanding_requests', priorityScore: 1 })
    await engine.route(id)
    await acceptCallback(engine.deps, { callbackId: accepted.id, agentId })
    expect(await takeOutClosed(engine.deps)).toEqual({ closed: 0, left: 0 })
    now('18:00')
    expect(await takeOutClosed(engine.deps)).toEqual({ closed: 2, left: 0 })
    expect(await takeOutClosed(engine.deps)).toEqual({ closed: 0, left: 0 })
    expect(await engine.callback(id)).toMatchObject({
      status: 'pending',
      isQueued: false,
      scheduledFor: at('2026-03-03T08:00:00Z'),
      promisedFor: at('10:00'),
    })
    // What was accepted ahead of its time has that time still.
    expect(await engine.callback(accepted.id)).toMatchObject({
      status: 'pending',
      preferredAgentId: agentId,
      scheduledFor: at('2026-03-03T10:00:00Z'),
      promisedFor: null,
    })
    expect(await callQueue.getLiveOfUser(engine.sql, userId)).toMatchObject({ callbackId: null })
    const { history } = await getCallback(engine.deps, id)
    expect(history.at(-1)).toMatchObject({ kind: 'waiting', actor: { role: 'engine' } })
    now('2026-03-03T07:56:00Z')
    await engine.route(...(await engine.foundByTick()))
    expect(await engine.entryOf(id)).toMatchObject({ availableUntil: at('2026-03-03T18:00:00Z') })
  })

  test('that is claimed when it closes is left to its agent, and leaves when it is given back', async () => {
    await openDaily(['08:00', '18:00'])
    const { id } = await engine.addCallback()
    await engine.route(id)
    now('17:59')
    const { queueEntry } = (await claimNextCall(engine.deps, { agentId }))!
    now('18:30')
    expect(await takeOutClosed(engine.deps)).toEqual({ closed: 0, left: 0 })
    await releaseClaim(engine.deps, { queueEntryId: queueEntry.id })
    expect(await claimNextCall(engine.deps, { agentId })).toBeUndefined()
    expect(await takeOutClosed(engine.deps)).toEqual({ closed: 1, left: 0 })
    expect(await engine.callback(id)).toMatchObject({ scheduledFor: at('2026-03-03T08:00:00Z') })
  })

  test('whose hours are others when it is given back ends with those', async () => {
    await openDaily(['08:00', '18:00'])
    const { id } = await engine.addCallback()
    await engine.route(id)
    const { queueEntry } = (await claimNextCall(engine.deps, { agentId }))!
    await openDaily(['08:00', '17:00'])
    const given = await releaseClaim(engine.deps, { queueEntryId: queueEntry.id })
    expect(given).toEqual(await engine.entryOf(id))
    expect(given).toMatchObject({ availableUntil: at('17:00') })
    await claimNextCall(engine.deps, { agentId })
    await openDaily(['12:00', '17:00'])
    await closeSession(engine.deps, agentId)
    const other = await engine.addAgent('available')
    expect(await claimNextCall(engine.deps, { agentId: other })).toBeUndefined()
  })

  test('that had to leave for another one does not come back while it is closed', async () => {
    await openDaily(['08:00', '18:00'])
    const first = await engine.addCallback({ inMinutes: 60 })
    await acceptCallback(engine.deps, { callbackId: first.id, agentId })
    const second = await engine.addCallback({ userId: first.userId, inMinutes: 120 })
    const other = await engine.addAgent('available')
    await acceptCallback(engine.deps, { callbackId: second.id, agentId: other })
    const { callSessionId } = (await claimNextCall(engine.deps, { agentId: other }))!
    now('18:00')
    await putQueueUser(engine.deps, { userId: first.userId, queueType: 'outstanding_requests', priorityScore: 1 })
    await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
    expect(await engine.callback(first.id)).toMatchObject({
      status: 'pending',
      scheduledFor: at('2026-03-03T08:00:00Z'),
    })
    expect(await callQueue.getLiveOfUser(engine.sql, first.userId)).toMatchObject({ callbackId: null })
  })

  test('where nothing opens waits as long as anybody looks ahead', async () => {
    const { id } = await engine.addCallback()
    await putCalendar(engine.deps, {
      id: 'once',
      document: { week: {}, special: { '2026-01-01': [['08:00', '09:00']] } },
    })
    await put({ openingHours: 'once' })
    await engine.route(id)
    expect(await engine.callback(id)).toMatchObject({ scheduledFor: at('2027-03-07T10:00:00Z') })
  })
})

test('the lanes pass over what is closed, however much that is, and are equal to Postgres', async () => {
  await openDaily(['08:00', '18:00'])
  const callbacks = await Promise.all(Array.from({ length: 30 }, () => engine.addCallback()))
  await engine.route(...callbacks.map(({ id }) => id))
  const userId = await engine.addUser()
  await putQueueUser(engine.deps, { userId, queueType: 'unsigned_users', priorityScore: 1 })
  await engine.reconcile()
  const queueTypes = ['outstanding_requests', 'unsigned_users']
  const first = (how: 'peek' | 'take') => engine.deps.lanes[how]({ agentId, queueTypes, now: engine.time.now() })
  const ordinary = { kind: 'entry', id: (await callQueue.getLiveOfUser(engine.sql, userId))!.id }
  const [{ id }] = callbacks as [(typeof callbacks)[number]]
  now('17:59')
  expect(await first('peek')).toEqual({ kind: 'entry', id: (await engine.entryOf(id))!.id })
  now('18:00')
  expect(await first('peek')).toEqual(ordinary)
  expect(await first('take')).toEqual(ordinary)
  expect(await first('take')).toEqual({ kind: 'empty' })
  await engine.deps.lanes.putBack(await callQueue.listByIds(engine.sql, [ordinary.id]), engine.time.now())
  expect(await first('peek')).toEqual(ordinary)
  for (let pass = 0; pass < 3; pass++) expect(await engine.reconcile()).toMatchObject({ kind: 'caught-up' })
  // One whose window has become longer can be had again.
  await engine.sql`update callbacks set policy = '{"quietHours":"off"}' where id = ${id}`
  await openDaily(['08:00', '20:00'])
  await engine.route(id)
  expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ callback: { id } })
})

describe('quiet hours', () => {
  const us = (policy: PolicyOverrides | null, userId: string) =>
    scheduleCallback(engine.deps, { userId, scheduledFor: at('15:00'), policy })

  beforeEach(async () => {
    await putCalendar(engine.deps, { id: 'us', document: daily(['08:00', '21:00']) })
    await putCalendar(engine.deps, { id: 'florida', document: daily(['08:00', '20:00']) })
    await put({
      quietHours: { US: 'us', 'US-FL': 'florida' },
      retries: { maxAttempts: 3, maxPerDay: 3, minutes: { busy: [1] } },
    })
  })

  test('hold in every zone that the customer may be in, and not where none are named', async () => {
    const userId = await engine.addUser()
    // From New York to Honolulu: 8 o'clock there is 18:00 in UTC.
    await expect(us(null, userId)).rejects.toMatchObject(outside('18:00'))
    await putUser(engine.deps, { userId, name: 'A', timeZone: 'America/New_York' })
    const { id } = await us(null, userId)
    now('15:00')
    await engine.route(id)
    expect(await engine.entryOf(id)).toMatchObject({ availableUntil: at('2026-03-03T02:00:00Z') })
    await putUser(engine.deps, { userId, name: 'A', region: 'US-FL' })
    expect(await engine.entryOf(id)).toMatchObject({ availableUntil: at('2026-03-03T01:00:00Z') })
    await putUser(engine.deps, { userId, name: 'A', region: 'DE' })
    expect(await engine.entryOf(id)).toMatchObject({ availableUntil: null })
    // Where it is seven in the morning nobody is called from now on.
    await putUser(engine.deps, { userId, name: 'A', region: 'US', timeZone: 'America/Los_Angeles' })
    expect(await claimNextCall(engine.deps, { agentId })).toBeUndefined()
    expect(await takeOutClosed(engine.deps)).toEqual({ closed: 1, left: 0 })
    expect(await engine.callback(id)).toMatchObject({ scheduledFor: at('16:00') })
  })

  test('that the customer has waived hold again for the second call', async () => {
    const { id } = await us({ quietHours: 'off' }, await engine.addUser())
    expect((await getCallback(engine.deps, id)).history).toMatchObject([
      { kind: 'scheduled', details: { quietHours: 'off' } },
    ])
    now('15:00')
    await engine.route(id)
    expect(await engine.entryOf(id)).toMatchObject({ availableUntil: null })
    const { callSessionId } = (await claimNextCall(engine.deps, { agentId }))!
    const { retry } = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'busy' })
    expect(retry).toMatchObject({ at: at('18:00') })
  })

  test.each([
    ['2026-03-07T10:00:00Z', '2026-03-08T12:00:00Z'], // The clocks of New York skip 2 o'clock in that night.
    ['2026-10-31T10:00:00Z', '2026-11-01T13:00:00Z'],
  ])('are those of the clock on the wall: %s', async (start, opening) => {
    engine.time.set(at(start))
    const userId = await engine.addUser()
    await putUser(engine.deps, { userId, name: 'A', timeZone: 'America/New_York' })
    const promise = { userId, scheduledFor: new Date(at(opening).getTime() - minute) }
    await expect(scheduleCallback(engine.deps, promise)).rejects.toMatchObject(outside(opening))
  })
})
