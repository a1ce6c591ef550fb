import { agentSessions, callSessions, telephonyStatuses, type TelephonyStatus } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  claimNextCall,
  deleteUser,
  getCallback,
  hearOfCall,
  putPolicy,
  putUser,
  recordOutcome,
  releaseClaim,
  startCall,
} from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

/** An agent who has claimed a callback. */
async function claimed() {
  const agentId = await engine.addAgent('available')
  const { id: callbackId, userId } = await engine.addCallback({ preferredAgentId: agentId })
  await engine.route(callbackId)
  const call = (await claimNextCall(engine.deps, { agentId }))!
  return { agentId, callbackId, userId, callSessionId: call.callSessionId, queueEntryId: call.queueEntry.id }
}

const call = (id: string) => callSessions.get(engine.sql, id)
const statusOfAgent = async (agentId: number) => (await agentSessions.getOpen(engine.sql, agentId))?.status
const heard = (event: Parameters<typeof hearOfCall>[1]) => hearOfCall(engine.deps, event)

describe('what telephony says of the call of a claim', () => {
  test.each(['no_answer', 'busy', 'voicemail', 'failed'] as const)('%s is its outcome', async (status) => {
    const { agentId, callbackId, callSessionId } = await claimed()
    await heard({ callSessionId, externalCallId: 'CA1', status: 'ringing', sequence: 1 })
    engine.time.advance(20_000)
    const { callSession, ignoredBecause } = await heard({ externalCallId: 'CA1', status, sequence: 2 })
    expect(ignoredBecause).toBeNull()
    expect(callSession).toMatchObject({
      id: callSessionId,
      status: 'completed',
      twilioCallSid: 'CA1',
      lastOutcomeType: status,
      outcomeFromTelephony: true,
      durationSeconds: 20,
      telephonySequence: 2,
    })
    const { history, ...callback } = await getCallback(engine.deps, callbackId)
    expect(callback).toMatchObject({
      status: 'completed',
      result: 'not_reached',
      completedCallSessionId: callSessionId,
    })
    expect(history.map(({ kind }) => kind)).toEqual(['scheduled', 'queued', 'claimed', 'completed'])
    expect(await statusOfAgent(agentId)).toBe('available')
  })

  test('that nobody answered has the callback tried again where the policy says so, once', async () => {
    const document = { retries: { maxAttempts: 3, maxPerDay: 3, minutes: { no_answer: [30] } } }
    await putPolicy(engine.deps, { queueType: 'outstanding_requests', document })
    const { callbackId, callSessionId } = await claimed()
    for (const _ of ['once', 'and again']) await heard({ callSessionId, status: 'no_answer', sequence: 3 })
    expect(await engine.callback(callbackId)).toMatchObject({ status: 'pending', attempts: 1 })
  })

  test.each(['completed', 'cancelled'] as const)('%s ends it, and the agent says what came of it', async (status) => {
    const { agentId, callbackId, callSessionId } = await claimed()
    const { callSession } = await heard({ callSessionId, externalCallId: 'CA1', status, durationSeconds: 7 })
    expect(callSession).toMatchObject({ status: 'completed', lastOutcomeType: null, durationSeconds: 7 })
    expect(await engine.callback(callbackId)).toMatchObject({ status: 'in_progress' })
    expect(await statusOfAgent(agentId)).toBe('wrap_up')
    await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved', agentId })
    expect(await engine.callback(callbackId)).toMatchObject({ status: 'completed', result: 'reached' })
  })

  test.each(['ringing', 'in_progress'] as const)(
    '%s says by which id telephony knows it, and no more',
    async (status) => {
      const { agentId, callSessionId } = await claimed()
      const { callSession } = await heard({ callSessionId, externalCallId: 'CA1', status })
      expect(callSession).toMatchObject({ status: 'in_progress', twilioCallSid: 'CA1' })
      expect(await statusOfAgent(agentId)).toBe('busy')
    },
  )

  test('never goes over an outcome that its agent has recorded', async () => {
    const { callSessionId } = await claimed()
    await recordOutcome(engine.deps, { callSessionId, outcomeType: 'wrong_number' })
    const before = await call(callSessionId)
    for (const status of telephonyStatuses) await heard({ callSessionId, status })
    expect(await call(callSessionId)).toEqual(before)
    expect(await heard({ callSessionId, status: 'no_answer' })).toEqual({
      callSession: before,
      ignoredBecause: 'outcome-recorded',
    })
  })

  test('may come in any order, and twice: what ends it is heard, and nothing afterwards opens it again', async () => {
    const { callbackId, callSessionId } = await claimed()
    const event = (sequence: number, status: TelephonyStatus) =>
      heard({ callSessionId, externalCallId: 'CA1', status, sequence })
    expect(await event(3, 'busy')).toMatchObject({ ignoredBecause: null })
    const settled = [await call(callSessionId), await engine.callback(callbackId)]
    expect(await event(1, 'ringing')).toMatchObject({ ignoredBecause: 'late' })
    expect(await event(0, 'ringing')).toMatchObject({ ignoredBecause: 'late' })
    expect(await event(3, 'busy')).toMatchObject({ ignoredBecause: 'outcome-recorded' })
    expect([await call(callSessionId), await engine.callback(callbackId)]).toEqual(settled)
  })

  test('with a lower sequence than one heard before is too late, even if it would end the call', async () => {
    const { callSessionId } = await claimed()
    await heard({ callSessionId, status: 'in_progress', sequence: 5 })
    expect(await heard({ callSessionId, status: 'no_answer', sequence: 4 })).toMatchObject({ ignoredBecause: 'late' })
    expect(await call(callSessionId)).toMatchObject({ status: 'in_progress', telephonySequence: 5 })
  })

  test('of another call than the one that it is linked to is ignored', async () => {
    const { callSessionId } = await claimed()
    await heard({ callSessionId, externalCallId: 'CA1', status: 'ringing' })
    const other = await heard({ callSessionId, externalCallId: 'CA2', status: 'no_answer' })
    expect(other).toMatchObject({ ignoredBecause: 'another-call', callSession: { twilioCallSid: 'CA1' } })
    const { callSessionId: second } = await claimed()
    expect(await heard({ callSessionId: second, externalCallId: 'CA1', status: 'no_answer' })).toMatchObject({
      ignoredBecause: 'another-call',
      callSession: { id: second, status: 'in_progress', twilioCallSid: null },
    })
  })

  test('after the claim was given back ends that call alone, not the promise that another agent is calling about', async () => {
    const first = await claimed()
    await releaseClaim(engine.deps, { queueEntryId: first.queueEntryId })
    const other = await engine.addAgent('available')
    await engine.sql`update call_queue set assigned_to_agent_id = ${other}, status = 'assigned' where id = ${first.queueEntryId}`
    const second = (await claimNextCall(engine.deps, { agentId: other }))!
    expect(second.callback?.id).toBe(first.callbackId)
    await heard({ callSessionId: first.callSessionId, externalCallId: 'CA1', status: 'no_answer' })
    expect(await call(first.callSessionId)).toMatchObject({ lastOutcomeType: 'no_answer' })
    expect(await engine.callback(first.callbackId)).toMatchObject({ status: 'in_progress', attempts: 1 })
    expect(await call(second.callSessionId)).toMatchObject({ status: 'in_progress', lastOutcomeType: null })
    expect(await statusOfAgent(other)).toBe('busy')
  })

  test('of a user who was erased writes no id of telephony down', async () => {
    const { callSessionId, userId, queueEntryId } = await claimed()
    await releaseClaim(engine.deps, { queueEntryId })
    await deleteUser(engine.deps, userId)
    await heard({ callSessionId, externalCallId: 'CA1', status: 'no_answer' })
    expect(await call(callSessionId)).toMatchObject({ lastOutcomeType: 'no_answer', twilioCallSid: null })
  })

  test('of a call that there is not is refused, and of one that is not Ringback’s ignored', async () => {
    const callSessionId = '00000000-0000-4000-8000-000000000000'
    await expect(heard({ callSessionId, status: 'busy' })).rejects.toMatchObject({ code: 'unknown-call-session' })
    const unknown = { callSession: null, ignoredBecause: 'unknown-call' }
    expect(await heard({ externalCallId: 'CA9', status: 'busy' })).toEqual(unknown)
    expect(await heard({ externalCallId: 'CA9', status: 'busy', direction: 'outbound' })).toEqual(unknown)
  })
})

