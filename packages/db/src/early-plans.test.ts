import { createTestDatabase, type TestDatabase } from '@ringback/testing'
import type postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callbacks, callQueue, checkNow, claims, connect, integrity, lock, type Sql } from './index.ts'

/**
 * Connections live for days and keep their plans. One that is made while nobody waits takes every way through the queue for
 * equally short; it must not read all who wait by then.
 */

const waiting = 3_000
const together = 50
const now = new Date()
const due = { now, horizon: now }

let database: TestDatabase
let sql: postgres.Sql
let other: postgres.Sql
beforeAll(async () => {
  database = await createTestDatabase()
  sql = connect(database.url, { max: 1 })
  other = connect(database.url, { max: 1 })
  await sql`
    insert into users (id, name, created_at, updated_at) select n, 'U', ${now}, ${now} from generate_series(1, ${waiting}) n`
  await sql`
    insert into agents (id, first_name, last_name, created_at, updated_at)
    select n, 'A', 'A', ${now}, ${now} from generate_series(1, ${waiting}) n`
  await sql`
    insert into callbacks (user_id, scheduled_for, created_at, updated_at)
    select id, ${now}, ${now}, ${now} from users where id <= ${together}`
  await logIn(sql, 1, together)
  await sql`analyze callbacks, agent_sessions`
})
afterAll(async () => {
  await Promise.all([sql.end(), other.end()])
  await database.drop()
})

const logIn = (on: Sql, from: number, to: number) => on`
  insert into agent_sessions (agent_id, status, status_since, login_at, last_seen_at)
  select id, 'busy', ${now}, ${now}, ${now} from agents where id between ${from} and ${to}`

/** All entries but the first ones are claimed, each by an agent. */
const takeCalls = (on: Sql) => on`
  with call as (
    insert into call_sessions (id, user_id, direction, started_at, created_at)
    select gen_random_uuid(), user_id, 'outbound', ${now}, ${now} from call_queue
    where user_id > ${3 * together} returning id, user_id
  )
  update call_queue set status = 'in_progress', claimed_by_agent_id = call.user_id, claimed_at = ${now}, call_session_id = call.id
  from call where call.user_id = call_queue.user_id`

const callbackIds = async (tx: Sql) => (await tx<{ id: string }[]>`select id from callbacks`).map(({ id }) => id)

/** How many rows each may read at most, in tables and in indexes. */
const atMost: Record<string, number> = {
  'the checks at COMMIT': 10 * together,
  'the look of routing': 10 * together,
  // It sorts all who wait by user while it does not know better; then it joins its page.
  'a page of the audit': waiting + 10 * together,
  'how agents stand': 10 * together,
  'entries of users who may be in calls': 10 * together,
  'what agents would get': 10 * together,
}

const steps: Record<string, (tx: Sql) => Promise<unknown>> = {
  async 'the checks at COMMIT'(tx) {
    await tx`
      insert into call_queue (user_id, queue_type, priority_score, status, callback_id, available_from, created_at, updated_at)
      select user_id, 'unsigned_users', -1000, 'pending', id, ${now}, ${now}, ${now} from callbacks`
    await tx`update callbacks set is_queued = true`
    await checkNow(tx)
  },
  'the look of routing': async (tx) =>
    lock.routingGroup(tx, {
      callbackIds: await callbackIds(tx),
      due,
      waits: false,
      defaultQueueType: 'outstanding_requests',
    }),
  'a page of the audit': (tx) => integrity.auditEntries(tx, '0', together),
  'how agents stand': (tx) =>
    claims.listStandings(
      tx,
      Array.from({ length: together }, (_, index) => index + 1),
    ),
  async 'entries of users who may be in calls'(tx) {
    const entries = await tx<callQueue.NewCallbackEntry[]>`
      select user_id, 'unsigned_users' as queue_type, -1000 as priority_score, 'R' as queue_reason,
        null as assigned_to_agent_id, available_from, id as callback_id
      from (select id, user_id, scheduled_for as available_from from callbacks) c`
    await callQueue.insertForCallbacks(tx, entries, now)
    await tx`update callbacks set is_queued = true`
    for (const { userId } of entries) await callQueue.renewHold(tx, userId, now)
  },
  'what agents would get': (tx) =>
    claims.listHeldOrClaimable(
      tx,
      Array.from({ length: together }, (_, n) => ({
        agentId: n + 1,
        queueType: 'unsigned_users',
        entryId: String(n + 1),
      })),
      now,
    ),
}

class Undo extends Error {}

const queues = ['call_queue', 'users', 'agent_sessions', 'call_sessions']

const rowsRead = async (tx: Sql, tables: string[]): Promise<number> => {
  const [row] = await tx<{ read: number }[]>`
    select sum(pg_stat_get_xact_tuples_returned(each.oid) + pg_stat_get_xact_tuples_fetched(each.oid))::int as read
    from pg_class each left join pg_index i on i.indexrelid = each.oid
    where coalesce(i.indrelid, each.oid) = any(${tables}::text[]::regclass[]::oid[])`
  return row!.read
}

/** How many rows of these tables `step` reads; what it writes is undone. */
async function rowsReadBy(step: (tx: Sql) => Promise<unknown>, tables = queues): Promise<number> {
  let read = 0
  const undone = sql.begin(async (tx) => {
    const before = await rowsRead(tx, tables)
    await step(tx)
    read = (await rowsRead(tx, tables)) - before
    throw new Undo()
  })
  await expect(undone).rejects.toThrow(Undo)
  return read
}

test('what is planned while nobody waits reads no more when thousands do', async () => {
  // A statement gets its plan for all parameters with the sixth time.
  for (const step of Object.values(steps)) for (let n = 0; n < 6; n++) await rowsReadBy(step)
  await other`
    insert into call_queue (user_id, queue_type, priority_score, status, available_from, created_at, updated_at)
    select id, 'unsigned_users', 1, 'pending', ${now}, ${now}, ${now} from users where id > ${together}`
  await logIn(other, together + 1, waiting)
  await takeCalls(other)
  const reads: Record<string, number> = {}
  for (const [name, step] of Object.entries(steps)) reads[name] = await rowsReadBy(step)
  expect(Object.keys(reads).filter((name) => reads[name]! > atMost[name]!)).toEqual([])
})

test('the next promise of a user is found without those that are put off, though there were none', async () => {
  const promise = (isPutOff: boolean) => other`
    insert into callbacks (user_id, scheduled_for, unplaced_because, retry_at, created_at, updated_at)
    select id, ${now}, case when ${isPutOff} then 'deferred' end,
      case when ${isPutOff} then ${now}::timestamptz + interval '30 minutes' end, ${now}, ${now}
    from users where id > ${together}`
  await promise(false)
  await other`analyze callbacks`
  const wake = async (tx: Sql) => callbacks.wakeDeferred(tx, ['1'])
  for (let n = 0; n < 6; n++) await rowsReadBy(wake)
  await promise(true)
  expect(await rowsReadBy(wake, ['callbacks'])).toBeLessThanOrEqual(10)
})
