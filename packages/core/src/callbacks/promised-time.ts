import { momentOfLocalTime, type TimeAdjusted } from '../hours/wall-clock.ts'

/** When a call is promised: a moment, or a time that the clocks of a zone show; one of the two. */
export interface PromisedTime {
  scheduledFor?: Date | undefined
  /** As `localTime` in core/hours reads it. */
  localTime?: string | undefined
  /** Of IANA; together with `localTime`. */
  timeZone?: string | undefined
}

/** What is stored of it, and what became of a time that the clocks skip or show twice. */
export interface ResolvedTime {
  scheduledFor: Date
  localTime: string | null
  /** Null when a moment was promised: the callback keeps the zone that it has. */
  timeZone: string | null
  timeAdjusted: TimeAdjusted | null
}

/** The moment that was promised. Pure; whoever asks has seen to it that it is one of the two. */
export function resolveTime({ scheduledFor, localTime, timeZone }: PromisedTime): ResolvedTime {
  if (scheduledFor !== undefined) return { scheduledFor, localTime: null, timeZone: null, timeAdjusted: null }
  if (localTime === undefined || timeZone === undefined) throw new TypeError('A promise needs a time')
  const { at, timeAdjusted } = momentOfLocalTime(localTime, timeZone)
  return { scheduledFor: at, localTime, timeZone, timeAdjusted }
}
