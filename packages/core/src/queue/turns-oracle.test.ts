import { agentSessions } from '@ringback/db'
import { asAgent, claimTogether, openTestEngine, type TestEngine } from '@ringback/testing'
import { randomFrom, type Random } from '@ringback/testing/random'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  claimNextCall,
  closeSession,
  peekNextCall,
  peekNextCalls,
  putAgent,
  putPolicy,
  putQueue,
  putQueueUser,
  putSession,
  recordOutcome,
  releaseClaim,
  type ClaimedCall,
} from '../index.ts'

const queueTypes = ['unsigned_users', 'outstanding_requests', 'vip']
const shares = [0, 1, 10, 33, 50, 75, 99, 100]

let engine: TestEngine
let random: Random
/** What the oracle keeps: the credits of who is logged in, and the shares. */
let credits: Map<number, number>
let shareOf: Map<string, number>
/** How many calls of ordinary users went before a callback. */
let ordinaryInstead: number

afterEach(() => engine.close())

interface Row {
  id: string
  queueType: string
  priorityScore: number
  availableFrom: Date
  assignedToAgentId: number | null
}

interface Next {
  id: string | undefined
  credit: number
  /** An ordinary user goes before a callback that waits as well. */
  isOrdinaryInstead: boolean
}

/** The next call by the rule, from the rows, and the credit that it leaves. */
async function nextOf(agentId: number, queueType?: string): Promise<Next> {
  const waiting = await engine.sql<Row[]>`
    select id, queue_type, priority_score, available_from, assigned_to_agent_id from call_queue q
    where status in ('pending', 'assigned') and (assigned_to_agent_id = ${agentId} or assigned_to_agent_id is null and
      exists (select from agents a where a.id = ${agentId} and (a.queue_types is null or q.queue_type = any(a.queue_types))))`
  const inOrder = waiting
    .filter((row) => row.availableFrom <= engine.time.now() && (queueType ?? row.queueType) === row.queueType)
    .toSorted(
      (a, b) =>
        a.priorityScore - b.priorityScore ||
        a.availableFrom.getTime() - b.availableFrom.getTime() ||
        Number(a.id) - Number(b.id),
    )
  const accepted = inOrder.find((row) => row.priorityScore === -2000)
  const callback = inOrder.find((row) => row.priorityScore === -1000)
  const ordinary = inOrder.find((row) => row.priorityScore >= 0)
  const credit = credits.get(agentId)!
  const share = shareOf.get((callback ?? ordinary)?.queueType ?? '') ?? 100
  const isOrdinaryInstead = callback !== undefined && ordinary !== undefined && credit + share < 100
  if (accepted) return { id: accepted.id, credit, isOrdinaryInstead }
  const isCallback = callback && !isOrdinaryInstead
  const isCounted = (callback ?? ordinary) && [...shareOf.values()].some((other) => other < 100)
  const counted = isCallback ? Math.max(0, credit + share - 100) : Math.min(99, credit + share)
  return {
    id: isCallback ? callback.id : ordinary?.id,
    credit: isCounted ? counted : credit,
    isOrdinaryInstead,
  }
}

async function assignedTo(agentId: number): Promise<number> {
  const [row] = await engine.sql<{ count: number }[]>`
    select count(*)::int from call_queue where status = 'assigned' and assigned_to_agent_id = ${agentId}`
  return row!.count
}

/** What makes an agent available gives it no callback in the turn of an ordinary user. */
async function becomingAvailable(agentId: number, work: () => Promise<unknown>) {
  const { isOrdinaryInstead } = await nextOf(agentId)
  const before = await assignedTo(agentId)
  await work()
  if (isOrdinaryInstead) expect(await assignedTo(agentId)).toBe(before)
}

const end = ({ callSessionId, queueEntry }: ClaimedCall) =>
  becomingAvailable(queueEntry.claimedByAgentId!, () =>
    recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' }),
  )

const loggedIn = () => [...credits.keys()]

async function putShareOf(queueType: string) {
  const callbackShare = random.pick(shares)
  await putPolicy(engine.deps, { queueType, document: { callbackShare } })
  shareOf.set(queueType, callbackShare)
}

/** Everything that may happen between two calls. */
const events: Record<string, () => Promise<unknown>> = {
  async 'an ordinary user'() {
    const userId = await engine.addUser()
    const availableFrom = new Date(engine.time.now().getTime() + random.pick([-60_000, 0, 60_000]))
    const place = { queueType: random.pick(queueTypes), priorityScore: random.below(3), availableFrom }
    await putQueueUser(engine.deps, { userId, ...place })
  },
  async 'a callback'() {
    const preferredAgentId = random.chance(30) ? random.pick(loggedIn()) : null
    const inMinutes = random.pick([-2, -1, 3])
    const { id } = await engine.addCallback({ inMinutes, preferredAgentId, queueType: random.pick(queueTypes) })
    await engine.route(id)
    const agentId = random.pick(loggedIn())
    if (random.chance(15)) await acceptCallback(engine.deps, { callbackId: id, agentId }).catch(() => {})
  },
  'another share': () => putShareOf(random.pick(queueTypes)),
  async 'an agent who logs in anew'() {
    const agentId = random.pick(loggedIn())
    await closeSession(engine.deps, agentId)
    credits.set(agentId, 99)
    await becomingAvailable(agentId, () => putSession(engine.deps, { agentId, status: 'available' }))
  },
  async 'an agent who comes back'() {
    const agentId = random.pick(loggedIn())
    await putSession(engine.deps, { agentId, status: 'away' })
    await becomingAvailable(agentId, () => putSession(engine.deps, { agentId, status: 'available' }))
  },
  async 'time that passes'() {
    engine.time.advance(30_000)
  },
}