describe('an agent who comes after telephony', () => {
  test('may say the same and add notes, once', async () => {
    const { callSessionId, agentId } = await claimed()
    await heard({ callSessionId, status: 'no_answer' })
    const silent = { callSessionId, agentId, outcomeType: 'no_answer' } as const
    const answer = await recordOutcome(engine.deps, silent)
    expect(answer).toMatchObject({ callSession: { outcomeNotes: null }, callback: { status: 'completed' } })

    const said = { ...silent, notes: 'rang out' }
    const noted = await recordOutcome(engine.deps, said)
    expect(noted.callSession).toMatchObject({ outcomeNotes: 'rang out', outcomeFromTelephony: true })
    for (const again of [said, silent]) expect(await recordOutcome(engine.deps, again)).toEqual(noted)
    const otherwise = recordOutcome(engine.deps, { ...said, notes: 'otherwise' })
    await expect(otherwise).rejects.toMatchObject({ code: 'outcome-recorded' })
  })

  test.each([
    ['another outcome', { outcomeType: 'resolved' }],
    ['a next callback', { outcomeType: 'no_answer', nextCallback: { scheduledFor: new Date('2026-03-03T09:00:00Z') } }],
    ['that one was promised', { outcomeType: 'no_answer', callbackScheduled: true }],
  ] as const)('is refused when it says %s', async (_, said) => {
    const { callSessionId, agentId } = await claimed()
    await heard({ callSessionId, status: 'no_answer' })
    const before = await call(callSessionId)
    await expect(recordOutcome(engine.deps, { callSessionId, agentId, ...said })).rejects.toMatchObject({
      code: 'outcome-recorded',
      message: expect.stringContaining('Telephony has told the outcome'),
    })
    expect(await call(callSessionId)).toEqual(before)
  })

  test('or in the same moment: there is one outcome, and who comes second learns of it', async () => {
    for (const order of ['telephony first', 'agent first']) {
      const { callSessionId, callbackId, agentId } = await claimed()
      const telephony = () => heard({ callSessionId, externalCallId: callSessionId, status: 'no_answer' })
      const agent = () => recordOutcome(engine.deps, { callSessionId, agentId, outcomeType: 'resolved' })
      const works = order === 'agent first' ? [agent, telephony] : [telephony, agent]
      const results = await engine.meetingAtAgent<unknown>(
        agentId,
        works.map((work) => () => work().catch((error: unknown) => error)),
      )
      const { lastOutcomeType, outcomeFromTelephony } = (await call(callSessionId))!
      const { history } = await getCallback(engine.deps, callbackId)
      expect(history.filter(({ kind }) => kind === 'completed')).toHaveLength(1)
      expect(await engine.callback(callbackId)).toMatchObject({ attempts: 1, status: 'completed' })
      const second = outcomeFromTelephony ? { code: 'outcome-recorded' } : { ignoredBecause: 'outcome-recorded' }
      expect(lastOutcomeType).toBe(outcomeFromTelephony ? 'no_answer' : 'resolved')
      expect(results).toContainEqual(expect.objectContaining(second))
    }
  })
})

