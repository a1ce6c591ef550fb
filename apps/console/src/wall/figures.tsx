import type { Overview } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'

/** So many late ones are listed; there may be more. */
const lateAtMost = 50

/** The four figures by which one sees from afar how the centre stands. */
export function Figures({ overview }: { overview: Overview }): ReactNode {
  const { wall: texts } = useMessages()
  const { language } = useTimes()
  const { queues, overdue, agents, punctuality } = overview
  const number = new Intl.NumberFormat(language)
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  const sum = (of: (queue: Overview['queues'][number]) => number) => queues.reduce((total, one) => total + of(one), 0)
  const rate = (value: number | null) => (value === null ? texts.noData : percent.format(value / 100))
  const available = agents.filter(({ session }) => session.status === 'available').length
  return (
    <dl aria-label={texts.figures} className="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-4">
      <Figure
        name={texts.punctuality}
        value={rate(punctuality.lastDay.punctuality)}
        hint={texts.punctualityBefore(
          rate(punctuality.dayBefore.punctuality),
          rate(punctuality.weekBefore.punctuality),
        )}
      />
      <Figure
        name={texts.overdue}
        value={overdue.length < lateAtMost ? number.format(overdue.length) : `${number.format(lateAtMost)}+`}
        hint={overdue.length === 0 ? texts.noneOverdue : texts.overdueHint}
        isBad={overdue.length > 0}
      />
      <Figure
        name={texts.queued}
        value={number.format(sum(({ waitingCallbacks }) => waitingCallbacks))}
        hint={texts.queuedHint(
          sum(({ waitingAccepted }) => waitingAccepted),
          sum(({ waiting, waitingCallbacks }) => waiting - waitingCallbacks),
        )}
      />
      <Figure
        name={texts.claimed}
        value={number.format(sum(({ inProgress }) => inProgress))}
        hint={texts.claimedHint(available, agents.length)}
      />
    </dl>
  )
}

function Figure({
  name,
  value,
  hint,
  isBad = false,
}: {
  name: string
  value: string
  hint: string
  isBad?: boolean
}): ReactNode {
  return (
    <div
      className={`flex flex-col rounded-xl border px-4 py-3 shadow-raised ${isBad ? 'border-late/40 bg-late-soft text-late' : 'border-line bg-surface'}`}
    >
      <dt className={`text-sm font-medium ${isBad ? '' : 'text-muted'}`}>{name}</dt>
      <dd className="clock mt-1 text-3xl leading-tight font-semibold tracking-tight">{value}</dd>
      <dd className={`mt-1 text-sm ${isBad ? '' : 'text-muted'}`}>{hint}</dd>
    </div>
  )
}
