import { callQueue, callSessions, claims } from '@ringback/db'
import { startRedis } from '@ringback/local'
import { asAgent, openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  claimNextCall,
  closeSession,
  peekNextCall,
  putQueueUser,
  putSession,
  recordOutcome,
  releaseClaim,
  type ClaimedCall,
} from '../index.ts'

let engine: TestEngine
afterEach(() => engine.close())

async function addOrdinary(priorityScore: number, fields: object = {}) {
  const userId = await engine.addUser()
  return putQueueUser(engine.deps, { userId, queueType: 'outstanding_requests', priorityScore, ...fields })
}

/** Claims and finishes calls until there is none, and returns the ids of the entries in the order of their claims. */
async function workThrough(agentId: number): Promise<string[]> {
  const ids: string[] = []
  for (let call: ClaimedCall | undefined; (call = await claimNextCall(engine.deps, { agentId }));) {
    ids.push(call.queueEntry.id)
    await recordOutcome(engine.deps, { callSessionId: call.callSessionId, outcomeType: 'resolved' })
  }
  return ids
}

/** Every rule of the next call holds with the lanes and without them. */
describe.each(['with lanes', 'from Postgres alone'] as const)('next call %s', (mode) => {
  beforeEach(async () => {
    engine = await openTestEngine()
    if (mode === 'with lanes') await engine.reconcile()
  })

  test('comes in the order of priority, then availability, then id', async () => {
    const agentId = await engine.addAgent('available')
    const late = await addOrdinary(5, { availableFrom: new Date(engine.time.now().getTime() - 1_000) })
    const early = await addOrdinary(5, { availableFrom: new Date(engine.time.now().getTime() - 2_000) })
    const twin = await addOrdinary(5, { availableFrom: new Date(engine.time.now().getTime() - 1_000) })
    const urgent = await addOrdinary(0)
    const callback = await engine.addCallback({ inMinutes: -1 })
    const accepted = await engine.addCallback({ inMinutes: 60 })
    await engine.route(callback.id)
    await acceptCallback(engine.deps, { callbackId: accepted.id, agentId })
    const expected = [
      (await engine.entryOf(accepted.id))!,
      (await engine.entryOf(callback.id))!,
      urgent,
      early,
      late,
      twin,
    ]
    expect(await workThrough(agentId)).toEqual(expected.map((entry) => entry.id))
  })

  test.each([
    ['outstanding_requests', 'unsigned_users'],
    ['unsigned_users', 'outstanding_requests'],
  ] as const)('of the same priority is the one that was available first, be it in %s', async (earlier, later) => {
    const agentId = await engine.addAgent('available')
    const availableFrom = new Date(engine.time.now().getTime() - 1_000)
    const second = await addOrdinary(5, { queueType: later })
    const first = await addOrdinary(5, { queueType: earlier, availableFrom })
    expect(await workThrough(agentId)).toEqual([first.id, second.id])
  })

  test('an entry that is not yet available never hides one that is, and comes when its time has come', async () => {
    const agentId = await engine.addAgent('available')
    const callback = await engine.addCallback({ inMinutes: 5 })
    await engine.route(callback.id)
    const ordinary = await addOrdinary(50)
    expect(await workThrough(agentId)).toEqual([ordinary.id])
    engine.time.advance(5 * 60_000 - 1)
    expect(await claimNextCall(engine.deps, { agentId })).toBeUndefined()
    engine.time.advance(1)
    expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ callback: { id: callback.id } })
  })

  test('is one assigned to this agent or to nobody, in the queue types asked for', async () => {
    const other = await engine.addAgent('available')
    const callback = await engine.addCallback({ inMinutes: -1 })
    await engine.route(callback.id)
    const agentId = await engine.addAgent('available')
    const unsigned = await addOrdinary(9, { queueType: 'unsigned_users' })
    const outstanding = await addOrdinary(1)
    expect(await peekNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { id: outstanding.id } })
    expect(await peekNextCall(engine.deps, { agentId, queueType: 'unsigned_users' })).toMatchObject({
      queueEntry: { id: unsigned.id },
    })
    expect(await peekNextCall(engine.deps, { agentId: other })).toMatchObject({ callback: { id: callback.id } })
    expect(await claimNextCall(engine.deps, { agentId, queueType: 'unsigned_users' })).toMatchObject({
      queueEntry: { id: unsigned.id },
    })
  })

  test('claiming makes entry and callback in progress, opens an outbound call and makes the agent busy', async () => {
    const agentId = await engine.addAgent('available')
    const { id, userId } = await engine.addCallback()
    await engine.route(id)
    const call = await claimNextCall(engine.deps, { agentId })
    expect(call).toMatchObject({
      queueEntry: { status: 'in_progress', claimedByAgentId: agentId },
      callback: { id, status: 'in_progress' },
      user: { id: userId, phone: '+1 202 555 0100' },
      resumed: false,
    })
    expect(await callSessions.get(engine.sql, call!.callSessionId)).toMatchObject({
      userId,
      agentId,
      direction: 'outbound',
      status: 'in_progress',
      callbackId: id,
    })
    const [session] = await engine.sql`select status from agent_sessions where agent_id = ${agentId}`
    expect(session?.status).toBe('busy')
  })

  test('an agent who holds a claim gets that one again, also when asking twice at once', async () => {
    const agentId = await engine.addAgent('available')
    await Promise.all([addOrdinary(1), addOrdinary(2), addOrdinary(3)])
    const calls = await Promise.all([1, 2, 3].map(() => claimNextCall(engine.deps, { agentId })))
    expect(new Set(calls.map((call) => call?.callSessionId)).size).toBe(1)
    expect(calls.filter((call) => call?.resumed === false)).toHaveLength(1)
    const again = await claimNextCall(engine.deps, { agentId })
    expect(again).toMatchObject({ resumed: true, callSessionId: calls[0]?.callSessionId })
    expect(await peekNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { id: again?.queueEntry.id } })
  })

  test('needs an open session', async () => {
    const agentId = await engine.addAgent()
    await addOrdinary(1)
    await expect(claimNextCall(engine.deps, { agentId })).rejects.toMatchObject({ code: 'agent-not-logged-in' })
    await expect(peekNextCall(engine.deps, { agentId })).rejects.toMatchObject({ code: 'agent-not-logged-in' })
  })

  test('looking does not claim', async () => {
    const agentId = await engine.addAgent('available')
    const entry = await addOrdinary(1)
    expect(await peekNextCall(engine.deps, { agentId })).toMatchObject({
      queueEntry: { id: entry.id, status: 'pending' },
    })
    expect(await workThrough(agentId)).toEqual([entry.id])
    expect(await peekNextCall(engine.deps, { agentId })).toBeUndefined()
  })

  test('a claim that is given back returns to its place, and the callback is what it was before', async () => {
    const agentId = await engine.addAgent('available')
    const accepted = await engine.addCallback()
    await acceptCallback(engine.deps, { callbackId: accepted.id, agentId })
    const ordinary = await addOrdinary(0)
    const call = await claimNextCall(engine.deps, { agentId })
    const released = await releaseClaim(engine.deps, { queueEntryId: call!.queueEntry.id, agentId })
    expect(released).toMatchObject({ status: 'assigned', priorityScore: -2000, assignedToAgentId: agentId })
    expect(await engine.callback(accepted.id)).toMatchObject({ status: 'accepted' })
    expect(await workThrough(agentId)).toEqual([released.id, ordinary.id])
  })

  test('an agent who gives a claim back is available: the first other callback that has nobody is assigned to it', async () => {
    const agentId = await engine.addAgent('available')
    const [given, waiting] = [await engine.addCallback({ inMinutes: -1 }), await engine.addCallback()]
    await putSession(engine.deps, { agentId, status: 'busy' })
    await engine.route(given.id, waiting.id)
    const call = await claimNextCall(engine.deps, { agentId })
    expect(call!.callback).toMatchObject({ id: given.id })
    const released = await releaseClaim(engine.deps, { queueEntryId: call!.queueEntry.id, agentId })
    expect(released).toMatchObject({ status: 'pending', assignedToAgentId: null })
    expect(await engine.entryOf(waiting.id)).toMatchObject({ status: 'assigned', assignedToAgentId: agentId })
  })

  test('a claim is given back when its agent logs out', async () => {
    const agentId = await engine.addAgent('available')
    const entry = await addOrdinary(0)
    await claimNextCall(engine.deps, { agentId })
    await closeSession(engine.deps, agentId)
    expect(await callQueue.get(engine.sql, entry.id)).toMatchObject({ status: 'pending', claimedByAgentId: null })
    expect(await workThrough(await engine.addAgent('available'))).toEqual([entry.id])
  })

  test('only the agent who holds a claim may give it back, and only while it is held', async () => {
    const agentId = await engine.addAgent('available')
    const other = await engine.addAgent('available')
    const { id: queueEntryId } = await addOrdinary(0)
    await expect(releaseClaim(engine.deps, { queueEntryId, agentId })).rejects.toMatchObject({
      code: 'entry-not-claimed',
    })
    await claimNextCall(engine.deps, { agentId })
    await expect(releaseClaim(engine.deps, { queueEntryId, agentId: other })).rejects.toMatchObject({
      code: 'not-your-call',
    })
    await expect(releaseClaim(engine.deps, { queueEntryId: '999' })).rejects.toMatchObject({
      code: 'queue-entry-not-found',
    })
  })
})

