import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  addMilliseconds,
  cancelCallback,
  getCallback,
  latestMoment,
  rescheduleCallback,
  snoozeCallback,
} from '../index.ts'
import { promisedFor } from './promised-for.ts'

let engine: TestEngine
let agentId: number
beforeEach(async () => {
  engine = await openTestEngine()
  agentId = await engine.addAgent('available')
})
afterEach(() => engine.close())

const inAnHour = () => addMilliseconds(engine.time.now(), 60 * 60_000)

test('what was promised is when the call is due, until it is put off', async () => {
  const scheduledFor = inAnHour()
  const callback = await engine.addCallback({ scheduledFor })
  expect(callback.promisedFor).toBeNull()
  expect(promisedFor(callback)).toEqual(scheduledFor)
})

test('snoozing moves when the call is due, and time and again not what was promised', async () => {
  const scheduledFor = inAnHour()
  const { id: callbackId } = await engine.addCallback({ scheduledFor })
  for (const minutes of [10, 25]) await snoozeCallback(engine.deps, { callbackId, agentId, minutes })
  expect(await engine.callback(callbackId)).toMatchObject({
    scheduledFor: addMilliseconds(scheduledFor, 35 * 60_000),
    promisedFor: scheduledFor,
  })
})

test('rescheduling moves both, as the customer is told', async () => {
  const { id: callbackId } = await engine.addCallback({ scheduledFor: inAnHour() })
  await snoozeCallback(engine.deps, { callbackId, agentId, minutes: 10 })
  const agreed = addMilliseconds(inAnHour(), 60_000)
  const { callback: moved } = await rescheduleCallback(engine.deps, { callbackId, scheduledFor: agreed })
  expect(moved).toMatchObject({ scheduledFor: agreed, promisedFor: null })
})

test('what cannot be put off any further is still promised for its time', async () => {
  const { id: callbackId } = await engine.addCallback({ scheduledFor: latestMoment })
  const { callback } = await snoozeCallback(engine.deps, { callbackId, agentId, minutes: 10 })
  expect(callback).toMatchObject({ scheduledFor: latestMoment, promisedFor: null })
})

test('a promise that is taken back says so, and by whom', async () => {
  const { id: callbackId } = await engine.addCallback({ scheduledFor: inAnHour() })
  expect(await cancelCallback(engine.deps, { callbackId, reason: 'asked' })).toMatchObject({ result: 'cancelled' })
  const { history } = await getCallback(engine.deps, callbackId)
  expect(history.at(-1)?.details).toEqual({ by: 'engine', reason: 'asked' })
})
