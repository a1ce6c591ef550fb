import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { agentsQuery, queuesQuery } from '../shared/api/lists.ts'
import { useMessages } from '../shared/messages/index.ts'
import { serverNow } from '../shared/time/server-clock.ts'
import { useTimes } from '../shared/time/times.ts'
import { Select, TextField } from '../shared/ui/fields.tsx'
import type { ReportSearch } from './report-search.ts'
import { dayBefore, dayOf, type Span, type SpanProblem } from './span.ts'

/** Which days, which queue, which agent; each choice goes into the address at once. */
export function SpanForm({
  search,
  span,
  onChoose,
}: {
  search: ReportSearch
  span: Span | SpanProblem
  /** What is undefined is taken away. */
  onChoose: (changes: ReportSearch) => void
}): ReactNode {
  const { reports: texts } = useMessages()
  const { zone } = useTimes()
  const { data: agents = [] } = useQuery(agentsQuery)
  const { data: queues = [] } = useQuery(queuesQuery)
  const today = dayOf(serverNow(), zone)
  const spans = [
    { name: texts.spans.today, from: today, to: today },
    { name: texts.spans.yesterday, from: dayBefore(today, 1), to: dayBefore(today, 1) },
    { name: texts.spans.week, from: dayBefore(today, 6), to: today },
    { name: texts.spans.month, from: dayBefore(today, 29), to: today },
    { name: texts.spans.quarter, from: dayBefore(today, 89), to: today },
  ]
  const [first, last] = typeof span === 'string' ? [search.from, search.to] : [span.first, span.last]
  const chooseDay = (name: 'from' | 'to', day: string) => day !== '' && onChoose({ from: first, to: last, [name]: day })
  return (
    <div className="grid gap-3 rounded-xl border border-line bg-surface p-4 shadow-raised print:hidden">
      <div role="group" aria-label={texts.spansOf} className="flex flex-wrap gap-1.5">
        {spans.map(({ name, from, to }) => (
          <button
            key={name}
            type="button"
            aria-pressed={first === from && last === to}
            onClick={() => onChoose({ from, to })}
            className="min-h-11 rounded-lg border border-line px-3 text-sm font-medium hover:border-edge hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent sm:min-h-9"
          >
            {name}
          </button>
        ))}
      </div>
      <div className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <TextField
          label={texts.from}
          type="date"
          value={first ?? ''}
          max={today}
          onChange={({ target }) => chooseDay('from', target.value)}
          error={typeof span === 'string' ? texts.problems[span] : undefined}
        />
        <TextField
          label={texts.to}
          type="date"
          value={last ?? ''}
          onChange={({ target }) => chooseDay('to', target.value)}
        />
        <Select
          label={texts.queue}
          value={search.queue ?? ''}
          onChange={({ target }) => onChoose({ queue: target.value || undefined })}
        >
          <option value="">{texts.all}</option>
          {queues.map(({ queueType, name }) => (
            <option key={queueType} value={queueType}>
              {name}
            </option>
          ))}
        </Select>
        <Select
          label={texts.agent}
          value={search.agent ?? ''}
          onChange={({ target }) => onChoose({ agent: target.value === '' ? undefined : Number(target.value) })}
        >
          <option value="">{texts.all}</option>
          {agents.map(({ agentId, firstName, lastName }) => (
            <option key={agentId} value={agentId}>
              {`${firstName} ${lastName}`.trim()}
            </option>
          ))}
        </Select>
      </div>
    </div>
  )
}
