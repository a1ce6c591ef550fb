import { agentSessions, callQueue, claims, priorityScores, type QueueType } from '@ringback/db'
import { asAgent, claimTogether, openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  claimNextCall,
  peekNextCall,
  peekNextCalls,
  putAgent,
  putPolicy,
  putQueue,
  putQueueUser,
  putSession,
  recordOutcome,
  releaseClaim,
  removeQueueUser,
  reportPolicy,
  type ClaimedCall,
} from '../index.ts'
import { turnsOf } from '../policies/callback-share.ts'

let engine: TestEngine
afterEach(() => engine.close())

const putShare = (queueType: QueueType, callbackShare: number) =>
  putPolicy(engine.deps, { queueType, document: { callbackShare } })

async function addOrdinary(queueType: QueueType = 'unsigned_users', fields: { availableFrom?: Date } = {}) {
  const userId = await engine.addUser()
  const { id } = await putQueueUser(engine.deps, { userId, queueType, priorityScore: 5, ...fields })
  return id
}

/** A due callback of nobody: made while nobody is available. */
async function addCallback(queueType: QueueType = 'unsigned_users') {
  const { id } = await engine.addCallback({ inMinutes: -1, queueType })
  await engine.route(id)
  return (await engine.entryOf(id))!.id
}

const creditOf = async (agentId: number) => (await agentSessions.getOpen(engine.sql, agentId))?.callbackCredit

/** Claims the next call of an agent, and ends it; the id of its entry. */
async function callNext(agentId: number): Promise<string | undefined> {
  const call = await claimNextCall(engine.deps, { agentId })
  if (call) await end(call)
  return call?.queueEntry.id
}

const end = ({ callSessionId }: ClaimedCall) => recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })

