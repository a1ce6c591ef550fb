import { resultOfOutcome, type OutcomeType } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  addMilliseconds,
  claimNextCall,
  getCallback,
  recordOutcome,
  releaseClaim,
  snoozeCallback,
  startCall,
  sweepLostAgents,
} from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

async function claimBy(agentId: number, callbackId: string) {
  await engine.route(callbackId)
  const call = (await claimNextCall(engine.deps, { agentId }))!
  expect(call.callback?.id).toBe(callbackId)
  return call
}

test('an outcome counts an attempt, which began with the claim', async () => {
  const agentId = await engine.addAgent('available')
  const { id: callbackId } = await engine.addCallback()
  const { callSessionId } = await claimBy(agentId, callbackId)
  const claimedAt = engine.time.now()
  expect(await engine.callback(callbackId)).toMatchObject({ attempts: 0, firstCalledAt: null, firstCalledBy: null })
  engine.time.advance(90_000)
  const { callback } = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
  expect(callback).toMatchObject({ attempts: 1, firstCalledAt: claimedAt, firstCalledBy: agentId })
  await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
  expect(await engine.callback(callbackId)).toEqual(callback)
})

test.each(Object.entries(resultOfOutcome) as [OutcomeType, string][])(
  'a promise whose call had the outcome %s is %s',
  async (outcomeType, result) => {
    const agentId = await engine.addAgent('available')
    const { id: callbackId } = await engine.addCallback()
    const { callSessionId } = await claimBy(agentId, callbackId)
    const { callback } = await recordOutcome(engine.deps, { callSessionId, outcomeType })
    expect(callback).toMatchObject({ status: 'completed', result })
    const { history } = await getCallback(engine.deps, callbackId)
    expect(history.at(-1)).toMatchObject({ kind: 'completed' })
    expect(history.at(-1)?.details).toEqual({ callSessionId, outcomeType, result, attempts: 1 })
  },
)

test('a claim that is given back is no attempt', async () => {
  const agentId = await engine.addAgent('available')
  const { id: callbackId } = await engine.addCallback()
  const { queueEntry } = await claimBy(agentId, callbackId)
  await releaseClaim(engine.deps, { queueEntryId: queueEntry.id })
  expect(await engine.callback(callbackId)).toMatchObject({ attempts: 0, firstCalledAt: null, result: null })
})

test('a call that is reported after its claim was lost counts, and the one that began first is the first', async () => {
  const lost = await engine.addAgent('available')
  const { id: callbackId } = await engine.addCallback()
  const early = await claimBy(lost, callbackId)
  const claimedAt = engine.time.now()
  engine.time.advance(90_001)
  await sweepLostAgents(engine.deps)
  const other = await engine.addAgent('available')
  const late = await claimBy(other, callbackId)
  const ended = await recordOutcome(engine.deps, { callSessionId: late.callSessionId, outcomeType: 'no_answer' })
  expect(ended.callback).toMatchObject({ attempts: 1, firstCalledAt: engine.time.now(), firstCalledBy: other })

  const reported = await recordOutcome(engine.deps, { callSessionId: early.callSessionId, outcomeType: 'resolved' })
  expect(reported.callback).toMatchObject({
    status: 'completed',
    result: 'not_reached',
    attempts: 2,
    firstCalledAt: claimedAt,
    firstCalledBy: lost,
  })
})

test('a callback shows its attempts, and how late each was after what was promised', async () => {
  const lost = await engine.addAgent('available')
  const { id: callbackId } = await engine.addCallback()
  await snoozeCallback(engine.deps, { callbackId, agentId: lost, minutes: 10 })
  engine.time.advance(10 * 60_000)
  const first = await claimBy(lost, callbackId)
  engine.time.advance(90_001)
  await sweepLostAgents(engine.deps)
  const other = await engine.addAgent('available')
  const second = await claimBy(other, callbackId)
  expect(await getCallback(engine.deps, callbackId)).toMatchObject({ attempts: 0, attemptedCalls: [] })
  await recordOutcome(engine.deps, { callSessionId: second.callSessionId, outcomeType: 'resolved' })
  await recordOutcome(engine.deps, { callSessionId: first.callSessionId, outcomeType: 'voicemail' })
  const { attemptedCalls } = await getCallback(engine.deps, callbackId)
  const startedAt = engine.time.now()
  expect(attemptedCalls).toEqual([
    {
      number: 1,
      callSessionId: first.callSessionId,
      agentId: lost,
      startedAt: addMilliseconds(startedAt, -90_001),
      outcomeType: 'voicemail',
      lateBySeconds: 600,
    },
    {
      number: 2,
      callSessionId: second.callSessionId,
      agentId: other,
      startedAt,
      outcomeType: 'resolved',
      lateBySeconds: 690.001,
    },
  ])
})

test('the outcome of a call that was made for no promise counts for none', async () => {
  const agentId = await engine.addAgent('available')
  const { id: callbackId, userId } = await engine.addCallback()
  const { session } = await startCall(engine.deps, { userId, agentId, direction: 'inbound' })
  await recordOutcome(engine.deps, { callSessionId: session.id, outcomeType: 'resolved' })
  expect(await engine.callback(callbackId)).toMatchObject({ attempts: 0, firstCalledAt: null })
})
