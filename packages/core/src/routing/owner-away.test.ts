import { callQueue, type AgentStatus } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  calendarDocument,
  claimNextCall,
  closeSession,
  getCallback,
  monitor,
  putAgent,
  putCalendar,
  putPolicy,
  putQueueUser,
  putSession,
  reassignCallback,
  rescheduleCallback,
  snoozeCallback,
  weekdays,
  type Deps,
} from '../index.ts'

const queueType = 'outstanding_requests'
const minute = 60_000

let engine: TestEngine
let owner: number
let other: number
beforeEach(async () => {
  engine = await openTestEngine()
  await putPolicy(engine.deps, { queueType, document: { ownerWaitMinutes: 30 } })
  owner = await engine.addAgent('available')
  other = await engine.addAgent('available')
})
afterEach(() => engine.close())

const preferring = (inMinutes = 0, policy?: { ownerWaitMinutes: number }) =>
  engine.addCallback({ inMinutes, preferredAgentId: owner, policy })
const put = (status: AgentStatus, deps: Deps = engine.deps) => putSession(deps, { agentId: owner, status })

const kinds = async (id: string) => (await getCallback(engine.deps, id)).history.map(({ kind }) => kind)
const direct = (): Deps => ({
  ...engine.deps,
  routing: { add: () => Promise.reject(new Error('away')), close: async () => {} },
})

test('without a policy a substitute is given it at once', async () => {
  await putPolicy(engine.deps, { queueType, document: {} })
  await closeSession(engine.deps, owner)
  const { id } = await preferring()
  expect(await engine.route(id)).toMatchObject([{ kind: 'queued', agentId: other, isSubstitute: true }])
  expect(await engine.callback(id)).toMatchObject({ ownerAwaitedUntil: null })
})

