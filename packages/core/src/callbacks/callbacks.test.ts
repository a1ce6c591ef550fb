import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  addMilliseconds,
  acceptCallback,
  cancelCallback,
  claimNextCall,
  getCallback,
  latestMoment,
  listPendingCallbacks,
  listQueue,
  putQueueUser,
  rescheduleCallback,
  scheduleCallback,
  snoozeCallback,
} from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

const kinds = async (id: string) => (await getCallback(engine.deps, id)).history.map((row) => row.kind)

describe('accept', () => {
  test("makes the callback the agent's own next call, in one entry with priority −2000", async () => {
    const agentId = await engine.addAgent('busy')
    const { id, userId } = await engine.addCallback({ inMinutes: 5, callbackReason: 'a quote' })
    await engine.route(id)
    const { callback, queueEntry, queueType } = await acceptCallback(engine.deps, { callbackId: id, agentId })
    expect(callback).toMatchObject({ status: 'accepted', preferredAgentId: agentId })
    expect(queueType).toBe('outstanding_requests')
    expect(queueEntry).toMatchObject({
      userId,
      priorityScore: -2000,
      queueReason: 'Accepted Callback: a quote',
      assignedToAgentId: agentId,
      availableFrom: engine.time.now(),
      status: 'assigned',
    })
    expect(await kinds(id)).toEqual(['scheduled', 'queued', 'accepted'])
  })

  test('says "Agent accepted callback" without a reason', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback()
    const { queueEntry } = await acceptCallback(engine.deps, { callbackId: id, agentId })
    expect(queueEntry.queueReason).toBe('Accepted Callback: Agent accepted callback')
  })

  test("takes out the user's ordinary entry, and the entry of another callback of the user", async () => {
    const agentId = await engine.addAgent('available')
    const other = await engine.addCallback()
    await engine.route(other.id)
    const { id } = await engine.addCallback({ userId: other.userId })
    await acceptCallback(engine.deps, { callbackId: id, agentId })
    expect(await engine.entryOf(other.id)).toBeUndefined()
    expect(await engine.callback(other.id)).toMatchObject({ status: 'pending', isQueued: false })
    expect(await engine.route(other.id)).toEqual([{ kind: 'deferred' }])
  })

  test('takes the place of an entry that the user gets at the same moment', async () => {
    const agentId = await engine.addAgent('available')
    const { id, userId } = await engine.addCallback()
    const accepted = await engine.meetingEntryOf(userId, () => acceptCallback(engine.deps, { callbackId: id, agentId }))
    expect(accepted.callback.status).toBe('accepted')
    const live = await engine.sql`select callback_id from call_queue where user_id = ${userId} and ended_at is null`
    expect(live).toEqual([{ callbackId: id }])
  })

  test('by two agents at once succeeds for one', async () => {
    const agents = [await engine.addAgent('available'), await engine.addAgent('available')]
    for (let round = 0; round < 10; round++) {
      const { id } = await engine.addCallback()
      const results = await Promise.allSettled(
        agents.map((agentId) => acceptCallback(engine.deps, { callbackId: id, agentId })),
      )
      expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected'])
      const refused = results.find((result) => result.status === 'rejected')
      const takenBy = agents[results.findIndex((result) => result.status === 'fulfilled')]
      expect(refused?.reason).toMatchObject({ code: 'callback-not-pending', takenBy })
    }
  })

  test('by the same agent again gives the same answer', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback()
    const first = await acceptCallback(engine.deps, { callbackId: id, agentId })
    expect(await acceptCallback(engine.deps, { callbackId: id, agentId })).toEqual(first)
  })

  test('is refused without an open session, for an unknown callback, and while the user is in a call', async () => {
    const loggedOut = await engine.addAgent()
    const agentId = await engine.addAgent('available')
    const { id, userId } = await engine.addCallback()
    await expect(acceptCallback(engine.deps, { callbackId: id, agentId: loggedOut })).rejects.toMatchObject({
      code: 'agent-not-logged-in',
    })
    const unknown = '00000000-0000-4000-8000-000000000000'
    await expect(acceptCallback(engine.deps, { callbackId: unknown, agentId })).rejects.toMatchObject({
      code: 'callback-not-found',
    })
    await putQueueUser(engine.deps, { userId, queueType: 'unsigned_users', priorityScore: 0 })
    await claimNextCall(engine.deps, { agentId: await engine.addAgent('available') })
    await expect(acceptCallback(engine.deps, { callbackId: id, agentId })).rejects.toMatchObject({
      code: 'user-in-call',
    })
  })
})

