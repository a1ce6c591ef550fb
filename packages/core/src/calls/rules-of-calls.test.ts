import { agentSessions, callQueue } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  claimNextCall,
  completeCall,
  monitor,
  putQueueUser,
  putSession,
  recordOutcome,
  releaseClaim,
  removeQueueUser,
  rescheduleCallback,
  startCall,
} from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

const ordinary = { queueType: 'unsigned_users', priorityScore: 3 } as const
const statusOf = async (agentId: number) => (await agentSessions.getOpen(engine.sql, agentId))?.status

async function claimed() {
  const agentId = await engine.addAgent('available')
  const { id: callbackId, userId } = await engine.addCallback({ inMinutes: -1, preferredAgentId: agentId })
  await engine.route(callbackId)
  const call = (await claimNextCall(engine.deps, { agentId }))!
  return { agentId, callbackId, userId, callSessionId: call.callSessionId, queueEntryId: call.queueEntry.id }
}

async function claimedOrdinary() {
  const agentId = await engine.addAgent('available')
  const userId = await engine.addUser()
  await putQueueUser(engine.deps, { userId, ...ordinary })
  const call = (await claimNextCall(engine.deps, { agentId }))!
  return { agentId, userId, queueEntryId: call.queueEntry.id }
}

describe('an ordinary customer whose claim is given back', () => {
  test('is gone when an integration took the customer out during the call', async () => {
    const { userId, queueEntryId } = await claimedOrdinary()
    await removeQueueUser(engine.deps, { userId, queueType: ordinary.queueType })
    expect(await releaseClaim(engine.deps, { queueEntryId })).toMatchObject({ status: 'removed' })
    expect(await callQueue.getLiveOfUser(engine.sql, userId)).toBeUndefined()
  })

  test('waits where an integration put the customer during the call', async () => {
    const { userId, queueEntryId } = await claimedOrdinary()
    await putQueueUser(engine.deps, { userId, queueType: 'outstanding_requests', priorityScore: 9 })
    await releaseClaim(engine.deps, { queueEntryId })
    expect(await callQueue.getLiveOfUser(engine.sql, userId)).toMatchObject({
      status: 'pending',
      queueType: 'outstanding_requests',
      priorityScore: 9,
    })
  })
})

describe('an agent', () => {
  test('who went away during a call stays away when the claim is given back, and is given nothing', async () => {
    const { agentId, queueEntryId } = await claimed()
    const { id } = await engine.addCallback()
    await engine.route(id)
    await putSession(engine.deps, { agentId, status: 'away' })
    await releaseClaim(engine.deps, { queueEntryId })
    expect(await statusOf(agentId)).toBe('away')
    expect(await engine.entryOf(id)).toMatchObject({ status: 'pending' })
  })

  test('who says "available" while a claim is held is busy, and is given nothing', async () => {
    const { agentId } = await claimed()
    const { id } = await engine.addCallback()
    await engine.route(id)
    expect(await putSession(engine.deps, { agentId, status: 'available' })).toMatchObject({ status: 'busy' })
    expect(await engine.entryOf(id)).toMatchObject({ status: 'pending' })
  })

  test('is busy as well in an inbound call, for two hours at most', async () => {
    const agentId = await engine.addAgent('away')
    const userId = await engine.addUser()
    await startCall(engine.deps, { userId, agentId, direction: 'inbound' })
    expect(await putSession(engine.deps, { agentId, status: 'available' })).toMatchObject({ status: 'busy' })
    engine.time.advance(2 * 60 * 60_000 + 1)
    expect(await putSession(engine.deps, { agentId, status: 'available' })).toMatchObject({ status: 'available' })
  })

  test('who is in the next call already stays busy when the outcome of another one comes', async () => {
    const { agentId, callSessionId, queueEntryId } = await claimed()
    await releaseClaim(engine.deps, { queueEntryId })
    await claimNextCall(engine.deps, { agentId })
    await recordOutcome(engine.deps, { callSessionId, outcomeType: 'no_answer' })
    expect(await statusOf(agentId)).toBe('busy')
  })

  test('who is in the next call already does not go into wrap-up when another one ends', async () => {
    const { agentId } = await claimed()
    const { session } = await startCall(engine.deps, {
      userId: await engine.addUser(),
      agentId,
      direction: 'inbound',
    })
    await completeCall(engine.deps, { callSessionId: session.id })
    expect(await statusOf(agentId)).toBe('busy')
  })
})

