import { callQueue } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  claimNextCall,
  closeSession,
  getCallback,
  monitor,
  peekNextCall,
  putAgent,
  putQueueUser,
  putSession,
  recordOutcome,
  rescheduleCallback,
  scheduleCallback,
  sweepLostAgents,
} from '../index.ts'

const minute = 60_000

let engine: TestEngine
let owner: number
let other: number
beforeEach(async () => {
  engine = await openTestEngine()
  owner = await engine.addAgent('available')
  other = await engine.addAgent('available')
})
afterEach(() => engine.close())

const owned = (inMinutes = 0) => engine.addCallback({ inMinutes, preferredAgentId: owner, owner: 'only' })

const kinds = async (id: string) => (await getCallback(engine.deps, id)).history.map(({ kind }) => kind)

test('a promise of one agent alone names that agent', async () => {
  const userId = await engine.addUser()
  const promise = { userId, scheduledFor: engine.time.now(), owner: 'only' as const }
  await expect(scheduleCallback(engine.deps, promise)).rejects.toMatchObject({ code: 'owner-not-named' })
  expect(await scheduleCallback(engine.deps, { ...promise, preferredAgentId: owner })).toMatchObject({ owner: 'only' })
})

describe('a callback of one agent alone', () => {
  test.each(['available', 'busy', 'wrap_up'] as const)('goes to that agent who is %s', async (status) => {
    await putSession(engine.deps, { agentId: owner, status })
    const { id } = await owned()
    expect(await engine.route(id)).toMatchObject([{ kind: 'queued', agentId: owner, isSubstitute: false }])
    expect(await peekNextCall(engine.deps, { agentId: other })).toBeUndefined()
    expect(await claimNextCall(engine.deps, { agentId: other })).toBeUndefined()
    expect(await claimNextCall(engine.deps, { agentId: owner })).toMatchObject({ callback: { id } })
  })

  test.each<[string, () => Promise<unknown>]>([
    ['is away', () => putSession(engine.deps, { agentId: owner, status: 'away' })],
    ['has logged out', () => closeSession(engine.deps, owner)],
    ['is not active any more', () => putAgent(engine.deps, { agentId: owner, firstName: 'A', isActive: false })],
  ])('waits without a place while that agent %s', async (_, leave) => {
    await leave()
    const { id, userId } = await owned()
    expect(await engine.route(id)).toEqual([{ kind: 'deferred' }])
    expect(await engine.entryOf(id)).toBeUndefined()
    expect(await engine.callback(id)).toMatchObject({ status: 'pending', unplacedBecause: 'owner-missing' })
    expect(await kinds(id)).toEqual(['scheduled', 'waiting'])
    // It stands in nobody's way.
    const next = await engine.addCallback({ userId })
    expect(await engine.route(next.id)).toMatchObject([{ kind: 'queued', agentId: other }])
  })

  test('is not left to others, however long its agent is busy or leaves it lying', async () => {
    const { id } = await owned()
    await engine.route(id)
    await putSession(engine.deps, { agentId: owner, status: 'busy' })
    await engine.pass(60 * minute)
    expect(await engine.foundByTick()).toEqual([])
    expect(await engine.route(id)).toMatchObject([{ agentId: owner }])
    await putSession(engine.deps, { agentId: owner, status: 'available' })
    await engine.pass(60 * minute)
    expect(await engine.foundByTick()).toEqual([])
    expect(await engine.route(id)).toMatchObject([{ agentId: owner }])
    expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: owner, escalatedAt: null })
  })

  test.each<[string, () => Promise<unknown>]>([
    ['logs out', () => closeSession(engine.deps, owner)],
    ['is not active any more', () => putAgent(engine.deps, { agentId: owner, firstName: 'A', isActive: false })],
    [
      'is silent',
      async () => {
        await engine.sql`update agent_sessions set last_seen_at = ${new Date(0)} where agent_id = ${owner}`
        await sweepLostAgents(engine.deps)
      },
    ],
  ])('leaves its queue when its agent %s, accepted or not, and comes back with the agent', async (_, leave) => {
    const { id, userId } = await owned()
    await putQueueUser(engine.deps, { userId, queueType: 'unsigned_users', priorityScore: 1 })
    await engine.route(id)
    await acceptCallback(engine.deps, { callbackId: id, agentId: owner })
    await leave()
    await engine.route(id)
    expect(await engine.callback(id)).toMatchObject({ status: 'pending', isQueued: false, preferredAgentId: owner })
    // The customer's ordinary place is back, for whoever is there.
    expect(await callQueue.getLiveOfUser(engine.sql, userId)).toMatchObject({ callbackId: null, status: 'pending' })
    await engine.pass(minute * 60)
    expect(await engine.foundByTick()).toEqual([id]) // Tried again, and in vain.
    expect(await engine.route(id)).toEqual([{ kind: 'deferred' }])
    expect((await kinds(id)).filter((kind) => kind === 'waiting')).toHaveLength(1)

    await putAgent(engine.deps, { agentId: owner, firstName: 'A', isActive: true })
    await putSession(engine.deps, { agentId: owner, status: 'available' })
    expect(await engine.foundByTick()).toEqual([id])
    await engine.route(id)
    expect(await claimNextCall(engine.deps, { agentId: owner })).toMatchObject({ callback: { id } })
  })

  test('is routed when its agent comes back, also without a tick', async () => {
    await closeSession(engine.deps, owner)
    const { id } = await owned()
    await engine.route(id)
    const direct = { ...engine.deps, routing: { add: () => Promise.reject(new Error('away')), close: async () => {} } }
    await putSession(direct, { agentId: owner, status: 'busy' })
    expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: owner })
  })

  test('is accepted by nobody else', async () => {
    const { id } = await owned(60)
    await expect(acceptCallback(engine.deps, { callbackId: id, agentId: other })).rejects.toMatchObject({
      code: 'owner-only',
    })
    expect(await acceptCallback(engine.deps, { callbackId: id, agentId: owner })).toMatchObject({
      callback: { status: 'accepted', owner: 'only' },
    })
  })

  test('is anybody’s when it prefers nobody any more', async () => {
    const { id } = await owned(60)
    const moved = { callbackId: id, scheduledFor: engine.time.now(), preferredAgentId: other }
    expect(await rescheduleCallback(engine.deps, moved)).toMatchObject({
      callback: { preferredAgentId: other, owner: 'only' },
    })
    expect(await rescheduleCallback(engine.deps, { ...moved, preferredAgentId: null })).toMatchObject({
      callback: { owner: 'any' },
    })
  })

  test('goes back to its agent when the claim is lost', async () => {
    const { id } = await owned()
    await engine.route(id)
    await claimNextCall(engine.deps, { agentId: owner })
    await closeSession(engine.deps, owner)
    await engine.route(id)
    expect(await engine.callback(id)).toMatchObject({ status: 'pending', unplacedBecause: 'owner-missing' })
    expect(await claimNextCall(engine.deps, { agentId: other })).toBeUndefined()
  })

  test('that lies with nobody, by hand, goes to its agent', async () => {
    const { id } = await owned()
    await putSession(engine.deps, { agentId: owner, status: 'busy' })
    await engine.route(id)
    await engine.sql`update call_queue set status = 'pending', assigned_to_agent_id = null, assigned_at = null`
    expect(await engine.foundByTick()).toEqual([id])
    expect(await engine.route(id)).toMatchObject([{ agentId: owner }])
  })

  test('may be promised with an outcome', async () => {
    const first = await owned()
    await engine.route(first.id)
    const { callSessionId } = (await claimNextCall(engine.deps, { agentId: owner }))!
    const nextCallback = { scheduledFor: engine.time.now(), preferredAgentId: other, owner: 'only' as const }
    const outcome = { callSessionId, outcomeType: 'callback_requested' as const, nextCallback }
    expect(await recordOutcome(engine.deps, outcome)).toMatchObject({ nextCallback: { owner: 'only' } })
    await expect(
      recordOutcome(engine.deps, { ...outcome, nextCallback: { ...nextCallback, owner: 'any' } }),
    ).rejects.toMatchObject({ code: 'outcome-recorded' })
  })
})

