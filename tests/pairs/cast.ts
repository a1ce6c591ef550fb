import type { CalendarDocument } from '@ringback/core'
import type { Place } from './world/place.ts'

/** Who and what a state is made of. Steps act on these, and need those of them that not every state has. */
export interface Cast {
  /** The promise to the customer. */
  promise?: string
  /** Another promise to the same customer. */
  second?: string
  /** A promise to somebody else. */
  other?: string
  /** The last call that Ada claimed, and its queue entry. */
  call?: string
  entry?: string
  /** The call in which the customer speaks with Ben. */
  inbound?: string
  /** The calendar by which the queue of the promises keeps hours. */
  calendar?: string
  /** Whether a user has a phone whose number nobody has kept. */
  hasUnkeptNumber?: true
  /** Whether Ada's desktop has been silent for too long. */
  isSilent?: true
}

export const customer = '1'
export const somebodyElse = '2'
export const ada = 1
export const ben = 2
/** Never there. */
export const somebodyLoggedOut = 3

/**
 * A policy by which a promise is called again, a refusal goes on the do-not-call list, and who calls first need not be called.
 */
export const policy = {
  retries: { maxAttempts: 3, maxPerDay: 3, minutes: { no_answer: [1, 1] } },
  refusalsBlock: true,
  inboundEnds: { outcomes: ['resolved' as const], withinHours: 1 },
}

/** The same, and nobody is called outside of the hours. */
export const policyWithHours = { ...policy, openingHours: 'hours' }

/** Open in the morning until some time, and in the afternoon. */
export function hoursUntil(time: string): CalendarDocument {
  return {
    timeZone: 'UTC',
    week: {
      mon: [
        ['08:00', time],
        ['12:00', '20:00'],
      ],
    },
  }
}

/** The moment at which the two steps run: 10:00 on a Monday. */
export const now = new Date('2026-03-02T10:00:00Z')

/** A moment some minutes from `now`. */
export function inMinutes(minutes: number): Date {
  return new Date(now.getTime() + minutes * 60_000)
}

export function addSeconds(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1_000)
}

/** Where a state is built. */
export interface Stage extends Pick<Place, 'time' | 'sql'> {
  deps: Place['second']['deps']
  cast: Cast
}
