import { queues, users, type QueueType } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { e164Of } from '../hours/region.ts'
import { zonesOf, type Whereabouts } from '../hours/zones.ts'
import { unknownQueue } from '../queue/queues.ts'
import { hoursOfQueues, windowAt } from '../routing/calling-hours.ts'
import { requireKnownUser } from './promise-by-agent.ts'

export interface CallingWindowInput {
  queueType: QueueType
  /** Who would be called. */
  userId?: string | undefined
  /** Where, of somebody who is no user yet, or at another number than the user's. */
  phone?: string | undefined
  /** Now when left out. */
  at?: Date | undefined
  /** The agent when it asks: of users it knows. */
  askedBy?: number | undefined
}

/** `no-hours`: every time is allowed; `never`: none is within 370 days. */
export type WhyAllowed = 'no-hours' | 'open' | 'closed' | 'never'

export interface CallingWindowAnswer {
  allowedNow: boolean
  /** Of the first stretch at or after the time that was asked about; null when there is none. */
  from: Date | null
  /** Null when nothing that is known ends it. */
  until: Date | null
  /** Those that the customer may be in. */
  zones: string[]
  /** The calendars that hold. */
  calendars: string[]
  why: WhyAllowed
}

/**
 * When a customer may be called for a queue, as a new promise would be held to it.
 *
 * @throws DomainError `unknown-queue`, `unknown-user`, and to an agent `user-unknown-to-agent`
 */
export async function getCallingWindow(
  deps: Deps,
  { queueType, userId, phone, at = deps.clock.now(), askedBy }: CallingWindowInput,
): Promise<CallingWindowAnswer> {
  const { sql, rules } = deps
  if (!(await queues.get(sql, queueType))) throw unknownQueue(queueType)
  if (userId !== undefined) await requireKnownUser(sql, rules, askedBy, { userId })
  const customer = await whereaboutsOf(deps, userId, phone)
  const hoursOf = await hoursOfQueues(deps, sql)
  const hours = hoursOf?.({ queueType, policy: null, attempts: 0 }, customer)
  const window = windowAt(hours, at)
  const allowedNow = window !== null && window.from <= at
  return {
    allowedNow,
    from: window?.from ?? null,
    until: window?.until ?? null,
    zones: (hours ?? zonesOf(customer)).timeZones,
    calendars: hours?.calendars ?? [],
    why: !hours ? 'no-hours' : !window ? 'never' : allowedNow ? 'open' : 'closed',
  }
}

async function whereaboutsOf({ sql, rules }: Deps, userId?: string, phone?: string): Promise<Whereabouts> {
  const user = userId === undefined ? undefined : await users.get(sql, userId)
  if (userId !== undefined && !user) throw new DomainError('unknown-user', `There is no user ${userId}`)
  const { timeZone = null, region = null, phoneE164 = null } = user ?? {}
  return { timeZone, region, phoneE164: phone === undefined ? phoneE164 : e164Of(phone, rules.defaultCountry) }
}
