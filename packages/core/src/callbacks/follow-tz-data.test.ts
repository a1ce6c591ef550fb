import { execFileSync } from 'node:child_process'
import { engineFacts } from '@ringback/db'
import { monday, openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  addMilliseconds,
  claimNextCall,
  DomainError,
  followTzData,
  followWallClock,
  momentOfLocalTime,
  monitor,
  releaseClaim,
  rescheduleCallback,
  scheduleCallback,
  snoozeCallback,
  type Deps,
  type TzData,
} from '../index.ts'
import { scheduleWithin } from './schedule.ts'

const hourMs = 60 * 60_000
const berlin = { localTime: '2026-03-02T15:00:00', timeZone: 'Europe/Berlin' }

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

/** A process whose zones are `earlier` hours ahead of what they are here. */
function processWith(version: string, earlier = 0): Deps {
  const tzData: TzData = {
    version,
    momentOfLocalTime(local, timeZone) {
      const moment = momentOfLocalTime(local, timeZone)
      return { ...moment, at: addMilliseconds(moment.at, -earlier * hourMs) }
    },
  }
  return { ...engine.deps, tzData }
}

async function promise(deps: Deps, time: Partial<Parameters<typeof scheduleCallback>[1]> = berlin) {
  return scheduleCallback(deps, { userId: await engine.addUser(), ...time })
}

async function historyOf(callbackId: string) {
  const rows = await engine.sql<{ kind: string; details: object }[]>`
    select kind, details from callback_notifications where callback_id = ${callbackId} order by id`
  return [...rows]
}

test('newer time zone data moves what was promised by the clock on a wall, and nothing else', async () => {
  const [older, newer] = [processWith('2025c'), processWith('2026a', 1)]
  expect(await followTzData(older)).toEqual({ seen: '2025c', isBehind: false, moved: 0 })
  const byClock = await promise(older)
  const ofMoment = await promise(older, { scheduledFor: byClock.scheduledFor })
  const { callback: snoozed } = await snoozeCallback(older, {
    callbackId: (await promise(older)).id,
    agentId: await engine.addAgent(),
    minutes: 5,
  })

  expect(await followTzData(newer)).toEqual({ seen: '2026a', isBehind: false, moved: 1 })
  expect(await engine.callback(byClock.id)).toMatchObject({
    ...berlin,
    scheduledFor: new Date('2026-03-02T13:00:00Z'),
    promisedFor: null,
  })
  expect(await historyOf(byClock.id)).toMatchObject([
    { kind: 'scheduled' },
    {
      kind: 'rescheduled',
      details: { from: '2026-03-02T14:00:00.000Z', to: '2026-03-02T13:00:00.000Z', reason: 'tzdata' },
    },
  ])
  for (const { id, scheduledFor } of [ofMoment, snoozed]) {
    expect((await engine.callback(id)).scheduledFor).toEqual(scheduledFor)
  }
})

test('a queued one leaves its queue, and what is being called stays until it is given back', async () => {
  const [older, newer] = [processWith('2025c'), processWith('2026a', -2)]
  engine.time.set(new Date('2026-03-02T14:00:00Z'))
  const agentId = await engine.addAgent('available')
  const claimed = await promise(older, { ...berlin, preferredAgentId: agentId })
  await engine.route(claimed.id)
  const call = await claimNextCall(older, { agentId })
  const queued = await promise(older)
  await engine.route(queued.id)
  expect(await engine.entryOf(queued.id)).toBeDefined()

  expect(await followTzData(newer)).toMatchObject({ moved: 1 })
  expect(await engine.entryOf(queued.id)).toBeUndefined()
  expect(await engine.callback(queued.id)).toMatchObject({
    status: 'pending',
    isQueued: false,
    scheduledFor: new Date('2026-03-02T16:00:00Z'),
  })
  // Nor when it is claimed after the look and before the lock.
  expect(await followWallClock(newer, claimed.id)).toBe(false)
  expect(await engine.callback(claimed.id)).toMatchObject({
    status: 'in_progress',
    scheduledFor: new Date('2026-03-02T14:00:00Z'),
  })

  await releaseClaim(older, { queueEntryId: call!.queueEntry.id, agentId })
  expect(await followTzData(newer)).toMatchObject({ moved: 0 })
  engine.time.advance(24 * hourMs)
  expect(await followTzData(newer)).toMatchObject({ moved: 1 })
  expect((await engine.callback(claimed.id)).scheduledFor).toEqual(new Date('2026-03-02T16:00:00Z'))
})

