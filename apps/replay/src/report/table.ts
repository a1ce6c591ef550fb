import Table from 'cli-table3'
import type { Figures } from './figures.ts'

const columns: [title: string, cell: (figures: Figures) => string][] = [
  ['promised', ({ promised }) => String(promised)],
  ['called', ({ called }) => String(called)],
  ['still open', ({ open }) => String(open)],
  ['lost (must be 0)', ({ lost }) => String(lost)],
  ['claimed twice (must be 0)', ({ doubled }) => String(doubled)],
  ['late, median', ({ latenessSeconds }) => duration(latenessSeconds.p50)],
  ['late, 95 % below', ({ latenessSeconds }) => duration(latenessSeconds.p95)],
  ['late, at most', ({ latenessSeconds }) => duration(latenessSeconds.max)],
  ['called within 5 min', ({ within5MinutesShare }) => share(within5MinutesShare)],
  ['by the preferred agent', ({ byPreferredAgent }) => String(byPreferredAgent)],
  ['by a substitute', ({ bySubstitute }) => String(bySubstitute)],
  ['longest with nobody available', ({ longestUnattendedSeconds }) => duration(longestUnattendedSeconds)],
  ['ticks', ({ ticks }) => String(ticks)],
  ['jobs', ({ jobs }) => String(jobs)],
  ['wall time', ({ wallSeconds }) => `${wallSeconds.toFixed(1)} s`],
]

/** No colours and no lines between the rows: the table is also for files and issues. */
export const style = { head: [], border: [], compact: true }

/** The figures for people to read: a line each for one day, a row a day for several. Times are `[h:]mm:ss`. */
export function tableOf(days: Figures[]): string {
  const [first, ...others] = days
  if (!first) return ''
  return others.length === 0 ? tableOfOne(first) : tableOfSeveral(days)
}

function tableOfOne(figures: Figures): string {
  const table = new Table({ head: ['', figures.day], colAligns: ['left', 'right'], style })
  table.push(...columns.map(([title, cell]) => [title, cell(figures)]))
  return table.toString()
}

function tableOfSeveral(days: Figures[]): string {
  const table = new Table({
    head: ['day', ...columns.map(([title]) => title)],
    colWidths: [10, ...columns.map(([title]) => widthFor(title))],
    colAligns: ['left', ...columns.map(() => 'right' as const)],
    wordWrap: true,
    style: { ...style, 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...days.map((figures) => [figures.day, ...columns.map(([, cell]) => cell(figures))]))
  return table.toString()
}

const widestValue = '10:00:00'.length

/** Titles are wrapped between words. */
function widthFor(title: string): number {
  const longestWord = Math.max(...title.split(' ').map((word) => word.length))
  return Math.max(longestWord, title.startsWith('late') ? widestValue : 7)
}

/** `0:45`, `12:05`, `2:10:00`; with a minus when it was early. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '–'
  if (seconds < 0) return `-${duration(-seconds)}`
  const whole = Math.round(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60]
  const twoDigits = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${twoDigits(rest)}` : `${minutes}:${twoDigits(rest)}`
}

export function share(value: number | null): string {
  return value === null ? '–' : `${(value * 100).toFixed(1)} %`
}
