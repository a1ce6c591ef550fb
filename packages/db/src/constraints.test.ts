import { createTestDatabase, type TestDatabase } from '@ringback/testing'
import type postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { agentSessions, connect, userCallScores } from './index.ts'

let database: TestDatabase
let pool: postgres.Sql
let sql: postgres.ReservedSql
beforeAll(async () => {
  database = await createTestDatabase()
  pool = connect(database.url, { max: 2 })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})
beforeEach(async () => {
  sql = await pool.reserve()
  await sql`begin`
  await sql`insert into agents (id, first_name, last_name, created_at, updated_at) values (1, 'A', 'B', now(), now())`
  await sql`insert into callbacks (id, user_id, scheduled_for, created_at, updated_at) values (${callbackId}, 1, now(), now(), now())`
})
afterEach(async () => {
  await sql`rollback`
  sql.release()
})

const callbackId = '00000000-0000-4000-8000-000000000001'
const sessionId = '00000000-0000-4000-8000-000000000002'

/** The name of the constraint that a statement violates. */
async function violated(statement: postgres.PendingQuery<postgres.Row[]>): Promise<string> {
  const error = await statement.then(
    () => undefined,
    (reason: postgres.PostgresError) => reason,
  )
  return error?.constraint_name ?? 'none'
}

const callback = (changes: string) =>
  violated(sql`update callbacks set ${sql.unsafe(changes)} where id = ${callbackId}`)
const entry = (fields: Record<string, unknown>) => {
  const row = {
    userId: '1',
    queueType: 'unsigned_users',
    priorityScore: 0,
    status: 'pending',
    availableFrom: new Date(),
    createdAt: new Date(),
    updatedAt: new Date(),
    ...fields,
  }
  return sql`insert into call_queue ${sql(row)}`
}

describe('a callback', () => {
  test.each([
    [
      'in progress without what it was before',
      `status = 'in_progress', is_queued = true`,
      'callbacks_claim_remembers_status',
    ],
    [
      'claimed when it had ended',
      `status = 'in_progress', is_queued = true, status_before_claim = 'completed'`,
      'callbacks_claim_remembers_status',
    ],
    ['accepted without an agent', `status = 'accepted'`, 'callbacks_accepted_has_agent'],
    ['completed without a call', `status = 'completed', completed_at = now()`, 'callbacks_completed_by_a_call'],
    ['cancelled without a time', `status = 'cancelled'`, 'callbacks_cancelled_at'],
    [
      'cancelled and in a queue',
      `status = 'cancelled', cancelled_at = now(), is_queued = true`,
      'callbacks_queue_follows_status',
    ],
    ['promised for the time when it is due', 'promised_for = scheduled_for', 'callbacks_promised_for_another_time'],
    ['attempted less than never', 'attempts = -1', 'callbacks_attempts'],
    ['called without an attempt', 'first_called_at = now()', 'callbacks_attempts'],
    ['first called by somebody at no time', 'first_called_by = 1', 'callbacks_first_called_by'],
    ['open with a result', `result = 'reached'`, 'callbacks_result_of_what_ended'],
    [
      'in progress and in no queue',
      `status = 'in_progress', status_before_claim = 'pending'`,
      'callbacks_queue_follows_status',
    ],
  ])('is never %s', async (_, changes, constraint) => {
    expect(await callback(changes)).toBe(constraint)
  })
})

describe('a queue entry', () => {
  test.each([
    ['assigned without an agent', { status: 'assigned' }, 'call_queue_status_follows_assignment'],
    ['pending with an agent', { assignedToAgentId: 1, assignedAt: new Date() }, 'call_queue_status_follows_assignment'],
    ['with an agent and no time of assignment', { status: 'assigned', assignedToAgentId: 1 }, 'call_queue_assignment'],
    ['in progress without a claim', { status: 'in_progress' }, 'call_queue_claim'],
    ['removed without a time', { status: 'removed' }, 'call_queue_ended'],
    ['ahead of callbacks without being one', { priorityScore: -1 }, 'call_queue_negative_scores_are_callbacks'],
  ])('is never %s', async (_, fields, constraint) => {
    expect([constraint, 'call_queue_status_follows_assignment']).toContain(await violated(entry(fields)))
  })

  test('is the only live one of its user', async () => {
    await entry({})
    expect(await violated(entry({}))).toBe('call_queue_one_live_per_user')
  })

  test('is the only live one of its callback', async () => {
    await entry({ callbackId, priorityScore: -1000 })
    expect(await violated(entry({ userId: '2', callbackId, priorityScore: -1000 }))).toBe(
      'call_queue_one_live_per_callback',
    )
  })

  test('is the only claim of its agent', async () => {
    await sql`insert into call_sessions (id, user_id, direction, started_at, created_at) values (${sessionId}, 1, 'outbound', now(), now())`
    const claim = { status: 'in_progress', claimedByAgentId: 1, claimedAt: new Date(), callSessionId: sessionId }
    await entry(claim)
    expect(await violated(entry({ userId: '2', ...claim }))).toBe('call_queue_one_claim_per_agent')
  })
})

test('an agent has one open session, which ends after it began and has a credit for callbacks', async () => {
  const session = sql`insert into agent_sessions (agent_id, status, status_since, login_at, last_seen_at) values (1, 'busy', now(), now(), now())`
  await session
  await sql`savepoint before`
  expect(await violated(sql`update agent_sessions set logout_at = login_at - interval '1 ms'`)).toBe(
    'agent_sessions_logout_after_login',
  )
  await sql`rollback to before`
  for (const credit of [-1, 100]) {
    const set = sql`update agent_sessions set callback_credit = ${credit}`
    expect(await violated(set)).toBe('agent_sessions_callback_credit')
    await sql`rollback to before`
  }
  expect(
    await violated(
      sql`insert into agent_sessions (agent_id, status, status_since, login_at, last_seen_at) values (1, 'away', now(), now(), now())`,
    ),
  ).toBe('agent_sessions_one_open_per_agent')
})

test('a call session has an outcome only when it is over', async () => {
  const session = { id: sessionId, userId: '1', direction: 'inbound', startedAt: new Date(), createdAt: new Date() }
  expect(await violated(sql`insert into call_sessions ${sql({ ...session, lastOutcomeType: 'resolved' })}`)).toBe(
    'call_sessions_outcome_ends_the_call',
  )
})

test('statements with ON CONFLICT on partial indexes work as often as they are prepared', async () => {
  const now = new Date()
  await sql`insert into users (id, name, created_at, updated_at) values (7, 'Seven', ${now}, ${now})`
  const place = {
    userId: '7',
    currentQueueType: 'unsigned_users',
    priorityScore: 1,
    queueReason: null,
    claimId: null,
    availableFrom: now,
    signatureMissingSince: null,
    signatureType: null,
  } as const
  for (let n = 0; n < 20; n++) {
    await agentSessions.put(sql, 1, n % 2 ? 'busy' : 'available', now)
    await userCallScores.put(sql, place, now)
    await userCallScores.restoreEntries(sql, ['7'], now)
  }
  expect(await sql`select * from call_queue`).toHaveLength(1)
  expect(await sql`select * from agent_sessions`).toHaveLength(1)
})
