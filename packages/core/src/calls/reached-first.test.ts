import { callQueue, callSessions, userCallScores, type OutcomeType } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  claimNextCall,
  closeSession,
  getCallback,
  noteRoutingFailure,
  putPolicy,
  putQueue,
  putQueueUser,
  recordOutcome,
  releaseClaim,
  startCall,
  sweepLostAgents,
  type OutcomeInput,
} from '../index.ts'

const queueType = 'outstanding_requests'
const minute = 60_000
const inboundEnds = { outcomes: ['resolved' as const], withinHours: 24 }

let engine: TestEngine
let ada: number
let ben: number
beforeEach(async () => {
  engine = await openTestEngine()
  await putPolicy(engine.deps, { queueType, document: { inboundEnds } })
  ada = await engine.addAgent('available')
  ben = await engine.addAgent('available')
})
afterEach(() => engine.close())

/** The customer calls a minute later, and somebody says what came of it. */
async function callIn(
  userId: string,
  { agentId = ada, ...said }: { agentId?: number | null } & Omit<Partial<OutcomeInput>, 'agentId'> = {},
) {
  engine.time.advance(minute)
  const { session } = await startCall(engine.deps, { userId, agentId, direction: 'inbound' })
  const outcome = { callSessionId: session.id, outcomeType: 'resolved' as OutcomeType, ...said }
  const result = await recordOutcome(engine.deps, outcome)
  expect(await recordOutcome(engine.deps, outcome)).toEqual(result)
  return { callSessionId: session.id, ended: result.endedCallbacks.map(({ id }) => id), result }
}

const historyOf = async (id: string) => (await getCallback(engine.deps, id)).history
const kinds = async (id: string) => (await historyOf(id)).map(({ kind }) => kind)

async function claim(id: string, agentId: number) {
  await engine.route(id)
  await acceptCallback(engine.deps, { callbackId: id, agentId })
  const claimed = (await claimNextCall(engine.deps, { agentId }))!
  expect(claimed.callback?.id).toBe(id)
  return claimed
}

test('without a policy an inbound call ends no promise', async () => {
  await putPolicy(engine.deps, { queueType, document: {} })
  const { id, userId } = await engine.addCallback()
  expect(await callIn(userId)).toMatchObject({ ended: [] })
  expect(await engine.callback(id)).toMatchObject({ status: 'pending', reachedBySessionId: null })
})

