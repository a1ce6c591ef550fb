import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  cancelCallback,
  claimNextCall,
  closeSession,
  putQueueUser,
  recordOutcome,
  rescheduleCallback,
  scheduleCallback,
  startCall,
} from '../index.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine.close())

const minutesFromNow = (minutes: number) => new Date(engine.time.now().getTime() + minutes * 60_000)
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: Error & { code?: string }) => error.code ?? error.message,
  )

interface Case {
  agentId: number
  userId: string
  originalCallSessionId?: string
}

async function promiseBy(agentId: number): Promise<string> {
  const { id: callbackId, userId } = await engine.addCallback({ preferredAgentId: agentId, inMinutes: 600 })
  await cancelCallback(engine.deps, { callbackId })
  return userId
}

async function callOf(agentId: number | null, direction: 'inbound' | 'outbound'): Promise<Case> {
  const userId = await engine.addUser()
  const { session } = await startCall(engine.deps, { userId, agentId, direction })
  return { agentId: agentId ?? 0, userId, originalCallSessionId: session.id }
}

/** A call of an ordinary user that the agent claimed, and that is over. */
async function claimedCall(agentId: number): Promise<string> {
  const userId = await engine.addUser()
  await putQueueUser(engine.deps, { userId, queueType: 'unsigned_users', priorityScore: 0 })
  const call = await claimNextCall(engine.deps, { agentId, queueType: 'unsigned_users' })
  expect(call?.user?.id).toBe(userId)
  await recordOutcome(engine.deps, { callSessionId: call!.callSessionId, outcomeType: 'no_answer' })
  await closeSession(engine.deps, agentId)
  return userId
}

/** A promise of somebody else that waits for the agent, who is there. */
async function waitingFor(agentId: number): Promise<string> {
  const { id, userId } = await engine.addCallback({ preferredAgentId: await engine.addAgent() })
  await engine.route(id)
  expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: agentId })
  await closeSession(engine.deps, agentId)
  return userId
}

const known: Record<string, () => Promise<Case>> = {
  'who has called it': async () => callOf(await engine.addAgent(), 'inbound'),
  'whom it has called': async () => {
    const agentId = await engine.addAgent('available')
    return { agentId, userId: await claimedCall(agentId) }
  },
  'to whom it once had a promise': async () => {
    const agentId = await engine.addAgent()
    return { agentId, userId: await promiseBy(agentId) }
  },
  'whose promise waits for it': async () => {
    const agentId = await engine.addAgent('available')
    return { agentId, userId: await waitingFor(agentId) }
  },
  'whose call, which is of no agent yet, it names': async () => ({
    ...(await callOf(null, 'inbound')),
    agentId: await engine.addAgent(),
  }),
}

const unknown: Record<string, () => Promise<Case>> = {
  'whom nobody knows': async () => ({ agentId: await engine.addAgent(), userId: await engine.addUser() }),
  'who does not exist': async () => ({ agentId: await engine.addAgent(), userId: '987654321' }),
  'who has called another': async () => ({
    ...(await callOf(await engine.addAgent(), 'inbound')),
    agentId: await engine.addAgent(),
  }),
  'to whom another had a promise': async () => ({
    agentId: await engine.addAgent(),
    userId: await promiseBy(await engine.addAgent()),
  }),
  'whom it says it has called, without a claim': async () => callOf(await engine.addAgent(), 'outbound'),
  'who is another one than that of the call it names': async () => ({
    ...(await callOf(null, 'inbound')),
    agentId: await engine.addAgent(),
    userId: await engine.addUser(),
  }),
}

describe('an agent promises a call', () => {
  const schedule = ({ agentId, ...promise }: Case) =>
    codeOf(scheduleCallback(engine.deps, { ...promise, scheduledFor: minutesFromNow(60), askedBy: agentId }))

  test.each(Object.keys(known))('to a user %s', async (which) => {
    expect(await schedule(await known[which]!())).toBe('done')
  })

  test.each(Object.keys(unknown))('to none %s', async (which) => {
    expect(await schedule(await unknown[which]!())).toBe('user-unknown-to-agent')
  })

  test('to any, when that is the rule', async () => {
    const rules = { ...engine.deps.rules, agentsScheduleFor: 'all' as const }
    const scheduledFor = minutesFromNow(60)
    const promise = { userId: await engine.addUser(), scheduledFor, askedBy: await engine.addAgent() }
    expect(await codeOf(scheduleCallback({ ...engine.deps, rules }, promise))).toBe('done')
  })

  test('for now or later: of what is over for five minutes only others do', async () => {
    const agentId = await engine.addAgent()
    const userId = await promiseBy(agentId)
    const at = (scheduledFor: Date, askedBy?: number) =>
      codeOf(scheduleCallback(engine.deps, { userId, scheduledFor, askedBy }))
    const tooLate = new Date(minutesFromNow(-5).getTime() - 1)
    expect(await at(minutesFromNow(-5), agentId)).toBe('done')
    expect(await at(tooLate, agentId)).toBe('callback-in-the-past')
    expect(await at(tooLate)).toBe('done')
  })
})

test('an agent moves no promise into the past', async () => {
  const agentId = await engine.addAgent()
  const { id: callbackId, scheduledFor } = await engine.addCallback({ preferredAgentId: agentId, inMinutes: 600 })
  const to = (minutes: number, asking?: number) =>
    codeOf(rescheduleCallback(engine.deps, { callbackId, scheduledFor: minutesFromNow(minutes), agentId: asking }))
  expect(await to(-6, agentId)).toBe('callback-in-the-past')
  expect((await engine.callback(callbackId)).scheduledFor).toEqual(scheduledFor)
  expect([await to(-5, agentId), await to(-6)]).toEqual(['done', 'done'])
})

describe('with the outcome of a call an agent promises the next one', () => {
  const outcome = ({ agentId, originalCallSessionId }: Case, minutes: number) =>
    codeOf(
      recordOutcome(engine.deps, {
        callSessionId: originalCallSessionId!,
        outcomeType: 'callback_requested',
        nextCallback: { scheduledFor: minutesFromNow(minutes) },
        agentId,
      }),
    )

  test('to the user who has called', async () => {
    expect(await outcome(await callOf(await engine.addAgent(), 'inbound'), 60)).toBe('done')
    const ofNobody = { ...(await callOf(null, 'inbound')), agentId: await engine.addAgent() }
    expect(await outcome(ofNobody, 60)).toBe('done')
  })

  test('under the same conditions, and else records nothing', async () => {
    const outbound = await callOf(await engine.addAgent(), 'outbound')
    const inbound = await callOf(await engine.addAgent(), 'inbound')
    expect(await outcome(outbound, 60)).toBe('user-unknown-to-agent')
    expect(await outcome(inbound, -6)).toBe('callback-in-the-past')
    const rows = await engine.sql`
      select status from call_sessions where id in (${outbound.originalCallSessionId!}, ${inbound.originalCallSessionId!})`
    expect(rows.map((row) => row['status'])).toEqual(['in_progress', 'in_progress'])
  })
})
