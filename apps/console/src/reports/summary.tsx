import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'
import { useNumbers } from './numbers.ts'
import type { Figures } from './reports-data.ts'

/** The figures of the whole span that one looks for first. */
export function Summary({ figures }: { figures: Figures }): ReactNode {
  const { reports: texts } = useMessages()
  const numbers = useNumbers()
  const times = useTimes()
  const { promised, kept, late, broken, punctuality, latenessSeconds, reachedRate, attemptsPerPromise } = figures
  return (
    <dl aria-label={texts.figures} className="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-5">
      <Figure
        name={texts.punctual}
        value={numbers.percent(punctuality)}
        hint={texts.punctualHint(numbers.count(kept), numbers.count(promised))}
      />
      <Figure name={texts.verdicts.late} value={numbers.count(late)} hint={texts.lateHint} />
      <Figure name={texts.verdicts.broken} value={numbers.count(broken)} hint={texts.brokenHint} />
      <Figure
        name={texts.lateness}
        value={numbers.lateness(latenessSeconds.p50, times)}
        hint={texts.latenessHint(numbers.lateness(latenessSeconds.p95, times))}
      />
      <Figure
        name={texts.reached}
        value={numbers.percent(reachedRate)}
        hint={texts.reachedHint(numbers.decimal(attemptsPerPromise))}
      />
    </dl>
  )
}

function Figure({ name, value, hint }: { name: string; value: string; hint: string }): ReactNode {
  return (
    <div className="flex flex-col rounded-xl border border-line bg-surface px-4 py-3 shadow-raised">
      <dt className="text-sm font-medium text-muted">{name}</dt>
      <dd className="clock mt-1 text-2xl leading-tight font-semibold tracking-tight">{value}</dd>
      <dd className="mt-1 text-sm text-muted">{hint}</dd>
    </div>
  )
}