test('a process with older data promises nothing by a clock, moves nothing, and is told of', async () => {
  const [older, newer] = [processWith('2025c', 1), processWith('2026a')]
  await followTzData(newer)
  const { id } = await promise(newer)

  const refused = { code: 'tzdata-behind', message: expect.stringContaining('2026a') }
  await expect(promise(older)).rejects.toMatchObject(refused)
  await expect(rescheduleCallback(older, { callbackId: id, ...berlin })).rejects.toMatchObject(refused)
  await expect(promise(older)).rejects.toThrow(DomainError)
  await promise(older, { scheduledFor: monday })
  await rescheduleCallback(older, { callbackId: id, scheduledFor: monday })
  await rescheduleCallback(newer, { callbackId: id, ...berlin })

  engine.time.advance(24 * hourMs)
  expect(await followTzData(older)).toEqual({ seen: '2026a', isBehind: true, moved: 0 })
  expect((await engine.callback(id)).scheduledFor).toEqual(new Date('2026-03-02T14:00:00Z'))
  const standing = async () => (await monitor(newer, { hours: 1 })).alerts.map(({ name }) => name)
  expect(await standing()).toContain('tzdata-behind')
  engine.time.advance(3 * 60_000)
  expect(await standing()).not.toContain('tzdata-behind')
})

test('a promise that is just being made by older data is waited for, and moved', async () => {
  const [older, newer] = [processWith('2025c'), processWith('2026a', 1)]
  await followTzData(older)
  const userId = await engine.addUser()
  let go!: () => void
  let isMade!: () => void
  const gate = new Promise<void>((resolve) => (go = resolve))
  const made = new Promise<void>((resolve) => (isMade = resolve))
  const making = older.transact(async (tx) => {
    const callback = await scheduleWithin(older, tx, { userId, ...berlin })
    isMade()
    await gate
    return callback
  })
  await made
  const following = followTzData(newer)
  await engine.untilWaiting(1)
  go()
  expect(await following).toMatchObject({ moved: 1 })
  expect((await engine.callback((await making).id)).scheduledFor).toEqual(new Date('2026-03-02T13:00:00Z'))
})

test('a zone that is not known keeps no other promise from being moved', async () => {
  const [older, newer] = [processWith('2025c'), processWith('2026a', 1)]
  const [unknown, known] = [await promise(older), await promise(older)]
  await engine.sql`update callbacks set time_zone = 'Europe/Atlantis' where id = ${unknown.id}`
  expect(await followTzData(newer)).toMatchObject({ moved: 1 })
  expect((await engine.callback(known.id)).scheduledFor).toEqual(new Date('2026-03-02T13:00:00Z'))
  expect(engine.logged).toContainEqual(expect.objectContaining({ callbackId: unknown.id, reason: 'RangeError' }))
})

test('what Postgres has lost by going back in time is noted again', async () => {
  const newer = processWith('2026a')
  await followTzData(newer)
  await engineFacts.note(engine.sql, 'tzdata', '2025c', monday)
  await followTzData(newer)
  expect((await engineFacts.list(engine.sql)).find(({ name }) => name === 'tzdata')?.value).toBe('2026a')
})

/** Of another Node.js that is on this machine, if there is one: 15:00 in Vancouver on 15 December 2026. */
function elsewhere(): { version: string; at: string } | undefined {
  const script = `
    const shown = (at) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Vancouver', dateStyle: 'short', timeStyle: 'short' }).format(at)
    const at = [22, 23].map((hour) => new Date(Date.UTC(2026, 11, 15, hour))).find((one) => shown(one) === '2026-12-15 15:00')
    console.log(JSON.stringify({ version: process.versions.tz, at }))`
  try {
    return JSON.parse(execFileSync('/usr/bin/node', ['-e', script], { encoding: 'utf8' }))
  } catch {
    return undefined
  }
}

const other = elsewhere()
const vancouver = { localTime: '2026-12-15T15:00:00', timeZone: 'America/Vancouver' }
const here = momentOfLocalTime(vancouver.localTime, vancouver.timeZone).at

test.skipIf(!other || other.version >= process.versions.tz! || other.at === here.toISOString())(
  'what an older Node.js promised is moved by this one',
  async () => {
    const older: Deps = {
      ...engine.deps,
      tzData: { version: other!.version, momentOfLocalTime: () => ({ at: new Date(other!.at), timeAdjusted: null }) },
    }
    await followTzData(older)
    const { id } = await promise(older, vancouver)
    expect(await followTzData(engine.deps)).toMatchObject({ moved: 1 })
    expect((await engine.callback(id)).scheduledFor).toEqual(here)
    expect((await historyOf(id)).filter(({ kind }) => kind === 'rescheduled')).toMatchObject([
      { details: { from: other!.at, to: here.toISOString(), reason: 'tzdata' } },
    ])
  },
)