/** Who asks gets what the oracle says, and sees it before. */
const calls: Record<string, () => Promise<unknown>> = {
  async 'one call'() {
    const agentId = random.pick(loggedIn())
    const queueType = random.chance(20) ? random.pick(queueTypes) : undefined
    const asked = { agentId, ...(queueType && { queueType }) }
    const next = await nextOf(agentId, queueType)
    const isServed = await peekNextCall(engine.deps, asked).catch((error: { code: string }) => error.code)
    if (isServed === 'queue-not-served') return
    expect(isServed).toEqual(
      next.id && expect.objectContaining({ queueEntry: expect.objectContaining({ id: next.id }) }),
    )
    const call = await claimNextCall(engine.deps, asked)
    expect(call?.queueEntry.id).toBe(next.id)
    if (!call) return
    credits.set(agentId, next.credit)
    if (next.isOrdinaryInstead) ordinaryInstead++
    if (random.chance(85)) await end(call)
    else await releaseClaim(engine.deps, { queueEntryId: call.queueEntry.id, agentId })
  },
  async 'all at once'() {
    const asking = loggedIn().map(asAgent)
    const next = await Promise.all(asking.map(({ agentId }) => nextOf(agentId)))
    const seen = (await peekNextCalls(engine.deps, asking)) as (ClaimedCall | undefined)[]
    expect(seen.map((call) => call?.queueEntry.id)).toEqual(next.map(({ id }) => id))
    // Who gets what two would have is open.
    const ids = next.flatMap(({ id }) => id ?? [])
    if (new Set(ids).size < ids.length) return
    const claimed = (await claimTogether(engine.deps, asking)) as (ClaimedCall | undefined)[]
    expect(claimed.map((call) => call?.queueEntry.id)).toEqual(next.map(({ id }) => id))
    for (const [index, call] of claimed.entries()) {
      if (call) credits.set(asking[index]!.agentId, next[index]!.credit)
    }
    for (const call of claimed) if (call) await end(call)
  },
}

async function creditsInPostgres() {
  const known = loggedIn().map(async (agentId) => {
    const session = await agentSessions.getOpen(engine.sql, agentId)
    return [agentId, session?.callbackCredit] as const
  })
  return new Map(await Promise.all(known))
}

/** Whether the lanes are there, in this part of a sequence. */
const ways = [
  { way: 'with lanes', parts: [true] },
  { way: 'from Postgres alone', parts: [false] },
  { way: 'with lanes that are lost and built anew', parts: [true, false, true] },
]

describe.each(ways)('$way', ({ parts }) => {
  beforeEach(async () => {
    engine = await openTestEngine()
    await putQueue(engine.deps, { queueType: 'vip', name: 'Important customers' })
    const agents = [1, 2, 3].map(() => engine.addAgent('available'))
    credits = new Map((await Promise.all(agents)).map((agentId) => [agentId, 99]))
    const [choosy] = loggedIn()
    await putAgent(engine.deps, { agentId: choosy!, firstName: 'Ada', queueTypes: ['unsigned_users', 'vip'] })
    shareOf = new Map()
    ordinaryInstead = 0
  })

  test.each([1, 2])('peek, claim and oracle agree, by seed %i', async (seed) => {
    random = randomFrom(seed)
    let proposed = 0
    const { lanes } = engine.deps
    engine.deps.lanes = {
      ...lanes,
      async take(query) {
        const proposal = await lanes.take(query)
        if (proposal.kind === 'entry') proposed++
        return proposal
      },
    }
    for (const queueType of queueTypes) await putShareOf(queueType)
    for (const areLanesThere of parts) {
      if (areLanesThere) await engine.reconcile()
      else if (parts.length > 1) await engine.redis.del(await engine.redis.keys(`${engine.redisPrefix}*`))
      for (let step = 0; step < 90 / parts.length; step++) {
        await random.pick([events['an ordinary user']!, events['a callback']!])()
        await random.pick(Object.values(events))()
        await random.pick([calls['one call']!, calls['one call']!, calls['all at once']!])()
        expect(await creditsInPostgres(), `step ${step}`).toEqual(credits)
      }
    }
    expect(ordinaryInstead).toBeGreaterThan(10)
    expect(proposed > 20).toBe(parts.includes(true))
  })
})
