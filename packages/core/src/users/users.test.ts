import { callbacks, callSessions } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { within } from '../deps.ts'
import {
  acceptCallback,
  cancelCallback,
  claimNextCall,
  completeCall,
  deleteUser,
  recordOutcome,
  startCall,
  tick,
} from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

const said = 'said by somebody'

/** What of `said` any row of these tables still holds. */
async function whatIsLeft(): Promise<string[]> {
  const tables = ['users', 'user_call_scores', 'callbacks', 'callback_notifications', 'call_queue', 'call_sessions']
  const left: string[] = []
  for (const table of tables) {
    const rows = await engine.sql.unsafe(`select from ${table} t where strpos(t::text, $1) > 0`, [said])
    if (rows.length > 0) left.push(table)
  }
  return left
}

test('nobody is erased in the middle of a call; when it is over, with what was said of it', async () => {
  const agentId = await engine.addAgent('available')
  const { id: callbackId, userId } = await engine.addCallback({ callbackReason: said })
  await acceptCallback(engine.deps, { callbackId, agentId })
  const call = await claimNextCall(engine.deps, { agentId })
  await expect(deleteUser(engine.deps, userId)).rejects.toMatchObject({ code: 'user-in-call' })
  expect(await callbacks.get(engine.sql, callbackId)).toMatchObject({ callbackReason: said })
  expect(await whatIsLeft()).toEqual(['callbacks', 'call_queue'])

  await recordOutcome(engine.deps, { callSessionId: call!.callSessionId, outcomeType: 'resolved', notes: said })
  await deleteUser(engine.deps, userId)
  expect(await whatIsLeft()).toEqual([])
  expect(await callSessions.get(engine.sql, call!.callSessionId)).toMatchObject({ lastOutcomeType: 'resolved' })
  expect(await callbacks.get(engine.sql, callbackId)).toMatchObject({ status: 'completed', callbackReason: null })
})

test('of two who erase a user at once one does, and the other finds nobody', async () => {
  const { userId } = await engine.addCallback({ callbackReason: said })
  const results = await Promise.allSettled([1, 2, 3].map(() => deleteUser(engine.deps, userId)))
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  expect(refused).toMatchObject([{ code: 'user-not-found' }, { code: 'user-not-found' }])
  expect(await whatIsLeft()).toEqual([])
})

test('whoever is about to write of a user is waited for, and what it wrote is erased', async () => {
  const userId = await engine.addUser()
  let erasing: Promise<void>
  await engine.deps.transact(async (tx) => {
    await startCall(within(engine.deps, tx), { userId, direction: 'inbound', twilioCallSid: said })
    erasing = deleteUser(engine.deps, userId)
    await engine.untilWaiting(1)
  })
  await erasing!
  expect(await engine.sql`select twilio_call_sid from call_sessions`).toEqual([{ twilioCallSid: null }])
})

test('a tick at the same moment puts nothing of the user into a queue', async () => {
  for (let round = 0; round < 5; round++) {
    const { id, userId } = await engine.addCallback({ callbackReason: said, inMinutes: -1 })
    await Promise.all([deleteUser(engine.deps, userId), engine.route(id), tick(engine.deps, { trigger: 'manual' })])
    expect(await engine.entryOf(id)).toBeUndefined()
    expect(await whatIsLeft()).toEqual([])
    // The promise stands, and counts as an error.
    expect(await engine.route(id)).toEqual([{ kind: 'failed', reason: 'unknown-user' }])
  }
})

test('what is said of a user who is gone is not written down', async () => {
  const agentId = await engine.addAgent('available')
  const { id: callbackId, userId } = await engine.addCallback()
  const { session } = await startCall(engine.deps, { userId, agentId, direction: 'inbound' })
  await deleteUser(engine.deps, userId)
  const outcome = { callSessionId: session.id, outcomeType: 'resolved', notes: said } as const
  await completeCall(engine.deps, { callSessionId: session.id })
  expect(await recordOutcome(engine.deps, outcome)).toMatchObject({
    callSession: { lastOutcomeType: 'resolved', outcomeNotes: null, outcomeRequest: null },
  })
  await recordOutcome(engine.deps, outcome) // The same answer, as ever.
  await cancelCallback(engine.deps, { callbackId, reason: said })
  expect(await whatIsLeft()).toEqual([])
})

test('a long past is erased in several transactions, and all of it', async () => {
  const userId = await engine.addUser()
  await engine.sql`
    insert into callbacks (user_id, scheduled_for, callback_reason, status, cancelled_at, created_at, updated_at)
    select ${userId}, now(), ${said}, 'cancelled', now(), now(), now() from generate_series(1, 2500)`
  await deleteUser(engine.deps, userId)
  expect(await whatIsLeft()).toEqual([])
  const rows = await engine.sql`select count(*)::int as count from callbacks group by xmin order by count desc`
  expect(rows).toEqual([{ count: 1_000 }, { count: 1_000 }, { count: 500 }])
})
