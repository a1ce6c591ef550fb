import { claimTogether, lanesByRows, lanesOf, openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  cancelCallback,
  claimNextCall,
  completeCall,
  peekNextCall,
  putQueueUser,
  recordOutcome,
  releaseClaim,
  scanDue,
  scheduleCallback,
  snoozeCallback,
  startCall,
  within,
  type Deps,
} from '../index.ts'

const minute = 60_000

let engine: TestEngine
let withoutLanes: Deps
let agentId: number
beforeEach(async () => {
  engine = await openTestEngine()
  await engine.reconcile() // Lanes that are not built yet propose nothing.
  const away = async () => ({ kind: 'unavailable' }) as const
  withoutLanes = { ...engine.deps, lanes: { ...engine.deps.lanes, take: away, peek: away } }
  agentId = await engine.addAgent('available')
})
afterEach(() => engine.close())

/** A callback in a queue, for whoever comes. */
async function queued(inMinutes = 0) {
  const callback = await engine.addCallback({ inMinutes })
  await engine.route(callback.id)
  return callback
}

async function call(userId: string, more: { startedAt?: Date; twilioCallSid?: string } = {}): Promise<string> {
  const { session } = await startCall(engine.deps, { userId, direction: 'inbound', ...more })
  return session.id
}

const end = (callSessionId: string) => completeCall(engine.deps, { callSessionId })

/** What the agent would get now, every way that there is to ask for it. */
async function next(): Promise<string | undefined> {
  const asked = { agentId, actor: { role: 'agent', agentId } } as const
  const first = await peekNextCall(engine.deps, { agentId })
  expect(await peekNextCall(withoutLanes, { agentId })).toEqual(first)
  for (const claim of [
    () => claimNextCall(engine.deps, { agentId }),
    () => claimNextCall(withoutLanes, { agentId }),
    async () => (await claimTogether(engine.deps, [asked, { ...asked, agentId: 404 }]))[0],
  ]) {
    const claimed = await claim()
    if (claimed instanceof Error) throw claimed
    expect(claimed?.queueEntry.id).toBe(first?.queueEntry.id)
    if (claimed) await releaseClaim(engine.deps, { queueEntryId: claimed.queueEntry.id })
  }
  return first?.queueEntry.userId
}

describe('a customer who is in an inbound call', () => {
  test('holds back no other one, whichever way that one comes into a queue', async () => {
    await call((await engine.addCallback()).userId)
    const promised = await queued()
    expect(await next()).toBe(promised.userId)
    await putQueueUser(engine.deps, { userId: promised.userId, queueType: 'unsigned_users', priorityScore: 1 })
    await snoozeCallback(engine.deps, { callbackId: promised.id, agentId, minutes: 60 })
    expect(await next()).toBe(promised.userId)
    await end(await call(promised.userId))
    expect(await next()).toBe(promised.userId)
  })

  test('is handed to nobody until it has ended, and the next one is', async () => {
    const first = await queued(-1)
    const second = await queued()
    expect(await next()).toBe(first.userId)
    const callSessionId = await call(first.userId)
    expect(await next()).toBe(second.userId)
    await end(callSessionId)
    expect(await next()).toBe(first.userId)
  })

  test('is handed out when the call has an outcome', async () => {
    const { userId } = await queued()
    const callSessionId = await call(userId)
    expect(await next()).toBeUndefined()
    await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
    expect(await next()).toBe(userId)
  })

  test('is not handed to the agent of that call, either', async () => {
    const { userId } = await queued()
    await startCall(engine.deps, { userId, direction: 'inbound', agentId, askedBy: agentId })
    expect(await next()).toBeUndefined()
  })

  test('is handed out again two hours after the call began, in its order, should it never end', async () => {
    const { userId } = await queued(-1)
    await queued()
    await call(userId, { startedAt: new Date(engine.time.now().getTime() - 30 * minute) })
    engine.time.advance(90 * minute - 1)
    await engine.sql`update agent_sessions set last_seen_at = ${engine.time.now()}`
    expect(await next()).not.toBe(userId)
    engine.time.advance(1)
    expect(await next()).toBe(userId)
    await engine.reconcile()
    expect(engine.logged.filter(({ differences }) => differences)).toEqual([])
  })

  test.each<[string, (userId: string) => Promise<unknown>]>([
    [
      'a promise that falls due',
      async (userId) => {
        const { id } = await scheduleCallback(engine.deps, { userId, scheduledFor: engine.time.now() })
        await engine.route(id)
      },
    ],
    [
      'a promise that is accepted',
      async (userId) => {
        const { id } = await scheduleCallback(engine.deps, { userId, scheduledFor: engine.time.now() })
        await acceptCallback(engine.deps, { callbackId: id, agentId })
      },
    ],
    [
      'an ordinary place',
      (userId) => putQueueUser(engine.deps, { userId, queueType: 'unsigned_users', priorityScore: 1 }),
    ],
  ])('is not handed out for %s, either', async (_, wait) => {
    const userId = await engine.addUser()
    const callSessionId = await call(userId)
    await wait(userId)
    expect(await next()).toBeUndefined()
    await end(callSessionId)
    expect(await next()).toBe(userId)
  })

  test('in two calls is handed out when both have ended', async () => {
    const { userId } = await queued()
    const calls = [await call(userId, { twilioCallSid: 'CA1' }), await call(userId, { twilioCallSid: 'CA2' })]
    await end(calls[1]!)
    expect(await next()).toBeUndefined()
    await end(calls[0]!)
    expect(await next()).toBe(userId)
  })

  test('who is claimed when the call begins stays claimed, and is handed to nobody when given back', async () => {
    const { userId } = await queued()
    const claimed = (await claimNextCall(engine.deps, { agentId }))!
    const callSessionId = await call(userId)
    expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ resumed: true })
    await releaseClaim(engine.deps, { queueEntryId: claimed.queueEntry.id })
    expect(await next()).toBeUndefined()
    await end(callSessionId)
    expect(await next()).toBe(userId)
  })

  test.each(['with lanes', 'without lanes'])(
    'that begins in the middle of a claim %s is not handed out',
    async (how) => {
      const { userId } = await queued()
      const deps = how === 'with lanes' ? engine.deps : withoutLanes
      let claiming: ReturnType<typeof claimNextCall>
      await engine.deps.transact(async (tx) => {
        await startCall(within(engine.deps, tx), { userId, direction: 'inbound' })
        claiming = claimNextCall(deps, { agentId })
        await engine.untilWaiting(1)
      })
      expect(await claiming!).toBeUndefined()
    },
  )

  test('is left lying by nobody', async () => {
    const { id, userId } = await queued()
    const callSessionId = await call(userId)
    const due = async () => {
      const found: string[] = []
      for await (const { callbacks } of scanDue(engine.deps, engine.time.now())) {
        found.push(...callbacks.map(({ callbackId }) => callbackId))
      }
      return found
    }
    const pass = async (ms: number) => {
      engine.time.advance(ms)
      await engine.sql`update agent_sessions set last_seen_at = ${engine.time.now()}`
      await engine.route(id)
      return (await engine.entryOf(id))?.escalatedAt
    }
    expect(await pass(30 * minute)).toBeNull()
    expect(await due()).toEqual([])
    await end(callSessionId)
    expect(await pass(5 * minute)).toBeNull()
    expect(await due()).toEqual([])
    expect(await pass(1)).toEqual(engine.time.now())
  })
})

