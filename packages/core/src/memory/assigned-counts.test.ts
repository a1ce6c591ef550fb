import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { assignedCounter } from './assigned-counts.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await engine.close()
})

/** Assigns that many more callbacks to an agent. */
async function assign(agentId: number, count: number) {
  await engine.sql`
    with people as (
      insert into users (id, name, created_at, updated_at)
      select nextval('call_queue_id_seq') + 1000000, 'User', now(), now() from generate_series(1, ${count}::int)
      returning id
    ), promises as (
      insert into callbacks (user_id, scheduled_for, is_queued, created_at, updated_at)
      select id, now(), true, now(), now() from people returning id, user_id
    )
    insert into call_queue (user_id, queue_type, priority_score, status, assigned_to_agent_id, assigned_at, callback_id,
      available_from, created_at, updated_at)
    select user_id, 'outstanding_requests', -1000, 'assigned', ${agentId}, now(), id, now(), now(), now() from promises`
}

test('up to 999 callbacks are counted each time', async () => {
  const first = await engine.addAgent('available')
  const second = await engine.addAgent('available')
  const count = assignedCounter()
  await assign(first, 998)
  expect(await count(engine.sql)).toEqual(new Map([[first, 998]]))
  await assign(second, 1)
  expect(await count(engine.sql)).toEqual(
    new Map([
      [first, 998],
      [second, 1],
    ]),
  )
  await assign(second, 1)
  expect((await count(engine.sql)).get(second)).toBe(2)
})

test.each([
  { took: 3, held: 300 },
  { took: 51, held: 5_000 },
])(
  'from 1,000 on a count that took $took ms is shared for $held ms, with what was added to it',
  async ({ took, held }) => {
    const agentId = await engine.addAgent('available')
    await assign(agentId, 1_000)
    const count = assignedCounter()
    const counting = count(engine.sql)
    vi.advanceTimersByTime(took)
    const counts = await counting
    expect(counts.get(agentId)).toBe(1_000)
    counts.set(agentId, 1_001)
    await assign(agentId, 5)
    vi.advanceTimersByTime(held - 1)
    expect((await count(engine.sql)).get(agentId)).toBe(1_001)
    vi.advanceTimersByTime(1)
    expect((await count(engine.sql)).get(agentId)).toBe(1_005)
  },
)
