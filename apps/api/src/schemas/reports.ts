import { dayMs, groupings } from '@ringback/core'
import { z } from 'zod'
import { agentIdInUrl, queueType } from './ids.ts'
import { moment, momentInUrl } from './moment.ts'

const mostDays = 92
/** What a day has more when the clocks are set back. */
const extraHourMs = 60 * 60_000

export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone like Europe/Berlin')
  .meta({ description: 'IANA time zone, whose days and hours they are', examples: ['Europe/Berlin'] })

/** Names alone: an offset is no place, and has no days on which the clocks change. */
function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export const promisesQuery = z
  .strictObject({
    from: momentInUrl.meta({ description: 'Promised for this time or later' }),
    to: momentInUrl.meta({ description: 'Promised before this time; at most 92 days after `from`' }),
    groupBy: z.enum(groupings).default('day').meta({
      description:
        '`agent` is who made the first attempt, else who is preferred; `queueType` the queue of the customer; `hour` and `day` are local ones. By day when left out',
    }),
    timeZone: timeZone.default('UTC'),
    queueType: queueType.optional().meta({ description: 'Only promises of this queue' }),
    agentId: agentIdInUrl.optional().meta({
      description: 'Only promises of this agent: who made the first attempt, else who is preferred',
    }),
  })
  .check(({ value: { from, to }, issues }) => {
    const lasts = to.getTime() - from.getTime()
    if (lasts > 0 && lasts <= mostDays * dayMs + extraHourMs) return
    const message = lasts > 0 ? `must be at most ${mostDays} days after from` : 'must be after from'
    issues.push({ code: 'custom', path: ['to'], input: to, message })
  })

const count = z.int().min(0)
const seconds = z.number().nullable()
const rate = (what: string) =>
  z
    .number()
    .nullable()
    .meta({ description: `${what}, in percent; null without data` })

const figures = {
  promised: count.meta({ description: 'All of them: the sum of the next seven' }),
  kept: count.meta({ description: 'The first attempt began within five minutes of the promised time' }),
  early: count.meta({ description: 'It began before that' }),
  late: count.meta({ description: 'It began after that' }),
  broken: count.meta({
    description: 'Not called in time and not since, be it that it was taken back, or the customer called, afterwards',
  }),
  open: count.meta({ description: 'Still to be called, or being called for the first time' }),
  cancelled: count.meta({ description: 'Taken back before the promised time' }),
  reachedInbound: count.meta({ description: 'The customer called first, and in time' }),
  punctuality: rate('Kept, of those kept, early, late and broken'),
  latenessSeconds: z
    .object({
      p50: seconds.meta({ description: 'The median' }),
      p90: seconds.meta({ description: 'The 90th percentile' }),
      p95: seconds.meta({ description: 'The 95th percentile' }),
    })
    .meta({ description: 'First attempt minus promised time, negative when early; null without an attempt' }),
  attemptsPerPromise: z
    .number()
    .nullable()
    .meta({ description: 'How many attempts a promise took that had any; null without one' }),
  reachedRate: rate('Customers who answered, of those who were called and need not be called again'),
}

/** How promises were kept, in figures. */
export const promiseFigures = z.object(figures)

export const promiseReport = z
  .object({
    window: z
      .object({
        from: moment.meta({ description: 'Its beginning' }),
        to: moment.meta({ description: 'Its end' }),
        timeZone,
      })
      .meta({ description: 'The time that is looked at' }),
    total: promiseFigures.meta({ description: 'Of all promises' }),
    groups: z
      .array(
        z.object({
          key: z.string().nullable().meta({
            description: 'Which group. An hour is `2026-03-29T03:00+02:00`; null is nobody, or no result',
          }),
          ...figures,
        }),
      )
      .meta({ description: 'Of each group that has any, by key' }),
  })
  .meta({ id: 'PromiseReport', description: 'How promises were kept' })