describe.each(['with lanes', 'from Postgres alone'] as const)('turns %s', (mode) => {
  beforeEach(async () => {
    engine = await openTestEngine()
    if (mode === 'with lanes') await engine.reconcile()
  })

  test('without a share callbacks go first, and no credit is touched', async () => {
    const agentId = await engine.addAgent('busy')
    const ordinary = await addOrdinary()
    const callbacks = [await addCallback(), await addCallback()]
    await engine.sql`update agent_sessions set callback_credit = 0`
    for (const id of [...callbacks, ordinary]) expect(await callNext(agentId)).toBe(id)
    expect(await creditOf(agentId)).toBe(0)
  })

  test('half of the calls are callbacks while ordinary users wait, and accepted ones go before both', async () => {
    await putShare('unsigned_users', 50)
    const agentId = await engine.addAgent('busy')
    const callbacks = [await addCallback(), await addCallback(), await addCallback(), await addCallback()]
    const ordinary = [await addOrdinary(), await addOrdinary()]
    const call = async (id: string, credit: number) => {
      expect(await peekNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { id } })
      expect([await callNext(agentId), await creditOf(agentId)]).toEqual([id, credit])
    }
    await call(callbacks[0]!, 49)
    await call(ordinary[0]!, 99)
    await call(callbacks[1]!, 49)
    const { id: callbackId } = await engine.addCallback({ queueType: 'unsigned_users' })
    await acceptCallback(engine.deps, { callbackId, agentId })
    await call((await engine.entryOf(callbackId))!.id, 49)
    const { userId } = (await callQueue.get(engine.sql, ordinary[1]!))!
    await removeQueueUser(engine.deps, { userId, queueType: 'unsigned_users' })
    await call(callbacks[2]!, 0)
    const last = await addOrdinary()
    await call(last, 50)
  })

  test('no call is held back while the other kind is missing', async () => {
    await putShare('unsigned_users', 0)
    const agentId = await engine.addAgent('busy')
    const callbacks = [await addCallback(), await addCallback()]
    await addOrdinary('unsigned_users', { availableFrom: new Date(engine.time.now().getTime() + 60_000) })
    for (const id of callbacks) expect(await callNext(agentId)).toBe(id)
    expect(await callNext(agentId)).toBeUndefined()
  })

  test('an ordinary user whom the agent may not call does not count, nor does one of a queue not asked for', async () => {
    await putShare('unsigned_users', 0)
    await putQueue(engine.deps, { queueType: 'vip', name: 'Vip' })
    const agentId = await engine.addAgent('busy')
    await putAgent(engine.deps, { agentId, firstName: 'A', lastName: 'B', queueTypes: ['unsigned_users', 'vip'] })
    const callback = await addCallback()
    await addOrdinary('outstanding_requests')
    expect(await peekNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { id: callback } })
    await addOrdinary('vip')
    const asking = { agentId, queueType: 'unsigned_users' }
    expect(await peekNextCall(engine.deps, asking)).toMatchObject({ queueEntry: { id: callback } })
    expect(await claimNextCall(engine.deps, asking)).toMatchObject({ queueEntry: { id: callback } })
  })

  test('the queue of the first callback decides, and what goes instead of it counts by its share', async () => {
    await putShare('unsigned_users', 25)
    const agentId = await engine.addAgent('busy')
    const [first, second] = [await addCallback('unsigned_users'), await addCallback('unsigned_users')]
    const ordinary = [await addOrdinary('outstanding_requests'), await addOrdinary('outstanding_requests')]
    const last = [await addOrdinary('unsigned_users'), await addOrdinary('outstanding_requests')]
    const credits: unknown[] = []
    for (const id of [first, ...ordinary, last[0], second, last[1]]) {
      expect(await callNext(agentId)).toBe(id)
      credits.push(await creditOf(agentId))
    }
    // The last one waits alone, in a queue without a share.
    expect(credits).toEqual([24, 49, 74, 99, 24, 99])
  })

  test('several agents together get what each would get alone', async () => {
    await putShare('unsigned_users', 50)
    const agents = [await engine.addAgent('busy'), await engine.addAgent('busy'), await engine.addAgent('busy')]
    const callbacks = [await addCallback(), await addCallback()]
    const ordinary = [await addOrdinary(), await addOrdinary()]
    await engine.sql`update agent_sessions set callback_credit = 49 where agent_id = ${agents[0]!}`
    expect(await peekNextCalls(engine.deps, agents.map(asAgent))).toMatchObject(
      [ordinary[0], callbacks[0], callbacks[0]].map((id) => ({ queueEntry: { id } })),
    )
    const claimed = (await claimTogether(engine.deps, agents.map(asAgent))) as ClaimedCall[]
    expect(claimed[0]).toMatchObject({ queueEntry: { id: ordinary[0] } })
    expect(new Set(claimed.map(({ queueEntry }) => queueEntry.id))).toEqual(new Set([ordinary[0], ...callbacks]))
    expect(await Promise.all(agents.map(creditOf))).toEqual([99, 49, 49])
    // Once more by claims that each are made alone, since others have what is proposed first.
    for (const call of claimed) await end(call)
    expect(await callNext(agents[1]!)).toBe(ordinary[1])
  })

  test('a claim that is given back has counted', async () => {
    await putShare('unsigned_users', 50)
    const agentId = await engine.addAgent('busy')
    const [callback, ordinary] = [await addCallback(), await addOrdinary()]
    const call = await claimNextCall(engine.deps, { agentId })
    expect(call!.queueEntry.id).toBe(callback)
    await releaseClaim(engine.deps, { queueEntryId: callback, agentId })
    expect(await callNext(agentId)).toBe(ordinary)
  })

  test('is true of what is passed over because others have it', async () => {
    await putShare('unsigned_users', 0)
    const agentId = await engine.addAgent('busy')
    const callback = await addCallback()
    const ordinary = [await addOrdinary(), await addOrdinary()]
    engine.deps.passedOver.add(ordinary[0]!, 'somebody has held it for long')
    expect(await peekNextCall(engine.deps, { agentId })).toMatchObject({ queueEntry: { id: ordinary[1] } })
    expect(await callNext(agentId)).toBe(ordinary[1])
    expect(await callNext(agentId)).toBe(callback)
  })
})

