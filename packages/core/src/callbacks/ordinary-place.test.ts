import { callQueue } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  cancelCallback,
  claimNextCall,
  peekNextCall,
  putPolicy,
  putQueueUser,
  recordOutcome,
  rescheduleCallback,
  snoozeCallback,
} from '../index.ts'

const minute = 60_000

let engine: TestEngine
let agentId: number
beforeEach(async () => {
  engine = await openTestEngine({ rules: { agentTimeoutMs: 0 } })
  await setOrdinary('hold')
  agentId = await engine.addAgent('available')
})
afterEach(() => engine.close())

const setOrdinary = (ordinaryWhilePromised: 'keep' | 'hold') =>
  putPolicy(engine.deps, { queueType: 'unsigned_users', document: { ordinaryWhilePromised } })
const ordinary = (userId: string, queueType: 'unsigned_users' | 'outstanding_requests' = 'unsigned_users') =>
  putQueueUser(engine.deps, { userId, queueType, priorityScore: 1 })
const snooze = (callbackId: string, minutes = 10) => snoozeCallback(engine.deps, { callbackId, agentId, minutes })
const next = async () => (await peekNextCall(engine.deps, { agentId }))?.queueEntry

/** A promise that is due, of a customer who waits as an ordinary one, too. */
async function promised(queueType?: 'unsigned_users' | 'outstanding_requests') {
  const callback = await engine.addCallback()
  await ordinary(callback.userId, queueType)
  await engine.route(callback.id)
  return callback
}

describe('when a promise is put off, the ordinary place of its customer', () => {
  test('is kept, unless the policy says otherwise', async () => {
    await setOrdinary('keep')
    const { id, userId } = await promised()
    expect(await snooze(id)).toMatchObject({ ordinaryPlace: 'kept' })
    expect(await next()).toMatchObject({ userId, callbackId: null, onHoldUntil: null })
  })

  test('is none when there is none', async () => {
    const { id } = await engine.addCallback()
    expect(await snooze(id)).toMatchObject({ ordinaryPlace: 'none' })
    expect(await snooze(id)).toMatchObject({ ordinaryPlace: 'none' })
  })

  test('is held by the policy of its queue alone', async () => {
    const { id } = await promised('outstanding_requests')
    expect(await snooze(id)).toMatchObject({ ordinaryPlace: 'kept' })
    expect(await next()).toMatchObject({ callbackId: null })
  })

  test('is held, and does not come before the promise', async () => {
    const { id, userId } = await promised()
    const { callback, ordinaryPlace } = await snooze(id)
    expect(ordinaryPlace).toBe('held')
    const live = await callQueue.getLiveOfUser(engine.sql, userId)
    expect(live).toMatchObject({ callbackId: null, onHoldUntil: callback.scheduledFor })
    engine.time.advance(10 * minute - 1)
    expect(await next()).toBeUndefined()
    expect(await claimNextCall(engine.deps, { agentId })).toBeUndefined()
    await engine.route(id)
    engine.time.advance(1)
    expect(await next()).toMatchObject({ callbackId: id })
  })

  test('is held also when the promise had none before, and when the customer is put into the queue later', async () => {
    const { id, userId } = await engine.addCallback({ inMinutes: 60 })
    await ordinary(userId)
    const scheduledFor = new Date(engine.time.now().getTime() + 120 * minute)
    expect(await rescheduleCallback(engine.deps, { callbackId: id, scheduledFor })).toMatchObject({
      ordinaryPlace: 'held',
    })
    expect(await next()).toBeUndefined()
    expect(await ordinary(userId)).toMatchObject({ onHoldUntil: scheduledFor })
    expect(await next()).toBeUndefined()
  })

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['cancelled', (id) => cancelCallback(engine.deps, { callbackId: id })],
    ['moved ahead', (id) => rescheduleCallback(engine.deps, { callbackId: id, scheduledFor: engine.time.now() })],
    [
      'put off where it is kept',
      async (id) => {
        await setOrdinary('keep')
        return snooze(id)
      },
    ],
  ])('can be had at once when the promise is %s', async (_how, free) => {
    const { id, userId } = await promised()
    await snooze(id)
    await free(id)
    expect(await next()).toMatchObject({ userId, callbackId: null })
  })

  test('waits for each of two promises that hold it', async () => {
    const { id, userId } = await promised()
    const second = await engine.addCallback({ userId, inMinutes: 60 })
    await snooze(second.id)
    await snooze(id)
    const hold = async () => (await callQueue.getLiveOfUser(engine.sql, userId))?.onHoldUntil
    const { scheduledFor } = await engine.callback(second.id)
    expect(await hold()).toEqual(scheduledFor)
    await cancelCallback(engine.deps, { callbackId: second.id })
    expect(await hold()).toEqual((await engine.callback(id)).scheduledFor)
  })

  test('is fulfilled by the promise, as ever', async () => {
    const { id, userId } = await promised()
    await snooze(id)
    engine.time.advance(10 * minute)
    await engine.route(id)
    const { callSessionId } = (await claimNextCall(engine.deps, { agentId }))!
    await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
    expect(await callQueue.getLiveOfUser(engine.sql, userId)).toBeUndefined()
  })
})
