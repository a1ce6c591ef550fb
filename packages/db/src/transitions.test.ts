import { asAgent, createTestDatabase, type TestDatabase } from '@ringback/testing'
import type postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  agentMoves,
  agentSessions,
  agentStatuses,
  callbackMoves,
  callbacks,
  callbackStatuses,
  callQueue,
  callSessionMoves,
  callSessions,
  callSessionStatuses,
  claims,
  connect,
  queueEntryMoves,
  queueEntryStatuses,
  waits,
  type Sql,
} from './index.ts'

const now = new Date('2026-03-02T10:00:00Z')
const callbackId = '00000000-0000-4000-8000-000000000001'
const callId = '00000000-0000-4000-8000-000000000002'
const agentId = 1
const claimant = { ...asAgent(agentId), queueType: 'unsigned_users' }

let database: TestDatabase
let pool: postgres.Sql
let sql: postgres.ReservedSql
beforeAll(async () => {
  database = await createTestDatabase()
  pool = connect(database.url, { max: 1 })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})
beforeEach(async () => {
  sql = await pool.reserve()
  // Never committed, so no deferred check is made.
  await sql`begin`
  await sql`insert into users (id, name, created_at, updated_at) values (1, 'U', ${now}, ${now})`
  await sql`insert into agents (id, first_name, last_name, created_at, updated_at) values (1, 'A', 'B', ${now}, ${now})`
  await sql`insert into agent_sessions (agent_id, status, status_since, login_at, last_seen_at) values (1, 'busy', ${now}, ${now}, ${now})`
  await sql`
    insert into call_sessions (id, user_id, agent_id, direction, started_at, created_at)
    values (${callId}, 1, 1, 'outbound', ${now}, ${now})`
})
afterEach(async () => {
  await sql`rollback`
  sql.release()
})

async function addCallback(status: string): Promise<void> {
  const row = {
    id: callbackId,
    userId: '1',
    scheduledFor: now,
    preferredAgentId: agentId,
    status,
    statusBeforeClaim: status === 'in_progress' ? 'accepted' : null,
    isQueued: status === 'in_progress',
    completedAt: status === 'completed' ? now : null,
    completedCallSessionId: status === 'completed' ? callId : null,
    cancelledAt: status === 'cancelled' ? now : null,
    createdAt: now,
    updatedAt: now,
  }
  await sql`insert into callbacks ${sql(row)}`
}

async function addEntry(status: string, ofCallback = false): Promise<string> {
  const isClaimed = status === 'in_progress' || status === 'completed'
  const row = {
    userId: '1',
    queueType: 'unsigned_users',
    priorityScore: ofCallback ? -1000 : 1,
    callbackId: ofCallback ? callbackId : null,
    status,
    assignedToAgentId: status === 'assigned' ? agentId : null,
    assignedAt: status === 'assigned' ? now : null,
    claimedByAgentId: isClaimed ? agentId : null,
    claimedAt: isClaimed ? now : null,
    callSessionId: isClaimed ? callId : null,
    endedAt: status === 'completed' || status === 'removed' ? now : null,
    availableFrom: now,
    createdAt: now,
    updatedAt: now,
  }
  const [added] = await sql<{ id: string }[]>`insert into call_queue ${sql(row)} returning id`
  return added!.id
}

const claim = (s: Sql, entryId: string) => claims.claim(s, [{ ...claimant, entryId }], now, 'pass-over')

