import { describe, expect, test } from 'vitest'
import { localSpans, type SpanUnit } from './local-spans.ts'

const hourMs = 60 * 60_000

/** The spans of one local day, given by its first moment and that of the next one. */
function spansOf(unit: SpanUnit, timeZone: string, from: string, to: string) {
  return localSpans(unit, timeZone, new Date(from), new Date(to))
}
const keysOf = (...of: Parameters<typeof spansOf>) => spansOf(...of).map(({ key }) => key)

describe('hours', () => {
  test('of a day on which the clocks are set forward are 23, and the one that is skipped is none of them', () => {
    const keys = keysOf('hour', 'Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T22:00Z')
    expect(keys).toHaveLength(23)
    expect(keys.slice(0, 4)).toEqual([
      '2026-03-29T00:00+01:00',
      '2026-03-29T01:00+01:00',
      '2026-03-29T03:00+02:00',
      '2026-03-29T04:00+02:00',
    ])
  })

  test('of a day on which they are set back are 25, and the one that comes twice is two', () => {
    const keys = keysOf('hour', 'Europe/Berlin', '2026-10-24T22:00Z', '2026-10-25T23:00Z')
    expect(keys).toHaveLength(25)
    expect(keys.slice(2, 4)).toEqual(['2026-10-25T02:00+02:00', '2026-10-25T02:00+01:00'])
  })

  test('begin with those of the clocks there, whatever the minutes of the offset', () => {
    const spans = spansOf('hour', 'Asia/Kathmandu', '2026-03-02T10:00Z', '2026-03-02T12:00Z')
    expect(spans.map(({ start, key }) => [start.toISOString().slice(11, 16), key])).toEqual([
      ['10:00', '2026-03-02T15:00+05:45'],
      ['10:15', '2026-03-02T16:00+05:45'],
      ['11:15', '2026-03-02T17:00+05:45'],
    ])
  })

  test('are set back by half of one where they are', () => {
    const spans = spansOf('hour', 'Australia/Lord_Howe', '2026-04-04T14:00Z', '2026-04-04T17:00Z')
    expect(spans.map(({ start, key }) => [start.toISOString().slice(11, 16), key])).toEqual([
      ['14:00', '2026-04-05T01:00+11:00'],
      ['15:00', '2026-04-05T01:00+10:30'],
      ['15:30', '2026-04-05T02:00+10:30'],
      ['16:30', '2026-04-05T03:00+10:30'],
    ])
  })
})

describe('days', () => {
  test('are as long as the clocks there say', () => {
    const spans = spansOf('day', 'America/New_York', '2026-03-07T05:00Z', '2026-03-10T04:00Z')
    expect(spans.map(({ key }) => key)).toEqual(['2026-03-07', '2026-03-08', '2026-03-09'])
    const [first, second, third] = spans.map(({ start }) => start.getTime())
    expect([second! - first!, third! - second!]).toEqual([24 * hourMs, 23 * hourMs])
  })

  test('that begin in the middle begin where the window does', () => {
    const from = '2026-03-02T10:30:00.000Z'
    const [first] = spansOf('day', 'UTC', from, '2026-03-04T00:00Z')
    expect(first).toEqual({ start: new Date(from), key: '2026-03-02' })
  })

  test('whose midnight is skipped begin later, and one that never was is none', () => {
    const [, second] = spansOf('day', 'Africa/Cairo', '2026-04-22T22:00Z', '2026-04-24T21:00Z')
    expect(second).toEqual({ start: new Date('2026-04-23T22:00Z'), key: '2026-04-24' })
    expect(keysOf('day', 'Pacific/Apia', '2011-12-29T10:00Z', '2011-12-31T10:00Z')).toEqual([
      '2011-12-29',
      '2011-12-31',
    ])
  })

  test('whose last hour comes twice are one', () => {
    const keys = keysOf('day', 'America/Santiago', '2026-04-04T03:00Z', '2026-04-06T04:00Z')
    expect(keys).toEqual(['2026-04-04', '2026-04-05'])
  })
})

test('92 days of any zone agree with what the clocks there show, at every begin and end', () => {
  for (const timeZone of [
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'America/St_Johns',
    'Asia/Kolkata',
    'Pacific/Chatham',
  ]) {
    const [from, to] = [new Date('2026-02-01T00:17Z'), new Date('2026-05-04T00:17Z')]
    const clock = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' })
    const spans = localSpans('hour', timeZone, from, to)
    for (const [index, { start, key }] of spans.entries()) {
      const end = spans[index + 1]?.start ?? to
      const shown = (at: number) => clock.format(at).slice(0, 13).replace(' ', 'T')
      expect(shown(start.getTime())).toBe(key.slice(0, 13))
      expect(shown(end.getTime() - 60_000)).toBe(key.slice(0, 13))
      expect(end.getTime() - start.getTime()).toBeLessThanOrEqual(hourMs)
    }
  }
})