describe('while its policy waits for its agent a callback', () => {
  test.each(['available', 'busy', 'wrap_up'] as const)(
    'goes to that agent who is %s, and stays there',
    async (status) => {
      await put(status)
      const { id, scheduledFor } = await preferring(5)
      expect(await engine.route(id)).toMatchObject([{ kind: 'queued', agentId: owner, isSubstitute: false }])
      expect(await engine.entryOf(id)).toMatchObject({ availableFrom: scheduledFor, assignedToAgentId: owner })
      await put('busy')
      await engine.pass(35 * minute - 1)
      expect(await engine.foundByTick()).toEqual([])
      expect(await engine.route(id)).toMatchObject([{ agentId: owner }])
      await engine.pass(1)
      expect(await engine.foundByTick()).toEqual([id])
      expect(await engine.route(id)).toMatchObject([{ agentId: other, isSubstitute: true }])
      expect(await claimNextCall(engine.deps, { agentId: other })).toMatchObject({ callback: { id } })
    },
  )

  test('is not opened to all while its agent leaves it lying', async () => {
    const { id } = await preferring()
    await engine.route(id)
    await engine.pass(29 * minute)
    expect(await engine.foundByTick()).toEqual([])
    expect(await engine.route(id)).toMatchObject([{ agentId: owner }])
    expect(await engine.entryOf(id)).toMatchObject({ escalatedAt: null })
    await engine.pass(minute)
    expect(await engine.foundByTick()).toEqual([id])
    await engine.route(id)
    expect(await engine.entryOf(id)).toMatchObject({ escalatedAt: engine.time.now() })
  })

  test.each<[string, () => Promise<unknown>]>([
    ['is away', () => put('away')],
    ['has logged out', () => closeSession(engine.deps, owner)],
    ['is not active any more', () => putAgent(engine.deps, { agentId: owner, firstName: 'A', isActive: false })],
    ['is silent', () => engine.sql`update agent_sessions set last_seen_at = ${new Date(0)} where agent_id = ${owner}`],
  ])('waits without a place while that agent %s, and is a substitute’s then', async (_, leave) => {
    await leave()
    const { id, userId, scheduledFor } = await preferring(6)
    await putQueueUser(engine.deps, { userId, queueType, priorityScore: 1 })
    expect(await engine.route(id)).toEqual([{ kind: 'deferred' }])
    expect(await engine.callback(id)).toMatchObject({
      status: 'pending',
      scheduledFor,
      isQueued: false,
      ownerAwaitedUntil: new Date(scheduledFor.getTime() + 30 * minute),
    })
    expect(await callQueue.getLiveOfUser(engine.sql, userId)).toMatchObject({ callbackId: null })
    engine.time.advance(30 * minute - 1)
    await engine.sql`update agent_sessions set last_seen_at = ${engine.time.now()} where agent_id = ${other}`
    expect(await engine.foundByTick()).toEqual([])
    engine.time.advance(1)
    expect(await engine.foundByTick()).toEqual([id])
    const until = new Date(scheduledFor.getTime() + 30 * minute)
    expect(await engine.route(id)).toMatchObject([{ agentId: other, isSubstitute: true }])
    expect(await engine.entryOf(id)).toMatchObject({ availableFrom: until })
    engine.time.advance(6 * minute)
    await engine.sql`update agent_sessions set last_seen_at = ${engine.time.now()} where agent_id = ${other}`
    expect(await engine.foundByTick()).toEqual([])
    expect(await claimNextCall(engine.deps, { agentId: other })).toMatchObject({ callback: { id } })
    expect(await engine.callback(id)).toMatchObject({ ownerAwaitedUntil: null })
    expect(await kinds(id)).toEqual(['scheduled', 'waiting', 'queued', 'claimed'])
  })

  test.each(['available', 'busy'] as const)('is its agent’s who comes back %s, also without a tick', async (status) => {
    await closeSession(engine.deps, owner)
    const { id, scheduledFor } = await preferring()
    await engine.route(id)
    await engine.pass(10 * minute)
    await put(status, direct())
    expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: owner, availableFrom: scheduledFor })
    expect(await engine.foundByTick()).toEqual([])
  })

  test.each<[string, () => Promise<unknown>]>([
    ['at once', () => put('available', direct())],
    [
      'by a tick',
      async () => {
        await put('available')
        await engine.route(...(await engine.foundByTick()))
      },
    ],
  ])('that a substitute was told of goes to its agent who comes back, %s', async (_, comeBack) => {
    await closeSession(engine.deps, owner)
    const { id, scheduledFor } = await preferring()
    await engine.route(id)
    await engine.pass(25 * minute)
    expect(await engine.route(id)).toMatchObject([{ agentId: other }])
    expect(await engine.foundByTick()).toEqual([])
    await engine.pass(4 * minute)
    await comeBack()
    expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: owner, availableFrom: scheduledFor })
    expect(await engine.foundByTick()).toEqual([])
    expect(await claimNextCall(engine.deps, { agentId: other })).toBeUndefined()
    expect(await claimNextCall(engine.deps, { agentId: owner })).toMatchObject({ callback: { id } })
  })

  test('frees the substitute when its agent comes back, for the next callback of the group', async () => {
    await closeSession(engine.deps, owner)
    const { id } = await preferring()
    await engine.route(id)
    await engine.pass(25 * minute)
    expect(await engine.route(id)).toMatchObject([{ agentId: other }])
    await engine.addAgent('available')
    await put('busy')
    const next = await engine.addCallback({ inMinutes: 1 })
    expect(await engine.route(id, next.id)).toMatchObject([{ agentId: owner }, { agentId: other }])
  })

  test('that nobody could be told of goes to its agent who comes back', async () => {
    await closeSession(engine.deps, owner)
    await closeSession(engine.deps, other)
    const { id, scheduledFor } = await preferring()
    await engine.route(id)
    await engine.pass(25 * minute)
    expect(await engine.route(id)).toMatchObject([{ agentId: null }])
    await put('available', direct())
    expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: owner, availableFrom: scheduledFor })
  })

  test('leaves its agent who goes away, and waits', async () => {
    const { id } = await preferring()
    await engine.route(id)
    await engine.pass(10 * minute)
    await put('away')
    expect(await engine.foundByTick()).toEqual([id])
    expect(await engine.route(id)).toEqual([{ kind: 'deferred' }])
    expect(await engine.entryOf(id)).toBeUndefined()
    expect(await kinds(id)).toEqual(['scheduled', 'queued', 'waiting'])
  })

  test('is told of to a substitute when its agent goes away in the last minutes', async () => {
    const { id, scheduledFor } = await preferring()
    await engine.route(id)
    await engine.pass(25 * minute)
    await put('away')
    expect(await engine.foundByTick()).toEqual([id])
    expect(await engine.route(id)).toMatchObject([{ agentId: other }])
    expect(await engine.entryOf(id)).toMatchObject({ availableFrom: new Date(scheduledFor.getTime() + 30 * minute) })
    await put('available', direct())
    expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: owner, availableFrom: scheduledFor })
  })

  test('is overdue five minutes after the wait, and not before', async () => {
    const overdue = async () => (await monitor(engine.deps, { hours: 1 })).callbacks.overdue
    await closeSession(engine.deps, owner)
    const { id } = await preferring()
    await engine.route(id)
    await engine.pass(25 * minute)
    await engine.route(id)
    await engine.pass(10 * minute)
    expect(await overdue()).toBe(0)
    await engine.pass(1)
    expect(await overdue()).toBe(1)
  })
})

