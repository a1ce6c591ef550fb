import { outcomeTypes, resultOfOutcome, type OutcomeType, type PolicyOverrides } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  blockSubject,
  cancelCallback,
  claimNextCall,
  getCallback,
  putPolicy,
  putQueueUser,
  recordOutcome,
  releaseClaim,
  scheduleCallback,
  snoozeCallback,
  startCall,
} from '../index.ts'

const queueType = 'outstanding_requests'
const minute = 60_000
const retries = {
  maxAttempts: 4,
  maxPerDay: 3,
  minutes: { busy: [5, 15, 60], no_answer: [30, 120], voicemail: [240], failed: [2] },
}

let engine: TestEngine
let agentId: number
beforeEach(async () => {
  engine = await openTestEngine({ rules: { agentTimeoutMs: 0 } })
  agentId = await engine.addAgent('available')
})
afterEach(() => engine.close())

const storePolicy = () => putPolicy(engine.deps, { queueType, document: { retries } })
const inMinutes = (count: number) => new Date(engine.time.now().getTime() + count * minute)

/** Claims the callback, which is due. */
async function claim(callbackId: string, by = agentId) {
  await engine.route(callbackId)
  const claimed = (await claimNextCall(engine.deps, { agentId: by }))!
  expect(claimed.callback?.id).toBe(callbackId)
  return claimed
}

/** Calls, and says what came of it. */
async function call(callbackId: string, outcomeType: OutcomeType) {
  const { callSessionId } = await claim(callbackId)
  return { callSessionId, ...(await recordOutcome(engine.deps, { callSessionId, outcomeType })) }
}

const waits: Partial<Record<OutcomeType, number>> = { busy: 5, no_answer: 30, voicemail: 240, failed: 2 }

test.each(outcomeTypes)('the outcome %s of a call for a promise, with a policy and without', async (outcomeType) => {
  const without = await engine.addCallback()
  expect(await call(without.id, outcomeType)).toMatchObject({ retry: null, callback: { status: 'completed' } })

  await storePolicy()
  const { id, scheduledFor } = await engine.addCallback()
  const { callback, retry } = await call(id, outcomeType)
  const wait = waits[outcomeType]
  const at = inMinutes(wait ?? 0)
  const open = { status: 'pending', scheduledFor: at, promisedFor: scheduledFor, completedAt: null, result: null }
  const ended = { status: 'completed', scheduledFor, promisedFor: null, result: resultOfOutcome[outcomeType] }
  expect(retry).toEqual(wait === undefined ? null : { at, attempt: 2 })
  expect(callback).toMatchObject({ ...(wait === undefined ? ended : open), isQueued: false, attempts: 1 })
})

