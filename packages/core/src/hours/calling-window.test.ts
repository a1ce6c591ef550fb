import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calendarDocument, weekdays, type CalendarDocument } from './calendar.ts'
import { callingWindow, longestLookAheadMs } from './calling-window.ts'
import { openHours } from './open-hours.ts'

const minuteMs = 60_000
const eight = { mon: [['08:00', '20:00']], tue: [['08:00', '20:00']] }

function windowOf(at: string, ...rules: [document: unknown, timeZone: string][]) {
  const asked = rules.map(([document, timeZone]) => ({ hours: openHours(calendarDocument.parse(document)), timeZone }))
  const window = callingWindow(asked, new Date(at))
  return window && [window.from.toISOString(), window.until.toISOString()]
}

test('an open moment is allowed until the day closes, a closed one from the next opening on', () => {
  const berlin = [{ week: eight }, 'Europe/Berlin'] as [unknown, string]
  expect(windowOf('2026-11-23T10:00:00Z', berlin)).toEqual(['2026-11-23T10:00:00.000Z', '2026-11-23T19:00:00.000Z'])
  expect(windowOf('2026-11-23T19:00:00Z', berlin)).toEqual(['2026-11-24T07:00:00.000Z', '2026-11-24T19:00:00.000Z'])
  expect(windowOf('2026-11-24T19:00:00Z', berlin)).toEqual(['2026-11-30T07:00:00.000Z', '2026-11-30T19:00:00.000Z'])
})

test('a customer who may be in several zones is called when it is open in all of them', () => {
  const inEach = (...zones: string[]) =>
    windowOf('2026-11-23T00:00:00Z', ...zones.map((zone): [unknown, string] => [{ week: eight }, zone]))
  expect(inEach('America/New_York', 'Pacific/Honolulu')).toEqual([
    '2026-11-23T18:00:00.000Z',
    '2026-11-24T01:00:00.000Z',
  ])
})

test('hours up to midnight go on after it', () => {
  const document = { week: { mon: [['20:00', '24:00']], tue: [['00:00', '02:00']] } }
  expect(windowOf('2026-11-23T12:00:00Z', [document, 'UTC'])).toEqual([
    '2026-11-23T20:00:00.000Z',
    '2026-11-24T02:00:00.000Z',
  ])
})

test('calendars that are never open together allow no moment', () => {
  expect(
    windowOf(
      '2026-11-23T00:00:00Z',
      [{ week: { mon: [['08:00', '12:00']] } }, 'UTC'],
      [{ week: { mon: [['12:00', '13:00']] } }, 'UTC'],
    ),
  ).toBeNull()
  expect(
    windowOf('2026-11-23T00:00:00Z', [{ week: {}, special: { '2028-01-01': [['08:00', '12:00']] } }, 'UTC']),
  ).toBeNull()
})

test('what is always open is allowed as far as anybody looks, and so is everything without a rule', () => {
  const at = new Date('2026-11-23T00:00:00Z')
  const always = { week: Object.fromEntries(weekdays.map((day) => [day, [['00:00', '24:00']]])) }
  const farthest = { from: at, until: new Date(at.getTime() + longestLookAheadMs) }
  expect(callingWindow([{ hours: openHours(calendarDocument.parse(always)), timeZone: 'Europe/Berlin' }], at)).toEqual(
    farthest,
  )
  expect(callingWindow([], at)).toEqual(farthest)
})

