import { expect, test } from 'vitest'
import { chooseDays, readCommandLine } from './command-line.ts'

test('a file is enough', () => {
  expect(readCommandLine(['calls.tsv'])).toEqual({
    file: 'calls.tsv',
    day: undefined,
    json: undefined,
    promiseMinutes: 15,
    policy: undefined,
  })
})

test('day, minutes and a file for the figures are read', () => {
  expect(
    readCommandLine('calls.tsv --day 1999-02-03 --json out.json --promise-minutes 30 --policy report'.split(' ')),
  ).toEqual({
    file: 'calls.tsv',
    day: '1999-02-03',
    json: 'out.json',
    promiseMinutes: 30,
    policy: 'report',
  })
})

test.each([
  [[], 'which call log?'],
  [['one.tsv', 'two.tsv'], 'one call log at a time, not one.tsv and two.tsv'],
  [['calls.tsv', '--speed', '3'], "Unknown option '--speed'"],
  [['calls.tsv', '--policy', 'mine'], '--policy is mine; there is report'],
  [['calls.tsv', '--promise-minutes', '0'], '--promise-minutes is 0, not a whole number from 1 to 1440'],
  [['calls.tsv', '--promise-minutes', '1.5'], '--promise-minutes is 1.5'],
])('%j is refused', (args, message) => {
  expect(() => readCommandLine(args)).toThrow(message)
})

test('without a day all are replayed; an unknown one is refused with those there are', () => {
  const days = ['1999-02-01', '1999-02-02']
  expect(chooseDays(days, undefined)).toEqual(days)
  expect(chooseDays(days, '1999-02-02')).toEqual(['1999-02-02'])
  expect(() => chooseDays(days, '1999-02-03')).toThrow('nothing of 1999-02-03; its days are 1999-02-01, 1999-02-02')
})
