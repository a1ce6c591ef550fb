import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cancelCallback, claimNextCall, closeSession, recordOutcome, scheduleCallback, type Rules } from '../index.ts'

const minute = 60_000

let engine: TestEngine
async function open(rules: Partial<Rules>) {
  engine = await openTestEngine({ rules })
}
afterEach(() => engine.close())

/** What becomes of promises that are made at the same moment: `made`, or the code of the refusal. */
async function together(count: number, promise: (n: number) => Promise<unknown>): Promise<string[]> {
  const made = await Promise.allSettled(Array.from({ length: count }, (_, n) => promise(n)))
  const outcomes = made.map((result) => (result.status === 'rejected' ? String(result.reason.code) : 'made'))
  return outcomes.toSorted((a, b) => a.localeCompare(b))
}

describe('a user has at most so many open callbacks', () => {
  beforeEach(() => open({ openCallbacksPerUser: 3 }))

  const promise = (userId: string) => scheduleCallback(engine.deps, { userId, scheduledFor: engine.time.now() })

  test('and one more when one has come to its end', async () => {
    const userId = await engine.addUser()
    const [first] = [await promise(userId), await promise(userId), await promise(userId)]
    await expect(promise(userId)).rejects.toMatchObject({
      code: 'too-many-open-callbacks',
      message: `User ${userId} has 3 open callbacks, the most there may be; keep, move or cancel one of them`,
    })
    await promise(await engine.addUser())
    await cancelCallback(engine.deps, { callbackId: first.id })
    await promise(userId)
  })

  test('however many are promised at the same moment', async () => {
    const userId = await engine.addUser()
    const refused = 'too-many-open-callbacks'
    expect(await together(5, () => promise(userId))).toEqual(['made', 'made', 'made', refused, refused])
  })

  /** A customer is called by an agent, and has two more promises: as many as are allowed. */
  async function callBesideTwoMore() {
    const agentId = await engine.addAgent('available')
    const { id, userId } = await engine.addCallback()
    await engine.route(id)
    await promise(userId)
    await promise(userId)
    const { callSessionId } = (await claimNextCall(engine.deps, { agentId }))!
    return { agentId, userId, callSessionId }
  }

  test('without the one that the call which promises the next has kept', async () => {
    const { userId, callSessionId } = await callBesideTwoMore()
    await recordOutcome(engine.deps, {
      callSessionId,
      outcomeType: 'callback_requested',
      nextCallback: { scheduledFor: engine.time.now() },
    })
    await expect(promise(userId)).rejects.toMatchObject({ code: 'too-many-open-callbacks' })
  })

  test('but with it when the claim of that call was given back', async () => {
    const { agentId, callSessionId } = await callBesideTwoMore()
    await closeSession(engine.deps, agentId)
    const outcome = {
      callSessionId,
      outcomeType: 'callback_requested' as const,
      nextCallback: { scheduledFor: engine.time.now() },
    }
    await expect(recordOutcome(engine.deps, outcome)).rejects.toMatchObject({ code: 'too-many-open-callbacks' })
  })
})

describe('an agent makes at most so many callbacks within an hour', () => {
  beforeEach(() => open({ callbacksPerAgentAndHour: 3, agentsScheduleFor: 'all' }))

  const promiseBy = async (agentId: number | undefined) =>
    scheduleCallback(engine.deps, { userId: await engine.addUser(), scheduledFor: engine.time.now(), askedBy: agentId })

  test('whoever is to keep them, and the next one an hour after the first of them', async () => {
    const [agentId, other] = [await engine.addAgent(), await engine.addAgent()]
    for (let n = 0; n < 3; n++) {
      await promiseBy(agentId)
      engine.time.advance(10 * minute)
    }
    await expect(promiseBy(agentId)).rejects.toMatchObject({
      code: 'too-many-callbacks-created',
      message: `Agent ${agentId} has made 3 callbacks within an hour, the most there may be; the next one may be made at 2026-03-02T11:00:00.000Z`,
      retryAfterSeconds: 30 * 60,
    })
    await promiseBy(other)
    await engine.addCallback({ preferredAgentId: agentId })
    engine.time.advance(30 * minute)
    await promiseBy(agentId)
    await expect(promiseBy(agentId)).rejects.toMatchObject({ retryAfterSeconds: 10 * 60 })
  })

  test('however many at the same moment, whoever they are for', async () => {
    const agentId = await engine.addAgent()
    const users = await Promise.all([1, 2, 3, 4, 5].map(() => engine.addUser()))
    const promise = (n: number) =>
      scheduleCallback(engine.deps, { userId: users[n]!, scheduledFor: engine.time.now(), askedBy: agentId })
    const refused = 'too-many-callbacks-created'
    expect(await together(5, promise)).toEqual(['made', 'made', 'made', refused, refused])
  })

  test('those that are promised with an outcome included', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback()
    await engine.route(id)
    for (let n = 0; n < 3; n++) await promiseBy(agentId)
    const { callSessionId } = (await claimNextCall(engine.deps, { agentId }))!
    const outcome = { callSessionId, outcomeType: 'callback_requested' as const, agentId }
    const nextCallback = { scheduledFor: engine.time.now() }
    await expect(recordOutcome(engine.deps, { ...outcome, nextCallback })).rejects.toMatchObject({
      code: 'too-many-callbacks-created',
    })
    await recordOutcome(engine.deps, outcome)
  })

  test('and a service any number', async () => {
    for (let n = 0; n < 4; n++) expect(await promiseBy(undefined)).toMatchObject({ createdByAgentId: null })
  })
})

test('0 is no limit', async () => {
  await open({ openCallbacksPerUser: 0, callbacksPerAgentAndHour: 0, agentsScheduleFor: 'all' })
  const [userId, agentId] = [await engine.addUser(), await engine.addAgent()]
  const promise = () => scheduleCallback(engine.deps, { userId, scheduledFor: engine.time.now(), askedBy: agentId })
  for (let n = 0; n < 125; n++) expect(await promise()).toMatchObject({ createdByAgentId: agentId })
})
