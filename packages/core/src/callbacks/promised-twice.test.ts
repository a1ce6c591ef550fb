import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acceptCallback, cancelCallback, claimNextCall, scheduleCallbacks, scheduleUnlessPromised } from '../index.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine({ rules: { openCallbacksPerUser: 3, callbacksPerAgentAndHour: 3 } })
})
afterAll(() => engine.close())

const minutes = (n: number) => new Date(engine.time.now().getTime() + n * 60_000)
const promise = (userId: string, inMinutes: number, more: { askedBy?: number; callbackReason?: string } = {}) =>
  scheduleUnlessPromised(engine.deps, { userId, scheduledFor: minutes(inMinutes), ...more })

describe('the same promise twice', () => {
  test.each([
    [-5, false],
    [0, false],
    [5, false],
    [-5 - 1 / 60_000, true],
    [5 + 1 / 60_000, true],
  ])('is one when the second is %d minutes apart: new is %s', async (apart, isNew) => {
    const { id, userId } = await engine.addCallback({ inMinutes: 60 })
    const answer = await promise(userId, 60 + apart)
    expect(answer.isNew).toBe(isNew)
    expect(answer.callback.id === id).toBe(!isNew)
  })

  test('is one also when it is about something else, and leaves the first as it is', async () => {
    const { id } = await engine.addCallback({ inMinutes: 60, callbackReason: 'first' })
    const first = await engine.callback(id)
    const again = { callback: { ...first, timeAdjusted: null }, isNew: false }
    expect(await promise(first.userId, 61, { callbackReason: 'second' })).toEqual(again)
    expect(await engine.callback(first.id)).toEqual(first)
  })

  test('is that of the same customer alone', async () => {
    await engine.addCallback({ inMinutes: 60 })
    expect(await promise(await engine.addUser(), 60)).toMatchObject({ isNew: true })
  })

  test('is one also when both are made at the same moment', async () => {
    const userId = await engine.addUser()
    const made = await Promise.all([1, 2, 3, 4].map((n) => promise(userId, 60 + n / 10)))
    expect(made.filter(({ isNew }) => isNew)).toHaveLength(1)
    expect(new Set(made.map(({ callback }) => callback.id)).size).toBe(1)
  })

  test('is of several the first', async () => {
    const { userId } = await engine.addCallback({ inMinutes: 64 })
    const { id } = await engine.addCallback({ userId, inMinutes: 57 })
    expect(await promise(userId, 61)).toMatchObject({ isNew: false, callback: { id } })
  })

  test('is of several of the same time that with the lower id, in one request with them as well as after it', async () => {
    const userIds = await Promise.all(Array.from({ length: 10 }, () => engine.addUser()))
    const scheduledFor = minutes(60)
    const rows = userIds.flatMap((userId) => [
      { userId, scheduledFor, allowDuplicate: true },
      { userId, scheduledFor, allowDuplicate: true },
      { userId, scheduledFor },
    ])
    const ids = (await scheduleCallbacks(engine.deps, rows)).map((made) => ('callback' in made ? made.callback.id : ''))
    for (const [index, userId] of userIds.entries()) {
      const [one, other, answer] = ids.slice(index * 3, index * 3 + 3) as [string, string, string]
      expect(answer).toBe(one < other ? one : other)
      expect((await promise(userId, 60)).callback.id).toBe(answer)
    }
  })

  test('is another one when the first is over or is being kept', async () => {
    const agentId = await engine.addAgent('available')
    const cancelled = await engine.addCallback()
    await cancelCallback(engine.deps, { callbackId: cancelled.id })
    expect(await promise(cancelled.userId, 0)).toMatchObject({ isNew: true })

    const kept = await engine.addCallback()
    await acceptCallback(engine.deps, { callbackId: kept.id, agentId })
    expect(await promise(kept.userId, 0)).toMatchObject({ isNew: false })
    await claimNextCall(engine.deps, { agentId })
    expect(await promise(kept.userId, 3)).toMatchObject({ isNew: true })
  })

  test('counts towards no limit, which are asked when there is one more', async () => {
    const agentId = await engine.addAgent()
    const { userId } = await engine.addCallback({ preferredAgentId: agentId, inMinutes: 60 })
    for (const inMinutes of [90, 150]) await promise(userId, inMinutes, { askedBy: agentId })
    for (let n = 0; n < 3; n++) {
      expect(await promise(userId, 90 + n, { askedBy: agentId })).toMatchObject({ isNew: false })
    }
    await expect(promise(userId, 120, { askedBy: agentId })).rejects.toMatchObject({ code: 'too-many-open-callbacks' })
  })
})

describe('an agent who promises', () => {
  test('is answered with its own promise and with nobody’s', async () => {
    const agentId = await engine.addAgent()
    const own = await engine.addCallback({ preferredAgentId: agentId, inMinutes: 60 })
    expect(await promise(own.userId, 60, { askedBy: agentId })).toMatchObject({ isNew: false })
    const nobodys = await engine.addCallback({ userId: own.userId, inMinutes: 90 })
    expect(await promise(own.userId, 90, { askedBy: agentId })).toMatchObject({ callback: { id: nobodys.id } })
  })

  test('makes its own beside that of another agent, which is not there for it', async () => {
    const [agentId, other] = [await engine.addAgent(), await engine.addAgent()]
    const { userId } = await engine.addCallback({ preferredAgentId: agentId, inMinutes: 60 })
    const others = await engine.addCallback({ userId, preferredAgentId: other, inMinutes: 90 })
    const answer = await promise(userId, 90, { askedBy: agentId })
    expect(answer).toMatchObject({ isNew: true, callback: { createdByAgentId: agentId } })
    expect(answer.callback.id).not.toBe(others.id)
  })

  test('learns nothing of a user whom it does not know', async () => {
    const agentId = await engine.addAgent()
    const { userId } = await engine.addCallback({ inMinutes: 60 })
    await expect(promise(userId, 60, { askedBy: agentId })).rejects.toMatchObject({ code: 'user-unknown-to-agent' })
  })
})
