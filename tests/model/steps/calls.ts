import { outcomeTypes, telephonyStatuses, type OutcomeType } from '@ringback/db'
import fc from 'fast-check'
import * as rules from '../rules/calls.ts'
import type { WhenClosed } from '../rules/promises.ts'
import type { Call, World } from '../rules/world.ts'
import type { System } from '../system.ts'
import {
  anAgent,
  aQueue,
  aTime,
  choose,
  expectAnswer,
  fromNow,
  often,
  step,
  type Step,
  type Time,
  unknownId,
  whenClosed,
  which,
} from './step.ts'

const claim = step(
  'claim',
  { agentId: anAgent, queueType: fc.option(aQueue, { nil: undefined, freq: 1 }) },
  async (world, { supervisor }, input) => {
    const answer = await supervisor.post(`/api/agents/${input.agentId}/next-call`, { queueType: input.queueType })
    expectAnswer(answer, rules.claim(world, input, answer.body?.callSessionId))
  },
)

const release = step('release', { which }, async (world, { supervisor }, input) => {
  const call = choose(world.calls, input.which)
  const answer = await supervisor.post(`/api/queue-entries/${call?.entry.id ?? 999_999}/release`)
  expectAnswer(answer, rules.release(world, call))
})

const complete = step('complete', { which }, async (world, { supervisor }, input) => {
  const call = choose(world.calls, input.which)
  const answer = await supervisor.post(`/api/call-sessions/${call?.id ?? unknownId}/complete`)
  expectAnswer(answer, rules.complete(world, call))
})

const outcomeInput = {
  which,
  outcomeType: fc.oneof(
    { weight: 3, arbitrary: fc.constant<OutcomeType>('resolved') },
    { weight: 6, arbitrary: fc.constantFrom<OutcomeType>('no_answer', 'no_answer', 'failed', 'busy') },
    fc.constantFrom(...outcomeTypes),
  ),
  next: fc.option(aTime, { nil: undefined, freq: 1 }),
  whenClosed,
}

const outcome = step('outcome', outcomeInput, async (world, system, { which: back, ...input }) => {
  await recordOutcome(world, system, choose(world.calls, back), input)
})

const outcomeAtWork = step(
  'outcome of a call at work',
  outcomeInput,
  async (world, system, { which: back, ...input }) => {
    const atWork = world.calls.filter((call) => call.entry.claim === call)
    await recordOutcome(world, system, choose(atWork, back), input)
  },
)

const lateOutcome = step(
  'outcome of a call given back',
  outcomeInput,
  async (world, system, { which: back, ...input }) => {
    const givenBack = world.calls.filter((call) => call.outcomeType === null && call.entry.claim !== call)
    await recordOutcome(world, system, choose(givenBack, back), input)
  },
)

async function recordOutcome(
  world: World,
  { supervisor }: System,
  call: Call | undefined,
  {
    outcomeType,
    next,
    whenClosed: closed,
  }: { outcomeType: OutcomeType; next: Time | undefined; whenClosed: WhenClosed },
): Promise<void> {
  const nextAt = next && fromNow(world, next)
  const nextCallback = nextAt === undefined ? undefined : { scheduledFor: new Date(nextAt), whenClosed: closed }
  const body = { outcomeType, nextCallback }
  const answer = await supervisor.post(`/api/call-sessions/${call?.id ?? unknownId}/outcome`, body)
  expectAnswer(
    answer,
    rules.recordOutcome(world, call, { outcomeType, nextAt, whenClosed: closed }, answer.body.nextCallback?.id),
  )
}

const telephony = step(
  'telephony',
  { which, status: fc.constantFrom(...telephonyStatuses) },
  async (world, { supervisor }, { which: back, status }) => {
    const call = choose(world.calls, back)
    const event = { callSessionId: call?.id ?? unknownId, status }
    expectAnswer(await supervisor.post('/api/telephony/events', event), rules.hear(world, call, status))
  },
)

/** What becomes of calls. */
export const callSteps: Step[] = [
  ...often(16, claim),
  ...often(2, release),
  complete,
  outcome,
  lateOutcome,
  ...often(3, telephony),
  ...often(14, outcomeAtWork),
]
