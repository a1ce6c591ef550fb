import { outcomeTypes, type OutcomeType } from '@ringback/db'
import { describe, expect, test } from 'vitest'
import { policyOf, reportPolicy } from './policy.ts'
import { nextAttemptAt, retries, type Attempt } from './retries.ts'

const now = new Date('2026-03-02T10:00:00Z')
const minutes = (count: number) => new Date(now.getTime() + count * 60_000)

const rule = {
  maxAttempts: 4,
  maxPerDay: 3,
  minutes: { busy: [5, 15, 60], no_answer: [30, 120, 1_440], voicemail: [240, 1_440], failed: [2, 15] },
}
const policy = policyOf({ retries: rule })

/** Calls with these outcomes, an hour apart, the last of which has ended now. */
function attemptsOf(...outcomes: OutcomeType[]): Attempt[] {
  return outcomes.map((outcomeType, index) => ({
    lastOutcomeType: outcomeType,
    startedAt: minutes((index + 1 - outcomes.length) * 60),
  }))
}

function next(outcomes: OutcomeType[], of = policy): Date | null {
  return nextAttemptAt(of, attemptsOf(...outcomes), outcomes.at(-1)!, now)
}

const first = { busy: 5, no_answer: 30, voicemail: 240, failed: 2 } as Partial<Record<OutcomeType, number>>

test.each(outcomeTypes)('after the first %s the customer is called again as the policy says, or never', (outcome) => {
  const wait = first[outcome]
  expect(next([outcome])).toEqual(wait === undefined ? null : minutes(wait))
  expect(retries(policy, outcome)).toBe(wait !== undefined)
  expect(next([outcome], reportPolicy)).toBeNull()
  expect(retries(reportPolicy, outcome)).toBe(false)
})

test('the nth such outcome waits the nth number, whatever came between', () => {
  expect(next(['busy', 'busy'])).toEqual(minutes(15))
  expect(next(['no_answer', 'busy'])).toEqual(minutes(5))
  expect(next(['busy', 'no_answer', 'busy'], policyOf({ retries: { ...rule, maxPerDay: 10 } }))).toEqual(minutes(15))
  expect(next(['voicemail', 'voicemail'])).toEqual(minutes(1_440))
})

test('there is no further call when the list of that outcome is at its end, or has none', () => {
  expect(next(['failed', 'failed'])).toEqual(minutes(15))
  expect(next(['failed', 'failed', 'failed'])).toBeNull()
  expect(next(['failed'], policyOf({ retries: { ...rule, minutes: { busy: [5] } } }))).toBeNull()
})

test('nor when as many calls were made as may be', () => {
  expect(next(['busy', 'no_answer', 'failed'])).not.toBeNull()
  expect(next(['busy', 'no_answer', 'failed', 'voicemail'])).toBeNull()
  expect(next(['busy', 'busy'], policyOf({ retries: { ...rule, maxAttempts: 2 } }))).toBeNull()
})

describe('so many calls within 24 hours', () => {
  const ofDay = (maxPerDay: number) => policyOf({ retries: { ...rule, maxAttempts: 10, maxPerDay } })

  test('the next one begins 24 hours after the oldest of the last so many', () => {
    expect(next(['busy'], ofDay(1))).toEqual(minutes(24 * 60))
    expect(next(['busy', 'no_answer'], ofDay(2))).toEqual(minutes(23 * 60))
    expect(next(['failed', 'busy', 'no_answer'], ofDay(2))).toEqual(minutes(23 * 60))
  })

  test('a wait that is longer stands', () => {
    expect(next(['no_answer', 'no_answer', 'no_answer'], ofDay(1))).toEqual(minutes(1_440))
    expect(next(['busy', 'busy'], ofDay(3))).toEqual(minutes(15))
  })

  test('a call of exactly 24 hours before counts no more', () => {
    const attempts: Attempt[] = [
      { lastOutcomeType: 'no_answer', startedAt: minutes(-24 * 60 + 5) },
      { lastOutcomeType: 'busy', startedAt: now },
    ]
    expect(nextAttemptAt(ofDay(2), attempts, 'busy', now)).toEqual(minutes(5))
  })

  test('in whatever order they are given', () => {
    const attempts = attemptsOf('failed', 'busy', 'no_answer').toReversed()
    expect(nextAttemptAt(ofDay(1), attempts, 'no_answer', now)).toEqual(minutes(24 * 60))
  })
})