describe('the outcome of a call', () => {
  test.each([
    { notes: 'another note' },
    { durationSeconds: 7 },
    { callbackScheduled: true },
    { nextCallback: { scheduledFor: new Date('2026-03-04T09:00:00Z') } },
  ])('again with another body is refused: %j', async (other) => {
    const { callSessionId } = await claimed()
    const first = { callSessionId, outcomeType: 'resolved' as const, notes: 'a note' }
    const answer = await recordOutcome(engine.deps, first)
    expect(await recordOutcome(engine.deps, first)).toEqual(answer)
    await expect(recordOutcome(engine.deps, { ...first, ...other })).rejects.toMatchObject({ code: 'outcome-recorded' })
  })

  test('that was given back leaves a promise alone that has been put off since', async () => {
    const { callSessionId, callbackId, queueEntryId } = await claimed()
    await releaseClaim(engine.deps, { queueEntryId })
    await rescheduleCallback(engine.deps, { callbackId, scheduledFor: new Date('2026-03-04T09:00:00Z') })
    const { callSession } = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'no_answer' })
    expect(callSession).toMatchObject({ lastOutcomeType: 'no_answer' })
    expect(await engine.callback(callbackId)).toMatchObject({ status: 'pending' })
  })
})

describe('a call session', () => {
  test('of another agent, user or direction keeps its telephony id to itself', async () => {
    const [agentId, other] = [await engine.addAgent('available'), await engine.addAgent('available')]
    const userId = await engine.addUser()
    const call = { userId, agentId, direction: 'inbound' as const, twilioCallSid: 'CA1' }
    const { session } = await startCall(engine.deps, call)
    expect(await startCall(engine.deps, call)).toEqual({ session, created: false, openCallbacks: [] })
    for (const changes of [
      { agentId: other },
      { userId: await engine.addUser() },
      { direction: 'outbound' as const },
    ]) {
      await expect(startCall(engine.deps, { ...call, ...changes })).rejects.toMatchObject({
        code: 'call-session-exists',
      })
    }
  })

  test('of a claim takes the id that telephony gives to it', async () => {
    const { agentId, userId, callSessionId } = await claimed()
    const call = { userId, agentId, direction: 'outbound' as const, twilioCallSid: 'CA2' }
    const first = await startCall(engine.deps, call)
    expect(first).toMatchObject({ created: false, session: { id: callSessionId, twilioCallSid: 'CA2' } })
    expect(await startCall(engine.deps, call)).toEqual(first)
  })

  test('that begins in the future is refused beyond a minute, and counts in no window before it has begun', async () => {
    const userId = await engine.addUser()
    const inSeconds = (seconds: number) => new Date(engine.time.now().getTime() + seconds * 1_000)
    const inbound = { userId, direction: 'inbound' as const }
    await expect(startCall(engine.deps, { ...inbound, startedAt: inSeconds(61) })).rejects.toMatchObject({
      code: 'call-in-the-future',
    })
    await startCall(engine.deps, { ...inbound, startedAt: inSeconds(60) })
    expect((await monitor(engine.deps, { hours: 1 })).inbound.total).toBe(0)
    engine.time.advance(60_000)
    expect((await monitor(engine.deps, { hours: 1 })).inbound.total).toBe(1)
  })
})

describe('an inbound call that only its agent knows of', () => {
  const report = async (agentId: number, more: Partial<Parameters<typeof startCall>[1]> = {}) => {
    const call = { userId: await engine.addUser(), agentId, direction: 'inbound' as const, askedBy: agentId }
    return startCall(engine.deps, { ...call, ...more }).then(
      ({ session }) => session.id,
      (error: { code?: string }) => error.code,
    )
  }

  test('is one at a time', async () => {
    const agentId = await engine.addAgent()
    const first = await report(agentId)
    expect(await report(agentId)).toBe('agent-in-call')
    expect(await report(await engine.addAgent())).not.toBe('agent-in-call')
    await completeCall(engine.deps, { callSessionId: first! })
    expect(await report(agentId)).not.toBe('agent-in-call')
  })

  test('is one at a time also when many are reported at once', async () => {
    const agentId = await engine.addAgent()
    const reported = await engine.meetingAtAgent(
      agentId,
      [1, 2, 3].map(() => () => report(agentId)),
    )
    expect(reported.filter((answer) => answer === 'agent-in-call')).toHaveLength(2)
  })

  test('counts for two hours from when it is reported, whenever it began', async () => {
    const agentId = await engine.addAgent()
    const longAgo = { startedAt: new Date(engine.time.now().getTime() - 86_400_000) }
    await report(agentId, longAgo)
    expect(await report(agentId, longAgo)).toBe('agent-in-call')
    engine.time.advance(2 * 60 * 60_000 + 1)
    expect(await report(agentId, longAgo)).not.toBe('agent-in-call')
  })

  test.each([
    ['that telephony knows', { twilioCallSid: 'CA of telephony' }],
    ['that goes out', { direction: 'outbound' as const }],
    ['that a service reports', { askedBy: undefined }],
  ])('is none %s', async (_case, more) => {
    const agentId = await engine.addAgent()
    await report(agentId)
    expect(await report(agentId, more)).not.toBe('agent-in-call')
  })
})
