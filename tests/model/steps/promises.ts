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

const aPromise = {
  userId: fc.oneof({ weight: 9, arbitrary: aUser }, fc.constant('99')),
  time: aTime,
  preferredAgentId: aPreference,
  queueType: fc.option(aQueue, { freq: 1 }),
  asksForTime: fc.constantFrom(false, false, true),
  whenClosed,
  allowDuplicate: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constantFrom(false, undefined)),
}

/** A promise as the API is asked for it. */
function asked({ asksForTime, ...promise }: Parameters<typeof rules.schedule>[1]) {
  return {
    ...promise,
    policy: asksForTime ? { quietHours: 'off' } : undefined,
    queueType: promise.queueType ?? undefined,
    scheduledFor: new Date(promise.scheduledFor),
  }
}

const schedule = step('schedule', aPromise, async (world, { supervisor }, { time, ...who }) => {
  const promise = { ...who, scheduledFor: fromNow(world, time) }
  const answer = await supervisor.post('/api/callbacks', asked(promise))
  expectAnswer(answer, rules.schedule(world, promise, answer.body.id))
})

/** What became of a row, as if it had been asked for alone; of one that is refused, the problem says it. */
const statusOfRow: Record<string, number> = { existing: 200, created: 201 }

/** Each is one more for those that follow. */
const scheduleMany = step(
  'schedule many',
  { promises: fc.array(fc.record(aPromise), { minLength: 1, maxLength: 4 }) },
  async (world, { supervisor }, input) => {
    const promises = input.promises.map(({ time, ...who }) => ({ ...who, scheduledFor: fromNow(world, time) }))
    const answer = await supervisor.post('/api/callbacks/bulk', { items: promises.map(asked) })
    for (const [index, promise] of promises.entries()) {
      const { status, id, problem } = answer.body.results[index]
      const expected = rules.schedule(world, promise, id)
      const { id: expectedId } = expected.body as { id?: string }
      expectAnswer(
        { ...answer, status: statusOfRow[status] ?? problem.status, body: problem ?? { id } },
        expected.status < 300 ? { status: expected.status, body: { id: expectedId } } : expected,
      )
    }
  },
)

const update = step('update', { which, callbackReason: fc.string() }, async (world, { supervisor }, input) => {
  const callback = choose(world.callbacks, input.which)
  const metadata = { said: input.callbackReason }
  const answer = await supervisor.patch(`/api/callbacks/${callback?.id ?? unknownId}`, { metadata })
  expectAnswer(answer, rules.update(world, callback))
})

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
export const promiseSteps: Step[] = [
  ...often(8, schedule),
  ...often(2, scheduleMany),
  ...often(2, accept),
  snooze,
  reschedule,
  cancel,
  update,
]
