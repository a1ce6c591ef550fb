import type { ReactNode } from 'react'
import { useMessages } from '../messages/index.ts'
import { useNow } from '../time/server-clock.ts'
import { useTimes } from '../time/times.ts'

/** A time in the own zone, in full when pointed at. */
export function Moment({ at, className = '' }: { at: string; className?: string }): ReactNode {
  const times = useTimes()
  const now = useNow()
  return (
    <time dateTime={at} title={times.full(at)} className={`clock ${className}`}>
      {times.near(at, now)}
    </time>
  )
}

/** The same moment as the customer's clocks show it; nothing when they show the same. */
export function TheirMoment({ at, zone }: { at: string; zone: string | undefined }): ReactNode {
  const { time } = useMessages()
  const times = useTimes()
  const now = useNow()
  if (zone === undefined || times.near(at, now, zone) === times.near(at, now)) return null
  return (
    <time dateTime={at} title={times.full(at, zone)} className="clock">
      {time.theirs(times.near(at, now, zone))}
    </time>
  )
}

/** How long it is until a moment, or since; by the clock of Ringback. */
export function Countdown({ to, className = '' }: { to: string; className?: string }): ReactNode {
  const { time } = useMessages()
  const times = useTimes()
  const now = useNow()
  const left = Date.parse(to) - now
  const isLate = left < 0
  const far = Math.abs(left) >= 60 * 60_000
  const length = far ? times.duration(Math.abs(left)) : times.stopwatch(Math.abs(left))
  return (
    <span className={`clock font-semibold ${isLate ? 'text-late' : left < 120_000 ? 'text-warn' : ''} ${className}`}>
      {isLate ? time.late(length) : length}
    </span>
  )
}

/** How long something has been going on. */
export function Stopwatch({ since, className = '' }: { since: string; className?: string }): ReactNode {
  const times = useTimes()
  const now = useNow()
  return <span className={`clock ${className}`}>{times.stopwatch(now - Date.parse(since))}</span>
}

/** The same, in words once nobody counts the seconds any more. */
export function Since({ since, className = '' }: { since: string; className?: string }): ReactNode {
  const times = useTimes()
  const now = useNow()
  const ms = now - Date.parse(since)
  return (
    <time dateTime={since} title={times.full(since)} className={`clock ${className}`}>
      {ms < 60 * 60_000 ? times.stopwatch(ms) : times.duration(ms)}
    </time>
  )
}
