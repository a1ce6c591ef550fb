import type { CallbackEvent, HistoryKind } from '@ringback/client'
import type { ReactNode } from 'react'
import { useAgentNames } from '../shared/api/names.ts'
import { useMessages } from '../shared/messages/index.ts'
import { useNow } from '../shared/time/server-clock.ts'
import { useTimes } from '../shared/time/times.ts'
import { Icon, type IconName } from '../shared/ui/icons.tsx'
import { whatHappened, whoDidIt, whyItHappened } from './story-words.ts'

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

/** What happened to a promise, in words: why, who did it, when, and how long after what happened before. */
export function Timeline({ events }: { events: readonly CallbackEvent[] }): ReactNode {
  const told = { messages: useMessages(), times: useTimes(), now: useNow(), nameOf: useAgentNames() }
  const { times, now } = told
  return (
    <ol className="grid">
      {events.map((event, index) => {
        const why = whyItHappened(event, told)
        return (
          <li key={event.id} className="grid grid-cols-[1.75rem_minmax(0,1fr)] gap-x-3 pb-4 last:pb-0">
            <span className="relative flex justify-center">
              {index < events.length - 1 && <span className="absolute top-7 -bottom-4 w-px bg-line" />}
              <span className="grid size-7 place-items-center rounded-full bg-sunken text-muted">
                <Icon name={icons[event.kind]} className="size-4" />
              </span>
            </span>
            <div className="pt-0.5 text-sm break-words">
              <p className="font-medium">{whatHappened(event, told)}</p>
              {why !== '' && <p>{why}</p>}
              <p className="text-muted">
                <time dateTime={event.at} title={times.full(event.at)} className="clock">
                  {times.near(event.at, now)}
                </time>
                {' · '}
                {whoDidIt(event, told)}
                <Gap since={events[index - 1]?.at} at={event.at} />
              </p>
            </div>
          </li>
        )
      })}
    </ol>
  )
}

const worthTellingMs = 60_000

/** How long nothing happened; shorter than a minute is at once. */
function Gap({ since, at }: { since: string | undefined; at: string }): ReactNode {
  const { story } = useMessages()
  const times = useTimes()
  const ms = since === undefined ? 0 : Date.parse(at) - Date.parse(since)
  return ms < worthTellingMs ? null : <span className="clock"> · {story.later(times.duration(ms))}</span>
}
