import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'

/** `gap`: the clocks skip that time; `overlap`: they show it twice. */
export type TimeAdjusted = 'gap' | 'overlap'

/** A date and a time of day as a clock on the wall shows them, without a zone. */
export const localTime = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/,
    'must be a time of a clock on the wall without an offset, like 2026-11-23T15:00',
  )
  .refine((text) => plainOf(text) !== undefined, 'must be a time that exists')
  .refine((text) => text >= '1970-01-02' && text < '9999-12-31', 'must be from 1970-01-02 to 9999-12-30')
  .overwrite((text) => plainOf(text)?.toString({ smallestUnit: 'second' }) ?? text)

/**
 * The moment at which the clocks of a zone show a time. One that they skip counts as much later as they are moved, one that
 * they show twice is the first of the two (the rule `compatible` of Temporal). Pure.
 *
 * @throws RangeError when there is no such time or zone
 */
export function momentOfLocalTime(local: string, timeZone: string): { at: Date; timeAdjusted: TimeAdjusted | null } {
  const plain = Temporal.PlainDateTime.from(local)
  const [earlier, later] = (['earlier', 'later'] as const).map((disambiguation) =>
    plain.toZonedDateTime(timeZone, { disambiguation }),
  )
  const isUnique = earlier!.epochMilliseconds === later!.epochMilliseconds
  const isShown = earlier!.toPlainDateTime().equals(plain)
  const at = new Date((isShown ? earlier! : later!).epochMilliseconds)
  return { at, timeAdjusted: isUnique ? null : isShown ? 'overlap' : 'gap' }
}

function plainOf(text: string): Temporal.PlainDateTime | undefined {
  try {
    return Temporal.PlainDateTime.from(text, { overflow: 'reject' })
  } catch {
    return undefined
  }
}

/** When the day began that the clocks of a zone show at a moment: at midnight, or as soon after as there is a time. Pure. */
export function startOfDay(at: Date, timeZone: string): Date {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone)
  return new Date(local.startOfDay().epochMilliseconds)
}
