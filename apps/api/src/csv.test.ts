import { expect, test } from 'vitest'
import { csvLine } from './csv.ts'

test('a line ends as RFC 4180 says, and an empty cell is nothing', () => {
  expect(csvLine(['a', null, 3])).toBe('a,,3\r\n')
})

test.each([
  ['=1+1', "'=1+1"],
  ['+972 3 555', "'+972 3 555"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['=A1,"b"', '"\'=A1,""b"""'],
  ["it's = fine", "it's = fine"],
])('the text %j is written as %j, so that no spreadsheet runs it', (text, written) => {
  expect(csvLine([text])).toBe(`${written}\r\n`)
})

test('a number below zero is a number', () => {
  expect(csvLine([-12.5])).toBe('-12.5\r\n')
})

test.each(['a,b', 'a "b"', 'two\nlines', 'two\rlines'])('the text %j is one cell', (text) => {
  expect(csvLine([text])).toBe(`"${text.replaceAll('"', '""')}"\r\n`)
})

test('a time is in UTC', () => {
  expect(csvLine([new Date('2026-03-02T12:00:00+02:00')])).toBe('2026-03-02T10:00:00.000Z\r\n')
})
