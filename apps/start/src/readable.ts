import process from 'node:process'
import { styleText } from 'node:util'

type LogLine = Record<string, unknown> & { level: number; msg: string; time?: number }

const warning = 40
const error = 50

/**
 * What a spectator wants to see of the life of callbacks; everything else is in the log files. That they are scheduled
 * is not among it: hundreds may be at once.
 */
const events = new Set([
  'tick finished',
  'callback accepted',
  'callback snoozed',
  'callback rescheduled',
  'callback cancelled',
  'call claimed',
  'outcome recorded',
])

const notShown = new Set([
  'level',
  'time',
  'pid',
  'hostname',
  'name',
  'msg',
  'reqId',
  'runId',
  'actor',
  'err',
  'queueEntryId',
  'callSessionId',
])
const shownAs: Record<string, string> = { callbackId: 'callback', agentId: 'agent', outcomeType: 'outcome' }
const uuid = /^([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * How a line that a child process wrote is to be shown on the terminal: warnings and errors always, of the rest the
 * events of callbacks. Undefined: not at all. A line that is not a pino line (a crash, say) is shown as it is.
 */
export function readable(source: string, text: string): string | undefined {
  const line = parse(text)
  if (!line) return text.trim() === '' ? undefined : `${prefix(source, Date.now())} ${text}`
  if (line.level < warning && !isShownEvent(source, line)) return undefined
  return `${prefix(source, line.time ?? Date.now())} ${message(line)}${fields(line)}`
}

// The demo tells of the same events as the API that it talks to. Calls of ordinary users are many, and not our subject.
function isShownEvent(source: string, line: LogLine): boolean {
  if (source === 'demo' || !events.has(line.msg)) return false
  return line['callbackId'] != null || line.msg === 'tick finished'
}

function message({ level, msg }: LogLine): string {
  if (level >= error) return paint('red', msg)
  return level >= warning ? paint('yellow', msg) : msg
}

function fields(line: LogLine): string {
  const shown = Object.entries(line).filter(([key, value]) => !notShown.has(key) && value != null)
  const cause = line['err'] as { message?: string } | undefined
  if (cause?.message) shown.push(['cause', cause.message])
  return shown.map(([key, value]) => ` ${paint('dim', shownAs[key] ?? key)} ${plain(value)}`).join('')
}

function plain(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return uuid.exec(value)?.[1] ?? value
}

function prefix(source: string, time: number): string {
  return `${paint('dim', new Date(time).toTimeString().slice(0, 8))} ${paint('cyan', source.padEnd(8))}`
}

function paint(format: 'red' | 'yellow' | 'dim' | 'cyan', text: string): string {
  return styleText(format, text, { stream: process.stdout })
}

function parse(text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    const line = JSON.parse(text) as Partial<LogLine>
    return typeof line.level === 'number' && typeof line.msg === 'string' ? (line as LogLine) : undefined
  } catch {
    return undefined // not JSON after all: it is shown as it is
  }
}