/** Every move, by the statement that makes it. Undefined or nothing is what it answers when it may not. */
const callbackStatements: Record<keyof typeof callbackMoves, (s: Sql) => Promise<unknown>> = {
  accept: (s) => callbacks.accept(s, callbackId, agentId, now),
  postpone: (s) =>
    callbacks.postpone(
      s,
      callbackId,
      {
        scheduledFor: now,
        promisedFor: now,
        localTime: null,
        timeZone: null,
        preferredAgentId: null,
        holdsOrdinary: false,
      },
      now,
    ),
  wait: async (s) => (await waits.waitForOwner(s, [{ id: callbackId, retryAt: now, awaitedUntil: now }], null, now))[0],
  reassign: (s) => callbacks.reassign(s, callbackId, { preferredAgentId: null, isQueued: false }, now),
  cancel: (s) => callbacks.cancel(s, callbackId, now),
  claim: async (s) => {
    await callbacks.setQueued(s, [callbackId], true, now)
    return (await claim(s, await addEntry('pending', true)))[0]
  },
  release: (s) => callbacks.release(s, callbackId, now),
  retry: (s) => callbacks.retry(s, callbackId, now, now),
  complete: (s) => callbacks.complete(s, callbackId, { callSessionId: callId, result: 'reached' }, now),
  reach: async (s) => (await callbacks.reach(s, [callbackId], callId, now))[0],
}

const entryStatements: Record<keyof typeof queueEntryMoves, (s: Sql, id: string) => Promise<unknown>> = {
  assign: async (s, id) => (await callQueue.assign(s, [{ id, agentId }], now))[0],
  claim: async (s, id) => (await claim(s, id))[0],
  release: (s, id) => claims.release(s, id, now),
  complete: (s, id) => claims.complete(s, id, callId, now),
  remove: async (s, id) => (await callQueue.remove(s, id, now))[0],
}

const outcome = {
  outcomeType: 'resolved',
  durationSeconds: null,
  notes: null,
  callbackScheduled: false,
  nextCallbackId: null,
  request: 'a request',
  fromTelephony: false,
} as const
const callStatements: Record<keyof typeof callSessionMoves, (s: Sql) => Promise<unknown>> = {
  complete: (s) => callSessions.complete(s, callId, null, now),
  release: (s) => callSessions.release(s, callId, now),
  recordOutcome: (s) => callSessions.recordOutcome(s, callId, outcome, now),
}

const statusOfAgent = async () => (await agentSessions.getOpen(sql, agentId))!.status
const agentStatements: Record<keyof typeof agentMoves, (s: Sql) => PromiseLike<unknown>> = {
  claim: async (s) => claim(s, await addEntry('pending')),
  wrapUp: (s) => agentSessions.wrapUp(s, agentId, now),
  free: (s) => agentSessions.free(s, agentId, now),
}

/** Every move in every status. */
const all = <Status extends string>(moves: Record<string, { from: readonly string[] }>, statuses: readonly Status[]) =>
  Object.entries(moves).flatMap(([move, { from }]) =>
    statuses.map((status) => ({ move, status, may: from.includes(status) })),
  )

describe('the guard of a statement is what the table says', () => {
  test.each(all(callbackMoves, callbackStatuses))('a callback that is $status may $move: $may', async (each) => {
    await addCallback(each.status)
    const moved = await callbackStatements[each.move as keyof typeof callbackStatements](sql)
    expect(moved !== undefined).toBe(each.may)
  })

  test.each(all(queueEntryMoves, queueEntryStatuses))('an entry that is $status may $move: $may', async (each) => {
    const id = await addEntry(each.status)
    const moved = await entryStatements[each.move as keyof typeof entryStatements](sql, id)
    expect(moved !== undefined).toBe(each.may)
  })

  test.each(all(callSessionMoves, callSessionStatuses))('a call that is $status may $move: $may', async (each) => {
    const completedAt = each.status === 'completed' ? now : null
    await sql`update call_sessions set status = ${each.status}, completed_at = ${completedAt}`
    const moved = await callStatements[each.move as keyof typeof callStatements](sql)
    expect(moved !== undefined).toBe(each.may)
  })

  test.each(all(agentMoves, agentStatuses))('an agent who is $status may $move: $may', async (each) => {
    await sql`update agent_sessions set status = ${each.status}`
    await agentStatements[each.move as keyof typeof agentStatements](sql)
    const { to } = agentMoves[each.move as keyof typeof agentMoves]
    expect(await statusOfAgent()).toBe(each.may ? to : each.status)
  })
})
