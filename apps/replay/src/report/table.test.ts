import { expect, test } from 'vitest'
import type { Figures } from './figures.ts'
import { promiseTableOf } from './promise-table.ts'
import { tableOf } from './table.ts'

const day: Figures = {
  day: '1999-02-03',
  promised: 249,
  called: 240,
  open: 9,
  lost: 0,
  doubled: 0,
  latenessSeconds: { p50: 74, p95: 1_429, max: 7_265 },
  within5MinutesShare: 0.735,
  byPreferredAgent: 14,
  bySubstitute: 226,
  longestUnattendedSeconds: 213,
  ticks: 1_440,
  jobs: 1_208,
  wallSeconds: 15.02,
  promises: {
    kept: 183,
    early: 0,
    late: 57,
    broken: 9,
    punctuality: 73.5,
    latenessSeconds: { p50: 74, p95: 1_429 },
  },
}
const lineWith = (table: string, title: string) => table.split('\n').find((line) => line.includes(title))

test('one day is a line for each figure', () => {
  const table = tableOf([day])
  expect(lineWith(table, 'promised')).toMatch(/ 249 /)
  expect(lineWith(table, 'still open')).toMatch(/ 9 /)
  expect(lineWith(table, 'late, median')).toMatch(/ 1:14 /)
  expect(lineWith(table, 'late, 95 % below')).toMatch(/ 23:49 /)
  expect(lineWith(table, 'late, at most')).toMatch(/ 2:01:05 /)
  expect(lineWith(table, 'called within 5 min')).toMatch(/ 73\.5 % /)
  expect(lineWith(table, 'wall time')).toMatch(/ 15\.0 s /)
})

test('several days are a row each', () => {
  const rows = tableOf([day, { ...day, day: '1999-02-04' }]).split('\n')
  expect(rows.filter((row) => /1999-02-0[34].*249.*240/.test(row))).toHaveLength(2)
})

test('a day without promises has no lateness', () => {
  const latenessSeconds = { p50: null, p95: null, max: null }
  const table = tableOf([{ ...day, promised: 0, latenessSeconds, within5MinutesShare: null }])
  expect(lineWith(table, 'late, median')).toMatch(/ – /)
  expect(lineWith(table, 'called within 5 min')).toMatch(/ – /)
})

test('how promises were kept is a line for each figure, and beside it what the report makes of the day', () => {
  const alone = promiseTableOf([day])
  expect(lineWith(alone, 'punctuality')).toMatch(/ 73\.5 % /)
  expect(lineWith(alone, 'lateness, 95 % below')).toMatch(/ 23:49 /)
  expect(alone).not.toContain('report')

  const promises = { ...day.promises, kept: 100, punctuality: 40.2, latenessSeconds: { p50: -10, p95: 3_600 } }
  const table = promiseTableOf([{ ...day, byReport: { ...day, doubled: 31, promises } }])
  expect(lineWith(table, 'promises')).toMatch(/Ringback.*the report/)
  expect(lineWith(table, 'kept')).toMatch(/ 183 .* 100 /)
  expect(lineWith(table, 'lateness, median')).toMatch(/ 1:14 .* -0:10 /)
  expect(lineWith(table, 'called again')).toMatch(/ 0 .* 31 /)

  const several = promiseTableOf([day, { ...day, byReport: day }]).split('\n')
  expect(several.filter((row) => /1999-02-03.*(Ringback|the report).*183/.test(row))).toHaveLength(3)
})
