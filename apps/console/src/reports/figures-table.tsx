import type { ReactNode } from 'react'
import { useMessages, type Messages } from '../shared/messages/index.ts'
import { useTimes, type Times } from '../shared/time/times.ts'
import type { Step } from './kept-chart.tsx'
import { useNumbers, type Numbers } from './numbers.ts'
import type { Figures } from './reports-data.ts'

type Column = { name: string; of: (figures: Figures) => ReactNode; isQuiet?: true }

/** Stays where it is while the figures are moved sideways. */
const first = 'sticky start-0 px-4 py-2 text-start font-medium print:static'

/** The figures of each day, queue or agent, all that there are. */
export function FiguresTable({
  title,
  rows,
  total,
}: {
  title: string
  rows: readonly Step[]
  total?: Figures
}): ReactNode {
  const { reports: texts } = useMessages()
  const columns = columnsOf(texts, useNumbers(), useTimes())
  return (
    <div
      role="region"
      aria-label={title}
      tabIndex={0}
      className="max-h-[32rem] overflow-auto rounded-b-xl border-t border-line -outline-offset-2 print:max-h-none print:overflow-visible"
    >
      <table className="w-full text-sm print:text-xs">
        <thead className="sticky top-0 z-10 bg-sunken text-xs text-muted print:static">
          <tr>
            <th className={`${first} z-10 bg-sunken`}>{title}</th>
            {columns.map(({ name }) => (
              <th key={name} className="px-2 py-2 text-end font-medium last:pe-4">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map(({ id, name, figures }) => (
            <tr key={id}>
              <th scope="row" className={`${first} bg-surface whitespace-nowrap`}>
                {name}
              </th>
              {figures ? (
                <Cells columns={columns} figures={figures} />
              ) : (
                <td colSpan={columns.length} className="px-2 py-2 text-muted">
                  {texts.none}
                </td>
              )}
            </tr>
          ))}
        </tbody>
        {total && rows.length > 1 && (
          <tfoot className="border-t-2 border-edge font-semibold">
            <tr>
              <th scope="row" className={`${first} bg-surface`}>
                {texts.total}
              </th>
              <Cells columns={columns} figures={total} />
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  )
}

function Cells({ columns, figures }: { columns: readonly Column[]; figures: Figures }): ReactNode {
  return columns.map(({ name, of, isQuiet }) => (
    <td key={name} className={`clock px-2 py-2 text-end whitespace-nowrap last:pe-4 ${isQuiet ? 'text-muted' : ''}`}>
      {of(figures)}
    </td>
  ))
}

function columnsOf(texts: Messages['reports'], numbers: Numbers, times: Times): Column[] {
  const count = (of: keyof typeof texts.verdicts, isQuiet?: true): Column => ({
    name: texts.verdicts[of],
    of: (figures) => numbers.count(figures[of]),
    ...(isQuiet && { isQuiet }),
  })
  return [
    { name: texts.promised, of: ({ promised }) => numbers.count(promised) },
    {
      name: texts.punctual,
      of: ({ punctuality }) => (
        <span className="inline-flex items-center gap-2">
          <Bar share={punctuality} />
          <span className="font-semibold">{numbers.percent(punctuality)}</span>
        </span>
      ),
    },
    count('kept'),
    count('early'),
    count('late'),
    count('broken'),
    { name: texts.latenessHalf, of: ({ latenessSeconds }) => numbers.lateness(latenessSeconds.p50, times) },
    { name: texts.latenessMost, of: ({ latenessSeconds }) => numbers.lateness(latenessSeconds.p95, times) },
    { name: texts.reached, of: ({ reachedRate }) => numbers.percent(reachedRate) },
    { name: texts.attempts, of: ({ attemptsPerPromise }) => numbers.decimal(attemptsPerPromise) },
    count('open', true),
    count('cancelled', true),
    count('reachedInbound', true),
  ]
}

/** A share of a hundred as a length; the number beside it says the same. */
export function Bar({ share }: { share: number | null }): ReactNode {
  if (share === null) return null
  return (
    <svg aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none" className="h-2 w-16 rtl:-scale-x-100">
      <rect width="100" height="10" className="fill-line" />
      <rect width={share} height="10" className="fill-accent" />
    </svg>
  )
}
