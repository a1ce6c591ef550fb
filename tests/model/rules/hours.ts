import type { QueueType } from '@ringback/db'
import { queueTypeOf, waiting } from './queue.ts'
import { routeTogether } from './routing.ts'
import { type Callback, type Entry, type Expected, minute, refused, type World } from './world.ts'

/** Open in these minutes of each ten, from 10:00 to 14:00 UTC on every day. */
export interface Hours {
  from: number
  until: number
}

export interface Calendar {
  hours: Hours
  updatedAt: number
}

export interface Window {
  from: number
  /** Null when it has no end. */
  until: number | null
}

const slot = 10 * minute
const knownEverywhereMs = 10_000

/** The stretch at or after `at` in which all of these are open. */
function windowOf(hours: Hours[], at: number): Window {
  if (hours.length === 0) return { from: at, until: null }
  const [opens, closes] = [Math.max(...hours.map(({ from }) => from)), Math.min(...hours.map(({ until }) => until))]
  for (let start = Math.floor(at / slot) * slot; ; start += slot) {
    const hour = new Date(start).getUTCHours()
    const until = start + closes * minute
    if (hour >= 10 && hour < 14 && at < until) return { from: Math.max(at, start + opens * minute), until }
  }
}

export interface OfPromise {
  queueType: QueueType
  asksForTime: boolean
  attempts: number
}

/** When a promise may be called. Who asked for a time has the quiet hours off for the first call. */
export function windowFor(world: World, { queueType, asksForTime, attempts }: OfPromise, at: number): Window {
  const { openingHours, quietHours } = world.policies.get(queueType) ?? {}
  const quiet = asksForTime && attempts === 0 ? undefined : quietHours?.['*']
  const named = [openingHours, quiet].flatMap((id) => (id === undefined ? [] : world.calendars.get(id)!.hours))
  return windowOf(named, at)
}

/** The same for a callback, where it is or would be routed. */
export function windowOfCallback(world: World, callback: Callback, at: number): Window {
  return windowFor(world, { ...callback, queueType: queueTypeOf(world, callback.userId, callback) }, at)
}

/** Whether any queue keeps hours. */
function areHoursKept({ policies }: World): boolean {
  return [...policies.values()].some(({ openingHours, quietHours }) => openingHours ?? quietHours)
}

/** The entry of a customer ends with the window that holds now. */
export function renewWindow(world: World, entry: Entry | undefined): void {
  if (!entry?.callback || entry.claim || !areHoursKept(world)) return
  const from = Math.max(entry.availableFrom, world.now)
  const window = windowFor(world, { ...entry.callback, queueType: entry.queueType }, from)
  entry.availableUntil = window.from === from ? window.until : world.now
}

/** The time of a promise that is about to be made: null when its customer may not be called then, and none other will do. */
export function allowedTime(
  world: World,
  promise: OfPromise,
  { scheduledFor, whenClosed }: { scheduledFor: number; whenClosed: 'next-opening' | undefined },
): { at: number } | { refusal: Expected } {
  const from = Math.max(scheduledFor, world.now)
  const opening = windowFor(world, promise, from).from
  if (opening === from) return { at: scheduledFor }
  return whenClosed ? { at: opening } : { refusal: outsideHours(opening) }
}

export function outsideHours(opening: number): Expected {
  const { status, body } = refused(409, 'outside-calling-hours')
  return { status, body: { ...body, nextAllowedAt: new Date(opening).toISOString() } }
}

/** A callback waits for the next opening. */
export function waitForOpening(callback: Callback, at: number): void {
  const why = { retryAt: null, unplacedBecause: 'closed' as const, ownerAwaitedUntil: null }
  Object.assign(callback, { status: 'pending', scheduledFor: at, ...why })
}

export function putCalendar(world: World, id: string, hours: Hours): Expected {
  const isNew = !world.calendars.has(id)
  world.calendars.set(id, { hours, updatedAt: world.now })
  return { status: isNew ? 201 : 200, body: { id } }
}

export function deleteCalendar(world: World, id: string): Expected {
  if (!world.calendars.has(id)) return refused(404, 'calendar-not-found')
  const isNamed = [...world.policies.values()].some((policy) => calendarsOf(policy).includes(id))
  if (isNamed) return refused(409, 'calendar-in-use')
  world.calendars.delete(id)
  return { status: 204 }
}

export function calendarsOf({ openingHours, quietHours }: { openingHours?: string; quietHours?: { '*': string } }) {
  return [openingHours, quietHours?.['*']].flatMap((id) => id ?? [])
}

/** Entries whose hours are over are routed again. Returns how many these were. */
export function takeOutClosed(world: World): { closed: number; left: number } {
  const closed = waiting(world).filter(({ availableUntil }) => availableUntil !== null && availableUntil <= world.now)
  routeTogether(
    world,
    closed.map(({ callback }) => callback!),
  )
  return { closed: closed.length, left: 0 }
}

/** The open callbacks of queues whose hours have changed are planned anew. */
export function planAnew(world: World): { queues: number; entries: number; moved: number } {
  const planned = { queues: 0, entries: 0, moved: 0 }
  for (const queueType of [...world.queueTypes].toSorted()) {
    const policy = world.policies.get(queueType) ?? {}
    const calendars = calendarsOf(policy).map((id) => world.calendars.get(id)!)
    const changedAt = Math.max(
      world.policiesWrittenAt.get(queueType) ?? 0,
      ...calendars.map(({ updatedAt }) => updatedAt),
    )
    const { openingHours, quietHours } = policy
    const hours = JSON.stringify([openingHours, quietHours, calendars.map((calendar) => calendar.hours)])
    const by = calendars.length === 0 ? null : hours
    if (by === (world.plannedBy.get(queueType) ?? null) || world.now - changedAt < knownEverywhereMs) continue
    for (const callback of world.callbacks) {
      const isOfQueue = queueTypeOf(world, callback.userId, callback) === queueType
      if (callback.unplacedBecause !== 'closed' || callback.status !== 'pending' || !isOfQueue) continue
      const at = firstAllowed(world, callback)
      if (at === callback.scheduledFor) continue
      waitForOpening(callback, at)
      planned.moved++
    }
    for (const isAssigned of [false, true]) {
      const entries = waiting(world).filter(
        (entry) => entry.callback && entry.queueType === queueType && (entry.assignedTo !== null) === isAssigned,
      )
      planned.entries += entries.length
      routeTogether(
        world,
        entries.map(({ callback }) => callback!),
      )
    }
    world.plannedBy.set(queueType, by)
    planned.queues++
  }
  return planned
}

/** At or after what was promised; one that is over by now is due at once, unless it is closed now. */
function firstAllowed(world: World, callback: Callback): number {
  const first = windowOfCallback(world, callback, callback.promisedFor).from
  if (first >= world.now) return first
  const next = windowOfCallback(world, callback, world.now).from
  return next > world.now ? next : first
}
