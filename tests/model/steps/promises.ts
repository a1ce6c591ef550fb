import fc from 'fast-check'
import * as rules from '../rules/promises.ts'
import {
  anAgent,
  aPreference,
  aQueue,
  aTime,
  aUser,
  choose,
  expectAnswer,
  fromNow,
  often,
  step,
  type Step,
  unknownId,
  whenClosed,
  which,
} from './step.ts'

const schedule = step(
  'schedule',
  {
    userId: fc.oneof({ weight: 9, arbitrary: aUser }, fc.constant('99')),
    time: aTime,
    preferredAgentId: aPreference,
    queueType: fc.option(aQueue, { freq: 1 }),
    asksForTime: fc.constantFrom(false, false, true),
    whenClosed,
    allowDuplicate: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constantFrom(false, undefined)),
  },
  async (world, { supervisor }, { time, ...who }) => {
    const promise = { ...who, scheduledFor: fromNow(world, time) }
    const { asksForTime, ...asked } = promise
    const answer = await supervisor.post('/api/callbacks', {
      ...asked,
      policy: asksForTime ? { quietHours: 'off' } : undefined,
      queueType: promise.queueType ?? undefined,
      scheduledFor: new Date(promise.scheduledFor),
    })
    expectAnswer(answer, rules.schedule(world, promise, answer.body.id))
  },
)

const accept = step('accept', { which, agentId: anAgent }, async (world, { supervisor }, input) => {
  const callback = choose(world.callbacks, input.which)
  const body = { callbackId: callback?.id ?? unknownId, agentId: input.agentId }
  expectAnswer(await supervisor.post('/api/callbacks/accept', body), rules.accept(world, callback, input.agentId))
})

const snooze = step(
  'snooze',
  { which, agentId: anAgent, minutes: fc.integer({ min: 1, max: 8 }) },
  async (world, { supervisor }, { agentId, minutes, ...input }) => {
    const callback = choose(world.callbacks, input.which)
    const body = { callbackId: callback?.id ?? unknownId, agentId, minutes }
    expectAnswer(await supervisor.post('/api/callbacks/snooze', body), rules.snooze(world, callback, minutes))
  },
)

const reschedule = step(
  'reschedule',
  { which, time: aTime, preferredAgentId: fc.option(aPreference, { nil: undefined }), whenClosed },
  async (world, { supervisor }, { time, preferredAgentId, whenClosed: closed, ...input }) => {
    const callback = choose(world.callbacks, input.which)
    const scheduledFor = fromNow(world, time)
    const answer = await supervisor.post('/api/callbacks/reschedule', {
      callbackId: callback?.id ?? unknownId,
      scheduledFor: new Date(scheduledFor),
      preferredAgentId,
      whenClosed: closed,
    })
    expectAnswer(answer, rules.reschedule(world, callback, { scheduledFor, preferredAgentId, whenClosed: closed }))
  },
)

const cancel = step('cancel', { which }, async (world, { supervisor }, input) => {
  const callback = choose(world.callbacks, input.which)
  const answer = await supervisor.post('/api/callbacks/cancel', { callbackId: callback?.id ?? unknownId })
  expectAnswer(answer, rules.cancel(world, callback))
})

/** What becomes of promises. */
export const promiseSteps: Step[] = [...often(10, schedule), ...often(2, accept), snooze, reschedule, cancel]