describe('an agent who becomes available', () => {
  beforeEach(async () => {
    engine = await openTestEngine()
    await putShare('unsigned_users', 50)
  })

  const becomesAvailable = async (agentId: number) => putSession(engine.deps, { agentId, status: 'available' })
  const statusOf = async (id: string) =>
    (await engine.sql<{ status: string }[]>`select status from call_queue where id = ${id}`)[0]?.status

  test('is given no callback while it is the turn of an ordinary user', async () => {
    const agentId = await engine.addAgent('busy')
    const [callback] = [await addCallback(), await addOrdinary()]
    await engine.sql`update agent_sessions set callback_credit = 49`
    await becomesAvailable(agentId)
    expect(await statusOf(callback)).toBe('pending')
  })

  test.each([
    { because: 'its credit is enough', credit: 50, isOrdinaryThere: true },
    { because: 'no ordinary user waits', credit: 0, isOrdinaryThere: false },
  ])('is given one when $because', async ({ credit, isOrdinaryThere }) => {
    const agentId = await engine.addAgent('busy')
    const callback = await addCallback()
    if (isOrdinaryThere) await addOrdinary()
    await engine.sql`update agent_sessions set callback_credit = ${credit}`
    await becomesAvailable(agentId)
    expect(await statusOf(callback)).toBe('assigned')
  })

  test('by an outcome, or by giving a claim back, is given none either', async () => {
    const agentId = await engine.addAgent('busy')
    const callbacks = [await addCallback(), await addCallback()]
    const ordinary = await addOrdinary()
    const call = await claimNextCall(engine.deps, { agentId })
    await recordOutcome(engine.deps, { callSessionId: call!.callSessionId, outcomeType: 'resolved' })
    expect(await statusOf(callbacks[1]!)).toBe('pending')
    const next = await claimNextCall(engine.deps, { agentId })
    expect(next!.queueEntry.id).toBe(ordinary)
    await engine.sql`update agent_sessions set callback_credit = 0`
    await addOrdinary()
    await releaseClaim(engine.deps, { queueEntryId: ordinary, agentId })
    expect(await statusOf(callbacks[1]!)).toBe('pending')
  })

  test('who logs in has a full credit, but a share of nothing gives ordinary users the first turn', async () => {
    const [callback] = [await addCallback(), await addOrdinary()]
    await putShare('unsigned_users', 0)
    const agentId = await engine.addAgent('available')
    expect(await statusOf(callback)).toBe('pending')
    expect(await creditOf(agentId)).toBe(99)
    await putShare('unsigned_users', 1)
    await engine.addAgent('available')
    expect(await statusOf(callback)).toBe('assigned')
  })
})

/** What becomes of each credit, by the claim of a callback and of an ordinary user, as the claim writes it. */
async function creditsAfter(share: number) {
  const after = (score: number) =>
    claims.creditAfter(engine.sql, engine.sql`credit`, engine.sql`${score}::int`, engine.sql`${share}::int`)
  return engine.sql<{ callback: number; ordinary: number }[]>`
    select ${after(priorityScores.callback)} as callback, ${after(priorityScores.firstOrdinary)} as ordinary
    from generate_series(0, 99) credit order by credit`
}

describe('while both kinds wait for one agent', () => {
  const policiesOf = (callbackShare: number) => new Map([['q', { ...reportPolicy, callbackShare }]])

  test.each([0, 1, 10, 25, 33, 50, 67, 75, 90, 99, 100])(
    'callbacks are %i % of its calls, and few go in a row',
    async (share) => {
      engine = await openTestEngine()
      const after = await creditsAfter(share)
      const calls = 100_000
      let [credit, callbacks, inARow, mostInARow] = [99, 0, 0, 0]
      for (let n = 0; n < calls; n++) {
        const isCallback = !turnsOf(policiesOf(share), credit)?.yielding.has('q')
        credit = after[credit]![isCallback ? 'callback' : 'ordinary']
        if (isCallback) callbacks++
        inARow = isCallback ? inARow + 1 : 0
        mostInARow = Math.max(mostInARow, inARow)
      }
      expect(Math.abs((100 * callbacks) / calls - share)).toBeLessThanOrEqual(0.01)
      expect(mostInARow).toBe(share === 100 ? calls : Math.ceil(share / (100 - share)))
    },
  )
})
