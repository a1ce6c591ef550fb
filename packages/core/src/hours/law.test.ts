import { expect, test } from 'vitest'
import { calendarDocument } from './calendar.ts'
import { callingWindow } from './calling-window.ts'
import { holidayDates } from './holidays.ts'
import { lawCalendars, sourceOf } from './law.ts'
import { openHours } from './open-hours.ts'

test('each says its rule, where and when that was read, and that it is no advice', () => {
  for (const { id, document } of lawCalendars) {
    expect(calendarDocument.parse(document)).toEqual(document)
    expect(document.timeZone, `${id} is read where the customer is`).toBeUndefined()
    expect(sourceOf(id)).toMatchObject({
      url: expect.stringMatching(/^https?:\/\//),
      checkedOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      notice: expect.stringContaining('No legal advice'),
    })
  }
})

test.each([
  ['law:us', 'America/New_York', '2026-11-22T12:00:00Z', '2026-11-22T13:00:00Z', '2026-11-23T02:00:00Z'],
  ['law:us-8-20', 'America/New_York', '2026-11-22T12:00:00Z', '2026-11-22T13:00:00Z', '2026-11-23T01:00:00Z'],
  // Armistice Day is a Wednesday; at lunch nobody is called.
  ['law:fr', 'Europe/Paris', '2026-11-10T20:00:00Z', '2026-11-12T09:00:00Z', '2026-11-12T12:00:00Z'],
  ['law:de', 'Europe/Berlin', '2026-11-28T18:00:00Z', '2026-11-30T07:00:00Z', '2026-11-30T19:00:00Z'],
  ['law:it', 'Europe/Rome', '2026-12-07T20:00:00Z', '2026-12-09T09:00:00Z', '2026-12-09T18:00:00Z'],
  ['law:es', 'Europe/Madrid', '2026-11-27T21:00:00Z', '2026-11-30T08:00:00Z', '2026-11-30T20:00:00Z'],
])('%s in %s allows from %s on: %s to %s', async (id, timeZone, at, from, until) => {
  const { document } = lawCalendars.find((calendar) => calendar.id === id)!
  const holidays = document.holidays ? await holidayDates(document.holidays, new Date(at)) : []
  const window = callingWindow([{ hours: openHours(document, holidays), timeZone }], new Date(at))
  expect(window).toEqual({ from: new Date(from), until: new Date(until) })
})