describe('a customer who was reached in an inbound call', () => {
  test.each<[string, (id: string) => Promise<unknown>]>([
    ['waits for its time', async () => {}],
    ['is in a queue', (id) => engine.route(id)],
    ['was accepted', (id) => acceptCallback(engine.deps, { callbackId: id, agentId: ben })],
    [
      'is put off for another promise of its user',
      async (id) => {
        const { userId } = await engine.callback(id)
        // In a queue of which the policy ends nothing.
        const other = await engine.addCallback({ userId, queueType: 'unsigned_users' })
        await acceptCallback(engine.deps, { callbackId: other.id, agentId: ben })
        expect(await engine.route(id)).toEqual([{ kind: 'deferred' }])
      },
    ],
    [
      'fails to be routed',
      (id) => noteRoutingFailure(engine.deps, { callbackId: id, runId: null, reason: 'a reason' }),
    ],
  ])('is not called for a promise that %s', async (_, before) => {
    const { id, userId } = await engine.addCallback()
    await before(id)
    const { ended, callSessionId } = await callIn(userId)
    expect(ended).toEqual([id])
    expect(await engine.callback(id)).toMatchObject({
      status: 'completed',
      result: 'reached_inbound',
      completedCallSessionId: callSessionId,
      completedAt: engine.time.now(),
      isQueued: false,
      attempts: 0,
    })
    expect(await engine.entryOf(id)).toBeUndefined()
    expect((await historyOf(id)).at(-1)).toMatchObject({
      kind: 'completed',
      agentId: ada,
      details: { callSessionId, outcomeType: 'resolved', result: 'reached_inbound', attempts: 0 },
    })
  })

  test('waits for what falls due later, what was promised in the call, and what other queues promise', async () => {
    const { id, userId } = await engine.addCallback({ inMinutes: 24 * 60 + 1 })
    const later = await engine.addCallback({ userId, inMinutes: 24 * 60 + 2 })
    const otherQueue = await engine.addCallback({ userId, queueType: 'unsigned_users' })
    const nextCallback = { scheduledFor: engine.time.now() }
    const { ended, result } = await callIn(userId, { nextCallback })
    expect(ended).toEqual([id])
    for (const kept of [later.id, otherQueue.id, result.nextCallback!.id]) {
      expect(await engine.callback(kept)).toMatchObject({ status: 'pending' })
    }
  })

  test('waits for a promise that was made since the call began', async () => {
    const userId = await engine.addUser()
    const { session } = await startCall(engine.deps, { userId, direction: 'inbound' })
    const { id } = await engine.addCallback({ userId })
    const outcome = { callSessionId: session.id, outcomeType: 'resolved' as const }
    expect(await recordOutcome(engine.deps, outcome)).toMatchObject({ endedCallbacks: [] })
    expect(await engine.callback(id)).toMatchObject({ status: 'pending' })
  })

  test('waits when the outcome is none of the policy, and when the call was an outbound one', async () => {
    const { id, userId } = await engine.addCallback()
    expect(await callIn(userId, { outcomeType: 'callback_requested' })).toMatchObject({ ended: [] })
    const { session } = await startCall(engine.deps, { userId, direction: 'outbound' })
    const outcome = { callSessionId: session.id, outcomeType: 'resolved' as const }
    expect(await recordOutcome(engine.deps, outcome)).toMatchObject({ endedCallbacks: [] })
    expect(await engine.callback(id)).toMatchObject({ status: 'pending' })
  })

  test('is called by the policy of the queue where it was last put', async () => {
    await putQueue(engine.deps, { queueType: 'vip', name: 'VIP' })
    await putPolicy(engine.deps, {
      queueType: 'vip',
      document: { inboundEnds: { outcomes: ['declined'], withinHours: 1 } },
    })
    const { id, userId } = await engine.addCallback()
    await putQueueUser(engine.deps, { userId, queueType: 'vip', priorityScore: 1 })
    expect(await callIn(userId)).toMatchObject({ ended: [] })
    expect(await callIn(userId, { outcomeType: 'declined' })).toMatchObject({ ended: [id] })
  })

  test('makes room for the next promise', async () => {
    const userId = await engine.addUser()
    for (let n = 0; n < 20; n++) await engine.addCallback({ userId })
    const { ended, result } = await callIn(userId, { nextCallback: { scheduledFor: engine.time.now() } })
    expect(ended).toHaveLength(20)
    expect(result.nextCallback).toMatchObject({ status: 'pending' })
  })
})

describe('the ordinary place of a customer who was reached', () => {
  const put = (userId: string) => putQueueUser(engine.deps, { userId, queueType, priorityScore: 1 })
  const place = async (userId: string) => callQueue.getLiveOfUser(engine.sql, userId)

  test.each([
    ['behind the promise', 0],
    ['before the promise', 60],
  ])('is fulfilled %s', async (_, inMinutes) => {
    const { id, userId } = await engine.addCallback({ inMinutes })
    await put(userId)
    if (inMinutes === 0) await engine.route(id)
    expect(await place(userId)).toMatchObject({ callbackId: inMinutes === 0 ? id : null })
    expect(await callIn(userId)).toMatchObject({ ended: [id] })
    expect(await place(userId)).toBeUndefined()
    expect(await userCallScores.get(engine.sql, userId)).toMatchObject({ queuedAt: null })
  })

  test.each([0, 60])('that was asked for in the call comes, with a promise in %i minutes', async (inMinutes) => {
    const { id, userId } = await engine.addCallback({ inMinutes })
    if (inMinutes === 0) await engine.route(id)
    engine.time.advance(minute)
    const { session } = await startCall(engine.deps, { userId, direction: 'inbound' })
    engine.time.advance(minute)
    await put(userId)
    await recordOutcome(engine.deps, { callSessionId: session.id, outcomeType: 'resolved' })
    expect(await engine.callback(id)).toMatchObject({ status: 'completed' })
    expect(await place(userId)).toMatchObject({ callbackId: null, status: 'pending' })
    expect(await claimNextCall(engine.deps, { agentId: ben })).toMatchObject({ queueEntry: { userId } })
  })

  test('stays when nothing ends', async () => {
    const userId = await engine.addUser()
    await put(userId)
    await callIn(userId)
    expect(await place(userId)).toMatchObject({ callbackId: null })
  })
})

