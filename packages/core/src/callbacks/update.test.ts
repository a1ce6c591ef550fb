import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  cancelCallback,
  claimNextCall,
  getCallback,
  putAgent,
  releaseClaim,
  updateCallback,
  type UpdateInput,
} from '../index.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine.close())

const update = (callbackId: string, changes: Omit<UpdateInput, 'callbackId'>) =>
  updateCallback(engine.deps, { callbackId, ...changes })
const historyOf = async (callbackId: string) => (await getCallback(engine.deps, callbackId)).history
const lastOf = async (callbackId: string) => (await historyOf(callbackId)).at(-1)!
const inLane = async (entryId: string) => {
  await engine.reconcile()
  const [row] = await engine.sql`select queue_reason from call_queue where id = ${entryId}`
  return row!['queueReason'] as string
}

describe('what a callback says', () => {
  test('is what was said last, and the history tells which of it and not how it reads', async () => {
    const { id } = await engine.addCallback({ callbackReason: 'first', metadata: { a: '1' }, inMinutes: 60 })
    expect(await update(id, { metadata: { b: '2' } })).toMatchObject({ callbackReason: 'first', metadata: { b: '2' } })
    expect(await update(id, { callbackReason: 'second' })).toMatchObject({
      callbackReason: 'second',
      metadata: { b: '2' },
    })
    expect(await lastOf(id)).toMatchObject({ kind: 'updated', details: { fields: ['callbackReason'] } })
    expect(JSON.stringify(await historyOf(id))).not.toContain('second')
    expect(await update(id, { callbackReason: null, metadata: {} })).toMatchObject({
      callbackReason: null,
      metadata: {},
    })
    expect(await lastOf(id)).toMatchObject({ details: { fields: ['callbackReason', 'metadata'] } })
  })

  test('that is the same already changes nothing', async () => {
    const { id } = await engine.addCallback({ callbackReason: 'same', metadata: { a: '1', b: '2' }, inMinutes: 60 })
    const before = [await engine.callback(id), await historyOf(id)]
    await update(id, { callbackReason: 'same', metadata: { b: '2', a: '1' }, preferredAgentId: null })
    await update(id, {})
    expect([await engine.callback(id), await historyOf(id)]).toEqual(before)
  })

  test('is what its entry says, also when it is accepted, or being called', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback({ callbackReason: 'first', preferredAgentId: agentId })
    await engine.route(id)
    const entry = (await engine.entryOf(id))!
    await update(id, { callbackReason: 'second' })
    expect(await inLane(entry.id)).toBe('Callback: second')
    await acceptCallback(engine.deps, { callbackId: id, agentId })
    const accepted = (await engine.entryOf(id))!
    await update(id, { callbackReason: 'third' })
    expect(await inLane(accepted.id)).toBe('Accepted Callback: third')
    await claimNextCall(engine.deps, { agentId })
    expect(await update(id, { callbackReason: 'fourth', metadata: { a: '1' } })).toMatchObject({
      status: 'in_progress',
    })
    expect(await inLane(accepted.id)).toBe('Accepted Callback: fourth')
    await releaseClaim(engine.deps, { queueEntryId: accepted.id })
    expect(await engine.callback(id)).toMatchObject({ status: 'accepted', callbackReason: 'fourth' })
  })

  test('cannot be changed when it is over, or its user is gone', async () => {
    const ended = await engine.addCallback()
    await cancelCallback(engine.deps, { callbackId: ended.id })
    await expect(update(ended.id, { callbackReason: 'x' })).rejects.toMatchObject({ code: 'callback-not-open' })
    const orphan = await engine.addCallback()
    await engine.breakRows((sql) => sql`delete from users where id = ${orphan.userId}`)
    await expect(update(orphan.id, { metadata: { a: '1' } })).rejects.toMatchObject({ code: 'unknown-user' })
    expect(await engine.callback(orphan.id)).toMatchObject({ metadata: {} })
  })

  test('is changed by an agent of its own and nobody’s', async () => {
    const [agentId, other] = [await engine.addAgent(), await engine.addAgent()]
    for (const preferredAgentId of [agentId, null]) {
      const { id } = await engine.addCallback({ preferredAgentId, inMinutes: 60 })
      expect(await update(id, { callbackReason: 'x', askedBy: agentId })).toMatchObject({ callbackReason: 'x' })
    }
    const { id } = await engine.addCallback({ preferredAgentId: other, inMinutes: 60 })
    await expect(update(id, { callbackReason: 'x', askedBy: agentId })).rejects.toMatchObject({
      code: 'callback-not-found',
    })
  })
})

describe('another preferred agent', () => {
  test('gets the entry at once, which says what the callback says', async () => {
    const [agentId, other] = [await engine.addAgent('available'), await engine.addAgent('available')]
    const { id } = await engine.addCallback({ preferredAgentId: agentId, callbackReason: 'first' })
    await engine.route(id)
    expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: agentId })
    const updated = await update(id, { preferredAgentId: other, callbackReason: 'second' })
    expect(updated).toMatchObject({ preferredAgentId: other, status: 'pending', callbackReason: 'second' })
    expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: other, queueReason: 'Callback: second' })
    const [reassigned, last] = (await historyOf(id)).slice(-2)
    expect(reassigned).toMatchObject({ kind: 'reassigned', agentId: other, details: { fromAgentId: agentId } })
    expect(last).toMatchObject({ kind: 'updated', details: { fields: ['callbackReason', 'preferredAgentId'] } })
  })

  test('may be nobody, and then it is for whoever is there', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback({ preferredAgentId: agentId })
    await engine.route(id)
    expect(await update(id, { preferredAgentId: null })).toMatchObject({ preferredAgentId: null, status: 'pending' })
    expect(await engine.entryOf(id)).toBeDefined()
  })

  test.each(['another', 'nobody'])('is refused of one that an agent has accepted or is calling: %s', async (whom) => {
    const [agentId, other] = [await engine.addAgent('available'), await engine.addAgent()]
    const preferredAgentId = whom === 'nobody' ? null : other
    const { id } = await engine.addCallback({ preferredAgentId: agentId })
    await acceptCallback(engine.deps, { callbackId: id, agentId })
    const accepted = [await engine.callback(id), await engine.entryOf(id)]
    await expect(update(id, { preferredAgentId, callbackReason: 'x' })).rejects.toMatchObject({
      code: 'callback-not-pending',
    })
    expect([await engine.callback(id), await engine.entryOf(id)]).toEqual(accepted)
    await claimNextCall(engine.deps, { agentId })
    await expect(update(id, { preferredAgentId })).rejects.toMatchObject({ code: 'callback-not-open' })
  })

  test('must be somebody of one that its agent alone may call', async () => {
    const [agentId, other] = [await engine.addAgent(), await engine.addAgent()]
    const { id } = await engine.addCallback({ preferredAgentId: agentId, owner: 'only', inMinutes: 60 })
    await expect(update(id, { preferredAgentId: null })).rejects.toMatchObject({ code: 'owner-not-named' })
    expect(await update(id, { preferredAgentId: other })).toMatchObject({ owner: 'only', preferredAgentId: other })
  })

  test('must be there and active', async () => {
    const agentId = await engine.addAgent()
    await putAgent(engine.deps, { agentId, firstName: 'Ada', isActive: false })
    const { id } = await engine.addCallback({ inMinutes: 60 })
    await expect(update(id, { preferredAgentId: agentId })).rejects.toMatchObject({ code: 'agent-inactive' })
    await expect(update(id, { preferredAgentId: 987_654 })).rejects.toMatchObject({ code: 'unknown-agent' })
  })
})
