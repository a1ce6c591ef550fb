import type { callSessions, OutcomeType } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import { dayMs } from '../rules.ts'
import { retriedOutcomes, type RetriedOutcome } from './document.ts'
import type { Policy } from './policy.ts'

/** An outbound call for a promise that got an outcome. */
export type Attempt = Pick<callSessions.Attempt, 'lastOutcomeType' | 'startedAt'>

/** Whether a policy retries such an outcome at all; else nobody need look for the attempts. */
export function retries({ retries: rule }: Policy, outcomeType: OutcomeType): boolean {
  return isInconclusive(outcomeType) && rule?.minutes[outcomeType] !== undefined
}

/**
 * When the customer is called again: after the nth such outcome the nth wait from now, and later when that would be one
 * call too many within 24 hours. Null when the policy has no further call.
 *
 * @param attempts all of the promise in any order, the one that has just got its outcome among them
 */
export function nextAttemptAt(
  { retries: rule }: Policy,
  attempts: readonly Attempt[],
  outcomeType: OutcomeType,
  now: Date,
): Date | null {
  if (!rule || !isInconclusive(outcomeType) || attempts.length >= rule.maxAttempts) return null
  const nth = attempts.filter((attempt) => attempt.lastOutcomeType === outcomeType).length
  const waitMinutes = rule.minutes[outcomeType]?.[nth - 1]
  if (waitMinutes === undefined) return null
  const wanted = addMilliseconds(now, waitMinutes * 60_000)
  // With the next one there would be one more than may be, unless a day has passed since the oldest of the last so many.
  const oldest = attempts
    .map(({ startedAt }) => startedAt)
    .toSorted((a, b) => b.getTime() - a.getTime())
    .at(rule.maxPerDay - 1)
  const dayAfter = oldest && addMilliseconds(oldest, dayMs)
  return dayAfter && dayAfter > wanted ? dayAfter : wanted
}

/** Whether an outcome says nothing of what the customer wants. */
export function isInconclusive(outcomeType: OutcomeType): outcomeType is RetriedOutcome {
  return (retriedOutcomes as readonly OutcomeType[]).includes(outcomeType)
}
