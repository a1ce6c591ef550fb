import { expect, test } from 'vitest'
import { offsetPeriodAt } from './offsets.ts'

const hourMs = 3_600_000

test('a period holds from the moment at which the clocks are moved until the next one, whoever asks first', () => {
  const [spring, autumn] = [Date.parse('2026-03-29T01:00Z'), Date.parse('2026-10-25T01:00Z')]
  const summer = { from: spring, until: autumn, offsetMs: 2 * hourMs }
  expect(offsetPeriodAt('Europe/Berlin', spring)).toEqual(summer)
  expect(offsetPeriodAt('Europe/Berlin', spring - 1)).toMatchObject({ until: spring, offsetMs: hourMs })
  expect(offsetPeriodAt('Europe/Berlin', autumn - 1)).toEqual(summer)
  expect(offsetPeriodAt('Europe/Berlin', autumn)).toMatchObject({ from: autumn, offsetMs: hourMs })
})

test('clocks that are never moved again show one offset for ever', () => {
  expect(offsetPeriodAt('Asia/Kolkata', Date.parse('2026-11-23T00:00Z'))).toMatchObject({
    until: Infinity,
    offsetMs: 5.5 * hourMs,
  })
})
