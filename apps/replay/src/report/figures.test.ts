import { expect, test } from 'vitest'
import type { Audit } from './audit.ts'
import { figuresOf, isSound } from './figures.ts'

const audit: Audit = {
  promised: 3,
  called: 2,
  open: 1,
  lost: 0,
  doubled: 0,
  latenessSeconds: { p50: 10, p95: 20, max: 20 },
  calledWithin5Minutes: 2,
  byPreferredAgent: 1,
  bySubstitute: 1,
  inDatabase: 3,
}
const simulated = { callbackIds: ['a', 'b', 'c'], called: 2, longestUnattendedSeconds: 60 }
const promises = { kept: 2, early: 0, late: 0, broken: 0, punctuality: 100, latenessSeconds: { p50: 10, p95: 20 } }
const effort = { ticks: 10, jobs: 4, wallSeconds: 1.26 }

test('the figures are those of Postgres, shares of all promises', () => {
  expect(figuresOf('1999-02-03', simulated, audit, effort, promises)).toEqual({
    day: '1999-02-03',
    promised: 3,
    called: 2,
    open: 1,
    lost: 0,
    doubled: 0,
    latenessSeconds: { p50: 10, p95: 20, max: 20 },
    within5MinutesShare: 0.667,
    byPreferredAgent: 1,
    bySubstitute: 1,
    longestUnattendedSeconds: 60,
    ticks: 10,
    jobs: 4,
    wallSeconds: 1.3,
    promises,
  })
})

test('a simulation that saw something else than Postgres tells is no result', () => {
  const message = '1999-02-03: 3 promises were made and 2 kept; Postgres knows of'
  expect(() => figuresOf('1999-02-03', simulated, { ...audit, inDatabase: 4 }, effort, promises)).toThrow(message)
  expect(() => figuresOf('1999-02-03', simulated, { ...audit, called: 3, open: 0 }, effort, promises)).toThrow(message)
})

test('lost promises are a result, and no sound one', () => {
  const figures = figuresOf('1999-02-03', simulated, { ...audit, called: 1, lost: 1, inDatabase: 2 }, effort, promises)
  expect(isSound(figures)).toBe(false)
  expect(isSound({ ...figures, lost: 0 })).toBe(true)
  expect(isSound({ ...figures, lost: 0, doubled: 1 })).toBe(false)
})
