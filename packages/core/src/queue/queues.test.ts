import { userCallScores } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  acceptCallback,
  claimNextCall,
  deleteQueue,
  listAgents,
  listQueue,
  listQueues,
  putAgent,
  putQueue,
  putQueueUser,
  recordOutcome,
  rescheduleCallback,
  removeQueueUser,
} from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
  await putQueue(engine.deps, { queueType: 'vip', name: 'Important customers' })
})
afterEach(() => engine.close())

async function queued(queueType: string) {
  const userId = await engine.addUser()
  await putQueueUser(engine.deps, { userId, queueType, priorityScore: 1 })
  return userId
}

describe('a callback goes into', () => {
  test('the queue that it was made for, whatever its user waits in', async () => {
    const userId = await queued('unsigned_users')
    const { id, queueType } = await engine.addCallback({ userId, queueType: 'vip' })
    expect(queueType).toBe('vip')
    await engine.route(id)
    expect(await engine.entryOf(id)).toMatchObject({ queueType: 'vip' })
  })

  test('the same when it is accepted, and when it comes back to a place that it had to leave', async () => {
    const userId = await queued('unsigned_users')
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback({ userId, queueType: 'vip', inMinutes: 60 })
    expect(await acceptCallback(engine.deps, { callbackId: id, agentId })).toMatchObject({ queueType: 'vip' })
    const other = await engine.addCallback({ userId, inMinutes: 60 })
    await acceptCallback(engine.deps, { callbackId: other.id, agentId })
    expect(await engine.entryOf(id)).toBeUndefined()
    await rescheduleCallback(engine.deps, { callbackId: other.id, scheduledFor: other.scheduledFor })
    expect(await engine.entryOf(id)).toMatchObject({ queueType: 'vip', priorityScore: -2000 })
  })

  test('the default when its user was last put into one that is gone', async () => {
    const userId = await queued('vip')
    await removeQueueUser(engine.deps, { userId, queueType: 'vip' })
    await deleteQueue(engine.deps, 'vip')
    const { id } = await engine.addCallback({ userId })
    await engine.route(id)
    expect(await engine.entryOf(id)).toMatchObject({ queueType: 'outstanding_requests' })
    expect(await userCallScores.get(engine.sql, userId)).toMatchObject({ currentQueueType: 'vip' })
  })

  test('another default when the operator names one', async () => {
    Object.assign(engine.deps.rules, { defaultQueueType: 'vip' })
    const { id } = await engine.addCallback()
    await engine.route(id)
    expect(await engine.entryOf(id)).toMatchObject({ queueType: 'vip' })
  })
})

test('with a default that does not exist a callback is not routed, and loses nothing', async () => {
  Object.assign(engine.deps.rules, { defaultQueueType: 'there_is_none' })
  const { id } = await engine.addCallback()
  await expect(engine.route(id)).rejects.toMatchObject({ constraint_name: 'live_entry_has_queue' })
  expect(await engine.callback(id)).toMatchObject({ status: 'pending', isQueued: false })
  await putQueue(engine.deps, { queueType: 'there_is_none', name: 'Now there is' })
  expect(await engine.route(id)).toMatchObject([{ kind: 'queued' }])
})

describe('a queue that does not exist', () => {
  const queueType = 'there_is_none'

  test.each<[string, () => Promise<unknown>]>([
    ['a user', async () => putQueueUser(engine.deps, { userId: await engine.addUser(), queueType, priorityScore: 1 })],
    ['a callback', () => engine.addCallback({ queueType })],
    ['an agent', () => putAgent(engine.deps, { agentId: 1, firstName: 'Ada', queueTypes: ['vip', queueType] })],
  ])('is refused for %s', async (_whom, work) => {
    await expect(work()).rejects.toMatchObject({ code: 'unknown-queue' })
  })

  test('has no list, and cannot be deleted', async () => {
    await expect(listQueue(engine.deps, { queueType, limit: 1 })).rejects.toMatchObject({ code: 'queue-not-found' })
    await expect(deleteQueue(engine.deps, queueType)).rejects.toMatchObject({ code: 'queue-not-found' })
  })
})

