import { claimTogether, openTestEngine, type TestEngine } from '@ringback/testing'
import { asAgent } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { acceptCallback, claimNextCall, peekNextCall, putAgent, putQueue, putQueueUser, putSession } from '../index.ts'
import { peekNextCalls } from '../queue/peek-next-call.ts'
import { routeCallbacks } from './route.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
  await putQueue(engine.deps, { queueType: 'vip', name: 'Important customers' })
})
afterEach(() => engine.close())

async function serves(agentId: number, ...queueTypes: string[]) {
  await putAgent(engine.deps, { agentId, firstName: 'Ada', queueTypes })
  return agentId
}

async function addAgent(...queueTypes: string[]) {
  return serves(await engine.addAgent('available'), ...queueTypes)
}

async function routed(fields: Parameters<TestEngine['addCallback']>[0] = {}) {
  const { id } = await engine.addCallback({ queueType: 'vip', ...fields })
  await engine.route(id)
  return id
}

const agentOf = async (id: string) => (await engine.entryOf(id))!.assignedToAgentId

describe('routing', () => {
  test('chooses a substitute who serves the queue', async () => {
    await addAgent('unsigned_users')
    const serving = await addAgent('vip', 'unsigned_users')
    expect(await agentOf(await routed())).toBe(serving)
  })

  test('chooses one who serves all, also a queue that is new', async () => {
    await addAgent('unsigned_users')
    const serving = await engine.addAgent('available')
    expect(await agentOf(await routed())).toBe(serving)
  })

  test('gives a promise to its preferred agent, whatever that one serves', async () => {
    await engine.addAgent('available')
    const preferred = await addAgent('unsigned_users')
    const id = await routed({ preferredAgentId: preferred })
    expect(await agentOf(id)).toBe(preferred)
    await engine.route(id)
    expect(await agentOf(id)).toBe(preferred)
  })

  test('gives it to nobody when nobody available serves the queue, and warns', async () => {
    await addAgent('unsigned_users')
    const id = await routed()
    expect(await agentOf(id)).toBeNull()
    expect(engine.logged).toContainEqual(
      expect.objectContaining({ level: 40, msg: 'no agent available for callbacks', callbackIds: [id] }),
    )
  })

  test('leaves what is overdue with a busy agent while nobody else available serves the queue', async () => {
    const holder = await addAgent('vip')
    const id = await routed()
    await putSession(engine.deps, { agentId: holder, status: 'busy' })
    await addAgent('unsigned_users')
    engine.time.advance(60_001)
    expect(await engine.foundByTick()).toEqual([])
    await engine.route(id)
    expect(await agentOf(id)).toBe(holder)
    const helper = await addAgent('vip')
    expect(await engine.foundByTick()).toEqual([id])
    await engine.route(id)
    expect(await agentOf(id)).toBe(helper)
  })
})

describe('who becomes available', () => {
  test('is given the first callback of the queues that it serves', async () => {
    const agentId = await serves(await engine.addAgent('busy'), 'unsigned_users')
    const other = await routed({ inMinutes: 0 })
    const own = await routed({ inMinutes: 1, queueType: 'unsigned_users' })
    await putSession(engine.deps, { agentId, status: 'available' })
    expect(await agentOf(other)).toBeNull()
    expect(await agentOf(own)).toBe(agentId)
  })

  test('is given a promise that prefers it, whatever it serves', async () => {
    const agentId = await serves(await engine.addAgent('busy'), 'unsigned_users')
    await routed()
    const own = await routed({ preferredAgentId: agentId })
    await putSession(engine.deps, { agentId, status: 'available' })
    expect(await agentOf(own)).toBe(agentId)
  })
})

test('a tick looks for whom the idle agents may have, behind those whom they may not', async () => {
  const agentId = await addAgent()
  for (let n = 0; n < 3; n++) await routed({ inMinutes: 0 })
  const own = await routed({ inMinutes: 1, queueType: 'unsigned_users' })
  expect(await engine.foundByTick()).toEqual([])
  await serves(agentId, 'unsigned_users')
  expect(await engine.foundByTick()).toEqual([own])
})