describe('when the lanes and Postgres differ', () => {
  beforeEach(async () => {
    engine = await openTestEngine()
    await engine.reconcile()
  })

  test('an agent whom the lanes send away though somebody waits gets the call from Postgres', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await addOrdinary(1)
    await engine.redis.del(await engine.redis.keys(`${engine.redisPrefix}*:lane:*`))
    expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { id } })
  })

  test('an agent who has got the proposed call by another request of its own gets that one again', async () => {
    const agentId = await engine.addAgent('available')
    const { id: entryId } = await addOrdinary(1)
    const { lanes } = engine.deps
    const losing: typeof lanes = {
      ...lanes,
      async take(input) {
        const proposal = await lanes.take(input)
        const candidate = { ...asAgent(agentId), queueType: null, entryId }
        await claims.claim(engine.sql, [candidate], input.now, 'pass-over')
        return proposal
      },
    }
    const call = await claimNextCall({ ...engine.deps, lanes: losing }, { agentId })
    expect(call).toMatchObject({ queueEntry: { id: entryId }, resumed: true })
  })

  test('a stale proposal is dropped and the next one tried', async () => {
    const agentId = await engine.addAgent('available')
    const [gone, next] = [await addOrdinary(1), await addOrdinary(2)]
    await engine.sql`update call_queue set status = 'removed', ended_at = now(), version = version + 1 where id = ${gone.id}`
    expect(await peekNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { id: next.id } })
    expect(await workThrough(agentId)).toEqual([next.id])
  })

  test('an entry that Postgres has put off, or given to another agent, is not claimed on the word of its lane', async () => {
    const other = await engine.addAgent('available')
    const agentId = await engine.addAgent('available')
    const [late, given, next] = [await addOrdinary(1), await addOrdinary(2), await addOrdinary(3)]
    await engine.sql`
      update call_queue set available_from = available_from + interval '1 hour', version = version + 1 where id = ${late.id}`
    await engine.sql`
      update call_queue set status = 'assigned', assigned_to_agent_id = ${other}, assigned_at = now(), version = version + 1
      where id = ${given.id}`
    expect(await workThrough(agentId)).toEqual([next.id])
  })

  test('more stale proposals than anybody would drop one by one end in asking Postgres', async () => {
    const agentId = await engine.addAgent('available')
    for (let n = 0; n < 25; n++) await addOrdinary(n)
    await engine.sql`update call_queue set status = 'removed', ended_at = now(), version = version + 1`
    const real = await addOrdinary(99)
    expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { id: real.id } })
  })

  test('thousands of entries whose time comes at once are handed out in order', async () => {
    const agentId = await engine.addAgent('available')
    const inAMinute = new Date(engine.time.now().getTime() + 60_000)
    await engine.sql`
      insert into users (id, name, created_at, updated_at) select n, 'User', now(), now() from generate_series(10001, 12000) n`
    const entries = await engine.sql<{ id: string }[]>`
      insert into call_queue (user_id, queue_type, priority_score, status, available_from, created_at, updated_at)
      select n, 'outstanding_requests', 12000 - n, 'pending', ${inAMinute}, ${engine.time.now()}, ${engine.time.now()}
      from generate_series(10001, 12000) n returning id`
    await engine.reconcile()
    engine.time.advance(60_000)
    expect(await peekNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { id: entries.at(-1)?.id } })
  })
})