describe('whoever speaks with the customer says what is settled', () => {
  test('instead of the policy', async () => {
    const { id: near, userId } = await engine.addCallback()
    const { id: far } = await engine.addCallback({ userId, inMinutes: 30 * 24 * 60 })
    expect(await callIn(userId, { endsCallbacks: [] })).toMatchObject({ ended: [] })
    expect(await callIn(userId, { outcomeType: 'declined', endsCallbacks: [far, far] })).toMatchObject({ ended: [far] })
    expect(await engine.callback(near)).toMatchObject({ status: 'pending' })
    expect(await engine.callback(far)).toMatchObject({ status: 'completed', result: 'reached_inbound' })
  })

  test('and cannot name what is another user’s or has ended, nor in an outbound call', async () => {
    const { userId, id } = await engine.addCallback()
    const others = await engine.addCallback()
    const refused = { code: 'unknown-callback' }
    await expect(callIn(userId, { endsCallbacks: [id, others.id] })).rejects.toMatchObject(refused)
    expect(await engine.callback(id)).toMatchObject({ status: 'pending' })
    await callIn(userId, { endsCallbacks: [id] })
    await expect(callIn(userId, { endsCallbacks: [id] })).rejects.toMatchObject(refused)
    const { callSessionId } = await claim(others.id, ada)
    const outbound = { callSessionId, outcomeType: 'resolved' as const, endsCallbacks: [others.id] }
    await expect(recordOutcome(engine.deps, outbound)).rejects.toMatchObject(refused)
  })

  test('and is bound to it', async () => {
    const { id, userId } = await engine.addCallback()
    const { callSessionId } = await callIn(userId, { endsCallbacks: [id] })
    await expect(recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })).rejects.toMatchObject({
      code: 'outcome-recorded',
    })
  })
})

test('what the agent of the call has claimed itself ends, and the agent is free', async () => {
  const { id, userId } = await engine.addCallback()
  const { callSessionId: outbound } = await claim(id, ada)
  expect(await callIn(userId)).toMatchObject({ ended: [id] })
  expect(await engine.callback(id)).toMatchObject({ status: 'completed', result: 'reached_inbound' })
  expect(await callSessions.get(engine.sql, outbound)).toMatchObject({ releasedAt: engine.time.now() })
  const next = await engine.addCallback({ preferredAgentId: ada })
  await engine.route(next.id)
  expect(await claimNextCall(engine.deps, { agentId: ada })).toMatchObject({
    resumed: false,
    callback: { id: next.id },
  })
  // What it says of its own call after all, is recorded and changes nothing.
  await recordOutcome(engine.deps, { callSessionId: outbound, outcomeType: 'no_answer' })
  expect(await engine.callback(id)).toMatchObject({ result: 'reached_inbound', attempts: 1 })
})

