import type { Random } from './random.ts'

const OPENING_HOUR = 7
const CLOSING_HOUR = 24

/** How busy each business hour is, from opening to closing, as a share of the busiest. */
const BUSYNESS_BY_HOUR = [
  0.3, 0.55, 0.8, 1, 1, 0.95, 0.85, 0.8, 0.8, 0.7, 0.55, 0.45, 0.4, 0.4, 0.35, 0.25, 0.15,
] as const

/**
 * The demo's day: a busy late morning, a quiet evening. It passes faster than a real one, so that whoever watches for
 * an hour sees both, and it begins anew when it is over.
 */
export interface BusinessDay {
  /** How busy it is at `at`: above 0, at most 1. */
  busyness(at: Date): number
  /** `count` moments between `from` and the end of the day, more of them where it is busier, in random order. */
  spread(count: number, from: Date, random: Random): Date[]
}

/**
 * @param options.startedAt the moment at which the day stands at `startHour`
 * @param options.startHour business hour to begin with, 7 to 23; the default is just before the late morning
 * @param options.minutesPerHour real minutes that a business hour takes
 */
export function businessDay(options: { startedAt: Date; startHour?: number; minutesPerHour?: number }): BusinessDay {
  const { startedAt, startHour = 10, minutesPerHour = 15 } = options
  const msPerHour = minutesPerHour * 60_000

  const hoursSinceOpening = (at: Date): number => {
    const openHours = CLOSING_HOUR - OPENING_HOUR
    const elapsed = startHour - OPENING_HOUR + (at.getTime() - startedAt.getTime()) / msPerHour
    return ((elapsed % openHours) + openHours) % openHours
  }

  const busyness = (at: Date): number => BUSYNESS_BY_HOUR[Math.floor(hoursSinceOpening(at))] ?? 1

  const spread = (count: number, from: Date, random: Random): Date[] => {
    const now = hoursSinceOpening(from)
    const hoursLeft = remainingHours(now)
    const weights = Object.fromEntries(hoursLeft.map((hour) => [String(hour.index), hour.weight]))
    return Array.from({ length: count }, () => {
      const index = Number(random.weighted(weights))
      const begin = Math.max(index, now)
      const hour = begin + random.fraction() * (index + 1 - begin)
      return new Date(from.getTime() + Math.round((hour - now) * msPerHour))
    })
  }

  return { busyness, spread }
}

/** The hours from `now` (hours since opening) to closing; the one that has begun counts for the part that is left. */
function remainingHours(now: number): { index: number; weight: number }[] {
  return BUSYNESS_BY_HOUR.map((busyness, index) => ({
    index,
    weight: busyness * Math.min(1, Math.max(0, index + 1 - now)),
  })).filter(({ weight }) => weight > 0)
}
