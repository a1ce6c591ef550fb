import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { acceptCallback, getCallback, monitor, putPolicy, putSession, reassignCallback, startCall } from '../index.ts'

const queueType = 'outstanding_requests'
const minute = 60_000

let engine: TestEngine
let ada: number
let ben: number
beforeEach(async () => {
  engine = await openTestEngine()
  await putPolicy(engine.deps, { queueType, document: { escalateAfterMinutes: 15 } })
  ada = await engine.addAgent('available')
  ben = await engine.addAgent('available')
})
afterEach(() => engine.close())

async function routed(fields: Parameters<typeof engine.addCallback>[0] = {}) {
  const callback = await engine.addCallback({ preferredAgentId: ada, ...fields })
  await engine.route(callback.id)
  return callback
}

const isOpenToAll = async (id: string) => {
  const entry = await engine.entryOf(id)
  return entry?.escalatedAt != null && entry.assignedToAgentId === null
}

describe('an entry that nobody has claimed for as long as the policy says', () => {
  test.each<[string, () => Promise<string>]>([
    ['is with an agent who is available', async () => (await routed()).id],
    [
      'was accepted by an agent who is busy',
      async () => {
        const { id } = await routed()
        await acceptCallback(engine.deps, { callbackId: id, agentId: ada })
        await putSession(engine.deps, { agentId: ada, status: 'busy' })
        return id
      },
    ],
    [
      'is with nobody',
      async () => {
        for (const agentId of [ada, ben]) await putSession(engine.deps, { agentId, status: 'busy' })
        return (await routed({ preferredAgentId: null })).id
      },
    ],
  ])('and that %s is open to all, once', async (_, queued) => {
    const id = await queued()
    await engine.pass(15 * minute)
    await engine.route(id)
    expect(await isOpenToAll(id)).toBe(false)
    await engine.pass(1)
    expect(await engine.foundByTick()).toContain(id)
    expect(await engine.route(id)).toMatchObject([{ kind: 'queued', agentId: null }])
    expect(await isOpenToAll(id)).toBe(true)
    await engine.pass(60 * minute)
    expect(await engine.foundByTick()).toEqual([])
    await engine.route(id)
    expect((await getCallback(engine.deps, id)).history.filter(({ kind }) => kind === 'escalated')).toHaveLength(1)
    expect((await monitor(engine.deps, { hours: 24 })).alerts.map(({ name }) => name)).toContain('callbacks-escalated')
  })

  test('counts as given anew to a preferred agent', async () => {
    const { id } = await routed()
    await engine.pass(16 * minute)
    await engine.route(id)
    await reassignCallback(engine.deps, { callbackId: id, agentId: ben })
    await engine.route(id)
    expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: ben })
    await engine.pass(15 * minute)
    expect(await engine.foundByTick()).toEqual([])
    await engine.pass(1)
    expect(await engine.foundByTick()).toEqual([id])
    await engine.route(id)
    expect(await isOpenToAll(id)).toBe(true)
  })

  test('is not open to all while its customer is in a call, or when it is one agent’s alone', async () => {
    const { id, userId } = await routed()
    await startCall(engine.deps, { userId, direction: 'inbound' })
    const { id: only } = await routed({ owner: 'only' })
    await engine.pass(16 * minute)
    expect(await engine.foundByTick()).toEqual([])
    await engine.route(id, only)
    expect(await isOpenToAll(id)).toBe(false)
    expect(await isOpenToAll(only)).toBe(false)
  })

  test('goes by the rule for all queues where the policy says nothing, and by the policy alone where it does', async () => {
    const { id } = await routed()
    const { id: elsewhere } = await routed({ queueType: 'unsigned_users' })
    await engine.pass(5 * minute + 1)
    expect(await engine.foundByTick()).toEqual([elsewhere])
    await engine.route(id, elsewhere)
    expect(await isOpenToAll(id)).toBe(false)
    expect(await isOpenToAll(elsewhere)).toBe(true)
  })

  test('waits for its agent first, where the policy says both', async () => {
    await putPolicy(engine.deps, { queueType, document: { escalateAfterMinutes: 15, ownerWaitMinutes: 30 } })
    const { id } = await routed()
    await engine.pass(30 * minute - 1)
    expect(await engine.foundByTick()).toEqual([])
    await engine.route(id)
    expect(await isOpenToAll(id)).toBe(false)
    await engine.pass(1)
    expect(await engine.foundByTick()).toEqual([id])
    await engine.route(id)
    expect(await isOpenToAll(id)).toBe(true)
  })
})

test('without a rule for all queues the policy holds', async () => {
  await engine.close()
  engine = await openTestEngine({ rules: { openToAllAfterMs: 0 } })
  await putPolicy(engine.deps, { queueType, document: { escalateAfterMinutes: 15 } })
  ada = await engine.addAgent('available')
  const { id } = await routed()
  await engine.pass(15 * minute + 1)
  expect(await engine.foundByTick()).toEqual([id])
  await engine.route(id)
  expect(await isOpenToAll(id)).toBe(true)
})