describe('an agent who serves less', () => {
  test('loses what it has of other queues, to those who serve them, and keeps what prefers it', async () => {
    const agentId = await addAgent('vip')
    const [lost, kept] = [await routed(), await routed({ preferredAgentId: agentId })]
    await putSession(engine.deps, { agentId, status: 'busy' })
    const other = await engine.addAgent('available')
    await serves(agentId, 'unsigned_users')
    await engine.route(lost, kept)
    expect(await agentOf(lost)).toBe(other)
    expect(await agentOf(kept)).toBe(agentId)
  })

  test('has it routed again at once', async () => {
    const agentId = await addAgent('vip')
    const id = await routed()
    const jobs: { callbackId: string }[] = []
    const routing = { ...engine.deps.routing, add: async (added: typeof jobs) => jobs.push(...added) }
    const served = { agentId, firstName: 'Ada', queueTypes: ['unsigned_users'] }
    await putAgent({ ...engine.deps, routing }, served)
    expect(jobs).toMatchObject([{ callbackId: id }])
  })

  test('has routed again what it was given at that moment', async () => {
    const agentId = await addAgent('vip')
    const { id } = await engine.addCallback({ queueType: 'vip' })
    const jobs: { callbackId: string }[] = []
    const { countAssigned, routing } = engine.deps
    const deps = {
      ...engine.deps,
      routing: { ...routing, add: async (added: typeof jobs) => jobs.push(...added) },
      async countAssigned(sql: Parameters<typeof countAssigned>[0]) {
        // Who is there, and serves what, has been read.
        if ((await engine.entryOf(id)) === undefined) await serves(agentId, 'unsigned_users')
        return countAssigned(sql)
      },
    }
    await routeCallbacks(deps, { callbackIds: [id], runId: null })
    expect(await agentOf(id)).toBe(agentId)
    expect(jobs).toMatchObject([{ callbackId: id }])
  })

  test('has it routed again by a tick when that was lost', async () => {
    const agentId = await addAgent('vip')
    const [lost] = [await routed(), await routed({ preferredAgentId: agentId })]
    await engine.sql`update agents set queue_types = '{unsigned_users}', updated_at = ${engine.time.now()}`
    expect(await engine.foundByTick()).toEqual([lost])
  })
})

test('an agent accepts no promise of a queue that it does not serve, unless it is preferred', async () => {
  const agentId = await addAgent('unsigned_users')
  const { id } = await engine.addCallback({ queueType: 'vip' })
  await expect(acceptCallback(engine.deps, { callbackId: id, agentId })).rejects.toMatchObject({
    code: 'queue-not-served',
  })
  const own = await engine.addCallback({ queueType: 'vip', preferredAgentId: agentId })
  await acceptCallback(engine.deps, { callbackId: own.id, agentId })
})

describe.each(['with lanes', 'from Postgres alone'] as const)('the next call, %s,', (mode) => {
  beforeEach(async () => {
    if (mode === 'with lanes') await engine.reconcile()
  })

  async function waitingIn(queueType: string, priorityScore = 1) {
    const userId = await engine.addUser()
    return putQueueUser(engine.deps, { userId, queueType, priorityScore })
  }

  test('is of a queue that the agent serves', async () => {
    const agentId = await addAgent('unsigned_users')
    await waitingIn('vip', 0)
    expect(await peekNextCall(engine.deps, { agentId })).toBeUndefined()
    expect(await claimNextCall(engine.deps, { agentId })).toBeUndefined()
    const { id } = await waitingIn('unsigned_users', 9)
    expect(await peekNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { id } })
    expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { id } })
  })

  test('is a promise that prefers the agent in any queue', async () => {
    const agentId = await addAgent('unsigned_users')
    await waitingIn('unsigned_users')
    const callbackId = await routed({ preferredAgentId: agentId })
    expect(await peekNextCall(engine.deps, { agentId })).toMatchObject({ callback: { id: callbackId } })
    expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ callback: { id: callbackId } })
  })

  test.each([
    ['vip', 'queue-not-served'],
    ['there_is_none', 'unknown-queue'],
  ])('is refused when the agent asks for %s', async (queueType, code) => {
    const agentId = await addAgent('unsigned_users')
    await expect(peekNextCall(engine.deps, { agentId, queueType })).rejects.toMatchObject({ code })
    await expect(claimNextCall(engine.deps, { agentId, queueType })).rejects.toMatchObject({ code })
    const { id } = await waitingIn('unsigned_users')
    await claimNextCall(engine.deps, { agentId })
    // Whoever holds a call gets that one, whatever it asks for.
    expect(await peekNextCall(engine.deps, { agentId, queueType })).toMatchObject({ queueEntry: { id } })
    expect(await claimNextCall(engine.deps, { agentId, queueType })).toMatchObject({ queueEntry: { id } })
  })

  test('of several who ask at once is each one’s own', async () => {
    const [few, all, wrong] = [await addAgent('unsigned_users'), await engine.addAgent('available'), await addAgent()]
    const { id } = await waitingIn('vip')
    const asked = [{ agentId: few }, { agentId: all }, { agentId: wrong, queueType: 'vip' }]
    const expected = [
      undefined,
      expect.objectContaining({ queueEntry: expect.objectContaining({ id }) }),
      expect.objectContaining({ code: 'queue-not-served' }),
    ]
    expect(await peekNextCalls(engine.deps, asked)).toEqual(expected)
    const asking = asked.map((input) => Object.assign(asAgent(input.agentId), input))
    expect(await claimTogether(engine.deps, asking)).toEqual(expected)
  })

  test('follows the row of the agent, whatever this process remembers', async () => {
    const agentId = await addAgent('vip')
    await waitingIn('vip')
    expect(await peekNextCall(engine.deps, { agentId })).toBeDefined()
    await engine.sql`update agents set queue_types = '{unsigned_users}'`
    expect(await peekNextCall(engine.deps, { agentId })).toBeUndefined()
    expect(await claimNextCall(engine.deps, { agentId })).toBeUndefined()
    await engine.sql`update agents set queue_types = '{unsigned_users, vip}'`
    expect(await claimNextCall(engine.deps, { agentId, queueType: 'unsigned_users' })).toBeUndefined()
  })
})
