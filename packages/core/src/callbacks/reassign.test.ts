import { callQueue } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  cancelCallback,
  claimNextCall,
  closeSession,
  getCallback,
  putAgent,
  putQueueUser,
  putSession,
  reassignCallback,
} from '../index.ts'

let engine: TestEngine
let first: number
let second: number
beforeEach(async () => {
  engine = await openTestEngine()
  first = await engine.addAgent('available')
  second = await engine.addAgent('busy')
})
afterEach(() => engine.close())

const reassign = (callbackId: string, agentId: number | null) => reassignCallback(engine.deps, { callbackId, agentId })
const lastEvent = async (id: string) => (await getCallback(engine.deps, id)).history.at(-1)

describe('a supervisor who reassigns a callback', () => {
  test('of one agent alone makes it another’s alone', async () => {
    const { id } = await engine.addCallback({ preferredAgentId: first, owner: 'only', inMinutes: 60 })
    expect(await reassign(id, second)).toMatchObject({ preferredAgentId: second, owner: 'only', status: 'pending' })
    expect(await lastEvent(id)).toMatchObject({ kind: 'reassigned', agentId: second, details: { fromAgentId: first } })
  })

  test('of one agent alone makes it anybody’s', async () => {
    await closeSession(engine.deps, first)
    const { id } = await engine.addCallback({ preferredAgentId: first, owner: 'only' })
    await engine.route(id)
    expect(await reassign(id, null)).toMatchObject({ preferredAgentId: null, owner: 'any', unplacedBecause: null })
    await putSession(engine.deps, { agentId: second, status: 'available' })
    await engine.route(id)
    expect(await claimNextCall(engine.deps, { agentId: second })).toMatchObject({ callback: { id } })
  })

  test('that is queued has its entry go to that agent, at once and in the lanes', async () => {
    const { id } = await engine.addCallback({ preferredAgentId: first })
    await engine.route(id)
    const before = await engine.entryOf(id)
    await reassign(id, second)
    expect(await engine.entryOf(id)).toMatchObject({ id: before!.id, assignedToAgentId: second, status: 'assigned' })
    expect(await claimNextCall(engine.deps, { agentId: first })).toBeUndefined()
    expect(await claimNextCall(engine.deps, { agentId: second })).toMatchObject({ callback: { id } })
  })

  test('that is queued has it open to whoever comes when it is nobody’s', async () => {
    const { id } = await engine.addCallback({ preferredAgentId: first })
    await engine.route(id)
    await reassign(id, null)
    expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: null, status: 'pending' })
    expect(await claimNextCall(engine.deps, { agentId: second })).toMatchObject({ callback: { id } })
  })

  test('that is accepted and due has it pending with the other agent', async () => {
    const { id } = await engine.addCallback({ inMinutes: -1 })
    await acceptCallback(engine.deps, { callbackId: id, agentId: first })
    expect(await reassign(id, second)).toMatchObject({ status: 'pending', preferredAgentId: second, isQueued: true })
    expect(await engine.entryOf(id)).toMatchObject({
      assignedToAgentId: second,
      priorityScore: -1000,
      availableFrom: (await engine.callback(id)).scheduledFor,
    })
  })

  test('that is accepted before its time has it wait for its time, and the ordinary place come back', async () => {
    const { id, userId } = await engine.addCallback({ inMinutes: 60 })
    await putQueueUser(engine.deps, { userId, queueType: 'unsigned_users', priorityScore: 1 })
    await acceptCallback(engine.deps, { callbackId: id, agentId: first })
    expect(await reassign(id, second)).toMatchObject({ status: 'pending', preferredAgentId: second, isQueued: false })
    expect(await callQueue.getLiveOfUser(engine.sql, userId)).toMatchObject({ callbackId: null })
  })

  test('that is escalated has it with that agent again', async () => {
    const { id } = await engine.addCallback({ preferredAgentId: first })
    await engine.route(id)
    await engine.sql`
      update call_queue set status = 'pending', assigned_to_agent_id = null, assigned_at = null, escalated_at = now()`
    await reassign(id, second)
    expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: second, escalatedAt: null })
  })

  test('twice does it once', async () => {
    const { id } = await engine.addCallback({ preferredAgentId: first })
    await engine.route(id)
    const answers = await Promise.all([reassign(id, second), reassign(id, second)])
    expect(answers[0]).toEqual(answers[1])
    const { history } = await getCallback(engine.deps, id)
    expect(history.filter(({ kind }) => kind === 'reassigned')).toHaveLength(1)
  })

  test.each<[string, string, (id: string) => Promise<unknown>]>([
    [
      'is claimed',
      'callback-not-open',
      async (id) => {
        await engine.route(id)
        await claimNextCall(engine.deps, { agentId: first })
      },
    ],
    ['is over', 'callback-not-open', (id) => cancelCallback(engine.deps, { callbackId: id })],
    [
      'is to go to one who is not active',
      'agent-inactive',
      () => putAgent(engine.deps, { agentId: second, firstName: 'A', isActive: false }),
    ],
  ])('that %s is refused: %s', async (_, code, prepare) => {
    const { id } = await engine.addCallback({ preferredAgentId: first })
    await prepare(id)
    const before = await engine.callback(id)
    await expect(reassign(id, second)).rejects.toMatchObject({ code })
    expect(await engine.callback(id)).toEqual(before)
  })

  test('to an agent who does not exist is refused', async () => {
    const { id } = await engine.addCallback()
    await expect(reassign(id, 404)).rejects.toMatchObject({ code: 'unknown-agent' })
  })
})