describe('snooze', () => {
  test.each([
    { what: 'a callback in the future counts from its time', inMinutes: 5, expected: 15 },
    { what: 'an overdue one counts from now', inMinutes: -30, expected: 10 },
  ])('$what', async ({ inMinutes, expected }) => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback({ inMinutes })
    await engine.route(id)
    const entry = await engine.entryOf(id)
    const result = await snoozeCallback(engine.deps, { callbackId: id, agentId, minutes: 10 })
    expect(result.removedQueueEntryIds).toEqual([entry!.id])
    expect(result.callback.status).toBe('pending')
    expect(result.callback.scheduledFor.getTime() - engine.time.now().getTime()).toBe(expected * 60_000)
    expect(await engine.entryOf(id)).toBeUndefined()
  })

  test('ends at the latest moment that can be written', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback()
    await rescheduleCallback(engine.deps, { callbackId: id, scheduledFor: addMilliseconds(latestMoment, -1) })
    const { callback } = await snoozeCallback(engine.deps, { callbackId: id, agentId, minutes: 60 })
    expect(callback.scheduledFor).toEqual(latestMoment)
  })

  test('makes an accepted callback pending again', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback()
    await acceptCallback(engine.deps, { callbackId: id, agentId })
    const { callback } = await snoozeCallback(engine.deps, { callbackId: id, agentId, minutes: 1 })
    expect(callback).toMatchObject({ status: 'pending', preferredAgentId: agentId })
  })
})

test('rescheduling moves a callback, keeps its agent unless another one is named, and takes it out of the queue', async () => {
  const [first, second] = [await engine.addAgent('available'), await engine.addAgent('available')]
  const { id } = await engine.addCallback({ preferredAgentId: first })
  await engine.route(id)
  const tomorrow = new Date('2026-03-03T09:00:00Z')
  const { callback: moved } = await rescheduleCallback(engine.deps, { callbackId: id, scheduledFor: tomorrow })
  expect(moved).toMatchObject({ status: 'pending', scheduledFor: tomorrow, preferredAgentId: first })
  expect(await engine.entryOf(id)).toBeUndefined()
  const given = { callbackId: id, scheduledFor: tomorrow, preferredAgentId: second }
  expect(await rescheduleCallback(engine.deps, given)).toMatchObject({ callback: { preferredAgentId: second } })
  expect(await kinds(id)).toEqual(['scheduled', 'queued', 'rescheduled', 'rescheduled'])
})

test('cancelling ends the promise and takes it out of the queue', async () => {
  const { id } = await engine.addCallback()
  await engine.route(id)
  const cancelled = await cancelCallback(engine.deps, { callbackId: id, reason: 'customer called us' })
  expect(cancelled).toMatchObject({ status: 'cancelled', cancelledAt: engine.time.now() })
  expect(await engine.entryOf(id)).toBeUndefined()
  const { history } = await getCallback(engine.deps, id)
  expect(history.at(-1)).toMatchObject({ kind: 'cancelled', details: { reason: 'customer called us' } })
})

