import { expect, test } from 'vitest'
import { drawTalkSeconds } from './talk-time.ts'

const served = [30, 60, 120, 300]
const draws = (day: string) => Array.from({ length: 2_000 }, (_, promise) => drawTalkSeconds(day, promise, served))

test('the same day draws the same times again, another day others', () => {
  expect(draws('1999-02-03')).toEqual(draws('1999-02-03'))
  expect(draws('1999-02-03')).not.toEqual(draws('1999-02-04'))
})

test('every service time of the day comes about equally often', () => {
  const counts = Map.groupBy(draws('1999-02-03'), (seconds) => seconds)
  expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual(served)
  for (const times of counts.values()) expect(times.length).toBeGreaterThan(400)
})

test('a day without a service has no talk times', () => {
  expect(() => drawTalkSeconds('1999-02-03', 0, [])).toThrow('nobody was served on 1999-02-03')
})
