import { parseArgs } from 'node:util'

export interface CommandLine {
  file: string
  /** Every day of the file when left out. */
  day: string | undefined
  /** Where the figures go as JSON. */
  json: string | undefined
  promiseMinutes: number
  /** Under whose rules the day is lived through as well. */
  policy: 'report' | undefined
}

/** What a person got wrong, in words for that person. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

export const usage =
  'Usage: ./ringback replay FILE [--day YYYY-MM-DD] [--json OUT] [--promise-minutes 15] [--policy report]'

const standardPromiseMinutes = 15
const mostPromiseMinutes = 24 * 60

/**
 * Undefined when the usage is asked for.
 *
 * @throws UsageError
 */
export function readCommandLine(args: string[]): CommandLine | undefined {
  const { values, positionals } = parse(args)
  const [file, ...others] = positionals
  if (values.help && file === undefined) return undefined
  if (file === undefined) throw new UsageError(`which call log?\n${usage}`)
  if (others.length > 0) throw new UsageError(`one call log at a time, not ${positionals.join(' and ')}\n${usage}`)
  const promiseMinutes = minutesOf(values['promise-minutes'])
  const policy = policyOf(values.policy)
  return values.help ? undefined : { file, day: values.day, json: values.json, promiseMinutes, policy }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        day: { type: 'string' },
        json: { type: 'string' },
        'promise-minutes': { type: 'string' },
        policy: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${usage}`)
  }
}

function minutesOf(text: string | undefined): number {
  if (text === undefined) return standardPromiseMinutes
  const minutes = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  if (minutes >= 1 && minutes <= mostPromiseMinutes) return minutes
  throw new UsageError(`--promise-minutes is ${text}, not a whole number from 1 to ${mostPromiseMinutes}`)
}

function policyOf(text: string | undefined): CommandLine['policy'] {
  if (text === undefined || text === 'report') return text
  throw new UsageError(`--policy is ${text}; there is report, for the rules of the report`)
}

/**
 * The days to be replayed: the one that was asked for, or all.
 *
 * @throws UsageError when the log knows nothing of that day
 */
export function chooseDays(days: string[], wanted: string | undefined): string[] {
  if (wanted === undefined) return days
  if (days.includes(wanted)) return [wanted]
  throw new UsageError(`the log knows nothing of ${wanted}; its days are ${days.join(', ')}`)
}