describe('the ordinary entry that a callback displaced comes back when the callback is', () => {
  const leave = {
    snoozed: (id: string, agentId: number) => snoozeCallback(engine.deps, { callbackId: id, agentId, minutes: 30 }),
    rescheduled: (id: string) =>
      rescheduleCallback(engine.deps, { callbackId: id, scheduledFor: new Date('2026-03-03T09:00:00Z') }),
    cancelled: (id: string) => cancelCallback(engine.deps, { callbackId: id }),
  }
  test.each(Object.keys(leave) as (keyof typeof leave)[])('%s', async (how) => {
    const agentId = await engine.addAgent('available')
    const { id, userId } = await engine.addCallback()
    const place = {
      userId,
      queueType: 'unsigned_users',
      priorityScore: 42,
      queueReason: 'signature',
      claimId: 'C-7',
    } as const
    await putQueueUser(engine.deps, place)
    await engine.route(id)
    expect((await listQueue(engine.deps, { queueType: 'unsigned_users', limit: 10 })).entries).toMatchObject([
      { callbackId: id },
    ])
    await leave[how](id, agentId)
    const { entries } = await listQueue(engine.deps, { queueType: 'unsigned_users', limit: 10 })
    expect(entries).toMatchObject([{ ...place, callbackId: null, status: 'pending' }])
  })
})

test.each(['in_progress', 'completed', 'cancelled'] as const)(
  'a callback that is %s can be neither moved nor cancelled nor accepted',
  async (status) => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback()
    if (status === 'cancelled') await cancelCallback(engine.deps, { callbackId: id })
    else {
      await engine.route(id)
      await claimNextCall(engine.deps, { agentId })
      if (status === 'completed') {
        const { recordOutcome } = await import('../index.ts')
        const [session] = await engine.sql`select id from call_sessions where callback_id = ${id}`
        await recordOutcome(engine.deps, { callSessionId: session!.id, outcomeType: 'resolved' })
      }
    }
    const refused = { code: 'callback-not-open' }
    await expect(snoozeCallback(engine.deps, { callbackId: id, agentId, minutes: 1 })).rejects.toMatchObject(refused)
    await expect(
      rescheduleCallback(engine.deps, { callbackId: id, scheduledFor: engine.time.now() }),
    ).rejects.toMatchObject(refused)
    await expect(cancelCallback(engine.deps, { callbackId: id })).rejects.toMatchObject(refused)
    await expect(acceptCallback(engine.deps, { callbackId: id, agentId })).rejects.toMatchObject({
      code: 'callback-not-pending',
    })
  },
)

test('a callback of an unknown user, agent or call session is refused', async () => {
  const scheduledFor = engine.time.now()
  const userId = await engine.addUser()
  const schedule = (fields: object) => scheduleCallback(engine.deps, { userId, scheduledFor, ...fields })
  await expect(schedule({ userId: '999' })).rejects.toMatchObject({ code: 'unknown-user' })
  await expect(schedule({ preferredAgentId: 999 })).rejects.toMatchObject({ code: 'unknown-agent' })
  const originalCallSessionId = '00000000-0000-4000-8000-000000000000'
  await expect(schedule({ originalCallSessionId })).rejects.toMatchObject({ code: 'unknown-call-session' })
})

test('an agent sees pending callbacks due within ten minutes or overdue, preferred or assigned, by time', async () => {
  const other = await engine.addAgent('busy')
  const agentId = await engine.addAgent('available')
  const preferred = await engine.addCallback({ inMinutes: 10, preferredAgentId: agentId })
  const assigned = await engine.addCallback({ inMinutes: 5 })
  const overdue = await engine.addCallback({ inMinutes: -60, preferredAgentId: agentId })
  await engine.addCallback({ inMinutes: 11, preferredAgentId: agentId })
  await engine.addCallback({ inMinutes: 1, preferredAgentId: other })
  const accepted = await engine.addCallback({ inMinutes: 2, preferredAgentId: agentId })
  await acceptCallback(engine.deps, { callbackId: accepted.id, agentId })
  await engine.route(assigned.id)
  const seen = await listPendingCallbacks(engine.deps, { agentId, limit: 10 })
  expect(seen.items.map((callback) => callback.id)).toEqual([overdue.id, assigned.id, preferred.id])
  expect(seen.next).toBeNull()
})