describe('an inbound call', () => {
  const inbound = { direction: 'inbound', externalCallId: 'CA7' } as const
  const numberOf = async (userId: string, phone: string) =>
    putUser(engine.deps, { userId, name: `User ${userId}`, phone })

  test('opens a session of the user whose number it is, and its end ends that', async () => {
    await numberOf('70', '+49 30 1234567')
    const rings = { ...inbound, status: 'ringing', phone: '+49301234567', sequence: 0 } as const
    const began = await heard(rings)
    expect(began).toMatchObject({
      ignoredBecause: null,
      callSession: { userId: '70', agentId: null, direction: 'inbound', status: 'in_progress', twilioCallSid: 'CA7' },
    })
    expect((await heard(rings)).callSession).toEqual(began.callSession)
    const ended = await heard({ ...inbound, status: 'completed', sequence: 2, durationSeconds: 61 })
    expect(ended.callSession).toMatchObject({ status: 'completed', durationSeconds: 61, lastOutcomeType: null })
    expect(await heard({ ...rings, status: 'in_progress', sequence: 1 })).toMatchObject({ ignoredBecause: 'late' })
    expect(await call(began.callSession!.id)).toMatchObject({ status: 'completed' })
  })

  test('of which the end is heard first is over', async () => {
    await numberOf('70', '+49 30 1234567')
    const phone = '+49301234567'
    const at = new Date(engine.time.now().getTime() - 60_000)
    const ended = await heard({ ...inbound, status: 'no_answer', phone, at, sequence: 2 })
    expect(ended.callSession).toMatchObject({ status: 'completed', lastOutcomeType: null, startedAt: at })
    expect(await heard({ ...inbound, status: 'ringing', phone, sequence: 0 })).toMatchObject({ ignoredBecause: 'late' })
    expect(await engine.sql`select from call_sessions`).toHaveLength(1)
  })

  test('of a number that none has, that is none, or that several have, opens none', async () => {
    await numberOf('70', '+49 30 1234567')
    await numberOf('71', '+49 30 1234567')
    const from = async (phone: string | undefined) => heard({ ...inbound, status: 'ringing', phone })
    expect(await from('+49307654321')).toEqual({ callSession: null, ignoredBecause: 'unknown-phone' })
    expect(await from('anonymous')).toEqual({ callSession: null, ignoredBecause: 'unknown-phone' })
    expect(await from(undefined)).toEqual({ callSession: null, ignoredBecause: 'unknown-phone' })
    expect(await from('+49 30 1234567')).toEqual({ callSession: null, ignoredBecause: 'several-users' })
    expect(await engine.sql`select from call_sessions`).toHaveLength(0)
    const lines = engine.logged.filter(({ msg }) => msg === 'event of telephony ignored')
    expect(lines.map(({ reason }) => reason)).toEqual([...Array(3).fill('unknown-phone'), 'several-users'])
    expect(JSON.stringify(lines)).not.toMatch(/1234567|7654321/)
    expect(JSON.stringify(lines)).not.toContain(inbound.externalCallId)
  })

  test('of a user who is erased in that moment is of nobody', async () => {
    await numberOf('70', '+49 30 1234567')
    let ringing: Promise<unknown> | undefined
    await engine.sql.begin(async (tx) => {
      await tx`delete from users where id = 70`
      ringing = heard({ ...inbound, status: 'ringing', phone: '+49301234567' })
      await engine.untilWaiting(1)
    })
    expect(await ringing).toEqual({ callSession: null, ignoredBecause: 'unknown-phone' })
  })

  test('is the call of the agent who takes it, by its id', async () => {
    await numberOf('70', '+49 30 1234567')
    const [ada, ben] = [await engine.addAgent('available'), await engine.addAgent('available')]
    const { callSession } = await heard({ ...inbound, status: 'ringing', phone: '+49301234567' })
    const takes = (agentId: number) =>
      startCall(engine.deps, { userId: '70', agentId, direction: 'inbound', twilioCallSid: 'CA7', askedBy: agentId })
    const taken = await takes(ada)
    expect(taken).toMatchObject({ created: false, session: { id: callSession!.id, agentId: ada } })
    expect(await takes(ada)).toEqual(taken)
    await expect(takes(ben)).rejects.toMatchObject({ code: 'call-session-exists' })
    await heard({ ...inbound, status: 'completed' })
    await recordOutcome(engine.deps, { callSessionId: callSession!.id, agentId: ada, outcomeType: 'resolved' })
    await expect(
      recordOutcome(engine.deps, { callSessionId: callSession!.id, agentId: ben, outcomeType: 'resolved' }),
    ).rejects.toMatchObject({ code: 'not-your-call' })
  })

  test('that an agent takes while its outcome is recorded is that agent’s, who is free afterwards', async () => {
    await numberOf('70', '+49 30 1234567')
    const { callSession } = await heard({ ...inbound, status: 'ringing', phone: '+49301234567' })
    const { id: callSessionId } = callSession!
    const agentId = await engine.addAgent('busy')
    let recording: Promise<unknown> | undefined
    await engine.sql.begin(async (tx) => {
      await tx`select from users where id = 70 for update`
      recording = recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
      await engine.untilWaiting(1) // It has read the call, of nobody yet.
      await tx`update call_sessions set agent_id = ${agentId} where id = ${callSessionId}`
    })
    await recording
    expect(await call(callSessionId)).toMatchObject({ lastOutcomeType: 'resolved', agentId })
    expect(await statusOfAgent(agentId)).toBe('available')
  })
})
