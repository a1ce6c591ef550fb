import type { ShownPromise } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages, type Messages } from '../shared/messages/index.ts'
import { useNow } from '../shared/time/server-clock.ts'
import { useTimes, type Times } from '../shared/time/times.ts'
import { Badge, type Tone } from '../shared/ui/badge.tsx'
import type { IconName } from '../shared/ui/icons.tsx'

type Standing = { tone: Tone; icon: IconName; text: string }

/** How a promise stands at the moment, in a word or two. */
export function StandingBadge({ promise }: { promise: Omit<ShownPromise, 'user'> }): ReactNode {
  const messages = useMessages()
  const times = useTimes()
  const { tone, icon, text } = standingOf(promise, messages, times, useNow())
  return (
    <Badge tone={tone} icon={icon}>
      {text}
    </Badge>
  )
}

function standingOf(
  { callback, queueEntry }: Omit<ShownPromise, 'user'>,
  { promises: { standings } }: Messages,
  times: Times,
  now: number,
): Standing {
  const { status, ownerAwaitedUntil, scheduledFor } = callback
  if (status === 'completed') return { tone: 'good', icon: 'check', text: standings.completed }
  if (status === 'cancelled') return { tone: 'neutral', icon: 'cross', text: standings.cancelled }
  if (status === 'in_progress') return { tone: 'accent', icon: 'phone', text: standings.claimed }
  const heldUntil = queueEntry?.onHoldUntil
  if (heldUntil != null && Date.parse(heldUntil) > now) {
    return { tone: 'warn', icon: 'clock', text: standings.held(times.near(heldUntil, now)) }
  }
  if (ownerAwaitedUntil !== null && Date.parse(ownerAwaitedUntil) > now) {
    return { tone: 'warn', icon: 'user', text: standings.awaited(times.near(ownerAwaitedUntil, now)) }
  }
  if (Date.parse(scheduledFor) < now) return { tone: 'late', icon: 'alert', text: standings.late }
  if (status === 'accepted') return { tone: 'accent', icon: 'check', text: standings.accepted }
  if (queueEntry) return { tone: 'accent', icon: 'arrow', text: standings.queued }
  return { tone: 'neutral', icon: 'calendar', text: standings.planned }
}
