import type { LastCall } from '@ringback/client'
import type { ReactNode } from 'react'
import { useAgentNames } from '../shared/api/names.ts'
import { useMessages } from '../shared/messages/index.ts'
import { useNow } from '../shared/time/server-clock.ts'
import { useTimes } from '../shared/time/times.ts'

/** The calls before, and what was written about them. */
export function LastCalls({ calls }: { calls: readonly LastCall[] }): ReactNode {
  const { desk: texts } = useMessages()
  const nameOf = useAgentNames()
  const times = useTimes()
  const now = useNow()
  if (calls.length === 0) return <p className="text-sm text-muted">{texts.noCalls}</p>
  return (
    <ul className="grid gap-3">
      {calls.map(({ callSessionId, direction, startedAt, outcomeType, notes, notesCut, agentId }) => (
        <li key={callSessionId} className="border-s-2 border-line ps-3 text-sm">
          <p className="flex flex-wrap gap-x-2 text-muted">
            <span className="font-medium text-ink">{texts.outcomes[outcomeType]}</span>
            <time dateTime={startedAt} title={times.full(startedAt)}>
              {times.relative(startedAt, now)}
            </time>
            <span>{texts.directions[direction]}</span>
            {agentId !== null && <span>{nameOf(agentId)}</span>}
          </p>
          {notes !== null && (
            <p className="mt-0.5 whitespace-pre-line">
              {notes}
              {notesCut && '…'}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}
