import { describe, expect, test } from 'vitest'
import { CallLogError, columns, parseCallLog } from './format.ts'

const header = columns.join('\t')
const served =
  'AA0101 1 42 0 PS 990203 9:00:00 9:00:10 10 9:00:10 9:01:00 50 AGENT 9:01:00 9:03:00 120 ANAT'.replaceAll(' ', '\t')
const logOf = (...lines: string[]) => [header, ...lines].join('\n')
const problemsOf = (text: string) => {
  try {
    parseCallLog(text)
  } catch (error) {
    if (error instanceof CallLogError) return error.message
  }
  throw new Error('the log was read')
}

test('a line becomes a call, with times as seconds of its day', () => {
  expect(parseCallLog(logOf(served))).toEqual([
    {
      line: 2,
      customerId: '42',
      isRequestedCallback: false,
      day: '1999-02-03',
      machine: { startsAt: 32_400, endsAt: 32_410, seconds: 10 },
      queue: { startsAt: 32_410, endsAt: 32_460, seconds: 50 },
      service: { startsAt: 32_460, endsAt: 32_580, seconds: 120 },
      outcome: 'AGENT',
      server: 'ANAT',
    },
  ])
})

test('callbacks that were asked for, unknown agents and the year 2026 are understood', () => {
  const [record] = parseCallLog(
    logOf(served.replace('PS', 'TT').replace('990203', '260302').replace('ANAT', 'NO_SERVER')),
  )
  expect(record).toMatchObject({ isRequestedCallback: true, day: '2026-03-02', server: null })
})

test('empty lines and the line ends of other systems do not matter', () => {
  expect(parseCallLog(`${logOf(served, '', served)}\n`.replaceAll('\n', '\r\n')).map(({ line }) => line)).toEqual([
    2, 4,
  ])
})

test('bad records of the original are taken as they are', () => {
  const [record] = parseCallLog(
    logOf(served.replace('9:00:10\t10', '8:59:00\t-60').replace('\t42\t', '\t3.26702E+11\t')),
  )
  expect(record).toMatchObject({ machine: { endsAt: 32_340, seconds: -60 }, customerId: '326702000000' })
})

describe('what is malformed is named with its line', () => {
  test.each([
    [served.replace('9:01:00', '9:61:00'), 'line 3: q_exit is "9:61:00", not a time like 9:05:00'],
    [served.replace('9:00:00', '24:00:00'), 'line 3: vru_entry is "24:00:00"'],
    [served.replace('120', 'long'), 'line 3: ser_time is "long", not a whole number of seconds'],
    [served.replace('\t42\t', '\tsomebody\t'), 'line 3: customer_id is "somebody", not a number'],
    [served.replace('990203', '990230'), 'line 3: date is "990230", not a day like 990201'],
    [served.replace('AGENT', 'SERVED'), 'line 3: outcome is "SERVED", not AGENT, HANG, PHANTOM'],
    [served.replace('ANAT', ''), 'line 3: server is "", not a name'],
    [served.replace('\tANAT', ''), 'line 3: 16 columns instead of 17'],
  ])('%s', (line, problem) => {
    expect(problemsOf(logOf(served, line))).toContain(problem)
  })

  test('ten problems are shown, the rest is counted', () => {
    const message = problemsOf(logOf(...Array.from({ length: 12 }, () => 'nothing')))
    expect(message.split('\n')).toHaveLength(12)
    expect(message).toContain('and 2 more')
  })
})

test('another file, or one without a call, is refused', () => {
  expect(problemsOf('{ "name": "ringback" }')).toContain('line 1: not the header of a call log')
  expect(problemsOf(`${header}\n`)).toContain('there is no call in it')
})