/** Zones whose clocks are moved in many ways, each with a moment at which they are. */
const moved: [timeZone: string, at: string][] = [
  ['Europe/Berlin', '2026-03-29T01:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00Z'],
  ['America/New_York', '2026-03-08T07:00Z'],
  ['America/St_Johns', '2026-11-01T04:30Z'],
  ['Asia/Jerusalem', '2026-03-27T00:00Z'],
  ['Asia/Beirut', '2026-03-28T22:00Z'],
  ['Africa/Cairo', '2026-04-23T22:00Z'],
  ['Africa/Cairo', '2026-10-29T21:00Z'],
  ['America/Santiago', '2026-04-05T03:00Z'],
  ['America/Santiago', '2026-09-06T04:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ['Pacific/Chatham', '2026-04-04T14:00Z'],
  ['Pacific/Chatham', '2026-09-26T14:00Z'],
  ['Africa/Casablanca', '2025-02-23T02:00Z'],
  ['Africa/Casablanca', '2025-04-06T02:00Z'],
  ['America/Havana', '2026-11-01T05:00Z'],
  ['America/Asuncion', '2024-10-06T04:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00Z'],
  ['Asia/Kolkata', '2026-06-15T00:00Z'],
]

/** What the clocks of a zone show at a minute: the date, and the minutes since midnight. */
const clocks = new Map<string, { format: Intl.DateTimeFormat; shown: Map<number, [date: string, minute: number]> }>()
function shownAt(timeZone: string, minute: number): [date: string, minute: number] {
  let clock = clocks.get(timeZone)
  if (!clock) {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
    clocks.set(timeZone, (clock = { format, shown: new Map() }))
  }
  let shown = clock.shown.get(minute)
  if (!shown) {
    const text = clock.format.format(minute * minuteMs)
    shown = [text.slice(0, 10), Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16))]
    clock.shown.set(minute, shown)
  }
  return shown
}

const minutesOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

function isOpen({ week, closed, special }: CalendarDocument, timeZone: string, minute: number): boolean {
  const [date, time] = shownAt(timeZone, minute)
  const weekday = weekdays[(new Date(date).getUTCDay() + 6) % 7]!
  const ranges = special?.[date] ?? (closed?.includes(date) ? [] : (week[weekday] ?? []))
  return ranges.some(([from, until]) => minutesOf(from) <= time && time < minutesOf(until))
}

/** Looks at minute after minute. */
function lookedUp(rules: [CalendarDocument, string][], at: number): { from: number; until: number } {
  const isAllowed = (minute: number) => rules.every(([document, zone]) => isOpen(document, zone, minute))
  let from = at
  while (!isAllowed(from)) from += 1
  let until = from
  while (isAllowed(until)) until += 1
  return { from, until }
}

const time = fc
  .integer({ min: 0, max: 96 })
  .map(
    (quarter) => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
  )
const ranges = fc
  .uniqueArray(time, { maxLength: 6 })
  .map((times) => times.toSorted())
  .map((times) =>
    times.flatMap((from, index) => (index % 2 === 0 && times[index + 1] ? [[from, times[index + 1]!]] : [])),
  )
/** Open on Thursdays in all of them, so that all meet, and closed on Friday nights, so that each stretch ends. */
function calendarsNear(at: number) {
  const dates = [-1, 0, 1].map((days) => new Date(at + days * 86_400_000).toISOString().slice(0, 10))
  return fc
    .record({
      week: fc.record(
        Object.fromEntries(
          weekdays
            .filter((day) => day !== 'thu')
            .map((day) => [day, fc.oneof(ranges, fc.constant([['00:00', '24:00']]))]),
        ),
      ),
      closed: fc.subarray(dates, { maxLength: 1 }),
      special: fc.option(fc.tuple(fc.constantFrom(...dates), ranges), { nil: undefined }),
    })
    .map(({ week, closed, special }) =>
      calendarDocument.parse({
        week: Object.assign(week, { thu: [['00:00', '24:00']], fri: [['00:00', '20:00']] }),
        closed,
        special: special && { [special[0]]: special[1] },
      }),
    )
}

const cases = fc.constantFrom(...moved).chain(([timeZone, text]) => {
  const movedAt = Date.parse(text)
  const anyZone = fc.constantFrom(...moved).map(([zone]) => zone)
  const zones = fc.array(anyZone, { maxLength: 2 }).map((others) => [timeZone].concat(others))
  return fc.record({
    rules: zones.chain((all) => fc.tuple(...all.map((zone) => fc.tuple(calendarsNear(movedAt), fc.constant(zone))))),
    at: fc.integer({ min: -2 * 1440, max: 1440 }).map((minutes) => movedAt / minuteMs + minutes),
  })
})

test('the window is what looking at minute after minute finds, on days on which clocks are moved', () => {
  fc.assert(
    fc.property(cases, ({ rules, at }) => {
      const asked = rules.map(([document, timeZone]) => ({ hours: openHours(document), timeZone }))
      const window = callingWindow(asked, new Date(at * minuteMs))!
      const found = { from: window.from.getTime() / minuteMs, until: window.until.getTime() / minuteMs }
      expect(found).toEqual(lookedUp(rules, at))
    }),
    { numRuns: 300 },
  )
})
