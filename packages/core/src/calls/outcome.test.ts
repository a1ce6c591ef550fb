import { agentSessions, callQueue, callSessions } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  cancelCallback,
  claimNextCall,
  completeCall,
  getCallback,
  monitor,
  putQueueUser,
  putSession,
  recordOutcome,
  releaseClaim,
  startCall,
  sweepLostAgents,
} from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

/** An agent who has claimed a callback. */
async function claimed() {
  const agentId = await engine.addAgent('available')
  const { id: callbackId, userId } = await engine.addCallback()
  await engine.route(callbackId)
  const call = (await claimNextCall(engine.deps, { agentId }))!
  return { agentId, callbackId, userId, callSessionId: call.callSessionId, queueEntryId: call.queueEntry.id }
}

describe('an outcome', () => {
  test('completes call session, queue entry and callback, and makes the agent available again', async () => {
    const { agentId, callbackId, callSessionId, queueEntryId } = await claimed()
    engine.time.advance(90_000)
    const result = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'no_answer', notes: 'rang out' })
    expect(result.callSession).toMatchObject({
      status: 'completed',
      lastOutcomeType: 'no_answer',
      outcomeNotes: 'rang out',
      durationSeconds: 90,
      completedAt: engine.time.now(),
    })
    expect(result.callback).toMatchObject({
      id: callbackId,
      status: 'completed',
      completedCallSessionId: callSessionId,
    })
    expect(await callQueue.get(engine.sql, queueEntryId)).toMatchObject({ status: 'completed' })
    expect(await agentSessions.getOpen(engine.sql, agentId)).toMatchObject({ status: 'available' })
    const { history } = await getCallback(engine.deps, callbackId)
    expect(history.map((row) => row.kind)).toEqual(['scheduled', 'queued', 'claimed', 'completed'])
  })

  test('again, the same, gives the same answer; another one is refused', async () => {
    const { callSessionId } = await claimed()
    const nextCallback = { scheduledFor: new Date('2026-03-03T09:00:00Z') }
    const first = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'callback_requested', nextCallback })
    const again = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'callback_requested', nextCallback })
    expect(again).toEqual(first)
    await expect(recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })).rejects.toMatchObject({
      code: 'outcome-recorded',
    })
  })

  test('may schedule the next callback, which comes from this call', async () => {
    const { callSessionId, userId, agentId } = await claimed()
    const { callSession, nextCallback } = await recordOutcome(engine.deps, {
      callSessionId,
      outcomeType: 'callback_requested',
      nextCallback: {
        scheduledFor: new Date('2026-03-03T09:00:00Z'),
        callbackReason: 'papers',
        preferredAgentId: agentId,
      },
    })
    expect(callSession).toMatchObject({ callbackScheduled: true, nextCallbackId: nextCallback?.id })
    expect(nextCallback).toMatchObject({
      userId,
      status: 'pending',
      callbackReason: 'papers',
      preferredAgentId: agentId,
      originalCallSessionId: callSessionId,
    })
  })

  test('that cannot be recorded whole is not recorded at all', async () => {
    const { callSessionId, callbackId } = await claimed()
    const nextCallback = { scheduledFor: engine.time.now(), preferredAgentId: 999 }
    await expect(
      recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved', nextCallback }),
    ).rejects.toMatchObject({ code: 'unknown-agent' })
    expect(await callSessions.get(engine.sql, callSessionId)).toMatchObject({ lastOutcomeType: null })
    expect(await engine.callback(callbackId)).toMatchObject({ status: 'in_progress' })
  })

  test("of an agent's call is recorded by nobody else", async () => {
    const { callSessionId } = await claimed()
    const other = await engine.addAgent('available')
    await expect(
      recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved', agentId: other }),
    ).rejects.toMatchObject({ code: 'not-your-call' })
  })

  test('leaves an agent away who has gone away', async () => {
    const { callSessionId, agentId } = await claimed()
    await putSession(engine.deps, { agentId, status: 'away' })
    await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
    expect(await agentSessions.getOpen(engine.sql, agentId)).toMatchObject({ status: 'away' })
  })
})

