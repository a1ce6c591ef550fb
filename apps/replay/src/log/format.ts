/** One call as the log tells it. Times are seconds of the local day; 0 to 0 is a stage that did not happen. */
export interface CallRecord {
  /** Its line in the file, from 1. */
  line: number
  /** Digits; `0` when unknown. */
  customerId: string
  /** The customer had left a message asking to be called back; this is that callback. */
  isRequestedCallback: boolean
  /** `YYYY-MM-DD` */
  day: string
  /** The answering machine. */
  machine: Stage
  queue: Stage
  service: Stage
  outcome: Outcome
  /** The agent's name; null when unknown. */
  server: string | null
}

export interface Stage {
  startsAt: number
  endsAt: number
  /** As the log counts them, which need not be the difference; bad records have negative ones. */
  seconds: number
}

const outcomes = ['AGENT', 'HANG', 'PHANTOM'] as const
export type Outcome = (typeof outcomes)[number]

export const columns = [
  'vru+line',
  'call_id',
  'customer_id',
  'priority',
  'type',
  'date',
  'vru_entry',
  'vru_exit',
  'vru_time',
  'q_start',
  'q_exit',
  'q_time',
  'outcome',
  'ser_start',
  'ser_exit',
  'ser_time',
  'server',
] as const
type Column = (typeof columns)[number]

/** What is wrong with a log, a line of text for each of its first malformed lines. */
export class CallLogError extends Error {
  constructor(problems: string[]) {
    const shown = problems.slice(0, 10)
    const more = problems.length - shown.length
    super(
      ['This is not a call log that can be replayed:', ...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(
        '\n  ',
      ),
    )
    this.name = 'CallLogError'
  }
}

/**
 * Reads a call log: tab-separated, a header line, one line a call. Empty lines are passed over.
 *
 * @throws CallLogError naming the malformed lines
 */
export function parseCallLog(text: string): CallRecord[] {
  const [header = '', ...lines] = text.split(/\r?\n/)
  if (header.trimEnd() !== columns.join('	')) {
    throw new CallLogError([`line 1: not the header of a call log (${columns.join(', ')}, with a tab between two)`])
  }

  const problems: string[] = []
  const records: CallRecord[] = []
  for (const [index, content] of lines.entries()) {
    if (content.trim() === '') continue
    const line = index + 2
    const record = parseLine(content, line, (problem) => problems.push(`line ${line}: ${problem}`))
    if (record) records.push(record)
  }
  if (problems.length > 0) throw new CallLogError(problems)
  if (records.length === 0) throw new CallLogError(['there is no call in it'])
  return records
}

function parseLine(content: string, line: number, complain: (problem: string) => void): CallRecord | undefined {
  const fields = content.split('\t')
  if (fields.length !== columns.length) {
    complain(`${fields.length} columns instead of ${columns.length}`)
    return undefined
  }
  const field = (column: Column) => fields[columns.indexOf(column)]!.trim()
  const read = <T>(column: Column, parse: (value: string) => T | undefined, what: string, standIn: T): T => {
    const value = parse(field(column))
    if (value === undefined) complain(`${column} is ${JSON.stringify(field(column))}, not ${what}`)
    return value ?? standIn
  }
  const stage = (start: Column, end: Column, time: Column): Stage => ({
    startsAt: read(start, timeOf, 'a time like 9:05:00', 0),
    endsAt: read(end, timeOf, 'a time like 9:05:00', 0),
    seconds: read(time, wholeNumberOf, 'a whole number of seconds', 0),
  })

  return {
    line,
    customerId: read('customer_id', digitsOf, 'a number', '0'),
    isRequestedCallback: field('type') === 'TT',
    day: read('date', dayOf, 'a day like 990201', ''),
    machine: stage('vru_entry', 'vru_exit', 'vru_time'),
    queue: stage('q_start', 'q_exit', 'q_time'),
    service: stage('ser_start', 'ser_exit', 'ser_time'),
    outcome: read('outcome', outcomeOf, outcomes.join(', '), 'PHANTOM'),
    server: field('server') === 'NO_SERVER' ? null : read('server', nameOf, 'a name', ''),
  }
}

function timeOf(value: string): number | undefined {
  const [, hours, minutes, seconds] = /^(\d{1,2}):([0-5]\d):([0-5]\d)$/.exec(value) ?? []
  if (hours === undefined || Number(hours) > 23) return undefined
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)
}

function wholeNumberOf(value: string): number | undefined {
  return /^-?\d{1,6}$/.test(value) ? Number(value) : undefined
}

/** A spreadsheet has been at some logs and left numbers like `3.26702E+11`, which still tell one customer from another. */
function digitsOf(value: string): string | undefined {
  if (/^\d(\.\d+)?E\+1?\d$/.test(value)) return BigInt(Math.round(Number(value))).toString()
  return /^\d{1,18}$/.test(value) ? BigInt(value).toString() : undefined
}

/** `990201` is in 1999, `260302` in 2026. */
function dayOf(value: string): string | undefined {
  const [, year, month, day] = /^(\d\d)(\d\d)(\d\d)$/.exec(value) ?? []
  if (year === undefined) return undefined
  const text = `${Number(year) < 70 ? '20' : '19'}${year}-${month}-${day}`
  const time = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? undefined : text
}

function outcomeOf(value: string): Outcome | undefined {
  return outcomes.find((outcome) => outcome === value)
}

function nameOf(value: string): string | undefined {
  return value === '' ? undefined : value
}
