import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  cancelCallback,
  claimNextCall,
  closeSession,
  getCallback,
  putSession,
  recordOutcome,
  rescheduleCallback,
  snoozeCallback,
} from '../index.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine.close())

/** Nothing waits that an agent could claim in place of what it should. */
beforeEach(async () => {
  const waiting = await engine.sql<{ callbackId: string }[]>`
    select callback_id from call_queue where status in ('pending', 'assigned')`
  for (const { callbackId } of waiting) await cancelCallback(engine.deps, { callbackId })
})

interface People {
  me: number
  other: number
}

/** Somebody who asks and somebody else, both busy so that routing finds nobody but a preferred agent who is available. */
async function people(): Promise<People> {
  return { me: await engine.addAgent('busy'), other: await engine.addAgent('busy') }
}

async function assignedTo(agentId: number, preferredAgentId: number | null): Promise<string> {
  const { id } = await engine.addCallback({ preferredAgentId })
  await engine.route(id)
  const entry = await engine.entryOf(id)
  await engine.sql`
    update call_queue set status = 'assigned', assigned_to_agent_id = ${agentId}, assigned_at = ${engine.time.now()}
    where id = ${entry!.id}`
  return id
}

async function lyingWithNobody(preferredAgentId: number | null): Promise<string> {
  const { id } = await engine.addCallback({ preferredAgentId })
  await engine.route(id)
  await engine.sql`
    update call_queue set status = 'pending', assigned_to_agent_id = null, assigned_at = null where callback_id = ${id}`
  return id
}

const planned = async (preferredAgentId: number | null) =>
  (await engine.addCallback({ preferredAgentId, inMinutes: 600 })).id

async function accepted(agentId: number): Promise<string> {
  const { id } = await engine.addCallback()
  await acceptCallback(engine.deps, { callbackId: id, agentId })
  return id
}

/** Accepted by an agent who has logged out since. */
async function left(): Promise<string> {
  const gone = await engine.addAgent('busy')
  const id = await accepted(gone)
  await closeSession(engine.deps, gone)
  await engine.route(id)
  expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: null })
  return id
}

async function claimed(agentId: number): Promise<string> {
  const id = await accepted(agentId)
  expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ callback: { id } })
  return id
}

/** Promised by one agent, called by another. */
async function completed(agentId: number, preferredAgentId: number | null): Promise<string> {
  const id = await assignedTo(agentId, preferredAgentId)
  const call = await claimNextCall(engine.deps, { agentId })
  expect(call?.callback?.id).toBe(id)
  await recordOutcome(engine.deps, { callSessionId: call!.callSessionId, outcomeType: 'resolved' })
  await putSession(engine.deps, { agentId, status: 'busy' })
  return id
}

async function cancelled(preferredAgentId: number | null): Promise<string> {
  const id = await planned(preferredAgentId)
  await cancelCallback(engine.deps, { callbackId: id })
  return id
}

const there: Record<string, (people: People) => Promise<string>> = {
  'that prefers the agent': ({ me }) => planned(me),
  'that waits for the agent as a substitute': ({ me, other }) => assignedTo(me, other),
  'that prefers the agent and waits for a substitute': ({ me, other }) => assignedTo(other, me),
  'that the agent has accepted': ({ me }) => accepted(me),
  'that the agent is calling': ({ me }) => claimed(me),
  'that the agent has called for another': ({ me, other }) => completed(me, other),
  'that prefers nobody': () => planned(null),
  'that waits for whoever comes first': () => lyingWithNobody(null),
  'that another has left lying': ({ other }) => lyingWithNobody(other),
  'that another had accepted who is gone': () => left(),
  'that was cancelled and nobody’s': () => cancelled(null),
}
const notThere: Record<string, (people: People) => Promise<string>> = {
  'that prefers another': ({ other }) => planned(other),
  'that waits for another': ({ other }) => assignedTo(other, null),
  'that another has accepted': ({ other }) => accepted(other),
  'that another is calling': ({ other }) => claimed(other),
  'that another has called': ({ other }) => completed(other, null),
  'that was another’s and cancelled': ({ other }) => cancelled(other),
}

