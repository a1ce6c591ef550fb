import type { OutcomeType } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  blockSubject,
  claimNextCall,
  listBlocks,
  putPolicy,
  putQueueUser,
  putUser,
  recordOutcome,
  releaseClaim,
  startCall,
} from '../index.ts'

const queueType = 'outstanding_requests'
const number = '+12025550143'

let engine: TestEngine
let agentId: number
beforeEach(async () => {
  engine = await openTestEngine({ rules: { agentTimeoutMs: 0 } })
  agentId = await engine.addAgent('available')
})
afterEach(() => engine.close())

const storePolicy = () => putPolicy(engine.deps, { queueType, document: { refusalsBlock: true } })
const listed = async () => (await listBlocks(engine.deps, { limit: 50 })).items.map(({ subject }) => subject)
const putNumber = (userId: string, phone: string | null) => putUser(engine.deps, { userId, name: 'Customer', phone })

/** A user with the number, who is in the call that was promised. */
async function inCall() {
  const userId = await engine.addUser()
  await putNumber(userId, number)
  const { id: callbackId } = await engine.addCallback({ userId })
  await engine.route(callbackId)
  const { callSessionId, queueEntry } = (await claimNextCall(engine.deps, { agentId }))!
  return { userId, callbackId, callSessionId, queueEntryId: queueEntry.id }
}

const outcome = (callSessionId: string, outcomeType: OutcomeType) =>
  recordOutcome(engine.deps, { callSessionId, outcomeType })

test.each(['do_not_call', 'wrong_number'] as const)(
  'without a policy %s puts nobody on the list',
  async (outcomeType) => {
    const { callSessionId, userId } = await inCall()
    await outcome(callSessionId, outcomeType)
    expect(await listed()).toEqual([])
    await engine.addCallback({ userId })
  },
)

