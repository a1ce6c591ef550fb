import { expect, test } from 'vitest'
import { businessDay } from './day.ts'
import { seededRandom } from './random.ts'

const startedAt = new Date('2026-03-02T20:00:00Z')
const day = businessDay({ startedAt, startHour: 10, minutesPerHour: 15 })
const after = (minutes: number) => new Date(startedAt.getTime() + minutes * 60_000)

test('the day begins in the busy late morning and is quiet before it closes', () => {
  expect(day.busyness(startedAt)).toBe(1)
  expect(day.busyness(after(20))).toBe(1)
  expect(day.busyness(after(13 * 15))).toBeLessThan(0.3)
})

test('the next day follows: from closing at 24 to opening at 7', () => {
  const closing = after(14 * 15)
  const nextLateMorning = after((14 + 3) * 15)
  expect(day.busyness(closing)).toBeLessThan(0.5)
  expect(day.busyness(nextLateMorning)).toBe(1)
})

test('no moment of the day is dead', () => {
  for (let minutes = 0; minutes < 600; minutes += 7) {
    expect(day.busyness(after(minutes))).toBeGreaterThan(0)
    expect(day.busyness(after(minutes))).toBeLessThanOrEqual(1)
  }
})

test('moments lie between now and closing, more of them where it is busier', () => {
  const moments = day.spread(2_000, startedAt, seededRandom(1))
  const within = (from: number, to: number) => moments.filter((at) => at >= after(from) && at < after(to)).length
  expect(within(0, 14 * 15)).toBe(2_000)
  expect(within(0, 45)).toBeGreaterThan(3 * within(11 * 15, 14 * 15))
  expect(within(11 * 15, 14 * 15)).toBeGreaterThan(0)
})

test('an hour that has begun counts for what is left of it', () => {
  const lateInTheHour = after(14)
  const moments = day.spread(2_000, lateInTheHour, seededRandom(1))
  const inThatHour = moments.filter((at) => at < after(15)).length
  const inTheNext = moments.filter((at) => at >= after(15) && at < after(30)).length
  expect(Math.min(...moments.map(Number))).toBeGreaterThanOrEqual(lateInTheHour.getTime())
  expect(inThatHour).toBeLessThan(inTheNext / 5)
})

test('the same seed gives the same day', () => {
  expect(day.spread(50, startedAt, seededRandom(4))).toEqual(day.spread(50, startedAt, seededRandom(4)))
})
