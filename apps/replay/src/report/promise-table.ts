import Table from 'cli-table3'
import type { Figures } from './figures.ts'
import { duration, share, style } from './table.ts'

/** A day by Ringback, and by the rules of the report when that was asked for. */
export type ReplayedDay = Figures & { byReport?: Figures }

type Column = [title: string, cell: (figures: Figures) => string]

const ofPromises: Column[] = [
  ['kept', ({ promises }) => String(promises.kept)],
  ['early', ({ promises }) => String(promises.early)],
  ['late', ({ promises }) => String(promises.late)],
  ['broken', ({ promises }) => String(promises.broken)],
  ['punctuality', ({ promises: { punctuality } }) => share(punctuality === null ? null : punctuality / 100)],
  ['lateness, median', ({ promises }) => duration(promises.latenessSeconds.p50)],
  ['lateness, 95 % below', ({ promises }) => duration(promises.latenessSeconds.p95)],
]

const ofCalls: Column[] = [
  ['called', ({ called }) => String(called)],
  ['still open', ({ open }) => String(open)],
  ['called again', ({ doubled }) => String(doubled)],
  ['lateness, at most', ({ latenessSeconds }) => duration(latenessSeconds.max)],
]

/**
 * How the promises were kept, as the report on promises says it. By the rules of the report as well, a day has a second column
 * beside it, or of several days a second row below it, and there are the figures in which the two differ else.
 */
export function promiseTableOf(days: ReplayedDay[]): string {
  const isCompared = days.some(({ byReport }) => byReport !== undefined)
  const columns = isCompared ? [...ofPromises, ...ofCalls] : ofPromises
  const [first, ...others] = days
  if (!first) return ''
  return others.length === 0 ? tableOfOne(first, columns) : tableOfSeveral(days, columns)
}

function sidesOf({ byReport, ...figures }: ReplayedDay): [name: string, figures: Figures][] {
  return [['Ringback', figures], ...(byReport ? [['the report', byReport] as [string, Figures]] : [])]
}

function tableOfOne(day: ReplayedDay, columns: Column[]): string {
  const sides = sidesOf(day)
  const table = new Table({
    head: ['promises', ...sides.map(([name]) => name)],
    colAligns: ['left', ...sides.map(() => 'right' as const)],
    style,
  })
  table.push(...columns.map(([title, cell]) => [title, ...sides.map(([, figures]) => cell(figures))]))
  return table.toString()
}

function tableOfSeveral(days: ReplayedDay[], columns: Column[]): string {
  const table = new Table({
    head: ['promises', 'by', ...columns.map(([title]) => title)],
    colWidths: [10, 10, ...columns.map(([title]) => Math.max(8, ...title.split(' ').map((word) => word.length)))],
    colAligns: ['left', 'left', ...columns.map(() => 'right' as const)],
    wordWrap: true,
    style: { ...style, 'padding-left': 0, 'padding-right': 0 },
  })
  for (const day of days) {
    for (const [name, figures] of sidesOf(day)) {
      table.push([day.day, name, ...columns.map(([, cell]) => cell(figures))])
    }
  }
  return table.toString()
}