describe('with a policy', () => {
  beforeEach(async () => void (await storePolicy()))

  test('do_not_call puts the user and its number on the list, for good', async () => {
    const { callSessionId, userId } = await inCall()
    const promised = await engine.addCallback({ userId, inMinutes: 60 })
    const { callback } = await outcome(callSessionId, 'do_not_call')
    expect(callback).toMatchObject({ status: 'completed', result: 'refused' })
    const { items } = await listBlocks(engine.deps, { limit: 50 })
    const row = { since: engine.time.now(), until: null, reason: null, source: 'outcome' }
    expect(items).toEqual([
      { subject: number, ...row },
      { subject: `user:${userId}`, ...row },
    ])
    expect(await engine.callback(promised.id)).toMatchObject({ status: 'cancelled', result: 'blocked' })
    await putNumber(userId, '+12025550144')
    await expect(engine.addCallback({ userId })).rejects.toMatchObject({ code: 'do-not-call' })
  })

  test('wrong_number puts the number alone there: the user is free under another one', async () => {
    const { callSessionId, userId } = await inCall()
    const { callback } = await outcome(callSessionId, 'wrong_number')
    expect(callback).toMatchObject({ status: 'completed', result: 'wrong_number' })
    expect(await listed()).toEqual([number])
    await expect(engine.addCallback({ userId })).rejects.toMatchObject({ code: 'do-not-call' })
    await putNumber(userId, '+12025550144')
    await engine.addCallback({ userId })
  })

  test('wrong_number of a user without a number puts nothing there', async () => {
    const { callSessionId, userId } = await inCall()
    await putNumber(userId, null)
    await outcome(callSessionId, 'wrong_number')
    expect(await listed()).toEqual([])
  })

  test('others with the number are called no more, either', async () => {
    const { callSessionId } = await inCall()
    const other = await engine.addUser()
    await putNumber(other, number)
    const { id } = await engine.addCallback({ userId: other })
    await engine.route(id)
    await outcome(callSessionId, 'do_not_call')
    expect(await engine.callback(id)).toMatchObject({ status: 'cancelled', result: 'blocked' })
    expect(await engine.entryOf(id)).toBeUndefined()
  })

  test.each(['resolved', 'declined', 'busy', 'no_answer', 'failed'] as const)('%s puts nobody there', async (other) => {
    const { callSessionId } = await inCall()
    await outcome(callSessionId, other)
    expect(await listed()).toEqual([])
  })

  test('an accepted promise that waited for the end of the call does not come back', async () => {
    const { callSessionId, userId } = await inCall()
    const second = await engine.addCallback({ userId })
    await engine.sql`update callbacks set status = 'accepted', preferred_agent_id = ${agentId} where id = ${second.id}`
    await outcome(callSessionId, 'do_not_call')
    expect(await engine.callback(second.id)).toMatchObject({ status: 'cancelled' })
    expect(await engine.entryOf(second.id)).toBeUndefined()
  })

  test('a wish for a place that came in the call is gone', async () => {
    const { callSessionId, userId } = await inCall()
    engine.time.advance(1_000)
    await putQueueUser(engine.deps, { userId, queueType, priorityScore: 1 })
    await outcome(callSessionId, 'do_not_call')
    expect(await claimNextCall(engine.deps, { agentId })).toBeUndefined()
  })

  test('no next callback is promised to whoever refused, and nothing is recorded', async () => {
    const { callSessionId } = await inCall()
    const nextCallback = { scheduledFor: engine.time.now() }
    await expect(
      recordOutcome(engine.deps, { callSessionId, outcomeType: 'do_not_call', nextCallback }),
    ).rejects.toMatchObject({ code: 'do-not-call' })
    expect(await listed()).toEqual([])
    await outcome(callSessionId, 'do_not_call')
  })

  test('a refusal in an inbound call, or in one whose claim was given back, counts as well', async () => {
    const { callSessionId, userId, queueEntryId, callbackId } = await inCall()
    await releaseClaim(engine.deps, { queueEntryId })
    const { callback } = await outcome(callSessionId, 'do_not_call')
    expect(callback).toMatchObject({ id: callbackId, status: 'cancelled', result: 'blocked' })
    expect(await engine.entryOf(callbackId)).toBeUndefined()
    expect(await listed()).toEqual([number, `user:${userId}`])

    const caller = await engine.addUser()
    const { session } = await startCall(engine.deps, { userId: caller, agentId, direction: 'inbound' })
    await outcome(session.id, 'do_not_call')
    expect(await listed()).toContain(`user:${caller}`)
  })

  test('what an operator wrote stays, and is for good', async () => {
    const { callSessionId } = await inCall()
    const until = new Date(engine.time.now().getTime() + 60_000)
    const put = await blockSubject(engine.deps, { subject: number, reason: 'on holiday', until })
    engine.time.advance(1_000)
    await outcome(callSessionId, 'do_not_call')
    const { cancelledCallbackIds: _, ...row } = put
    expect((await listBlocks(engine.deps, { subject: number, limit: 1 })).items).toEqual([{ ...row, until: null }])
  })

  test('the same outcome again gets the same answer, and brings nothing back', async () => {
    const { callSessionId } = await inCall()
    const first = await outcome(callSessionId, 'do_not_call')
    await engine.sql`delete from do_not_call`
    expect(await outcome(callSessionId, 'do_not_call')).toEqual(first)
    expect(await listed()).toEqual([])
  })

  test('two who refuse for the same number at once both come through', async () => {
    const calls = []
    for (const each of [agentId, await engine.addAgent('available')]) {
      const userId = await engine.addUser()
      await putNumber(userId, number)
      const { id: callbackId } = await engine.addCallback({ userId })
      await acceptCallback(engine.deps, { callbackId, agentId: each })
      calls.push((await claimNextCall(engine.deps, { agentId: each }))!)
    }
    await Promise.all(calls.map(({ callSessionId }) => outcome(callSessionId, 'do_not_call')))
    expect(await listed()).toHaveLength(3)
  })

  test('a number that changes at the moment of the refusal is the one that is put there', async () => {
    const { callSessionId, userId } = await inCall()
    let working: Promise<unknown>
    await engine.sql.begin(async (tx) => {
      await tx`update users set phone_e164 = '+12025550144' where id = ${userId}`
      working = outcome(callSessionId, 'do_not_call')
      await engine.untilWaiting(1)
    })
    await working!
    expect(await listed()).toEqual(['+12025550144', `user:${userId}`])
  })
})
