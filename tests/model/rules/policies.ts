import { isDeepStrictEqual } from 'node:util'
import type { OutcomeType, QueueType } from '@ringback/db'
import { calendarsOf, windowFor } from './hours.ts'
import { type Call, type Callback, type Entry, type Expected, minute, refused, type World } from './world.ts'

/** What the policy of a queue says, as far as the world knows it. */
export interface Policy {
  retries?: {
    maxAttempts: number
    maxPerDay: number
    minutes: Partial<Record<'no_answer' | 'busy' | 'voicemail' | 'failed', number[]>>
  }
  refusalsBlock?: boolean
  callbackShare?: number
  ownerWaitMinutes?: number
  escalateAfterMinutes?: number
  openingHours?: string
  quietHours?: { '*': string }
}

export function putPolicy(world: World, queueType: QueueType, document: Policy): Expected {
  if (!world.queueTypes.has(queueType)) return refused(422, 'unknown-queue')
  if (calendarsOf(document).some((id) => !world.calendars.has(id))) return refused(422, 'unknown-calendar')
  if (!isDeepStrictEqual(document, world.policies.get(queueType) ?? {}))
    world.policiesWrittenAt.set(queueType, world.now)
  world.policies.set(queueType, document)
  return { status: 200, body: { queueType, document } }
}

/** Whether the outcome of a call puts its user on the do-not-call list. */
export function isRefusal(world: World, { entry }: Call, outcomeType: OutcomeType): boolean {
  return outcomeType === 'do_not_call' && world.policies.get(entry.queueType)?.refusalsBlock === true
}

/** When a promise is called again after a call that has got its outcome; null when that is the end of it. */
export function nextAttemptAt(
  world: World,
  { queueType }: Entry,
  callback: Callback,
  outcomeType: OutcomeType,
): number | null {
  const rule = world.policies.get(queueType)?.retries
  const waits = rule && new Map<OutcomeType, number[]>(Object.entries(rule.minutes) as never).get(outcomeType)
  if (!waits) return null
  const attempts = world.calls.filter((call) => call.callback === callback && call.outcomeType !== null)
  if (attempts.length >= rule.maxAttempts) return null
  const wait = waits[attempts.filter((call) => call.outcomeType === outcomeType).length - 1]
  if (wait === undefined) return null
  const day = 24 * 60 * minute
  const [oldest] = attempts
    .map(({ startedAt }) => startedAt)
    .toSorted((a, b) => a - b)
    .slice(-rule.maxPerDay)
  const isDayFull = attempts.length >= rule.maxPerDay
  const wanted = Math.max(world.now + wait * minute, isDayFull ? oldest! + day : 0)
  return windowFor(world, { ...callback, queueType }, wanted).from
}