const later = () => new Date(engine.time.now().getTime() + 3_600_000)
const asked: Record<string, (callbackId: string, agentId: number) => Promise<unknown>> = {
  read: (callbackId, agentId) => getCallback(engine.deps, callbackId, { askedBy: agentId }),
  accept: (callbackId, agentId) => acceptCallback(engine.deps, { callbackId, agentId, askedBy: agentId }),
  snooze: (callbackId, agentId) => snoozeCallback(engine.deps, { callbackId, agentId, minutes: 5, askedBy: agentId }),
  reschedule: (callbackId, agentId) => rescheduleCallback(engine.deps, { callbackId, agentId, scheduledFor: later() }),
  cancel: (callbackId, agentId) => cancelCallback(engine.deps, { callbackId, agentId }),
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: Error & { code?: string }) => error.code ?? error.message,
  )

describe.each(Object.keys(asked))('an agent who wants to %s', (what) => {
  test.each(Object.keys(there))('finds a promise %s', async (state) => {
    const { me, other } = await people()
    const id = await there[state]!({ me, other })
    expect(await codeOf(asked[what]!(id, me))).not.toBe('callback-not-found')
  })

  test.each(Object.keys(notThere))('finds none %s, and leaves it as it was', async (state) => {
    const { me, other } = await people()
    const id = await notThere[state]!({ me, other })
    const before = await getCallback(engine.deps, id)
    const comesTooLate = what === 'accept' && before.status !== 'pending'
    expect(await codeOf(asked[what]!(id, me))).toBe(comesTooLate ? 'callback-not-pending' : 'callback-not-found')
    expect(await getCallback(engine.deps, id)).toEqual(before)
  })
})

test('of two agents at nobody’s promise, the one who comes late finds what the first has left', async () => {
  const { me, other } = await people()
  for (let round = 0; round < 10; round++) {
    const id = await planned(null)
    const answers = await Promise.all([codeOf(asked['accept']!(id, other)), codeOf(asked['cancel']!(id, me))])
    expect([
      ['done', 'callback-not-found'],
      ['callback-not-pending', 'done'],
    ]).toContainEqual(answers)
  }
})

describe('an agent accepts so many promises and no more', () => {
  let limited: TestEngine
  beforeAll(async () => {
    limited = await openTestEngine({ rules: { acceptedPerAgent: 2 } })
  })
  afterAll(() => limited.close())
  const accept = async (agentId: number, askedBy: number | undefined = agentId) => {
    const { id: callbackId } = await limited.addCallback()
    return codeOf(acceptCallback(limited.deps, { callbackId, agentId, askedBy }))
  }

  test('the one at work included, until some are called or put off', async () => {
    const agentId = await limited.addAgent('available')
    expect([await accept(agentId), await accept(agentId)]).toEqual(['done', 'done'])
    expect(await accept(agentId)).toBe('too-many-accepted')
    const call = await claimNextCall(limited.deps, { agentId })
    expect(await accept(agentId)).toBe('too-many-accepted')
    await recordOutcome(limited.deps, { callSessionId: call!.callSessionId, outcomeType: 'resolved' })
    expect(await accept(agentId)).toBe('done')
  })

  test('also when it asks for many at once', async () => {
    const agentId = await limited.addAgent('available')
    const answers = await limited.meetingAtAgent(
      agentId,
      [1, 2, 3, 4].map(() => () => accept(agentId)),
    )
    expect(answers.toSorted()).toEqual(['done', 'done', 'too-many-accepted', 'too-many-accepted'])
  })

  test('the same one again is no other one', async () => {
    const agentId = await limited.addAgent('available')
    const { id: callbackId } = await limited.addCallback()
    const again = () => codeOf(acceptCallback(limited.deps, { callbackId, agentId, askedBy: agentId }))
    expect([await again(), await accept(agentId), await again()]).toEqual(['done', 'done', 'done'])
  })

  test('a supervisor may accept more for it', async () => {
    const agentId = await limited.addAgent('available')
    const { id: callbackId } = await limited.addCallback()
    await accept(agentId)
    await accept(agentId)
    expect(await codeOf(acceptCallback(limited.deps, { callbackId, agentId }))).toBe('done')
  })
})