describe('a call completed without an outcome', () => {
  test('keeps its callback open with its agent in wrap-up, and is reported as problematic', async () => {
    const { callSessionId, callbackId, agentId } = await claimed()
    const session = await completeCall(engine.deps, { callSessionId, durationSeconds: 12 })
    expect(session).toMatchObject({ status: 'completed', durationSeconds: 12, lastOutcomeType: null })
    expect(await engine.callback(callbackId)).toMatchObject({ status: 'in_progress' })
    expect(await agentSessions.getOpen(engine.sql, agentId)).toMatchObject({ status: 'wrap_up' })
    const { problematicSessions } = await monitor(engine.deps, { hours: 1 })
    expect(problematicSessions).toMatchObject({ count: 1, newest: [{ id: callSessionId }] })
    expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ resumed: true, callSessionId })
    expect(await completeCall(engine.deps, { callSessionId, durationSeconds: 99 })).toEqual(session)

    const { callback } = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
    expect(callback).toMatchObject({ status: 'completed' })
    expect((await monitor(engine.deps, { hours: 1 })).problematicSessions.count).toBe(0)
  })
})

describe('a claim given back before calling', () => {
  test('is no problematic call', async () => {
    const { queueEntryId, callSessionId } = await claimed()
    await releaseClaim(engine.deps, { queueEntryId })
    expect(await callSessions.get(engine.sql, callSessionId)).toMatchObject({
      status: 'completed',
      lastOutcomeType: null,
    })
    expect((await monitor(engine.deps, { hours: 1 })).problematicSessions.count).toBe(0)
  })
})

describe('an outcome that comes after the claim was given back', () => {
  async function lost() {
    const call = await claimed()
    engine.time.advance(90_001)
    expect(await sweepLostAgents(engine.deps)).toEqual([call.agentId])
    return call
  }

  test('is recorded on its call, and the promise stands', async () => {
    const { callSessionId, callbackId } = await lost()
    const result = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'no_answer' })
    expect(result.callSession).toMatchObject({ lastOutcomeType: 'no_answer' })
    expect(result.callback).toMatchObject({ status: 'pending', isQueued: true })
    expect(await engine.entryOf(callbackId)).toMatchObject({ status: 'assigned' })
  })

  test('leaves a callback alone that another agent has claimed since', async () => {
    const { callSessionId, callbackId } = await lost()
    const other = await engine.addAgent('available')
    await engine.route(callbackId)
    const call = await claimNextCall(engine.deps, { agentId: other })
    expect(call?.callback?.id).toBe(callbackId)
    const { callback } = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
    expect(callback).toMatchObject({ status: 'in_progress' })
    const result = await recordOutcome(engine.deps, { callSessionId: call!.callSessionId, outcomeType: 'declined' })
    expect(result.callback).toMatchObject({ status: 'completed', completedCallSessionId: call!.callSessionId })
  })

  test('leaves a callback alone that has been cancelled since', async () => {
    const { callSessionId, callbackId } = await lost()
    await cancelCallback(engine.deps, { callbackId })
    const { callback } = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
    expect(callback).toMatchObject({ status: 'cancelled' })
  })
})

describe('an ordinary user', () => {
  const place = { queueType: 'unsigned_users', priorityScore: 3 } as const

  test('leaves the queue for good once called', async () => {
    const agentId = await engine.addAgent('available')
    const userId = await engine.addUser()
    await putQueueUser(engine.deps, { userId, ...place })
    const call = await claimNextCall(engine.deps, { agentId })
    await recordOutcome(engine.deps, { callSessionId: call!.callSessionId, outcomeType: 'resolved' })
    expect(await claimNextCall(engine.deps, { agentId })).toBeUndefined()

    const callback = await engine.addCallback({ userId })
    await engine.route(callback.id)
    await cancelCallback(engine.deps, { callbackId: callback.id })
    expect(await claimNextCall(engine.deps, { agentId })).toBeUndefined()
  })

  test('who is put into a queue during the call is there afterwards', async () => {
    const agentId = await engine.addAgent('available')
    const userId = await engine.addUser()
    await putQueueUser(engine.deps, { userId, ...place })
    const call = await claimNextCall(engine.deps, { agentId })
    engine.time.advance(1_000)
    await putQueueUser(engine.deps, { userId, ...place, priorityScore: 8 })
    await recordOutcome(engine.deps, { callSessionId: call!.callSessionId, outcomeType: 'resolved' })
    expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { userId, priorityScore: 8 } })
  })
})

test('the same twilioCallSid again is the same call session', async () => {
  const userId = await engine.addUser()
  const input = { userId, direction: 'inbound', twilioCallSid: 'CA1' } as const
  const started = await Promise.all([startCall(engine.deps, input), startCall(engine.deps, input)])
  expect(started.filter(({ created }) => created)).toHaveLength(1)
  expect(started[0].session).toEqual(started[1].session)
})