test('thirty customers in calls at the head of a lane cost a claim nothing', async () => {
  const callbacks = []
  for (let n = 0; n < 30; n++) callbacks.push(await queued(-1))
  for (const { userId } of callbacks) await call(userId)
  const { id } = await queued()
  let proposals = 0
  const lanes = {
    ...engine.deps.lanes,
    take: (query: Parameters<Deps['lanes']['take']>[0]) => {
      proposals++
      return engine.deps.lanes.take(query)
    },
  }
  expect(await claimNextCall({ ...engine.deps, lanes }, { agentId })).toMatchObject({ callback: { id } })
  expect(proposals).toBe(1)
})

test('the lanes are what the rows say, also built anew', async () => {
  const { userId } = await queued(-1)
  await queued()
  const callSessionId = await call(userId)
  expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
  await engine.redis.flushdb()
  await engine.reconcile()
  expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
  await end(callSessionId)
  expect(await lanesOf(engine)).toEqual(await lanesByRows(engine))
})

describe('who picks up', () => {
  const promised = async (asked: { agentId?: number; askedBy?: number; twilioCallSid?: string }, userId: string) =>
    (await startCall(engine.deps, { userId, direction: 'inbound', ...asked })).openCallbacks.map(({ id }) => id)

  test('sees what the customer has been promised and waits for, an agent its own and nobody’s', async () => {
    const other = await engine.addAgent()
    const own = await engine.addCallback({ preferredAgentId: agentId, inMinutes: 20 })
    const { userId } = own
    const others = await engine.addCallback({ userId, preferredAgentId: other, inMinutes: 30 })
    const nobodys = await engine.addCallback({ userId, inMinutes: 10 })
    await cancelCallback(engine.deps, { callbackId: (await engine.addCallback({ userId })).id })
    expect(await promised({}, userId)).toEqual([nobodys.id, own.id, others.id])
    const asked = { agentId, askedBy: agentId, twilioCallSid: 'CA1' }
    expect(await promised(asked, userId)).toEqual([nobodys.id, own.id])
    expect(await promised(asked, userId)).toEqual([nobodys.id, own.id])
  })

  test('does not see what another agent is calling about, nor anything with an outbound call', async () => {
    const { id, userId } = await queued()
    await claimNextCall(engine.deps, { agentId })
    const other = await engine.addAgent()
    expect(await promised({}, userId)).toEqual([id])
    expect(await promised({ agentId: other, askedBy: other }, userId)).toEqual([])
    const outbound = await startCall(engine.deps, { userId, direction: 'outbound' })
    expect(outbound.openCallbacks).toEqual([])
  })
})
