import type { CallbackEvent, HistoryKind } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages, type Messages } from '../shared/messages/index.ts'
import { useNow } from '../shared/time/server-clock.ts'
import { useTimes, type Times } from '../shared/time/times.ts'
import { Icon, type IconName } from '../shared/ui/icons.tsx'

const icons: Record<HistoryKind, IconName> = {
  scheduled: 'calendar',
  queued: 'arrow',
  rerouted: 'arrow',
  assigned: 'user',
  reassigned: 'user',
  escalated: 'alert',
  accepted: 'check',
  snoozed: 'snooze',
  rescheduled: 'calendar',
  retry: 'clock',
  waiting: 'clock',
  cancelled: 'cross',
  claimed: 'phone',
  released: 'back',
  removed: 'cross',
  completed: 'check',
  reached_inbound: 'phone',
  updated: 'note',
  routing_failed: 'alert',
  repaired: 'alert',
}

/** What happened to a promise, in words: who did it, when, and how long after what happened before. */
export function Timeline({ events }: { events: readonly CallbackEvent[] }): ReactNode {
  const messages = useMessages()
  const times = useTimes()
  const now = useNow()
  return (
    <ol className="grid">
      {events.map((event, index) => (
        <li key={event.id} className="grid grid-cols-[1.75rem_minmax(0,1fr)] gap-x-3 pb-4 last:pb-0">
          <span className="relative flex justify-center">
            {index < events.length - 1 && <span className="absolute top-7 -bottom-4 w-px bg-line" />}
            <span className="grid size-7 place-items-center rounded-full bg-sunken text-muted">
              <Icon name={icons[event.kind]} className="size-4" />
            </span>
          </span>
          <div className="pt-0.5 text-sm">
            <p className="font-medium">{wordsFor(event, messages, times, now)}</p>
            <p className="text-muted">
              <time dateTime={event.at} title={times.full(event.at)} className="clock">
                {times.near(event.at, now)}
              </time>
              {' · '}
              {doer(event, messages)}
            </p>
          </div>
        </li>
      ))}
    </ol>
  )
}

function wordsFor(
  { kind, agentId, details }: CallbackEvent,
  { story, desk }: Messages,
  times: Times,
  now: number,
): string {
  const to = details.to == null ? undefined : times.near(details.to, now)
  if (kind === 'queued' || kind === 'rerouted' || kind === 'assigned' || kind === 'reassigned') {
    if (agentId === null) return story.toNobody
    return details.isSubstitute === true ? story.toSubstitute(agentId) : story.toAgent(agentId)
  }
  if (kind === 'waiting') return to === undefined ? story.waiting : story.waitingUntil(to)
  if (kind === 'completed' && details.outcomeType) return story.completedBy(desk.outcomes[details.outcomeType])
  if (kind === 'cancelled' && details.reason !== undefined) return story.because(story.kinds.cancelled, details.reason)
  return to === undefined ? story.kinds[kind] : story.to(story.kinds[kind], to)
}

function doer({ actor, agentId }: CallbackEvent, { story, desk, layout }: Messages): string {
  if (actor === null) return agentId === null ? story.unknown : desk.byAgent(agentId)
  if (actor.role === 'engine') return story.engine
  if (actor.agentId !== undefined) return desk.byAgent(actor.agentId)
  return actor.sub ?? layout.roles[actor.role]
}
