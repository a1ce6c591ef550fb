import { claimNextCall, recordOutcome, type ClaimedCall } from '@ringback/core'
import { startRedis } from '@ringback/local'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, expect, test } from 'vitest'

const agentCount = 64
const entryCount = 5_000

let engine: TestEngine
afterEach(() => engine.close())

async function fill() {
  const now = engine.time.now()
  await engine.sql`
    insert into agents (id, first_name, last_name, created_at, updated_at)
    select n, 'Agent', n, now(), now() from generate_series(1, ${agentCount}::int) n`
  await engine.sql`
    insert into agent_sessions (agent_id, status, status_since, login_at, last_seen_at)
    select id, 'available', ${now}, ${now}, ${now} from agents`
  await engine.sql`
    insert into users (id, name, created_at, updated_at)
    select n, 'User', now(), now() from generate_series(1, ${entryCount}::int) n`
  // Scores in an order that has nothing to do with ids, with many ties.
  await engine.sql`
    insert into call_queue (user_id, queue_type, priority_score, status, available_from, created_at, updated_at)
    select n, case n % 2 when 0 then 'unsigned_users' else 'outstanding_requests' end, n * 7919 % 97,
      'pending', ${now}::timestamptz - n * 104729 % 50 * interval '1 second', ${now}, ${now}
    from generate_series(1, ${entryCount}::int) n`
  await engine.reconcile()
}

/** All agents claim and finish calls at once until nothing is left. Returns the claims in the order of their beginning. */
async function workTogether(onClaim: (count: number) => Promise<void> | void = () => {}) {
  const claims: { sequence: number; entryId: string }[] = []
  let sequence = 0
  await Promise.all(
    Array.from({ length: agentCount }, async (_, index) => {
      const agentId = index + 1
      for (let call: ClaimedCall | undefined; ;) {
        const asked = ++sequence
        call = await claimNextCall(engine.deps, { agentId })
        if (!call) return
        claims.push({ sequence: asked, entryId: call.queueEntry.id })
        await onClaim(claims.length)
        await recordOutcome(engine.deps, { callSessionId: call.callSessionId, outcomeType: 'resolved' })
      }
    }),
  )
  return claims
}

/** Every entry once, and none much before its turn: agents who ask at once may overtake each other, not the queue. */
async function expectEachOnceInOrder(claims: { sequence: number; entryId: string }[]) {
  const inOrder = await engine.sql<
    { id: string }[]
  >`select id from call_queue order by priority_score, available_from, id`
  const placeOf = new Map(inOrder.map((row, place) => [row.id, place]))
  expect(claims).toHaveLength(entryCount)
  expect(new Set(claims.map((claim) => claim.entryId)).size).toBe(entryCount)
  const overtaken = claims.map((claim, index) => Math.abs(placeOf.get(claim.entryId)! - index))
  expect(Math.max(...overtaken)).toBeLessThan(2 * agentCount)
  const [sessions] =
    await engine.sql`select count(*)::int as count, count(distinct queue_entry_id)::int as entries from call_sessions`
  expect(sessions).toEqual({ count: entryCount, entries: entryCount })
}

test('64 agents claiming at once from 5,000 entries get each exactly once, in order of priority', async () => {
  engine = await openTestEngine()
  await fill()
  await expectEachOnceInOrder(await workTogether())
})

test('the same with Redis stopped in the middle', async () => {
  const redis = await startRedis()
  engine = await openTestEngine({ redisUrl: redis.url })
  await fill()
  const claims = await workTogether(async (count) => {
    if (count === entryCount / 2) await redis.stop()
  })
  await expectEachOnceInOrder(claims)
})