describe('what another agent has claimed', () => {
  /** Ben is calling while the customer speaks with Ada, or with nobody that Ringback knows. */
  async function marked(agentId: number | null = ada) {
    const { id, userId } = await engine.addCallback()
    const { callSessionId, queueEntry } = await claim(id, ben)
    const inbound = await callIn(userId, { agentId })
    return { id, userId, inbound, callSessionId, queueEntryId: queueEntry.id }
  }

  test.each(['an agent', 'nobody known'])(
    'stays with that agent, marked, when %s speaks with the customer',
    async (who) => {
      const agentId = who === 'an agent' ? ada : null
      const { id, inbound } = await marked(agentId)
      expect(inbound.ended).toEqual([])
      expect(await engine.callback(id)).toMatchObject({
        status: 'in_progress',
        reachedBySessionId: inbound.callSessionId,
      })
      expect(await getCallback(engine.deps, id)).toMatchObject({ reachedInbound: true })
      expect(await claimNextCall(engine.deps, { agentId: ben })).toMatchObject({
        resumed: true,
        reachedInbound: true,
        callback: { id },
      })
      expect((await historyOf(id)).at(-1)).toMatchObject({
        kind: 'reached_inbound',
        details: { callSessionId: inbound.callSessionId, outcomeType: 'resolved' },
      })
      expect(await callIn((await engine.callback(id)).userId, { agentId })).toMatchObject({ ended: [] })
      expect((await kinds(id)).filter((kind) => kind === 'reached_inbound')).toHaveLength(1)
    },
  )

  test.each<[string, (call: Awaited<ReturnType<typeof marked>>) => Promise<unknown>]>([
    ['gives it back', ({ queueEntryId }) => releaseClaim(engine.deps, { queueEntryId })],
    ['logs out', () => closeSession(engine.deps, ben)],
    [
      'is lost',
      async () => {
        await engine.sql`update agent_sessions set last_seen_at = ${new Date(0)} where agent_id = ${ben}`
        await sweepLostAgents(engine.deps)
      },
    ],
    ...(['no_answer', 'busy', 'voicemail', 'failed'] as const).map(
      (outcomeType): [string, (call: Awaited<ReturnType<typeof marked>>) => Promise<unknown>] => [
        `says ${outcomeType}`,
        ({ callSessionId }) => recordOutcome(engine.deps, { callSessionId, outcomeType }),
      ],
    ),
  ])('ends when that agent %s, and nobody is given it again', async (_, end) => {
    const retries = {
      maxAttempts: 4,
      maxPerDay: 3,
      minutes: { no_answer: [5], busy: [5], voicemail: [5], failed: [5] },
    }
    await putPolicy(engine.deps, { queueType, document: { inboundEnds, retries } })
    const call = await marked()
    const { id, userId, inbound } = call
    await end(call)
    expect(await engine.callback(id)).toMatchObject({
      status: 'completed',
      result: 'reached_inbound',
      completedCallSessionId: inbound.callSessionId,
      isQueued: false,
    })
    expect((await historyOf(id)).at(-1)).toMatchObject({ kind: 'completed', details: { result: 'reached_inbound' } })
    expect(await callQueue.getLiveOfUser(engine.sql, userId)).toBeUndefined()
    expect(await claimNextCall(engine.deps, { agentId: ada })).toBeUndefined()
    // The answer to the inbound call stays what it was.
    const again = { callSessionId: inbound.callSessionId, outcomeType: 'resolved' as const }
    expect(await recordOutcome(engine.deps, again)).toMatchObject({ endedCallbacks: [] })
  })

  test.each(['resolved', 'declined', 'callback_requested'] as const)(
    'ends by its own call that says %s',
    async (outcomeType) => {
      const { id, callSessionId } = await marked()
      const { callback } = await recordOutcome(engine.deps, { callSessionId, outcomeType })
      expect(callback).toMatchObject({ id, completedCallSessionId: callSessionId })
      expect(callback?.result).not.toBe('reached_inbound')
    },
  )

  test('leaves its user’s ordinary place fulfilled when it is given back', async () => {
    const { id, userId } = await engine.addCallback()
    await putQueueUser(engine.deps, { userId, queueType, priorityScore: 1 })
    const { queueEntry } = await claim(id, ben)
    await callIn(userId)
    await releaseClaim(engine.deps, { queueEntryId: queueEntry.id })
    expect(await callQueue.getLiveOfUser(engine.sql, userId)).toBeUndefined()
  })
})

test('two who say that the customer was reached end a promise once', async () => {
  const { id, userId } = await engine.addCallback()
  await engine.route(id)
  engine.time.advance(minute)
  const calls = await Promise.all(
    ['CA1', 'CA2'].map((twilioCallSid) => startCall(engine.deps, { userId, direction: 'inbound', twilioCallSid })),
  )
  const outcomes = await Promise.all(
    calls.map(({ session }) => recordOutcome(engine.deps, { callSessionId: session.id, outcomeType: 'resolved' })),
  )
  expect(outcomes.flatMap(({ endedCallbacks }) => endedCallbacks).map((callback) => callback.id)).toEqual([id])
  expect((await kinds(id)).filter((kind) => kind === 'completed')).toHaveLength(1)
})
