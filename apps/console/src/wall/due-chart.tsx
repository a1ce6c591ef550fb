import type { OverviewDueItem } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'

/** How many promises are late, and how many come in each quarter of the next hours: a bar for each, which also says it. */
export function DueChart({ due, late }: { due: readonly OverviewDueItem[]; late: number }): ReactNode {
  const { wall: texts } = useMessages()
  const times = useTimes()
  const most = Math.max(4, late, ...due.map(({ promises }) => promises))
  return (
    <ol aria-label={texts.timeline} className="flex h-32 items-stretch gap-px px-4 pt-4 pb-2 sm:gap-1">
      <Bar count={late} most={most} label={texts.overdueBar} text={texts.overdueCount(late)} isLate />
      {due.map(({ from, promises }) => (
        <Bar
          key={from}
          count={promises}
          most={most}
          // There is room for the name of each fourth.
          label={new Date(from).getUTCMinutes() === 0 ? times.clock(from) : ''}
          text={texts.dueCount(times.clock(from), promises)}
        />
      ))}
    </ol>
  )
}

function Bar({
  count,
  most,
  label,
  text,
  isLate = false,
}: {
  count: number
  most: number
  label: string
  text: string
  isLate?: boolean
}): ReactNode {
  return (
    <li title={text} className={`relative flex flex-1 flex-col ${isLate ? 'me-1.5 min-w-9 sm:me-2' : 'min-w-0'}`}>
      <span className="sr-only">{text}</span>
      <span aria-hidden="true" className="flex flex-1 flex-col justify-end border-b border-edge">
        {count > 0 && <span className="clock text-center text-xs font-medium">{count}</span>}
        <span
          className={`rounded-t-sm ${isLate ? 'bg-late' : 'bg-accent'}`}
          style={{ height: `${(count / most) * 80}%` }}
        />
      </span>
      <span
        aria-hidden="true"
        className={`clock h-5 pt-1 text-[0.6875rem] leading-none whitespace-nowrap ${isLate ? 'text-late' : 'text-muted'}`}
      >
        {label}
      </span>
    </li>
  )
}