test('an agent who has been made inactive claims nothing, whatever was seen before', async () => {
  engine = await openTestEngine()
  const agentId = await engine.addAgent('available')
  const { id: entryId } = await addOrdinary(1)
  await engine.breakRows((sql) => sql`update agents set is_active = false`)
  const candidate = { ...asAgent(agentId), queueType: 'outstanding_requests', entryId }
  expect(await claims.claim(engine.sql, [candidate], engine.time.now(), 'pass-over')).toEqual([])
  expect(await claims.claimFirst(engine.sql, [candidate], engine.time.now())).toBeUndefined()
})

test('an outage of Redis in the middle costs speed and nothing else', async () => {
  const redis = await startRedis()
  engine = await openTestEngine({ redisUrl: redis.url })
  await engine.reconcile()
  const agentId = await engine.addAgent('available')
  const entries = []
  for (let n = 0; n < 6; n++) entries.push((await addOrdinary(n)).id)
  const first = await claimNextCall(engine.deps, { agentId })
  await redis.stop()
  await recordOutcome(engine.deps, { callSessionId: first!.callSessionId, outcomeType: 'resolved' })
  const rest = await workThrough(agentId)
  expect([first!.queueEntry.id, ...rest]).toEqual(entries)
  expect(engine.deps.lanes.isUp()).toBe(false)
})