describe('with a policy', () => {
  beforeEach(async () => void (await storePolicy()))

  test('the call and its entry are over, the agent is available, and the promise is called again when it is due', async () => {
    const { id, scheduledFor } = await engine.addCallback({ preferredAgentId: agentId })
    const { callSession, callSessionId } = await call(id, 'no_answer')
    expect(callSession).toMatchObject({ status: 'completed', lastOutcomeType: 'no_answer' })
    expect(await engine.entryOf(id)).toBeUndefined()
    await engine.reconcile()
    expect(await claimNextCall(engine.deps, { agentId })).toBeUndefined()
    engine.time.advance(30 * minute)
    const again = await call(id, 'resolved')
    expect(again.callSessionId).not.toBe(callSessionId)
    expect(again).toMatchObject({
      retry: null,
      callback: { status: 'completed', result: 'reached', attempts: 2, preferredAgentId: agentId },
    })
    expect(again.callback?.promisedFor).toEqual(scheduledFor)
    const { history } = await getCallback(engine.deps, id)
    expect(history.map(({ kind }) => kind)).toEqual([
      'scheduled',
      'queued',
      'claimed',
      'retry',
      'queued',
      'claimed',
      'completed',
    ])
    expect(history[3]).toMatchObject({
      agentId,
      details: { callSessionId, outcomeType: 'no_answer', attempt: 2, to: again.callSession.startedAt.toISOString() },
    })
  })

  test('the nth such outcome waits the nth number, until there is none; then the customer was not reached', async () => {
    const { id, scheduledFor } = await engine.addCallback()
    for (const [outcomeType, wait, attempt] of [
      ['no_answer', 30, 2],
      ['busy', 5, 3],
      ['no_answer', 24 * 60 - 35, 4],
    ] as const) {
      const { retry } = await call(id, outcomeType)
      expect(retry).toEqual({ at: inMinutes(wait), attempt })
      engine.time.set(retry!.at)
    }
    const { callback, retry } = await call(id, 'busy')
    expect(retry).toBeNull()
    expect(callback).toMatchObject({
      status: 'completed',
      result: 'not_reached',
      attempts: 4,
      promisedFor: scheduledFor,
    })
  })

  test('an accepted promise stays with its agent', async () => {
    const { id } = await engine.addCallback()
    await acceptCallback(engine.deps, { callbackId: id, agentId })
    const { callSessionId } = (await claimNextCall(engine.deps, { agentId }))!
    const { callback } = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'busy' })
    expect(callback).toMatchObject({ status: 'pending', preferredAgentId: agentId, statusBeforeClaim: null })
  })

  test('what was told to the customer stays through snooze and retry', async () => {
    const { id, scheduledFor } = await engine.addCallback()
    await snoozeCallback(engine.deps, { callbackId: id, agentId, minutes: 10 })
    engine.time.advance(10 * minute)
    expect((await call(id, 'busy')).callback).toMatchObject({ promisedFor: scheduledFor, scheduledFor: inMinutes(5) })
  })

  test('the same outcome again is the same answer, and one retry', async () => {
    const { id } = await engine.addCallback()
    const { callSessionId, ...first } = await call(id, 'busy')
    expect(await recordOutcome(engine.deps, { callSessionId, outcomeType: 'busy' })).toEqual(first)
    engine.time.set(first.retry!.at)
    await call(id, 'busy')
    const late = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'busy' })
    expect(late).toMatchObject({ retry: first.retry, callback: { attempts: 2 } })
    const { history } = await getCallback(engine.deps, id)
    expect(history.filter(({ kind }) => kind === 'retry')).toHaveLength(2)
  })

  test('two who record the same outcome at once have one retry', async () => {
    const { id } = await engine.addCallback()
    const { callSessionId } = await claim(id)
    const answers = await Promise.all(
      [1, 2, 3].map(() => recordOutcome(engine.deps, { callSessionId, outcomeType: 'busy' })),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer.retry))).size).toBe(1)
    expect(await engine.callback(id)).toMatchObject({ attempts: 1, status: 'pending' })
  })

  test('a next callback that was promised in the call goes instead', async () => {
    const { id } = await engine.addCallback()
    const { callSessionId } = await claim(id)
    const answer = await recordOutcome(engine.deps, {
      callSessionId,
      outcomeType: 'no_answer',
      nextCallback: { scheduledFor: inMinutes(60) },
    })
    expect(answer).toMatchObject({
      retry: null,
      callback: { status: 'completed', result: 'not_reached' },
      nextCallback: { status: 'pending', attempts: 0 },
    })
  })

  test('a call for no promise is not tried again, and the ordinary place is fulfilled as ever', async () => {
    const userId = await engine.addUser()
    await putQueueUser(engine.deps, { userId, queueType, priorityScore: 1 })
    const { callSessionId } = (await claimNextCall(engine.deps, { agentId }))!
    expect(await recordOutcome(engine.deps, { callSessionId, outcomeType: 'no_answer' })).toMatchObject({
      callback: null,
      retry: null,
    })
    const inbound = await startCall(engine.deps, { userId, agentId, direction: 'inbound' })
    const answer = await recordOutcome(engine.deps, { callSessionId: inbound.session.id, outcomeType: 'failed' })
    expect(answer.retry).toBeNull()
    expect(await claimNextCall(engine.deps, { agentId })).toBeUndefined()
  })

  test('the policy of the queue counts in which the call was claimed', async () => {
    const { id, userId } = await engine.addCallback()
    await putQueueUser(engine.deps, { userId, queueType: 'unsigned_users', priorityScore: 1 })
    expect(await call(id, 'busy')).toMatchObject({ retry: null, callback: { result: 'not_reached' } })
  })

  test.each<[PolicyOverrides, number | null]>([
    [{}, 5],
    [{ maxAttempts: 1 }, null],
    [{ maxAttempts: 2 }, 5],
  ])('a callback that says %j is called again after %s minutes', async (policy, wait) => {
    const userId = await engine.addUser()
    const { id } = await scheduleCallback(engine.deps, { userId, scheduledFor: engine.time.now(), policy })
    expect(await engine.callback(id)).toMatchObject({ policy })
    const { retry } = await call(id, 'busy')
    expect(retry?.at ?? null).toEqual(wait === null ? null : inMinutes(wait))
  })

  test('a customer who must not be called any more is not called again', async () => {
    const { id, userId } = await engine.addCallback()
    const { callSessionId } = await claim(id)
    await blockSubject(engine.deps, { subject: `user:${userId}`, reason: 'asked' })
    const answer = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'busy' })
    expect(answer).toMatchObject({ retry: null, callback: { status: 'completed', result: 'not_reached' } })
  })

  describe('an outcome that comes after its claim was given back', () => {
    test('leaves the promise where it is', async () => {
      const { id } = await engine.addCallback()
      const { callSessionId, queueEntry } = await claim(id)
      await releaseClaim(engine.deps, { queueEntryId: queueEntry.id })
      const { retry, callback } = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'busy' })
      expect(retry).toBeNull()
      expect(callback).toMatchObject({ status: 'pending', isQueued: true, attempts: 1, promisedFor: null })
    })

    test('leaves it to the agent who has claimed it since, and counts as an attempt', async () => {
      const { id } = await engine.addCallback()
      const lost = await claim(id)
      await releaseClaim(engine.deps, { queueEntryId: lost.queueEntry.id })
      const other = await engine.addAgent('busy')
      await engine.sql`update call_queue set assigned_to_agent_id = ${other}, status = 'assigned', assigned_at = now(), version = version + 1 where callback_id = ${id}`
      await engine.reconcile()
      const held = (await claimNextCall(engine.deps, { agentId: other }))!
      expect(held.callback?.id).toBe(id)
      const late = await recordOutcome(engine.deps, { callSessionId: lost.callSessionId, outcomeType: 'busy' })
      expect(late).toMatchObject({ retry: null, callback: { status: 'in_progress' } })
      const { retry } = await recordOutcome(engine.deps, { callSessionId: held.callSessionId, outcomeType: 'busy' })
      // The second busy line of this promise, whoever noticed the first.
      expect(retry).toEqual({ at: inMinutes(15), attempt: 3 })
    })

    test('changes nothing of a promise that was cancelled meanwhile', async () => {
      const { id } = await engine.addCallback()
      const { callSessionId, queueEntry } = await claim(id)
      await releaseClaim(engine.deps, { queueEntryId: queueEntry.id })
      await cancelCallback(engine.deps, { callbackId: id })
      const answer = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'busy' })
      expect(answer).toMatchObject({ retry: null, callback: { status: 'cancelled', result: 'cancelled' } })
    })
  })
})