test('the alert stands while a callback is five minutes past due and its only agent is missing, and no time ends it', async () => {
  const standing = async () => (await monitor(engine.deps, { hours: 1 })).alerts.map(({ name }) => name)
  await closeSession(engine.deps, owner)
  const { id } = await owned()
  await engine.route(id)
  await engine.pass(5 * minute)
  expect(await standing()).not.toContain('owner-missing')
  await engine.pass(1)
  expect(await standing()).toContain('owner-missing')
  await engine.pass(100 * 24 * 60 * minute)
  await engine.route(id)
  expect(await standing()).toContain('owner-missing')
  expect(await engine.callback(id)).toMatchObject({ status: 'pending' })
  await putSession(engine.deps, { agentId: owner, status: 'available' })
  await engine.route(id)
  expect(await standing()).not.toContain('owner-missing')
})

test('one that waits counts once as deferred, and tries less and less often', async () => {
  await closeSession(engine.deps, owner)
  const { id } = await owned()
  const retries: number[] = []
  for (const wait of [0, 1, 2, 10, 120]) {
    await engine.pass(wait * minute)
    await engine.route(id)
    const { retryAt } = await engine.callback(id)
    retries.push((retryAt!.getTime() - engine.time.now().getTime()) / minute)
  }
  expect(retries).toEqual([1, 1, 3, 13, 30])
})
