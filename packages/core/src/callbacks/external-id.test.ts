import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  blockSubject,
  cancelCallback,
  deleteUser,
  putUser,
  scheduleCallback,
  scheduleUnlessPromised,
  type ScheduleInput,
} from '../index.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine.close())

const minutes = (n: number) => new Date(engine.time.now().getTime() + n * 60_000)
let ids = 0
const newId = () => `ticket-${++ids}`
const promise = (input: Partial<ScheduleInput> & { userId: string; externalId: string }) =>
  scheduleUnlessPromised(engine.deps, { scheduledFor: minutes(60), ...input })
const taken = { code: 'external-id-taken' }

describe('a promise with an external id', () => {
  test('is made once, and is the answer to the next one with that id', async () => {
    const [userId, externalId] = [await engine.addUser(), newId()]
    const metadata = { ticket: 'A 1', tier: 'gold' }
    const first = await promise({ userId, externalId, metadata })
    expect(first).toMatchObject({ isNew: true, callback: { externalId, metadata } })
    const again = await promise({ userId, externalId, scheduledFor: minutes(600), metadata: { other: 'x' } })
    expect(again).toEqual({ ...first, isNew: false })
    expect(await scheduleCallback(engine.deps, { userId, externalId, scheduledFor: minutes(1) })).toEqual(
      first.callback,
    )
  })

  test('is that answer whatever has become of it, and of its user', async () => {
    const [userId, externalId] = [await engine.addUser(), newId()]
    const { callback } = await promise({ userId, externalId })
    await cancelCallback(engine.deps, { callbackId: callback.id })
    await blockSubject(engine.deps, { subject: `user:${userId}`, reason: 'asked' })
    expect(await promise({ userId, externalId })).toMatchObject({
      isNew: false,
      callback: { id: callback.id, status: 'cancelled' },
    })
  })

  test('is another one than what was promised for that time, by its own id or without one', async () => {
    const userId = await engine.addUser()
    const plain = await engine.addCallback({ userId, inMinutes: 60 })
    const [first, second] = [newId(), newId()]
    for (const externalId of [first, second])
      expect(await promise({ userId, externalId })).toMatchObject({ isNew: true })
    const unnamed = await scheduleUnlessPromised(engine.deps, { userId, scheduledFor: minutes(60) })
    expect(unnamed.isNew).toBe(false)
    expect([plain.externalId, plain.metadata]).toEqual([null, {}])
  })

  test('is refused when it is that of another user', async () => {
    const externalId = newId()
    await promise({ userId: await engine.addUser(), externalId })
    await expect(promise({ userId: await engine.addUser(), externalId })).rejects.toMatchObject(taken)
  })

  test.each([
    ['the same user', 1, 2],
    ['two users', 2, 1],
  ])('is made once also when two come at the same moment, of %s', async (_whose, users, answered) => {
    const [one, other, externalId] = [await engine.addUser(), await engine.addUser(), newId()]
    const userIds = [one, users === 2 ? other : one]
    const lock = await holdUsers(userIds)
    const asked = userIds.map((userId) => promise({ userId, externalId }))
    await engine.untilWaiting(2)
    lock.release()
    const settled = await Promise.allSettled(asked)
    const made = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(made.filter(({ isNew }) => isNew)).toHaveLength(1)
    expect(made).toHaveLength(answered)
    const refused = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(refused.map(({ code }) => code)).toEqual(Array(2 - answered).fill(taken.code))
    expect(await engine.sql`select from callbacks where external_id = ${externalId}`).toHaveLength(1)
  })

  test('of two users waits for the one that is about to be made, and is refused then', async () => {
    const [one, other, externalId] = [await engine.addUser(), await engine.addUser(), newId()]
    const { id } = await engine.addCallback({ userId: one })
    let second: Promise<unknown>
    await engine.sql.begin(async (tx) => {
      await tx`update callbacks set external_id = ${externalId} where id = ${id}`
      second = promise({ userId: other, externalId }).catch((error: unknown) => error)
      await engine.untilWaiting(1)
    })
    expect(await second!).toMatchObject(taken)
  })

  test('of another agent is not there for an agent, and its id is taken', async () => {
    const [agentId, other] = [await engine.addAgent(), await engine.addAgent()]
    const { userId } = await engine.addCallback({ preferredAgentId: agentId, inMinutes: 600 })
    const [own, others] = [newId(), newId()]
    await promise({ userId, externalId: others, preferredAgentId: other })
    const { callback } = await promise({ userId, externalId: own, preferredAgentId: agentId })
    await expect(promise({ userId, externalId: others, askedBy: agentId })).rejects.toMatchObject(taken)
    expect(await promise({ userId, externalId: own, askedBy: agentId })).toMatchObject({
      callback: { id: callback.id },
    })
    await expect(promise({ userId: await engine.addUser(), externalId: own, askedBy: agentId })).rejects.toMatchObject({
      code: 'user-unknown-to-agent',
    })
  })

  test('is erased with its user, and the id is free', async () => {
    const [userId, externalId] = [await engine.addUser(), newId()]
    const { callback } = await promise({ userId, externalId, metadata: { said: 'x' } })
    await deleteUser(engine.deps, userId)
    expect(await engine.callback(callback.id)).toMatchObject({ externalId: null, metadata: {} })
    expect(await promise({ userId: await engine.addUser(), externalId })).toMatchObject({ isNew: true })
  })
})

describe('a user with an external id', () => {
  const put = (userId: string, fields: { externalId?: string | null; metadata?: Record<string, string> }) =>
    putUser(engine.deps, { userId, name: 'Ada', ...fields })

  test('keeps it, and what is kept with it, until it is told otherwise', async () => {
    const [userId, externalId] = ['9001', newId()]
    await put(userId, { externalId, metadata: { a: '1', b: '2' } })
    expect((await put(userId, {})).user).toMatchObject({ externalId, metadata: { a: '1', b: '2' } })
    expect((await put(userId, { metadata: { c: '3' } })).user).toMatchObject({ externalId, metadata: { c: '3' } })
    expect((await put(userId, { externalId: null, metadata: {} })).user).toMatchObject({
      externalId: null,
      metadata: {},
    })
  })

  test('has it alone, and another one may have it afterwards', async () => {
    const externalId = newId()
    await put('9002', { externalId })
    await expect(put('9003', { externalId })).rejects.toMatchObject(taken)
    await put('9002', { externalId: newId() })
    expect((await put('9003', { externalId })).user).toMatchObject({ externalId })
  })

  test('has it alone also when two are written at the same moment', async () => {
    const externalId = newId()
    const userIds = [await engine.addUser(), await engine.addUser()]
    const lock = await holdUsers(userIds)
    const asked = userIds.map((userId) => put(userId, { externalId }))
    await engine.untilWaiting(2)
    lock.release()
    const settled = await Promise.allSettled(asked)
    expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(settled.find(({ status }) => status === 'rejected')).toMatchObject({ reason: taken })
  })

  test('who is made by two at the same moment has what both have said', async () => {
    const userId = '9004'
    const externalId = newId()
    await Promise.all([put(userId, { externalId }), put(userId, { metadata: { a: '1' } })])
    expect((await put(userId, {})).user).toMatchObject({ externalId, metadata: { a: '1' } })
  })
})

/** Another transaction has these users until they are released. */
async function holdUsers(userIds: string[]): Promise<{ release: () => void }> {
  const held = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  void engine.sql.begin(async (tx) => {
    await tx`select from users where id = any(${userIds}::bigint[]) for update`
    held.resolve()
    await released.promise
  })
  await held.promise
  return { release: released.resolve }
}