test('it waits once: what was put off has a wait of its own', async () => {
  await closeSession(engine.deps, owner)
  const { id } = await preferring()
  await engine.route(id)
  await engine.pass(30 * minute)
  await engine.route(id)
  await engine.pass(minute)
  expect(await engine.route(id)).toMatchObject([{ agentId: other }])
  await snoozeCallback(engine.deps, { callbackId: id, agentId: other, minutes: 1 })
  expect(await engine.callback(id)).toMatchObject({ ownerAwaitedUntil: null })
  expect(await engine.route(id)).toEqual([{ kind: 'deferred' }])
  await rescheduleCallback(engine.deps, { callbackId: id, scheduledFor: engine.time.now(), preferredAgentId: null })
  expect(await engine.route(id)).toMatchObject([{ agentId: other }])
})

test('one that an agent has accepted keeps the rules of the report', async () => {
  const { id } = await preferring()
  await acceptCallback(engine.deps, { callbackId: id, agentId: owner })
  await closeSession(engine.deps, owner)
  expect(await engine.route(id)).toMatchObject([{ agentId: other }])
})

test('whom a supervisor gives it has the wait that is left', async () => {
  const { id } = await preferring()
  await engine.route(id)
  await putSession(engine.deps, { agentId: other, status: 'busy' })
  await engine.pass(10 * minute)
  await reassignCallback(engine.deps, { callbackId: id, agentId: other })
  await engine.route(id)
  await engine.pass(20 * minute - 1)
  expect(await engine.foundByTick()).toEqual([])
  expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: other })
  await engine.pass(1)
  expect(await engine.foundByTick()).toEqual([id])
  expect(await engine.route(id)).toMatchObject([{ agentId: owner }])
})

test('a callback may say otherwise than its policy', async () => {
  await closeSession(engine.deps, owner)
  const never = await preferring(0, { ownerWaitMinutes: 0 })
  expect(await engine.route(never.id)).toMatchObject([{ agentId: other }])
  const long = await preferring(0, { ownerWaitMinutes: 60 })
  await engine.route(long.id)
  expect(await engine.callback(long.id)).toMatchObject({
    ownerAwaitedUntil: new Date(long.scheduledFor.getTime() + 60 * minute),
  })
})

test('what is one agent’s alone is missed when the wait of the policy is over, and five minutes more', async () => {
  const standing = async () => (await monitor(engine.deps, { hours: 1 })).alerts.map(({ name }) => name)
  await closeSession(engine.deps, owner)
  const { id } = await engine.addCallback({ preferredAgentId: owner, owner: 'only' })
  await engine.route(id)
  await engine.pass(35 * minute)
  await engine.route(id)
  expect(await standing()).not.toContain('owner-missing')
  expect(await standing()).not.toContain('callbacks-overdue')
  await engine.pass(1)
  expect(await standing()).toEqual(expect.arrayContaining(['owner-missing', 'callbacks-overdue']))
})

describe('when the hours end while its agent is waited for', () => {
  const hour = 60 * minute
  /** Open from 9 to 12 h on each day; it is 10 h, and the agent is waited for for three days. */
  async function opened() {
    const everyDay = Object.fromEntries(weekdays.map((day) => [day, [['09:00', '12:00']]]))
    const week = calendarDocument.shape.week.parse(everyDay)
    await putCalendar(engine.deps, { id: 'mornings', document: { timeZone: 'UTC', week } })
    await putPolicy(engine.deps, { queueType, document: { openingHours: 'mornings', ownerWaitMinutes: 3 * 24 * 60 } })
  }
  const day = 24 * hour

  test('the wait goes on by the clock, and does not begin anew with each opening', async () => {
    await opened()
    await closeSession(engine.deps, owner)
    const { id, scheduledFor } = await preferring()
    const until = new Date(scheduledFor.getTime() + 3 * day)
    for (let days = 0; days < 3; days++) {
      expect(await engine.route(id)).toEqual([{ kind: 'deferred' }])
      expect(await engine.callback(id)).toMatchObject({ unplacedBecause: 'owner-missing', ownerAwaitedUntil: until })
      await engine.pass(2 * hour)
      expect(await engine.foundByTick()).toEqual([])
      await engine.route(id)
      expect(await engine.callback(id)).toMatchObject({ unplacedBecause: 'closed', ownerAwaitedUntil: null })
      await engine.pass(21 * hour + hour)
    }
    expect(await engine.route(id)).toMatchObject([{ agentId: other }])
    expect(await claimNextCall(engine.deps, { agentId: other })).toMatchObject({ callback: { id } })
  })
})
