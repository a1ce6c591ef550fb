import { describe, expect, test } from 'vitest'
import {
  type Ending,
  decideInboundEnding,
  decideOnPromise,
  decideOutboundEnding,
  decideStep,
} from './agent-decisions.ts'
import { seededRandom } from './random.ts'

const random = seededRandom(20)
const many = <T>(decide: () => T): T[] => Array.from({ length: 5_000 }, decide)
const share = <T>(items: readonly T[], holds: (item: T) => boolean) => items.filter(holds).length / items.length

const stepsWhenAvailable = (busyness: number) =>
  many(() => decideStep({ presence: 'available', stepsLeft: 9 }, busyness, random))
const withOutcome = (endings: readonly Ending[]) =>
  endings.flatMap((ending) => (ending.kind === 'outcome' ? [ending] : []))

describe('the next step of an agent', () => {
  test('a logged-out agent logs in for a shift', () => {
    const steps = many(() => decideStep({ presence: 'logged_out', stepsLeft: 0 }, 1, random))
    expect(share(steps, (step) => step.kind === 'log_in' && step.steps >= 120 && step.steps <= 300)).toBe(1)
  })

  test.each(['away', 'wrap_up'] as const)('an agent who is %s comes back', (presence) => {
    expect(decideStep({ presence, stepsLeft: 10 }, 1, random)).toEqual({ kind: 'come_back' })
  })

  test('at the end of the shift the agent logs out', () => {
    expect(decideStep({ presence: 'available', stepsLeft: 0 }, 1, random)).toMatchObject({ kind: 'log_out' })
  })

  test('an available agent mostly takes the next call, and answers more inbound calls when it is busy', () => {
    const busy = stepsWhenAvailable(1)
    const quiet = stepsWhenAvailable(0.2)
    expect(share(busy, ({ kind }) => kind === 'next_call')).toBeGreaterThan(0.6)
    expect(share(busy, ({ kind }) => kind === 'answer_inbound')).toBeGreaterThan(0.2)
    expect(share(quiet, ({ kind }) => kind === 'answer_inbound')).toBeLessThan(0.1)
    expect(share(busy, ({ kind }) => kind === 'take_break')).toBeGreaterThan(0.01)
  })
})

describe('a callback on the list of an agent', () => {
  const now = new Date('2026-03-02T10:00:00Z')
  const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000)

  test('is left alone until a minute before its time', () => {
    for (const decision of many(() => decideOnPromise(inSeconds(61), now, random))) {
      expect(decision.kind).toBe('leave')
    }
  })

  test('is then accepted more often than snoozed, and snoozed by 1 to 60 whole minutes', () => {
    const decisions = many(() => decideOnPromise(inSeconds(-30), now, random))
    expect(share(decisions, ({ kind }) => kind === 'accept')).toBeCloseTo(0.4, 1)
    const snoozed = decisions.flatMap((decision) => (decision.kind === 'snooze' ? [decision.minutes] : []))
    expect(snoozed.length).toBeGreaterThan(0)
    for (const minutes of snoozed) {
      expect(Number.isInteger(minutes)).toBe(true)
      expect(minutes).toBeGreaterThanOrEqual(1)
      expect(minutes).toBeLessThanOrEqual(60)
    }
  })
})

describe('the end of a call', () => {
  const outbound = many(() => decideOutboundEnding(random))
  const inbound = many(() => decideInboundEnding(random))

  test('mostly resolves what it was about; some reach nobody', () => {
    const outcomes = withOutcome(outbound)
    expect(share(outcomes, ({ outcomeType }) => outcomeType === 'resolved')).toBeGreaterThan(0.65)
    expect(share(outcomes, ({ outcomeType }) => outcomeType === 'no_answer')).toBeGreaterThan(0.05)
  })

  test('now and then gives the call back or forgets the outcome', () => {
    expect(share(outbound, ({ kind }) => kind === 'release')).toBeGreaterThan(0)
    expect(share(outbound, ({ kind }) => kind === 'without_outcome')).toBeGreaterThan(0)
    expect(share(inbound, ({ kind }) => kind === 'without_outcome')).toBeLessThan(0.06)
  })

  test('a next callback comes only with a call that says so, and lies ahead', () => {
    const outcomes = withOutcome([...outbound, ...inbound])
    for (const { callbackScheduled, nextCallbackInMinutes } of outcomes) {
      if (nextCallbackInMinutes === null) continue
      expect(callbackScheduled).toBe(true)
      expect(nextCallbackInMinutes).toBeGreaterThan(0)
    }
  })

  test('fewer than one call in five leads to another promise, so that the queues do not grow for ever', () => {
    const outcomes = withOutcome(outbound)
    expect(share(outcomes, ({ nextCallbackInMinutes }) => nextCallbackInMinutes !== null)).toBeLessThan(0.2)
  })

  test('most callbacks that an inbound caller asked for are really scheduled, but not all', () => {
    const asked = withOutcome(inbound).filter(({ callbackScheduled }) => callbackScheduled)
    const kept = share(asked, ({ nextCallbackInMinutes }) => nextCallbackInMinutes !== null)
    expect(kept).toBeGreaterThan(0.85)
    expect(kept).toBeLessThan(1)
  })

  test('a talk takes seconds', () => {
    for (const ending of [...outbound, ...inbound]) {
      if (ending.kind === 'release') continue
      expect(ending.talkSeconds).toBeGreaterThanOrEqual(3)
      expect(ending.talkSeconds).toBeLessThanOrEqual(45)
    }
  })
})
