import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCentre, rules } from './centre.ts'
import { live } from './year.ts'

const days = Number(process.env['RINGBACK_YEAR_DAYS'] ?? 7)
const seed = Number(process.env['RINGBACK_YEAR_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))

let engine: TestEngine
beforeAll(async () => {
  // Within the days that follow clocks are moved in Jerusalem, in Europe, and, the other way, in Sydney.
  engine = await openTestEngine({ rules, startsAt: new Date('2026-03-24T00:00:00Z') })
})
afterAll(() => engine.close())

test(`${days} days in the life of three centres keep every promise as it was made (RINGBACK_YEAR_SEED=${seed})`, async () => {
  const { wrong, ...figures } = await live(await openCentre(engine), { seed, days })
  console.log(JSON.stringify(figures))
  expect(wrong).toEqual([])
}, 0)