describe('a queue cannot be deleted', () => {
  test('while it is the default', async () => {
    await expect(deleteQueue(engine.deps, 'outstanding_requests')).rejects.toMatchObject({ code: 'queue-in-use' })
  })

  test('while somebody waits in it, or is in a call from it', async () => {
    await queued('vip')
    await expect(deleteQueue(engine.deps, 'vip')).rejects.toMatchObject({ code: 'queue-in-use' })
    const agentId = await engine.addAgent('available')
    const { callSessionId } = (await claimNextCall(engine.deps, { agentId }))!
    await expect(deleteQueue(engine.deps, 'vip')).rejects.toMatchObject({ code: 'queue-in-use' })
    engine.time.advance(1)
    await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
    await deleteQueue(engine.deps, 'vip')
  })

  test('while a callback that was made for it is open', async () => {
    await engine.addCallback({ queueType: 'vip', inMinutes: 600 })
    await expect(deleteQueue(engine.deps, 'vip')).rejects.toMatchObject({ code: 'queue-in-use' })
  })

  test('while a user is to have an ordinary place in it again', async () => {
    const userId = await queued('vip')
    const { id } = await engine.addCallback({ userId, queueType: 'unsigned_users' })
    await engine.route(id)
    await expect(deleteQueue(engine.deps, 'vip')).rejects.toMatchObject({ code: 'queue-in-use' })
  })

  test('while somebody is about to use it: one sees the other', async () => {
    const userId = await engine.addUser()
    let deleting: Promise<unknown>
    await engine.deps.transact(async (tx) => {
      await putQueueUser(
        { ...engine.deps, transact: (work) => work(tx) },
        { userId, queueType: 'vip', priorityScore: 1 },
      )
      deleting = deleteQueue(engine.deps, 'vip').catch((error: unknown) => error)
      await engine.untilWaiting(1)
    })
    expect(await deleting!).toMatchObject({ code: 'queue-in-use' })
  })
})

test('agents serve a queue no more that is deleted, and what has ended keeps its name', async () => {
  const agentId = await engine.addAgent('available')
  await putAgent(engine.deps, { agentId, firstName: 'Ada', queueTypes: ['vip', 'unsigned_users'] })
  const userId = await queued('vip')
  await removeQueueUser(engine.deps, { userId, queueType: 'vip' })
  await deleteQueue(engine.deps, 'vip')
  expect(await listAgents(engine.deps)).toMatchObject([{ id: agentId, queueTypes: ['unsigned_users'] }])
  expect(await engine.sql`select queue_type from call_queue`).toEqual([{ queueType: 'vip' }])
})

test('the queues are listed with who is in them and who is there for them', async () => {
  await engine.addAgent('available')
  const agentId = await engine.addAgent('available')
  await putAgent(engine.deps, { agentId, firstName: 'Ada', queueTypes: ['vip'] })
  await engine.addAgent('away')
  await queued('vip')
  await engine.addCallback({ queueType: 'vip', inMinutes: 60 })
  const { id } = await engine.addCallback()
  await engine.route(id)
  const nobody = { inProgress: 0, openCallbacks: 0 }
  const figures = async () =>
    Object.fromEntries((await listQueues(engine.deps)).map((queue) => [queue.queueType, queue]))
  expect(await figures()).toMatchObject({
    unsigned_users: { ...nobody, waiting: 0, waitingCallbacks: 0, availableAgents: 1 },
    outstanding_requests: { ...nobody, waiting: 1, waitingCallbacks: 1, availableAgents: 1 },
    vip: { waiting: 1, waitingCallbacks: 0, inProgress: 0, openCallbacks: 1, availableAgents: 2 },
  })
  await claimNextCall(engine.deps, { agentId })
  expect((await figures())['vip']).toMatchObject({ waiting: 0, inProgress: 1, availableAgents: 1 })
})

test('calls of a queue that another process has made are handed out five seconds later at the latest', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const agentId = await engine.addAgent('available')
    await engine.reconcile()
    await claimNextCall(engine.deps, { agentId })
    await engine.sql`insert into queues values ('red', 'Red', now(), now())`
    await queued('red')
    const claim = { agentId }
    vi.advanceTimersByTime(4_999)
    expect(await claimNextCall(engine.deps, claim)).toBeUndefined()
    vi.advanceTimersByTime(1)
    expect(await claimNextCall(engine.deps, claim)).toMatchObject({ queueEntry: { queueType: 'red' } })
  } finally {
    vi.useRealTimers()
  }
})
