import { asAgent, createTestDatabase, type TestDatabase } from '@ringback/testing'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  callbackLists,
  callbacks,
  callQueue,
  callSessions,
  claims,
  connect,
  cronRuns,
  deliveryStatuses,
  desks,
  erasure,
  laneEntries,
  laneMirror,
  lock,
  monitoring,
  overview,
  priorityScores,
  promises,
  retention,
  users,
  waits,
  webhookDeliveries,
  type QueueEntry,
  type Sql,
} from './index.ts'

const rows = 250_000
const now = new Date('2026-03-02T10:00:00Z')
const minutes = (n: number) => new Date(now.getTime() + n * 60_000)
const due = { now, horizon: minutes(6) }
/** A page of what is older than anything here. */
const oldest = { before: new Date('2020-01-01T00:00:00Z'), after: undefined, limit: 500 }
const listed = (s: Sql, asked: Partial<callbackLists.CallbackList>) =>
  callbackLists.list(s, { sort: 'scheduledFor', order: 'asc', after: undefined, limit: 50, ...asked })
const claimant = { ...asAgent(3), queueType: null }
const aWebhook = '00000000-0000-4000-8000-000000000003'

let database: TestDatabase
let sql: postgres.Sql
/** Callbacks that are routed together. */
let group: string[]
let asked: { query: string; parameters: Parameter[] }[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  sql = connect(database.url, { max: 1, statementTimeoutMs: 300_000 })
  await sql`set session_replication_role = replica` // No foreign keys, for speed.
  await sql`insert into agents (id, first_name, last_name, created_at, updated_at) select n, 'A', 'B', now(), now() from generate_series(1, 200) n`
  await sql`
    insert into agent_sessions (agent_id, status, status_since, login_at, last_seen_at)
    select id, case when id % 2 = 0 then 'available' else 'busy' end::agent_status, ${now}, ${now}, ${now} from agents`
  // So few users that the planner thinks little of reading them all.
  await sql`insert into users (id, name, created_at, updated_at) select n, 'U', now(), now() from generate_series(1, 20000) n`
  await sql`
    insert into user_call_scores (user_id, current_queue_type, priority_score, available_from, updated_at)
    select id, 'unsigned_users', 0, now(), now() from users where id % 5 = 0`
  // A hundred due callbacks, 50,000 well in a queue, the rest in the coming months, a third of them accepted or ended.
  await sql`
    insert into callbacks (user_id, scheduled_for, preferred_agent_id, queue_type, callback_reason, external_id, status, is_queued, cancelled_at, created_at, updated_at)
    select n, ${now}::timestamptz + case when n <= 50100 then -n else n end * interval '5 seconds', n % 200 + 1,
      case when n % 5000 = 1 then 'seldom' when n % 2 = 0 then 'unsigned_users' end,
      case when n % 5000 = 1 then 'A wet cellar, once more' when n % 3 = 0 then 'Questions about contract ' || n end,
      case when n % 4 = 0 then 'ticket-' || n end,
      case when n <= 50100 then 'pending' when n % 10 = 0 then 'accepted' when n % 10 < 3 then 'cancelled' else 'pending' end::callback_status,
      n > 100 and n <= 50100, case when n > 50100 and n % 10 in (1, 2) then now() end, now(),
      ${now}::timestamptz - (n * 7919 % 1000000) * interval '1 second'
    from generate_series(1, ${rows}) n`
  await sql`
    insert into callback_reasons select id, callback_reason from callbacks where callback_reason is not null`
  // 20,000 whose routing failed and is not to be tried again yet, and fifty for whom the time has come.
  await sql`
    update callbacks set routing_failures = 3, scheduled_for = ${minutes(-1)},
      retry_at = ${now}::timestamptz + case when user_id % 400 = 5 then -1 else 30 end * interval '1 minute'
    where user_id > ${rows - 20_000} and status = 'pending'`
  // One in a hundred of the later ones was put off.
  await sql`
    update callbacks set promised_for = scheduled_for - interval '10 minutes' where user_id > 50100 and user_id % 100 = 0`
  await sql`
    insert into call_queue (user_id, queue_type, priority_score, status, assigned_to_agent_id, assigned_at, callback_id, available_from, created_at, updated_at)
    select user_id, 'outstanding_requests', -1000, 'assigned', user_id % 100 * 2 + 2, ${now}, id, scheduled_for, now(), ${minutes(-60)}
    from callbacks where is_queued`
  await sql`
    insert into call_queue (user_id, queue_type, priority_score, status, ended_at, available_from, created_at, updated_at)
    select n, case when n % 2 = 0 then 'unsigned_users' else 'outstanding_requests' end, n % 100,
      case when n % 3 = 0 then 'pending' else 'removed' end::queue_entry_status, case when n % 3 > 0 then now() end,
      ${now}::timestamptz - n * interval '1 second', now(), ${now}::timestamptz - n * interval '1 second'
    from generate_series(${rows + 1}::int, ${2 * rows - 50_000}::int) n`
  await sql`
    insert into call_sessions (user_id, agent_id, direction, status, started_at, completed_at, last_outcome_type, callback_scheduled, created_at)
    select n, case when n % 50000 = 1 then 999 else n % 200 + 1 end, case when n % 3 = 0 then 'outbound' else 'inbound' end::call_direction, 'completed',
      ${now}::timestamptz - n * interval '30 seconds', now(), case when n % 50 > 0 then 'resolved' end::outcome_type, n % 7 = 0, now()
    from generate_series(1, ${rows}) n`
  await sql`
    insert into cron_runs (id, trigger, started_at, enqueued, finished_at)
    select gen_random_uuid(), 'schedule', ${now}::timestamptz - n * interval '1 minute', 0, ${now}::timestamptz - n * interval '1 minute'
    from generate_series(1, 40000) n`
  // Of five webhooks one is dead, and 30,000 deliveries wait for it; of the others' a few are due, and many were taken.
  await sql`
    insert into webhooks (id, url, active_since, failing_since, secret, created_at, updated_at)
    select ('00000000-0000-4000-8000-00000000000' || n)::uuid, 'https://crm.example.com', ${now},
      case when n = 5 then ${minutes(-60)}::timestamptz end, 'whsec_', now(), now() from generate_series(1, 5) n`
  await sql`
    insert into webhook_deliveries (webhook_id, event_id, type, user_id, body, status, attempts, next_attempt_at, delivered_at, created_at)
    select ('00000000-0000-4000-8000-00000000000' || n % 5 + 1)::uuid, n::text, 'callback.scheduled', n % 20000, '{}', status, 1,
      case when status = 'pending' then ${now}::timestamptz + (n % 1000 - 500) * interval '1 second' end,
      case when status = 'delivered' then now() end, ${now}::timestamptz - (${rows} - n) * interval '2 seconds'
    from generate_series(1, ${rows}) n, lateral (
      select case when n % 5 = 4 and n > 100000 or n % 1000 = 1 then 'pending' when n % 500 = 2 then 'failed' else 'delivered'
        end::delivery_status as status) d`
  // Some wait for their only agents, who have left.
  await sql`
    update callbacks set owner = 'only', preferred_agent_id = 999, unplaced_because = 'owner-missing', scheduled_for = ${minutes(-1)},
      retry_at = ${minutes(30)}, routing_failures = 0
    where id in (select id from callbacks where user_id > 200000 and status = 'pending' and retry_at is null limit 500)`
  // Some wait for the hours of their customers, and some are in a queue until these end.
  await sql`
    update callbacks set unplaced_because = 'closed'
    where id in (select id from callbacks where user_id > 210000 and status = 'pending' and unplaced_because is null and retry_at is null limit 500)`
  await sql`
    update call_queue set available_until = case when id % 10 = 0 then ${minutes(-1)} else ${minutes(60)} end::timestamptz
    where id in (select id from call_queue where status = 'assigned' and assigned_to_agent_id <> 7 order by id desc limit 500)`
  await sql`vacuum analyze`
  group = (await sql<{ id: string }[]>`select id from callbacks where user_id <= 250`).map(({ id }) => id)
  await sql.end()
  sql = connectListening(database.url)
})

afterAll(async () => {
  await sql.end()
  await database.drop()
})

/** A connection that keeps what it is asked. */
function connectListening(url: string): postgres.Sql {
  const debug = (_: number, query: string, parameters: Parameter[]) => void asked.push({ query, parameters })
  const transform = { column: { from: postgres.toCamel, to: postgres.fromCamel } }
  return postgres(url, { max: 1, debug, transform, onnotice: () => {} })
}

interface Plan {
  'Node Type': string
  'Index Name'?: string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Plan[]
}

type PlanMode = 'custom' | 'generic'

/**
 * The plan nodes of the statements that `ask` makes, as Postgres ran them: with a plan for these parameters, as a
 * connection does at first, or with one for all parameters, which it may come to prefer.
 */
async function plansOf(mode: PlanMode, ask: (sql: Sql) => Promise<unknown>, on = sql): Promise<Plan[]> {
  asked = []
  await ask(on)
  const statements = asked.filter(
    ({ query }) => /^[\s(]*(?:select|with|update|insert)/i.test(query) && !query.includes('pg_catalog'),
  )
  const nodes: Plan[] = []
  const collect = (plan: Plan): void => {
    nodes.push(plan)
    plan.Plans?.forEach(collect)
  }
  for (const { query, parameters } of statements) {
    const values = parameters.length > 0 ? `(${parameters.map(literal).join()})` : ''
    await on.unsafe(`set plan_cache_mode = force_${mode}_plan`)
    await on.unsafe(`prepare statement as ${query}`)
    await on`begin`
    const [row] = await on.unsafe(`explain (analyze, format json) execute statement${values}`)
    await on`rollback`
    await on.unsafe('deallocate statement')
    collect(row!['QUERY PLAN'][0].Plan)
  }
  return nodes
}

type Parameter = string | number | boolean | Date | null | (string | number)[]

function literal(value: Parameter): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `'{${value.join()}}'`
  return `'${value instanceof Date ? value.toISOString() : value}'`
}

const bigTables = new Set(['callbacks', 'callback_reasons', 'call_queue', 'call_sessions', 'webhook_deliveries'])

const misplaced = {
  now,
  silence: { since: minutes(-2), deafApis: [] },
  overdueBefore: minutes(-1),
  escalatedBefore: minutes(-5),
  escalatedByPolicy: [],
  writtenSince: minutes(-60),
}

const ofADay = {
  from: minutes(5_000),
  to: minutes(6_440),
  now,
  punctualWithinMinutes: 5,
  punctualByQueue: { unsigned_users: 6 },
  defaultQueueType: 'outstanding_requests',
}

/** Rows that a plan looked at in the big tables, those thrown away by a filter included. */
const rowsLookedAt = (nodes: Plan[], tables: ReadonlySet<string> = bigTables) =>
  nodes
    .filter((node) => tables.has(node['Relation Name'] ?? ''))
    .reduce((sum, node) => {
      const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
      return sum + (node['Actual Rows'] + removed) * node['Actual Loops']
    }, 0)

type Asked = [what: string, ask: (sql: Sql) => Promise<unknown>, indexes: string[], mostRows: number]

describe.each<PlanMode>(['custom', 'generic'])('with 250,000 rows in each table and a %s plan', (mode) => {
  test.each<Asked>([
    [
      'the scan for unqueued callbacks',
      (s) => callbacks.listUnqueued(s, due, undefined, 1_000),
      ['callbacks_unqueued'],
      150,
    ],
    [
      'its next page',
      (s) =>
        callbacks.listUnqueued(
          s,
          due,
          { scheduledFor: minutes(-5), id: '00000000-0000-4000-8000-000000000000' },
          1_000,
        ),
      ['callbacks_unqueued'],
      150,
    ],
    [
      'the scan for callbacks that were put off',
      (s) => callbacks.listRetries(s, now, undefined, 1_000),
      ['callbacks_put_off'],
      60,
    ],
    [
      'the next promise of a user whose place is free',
      async (s) => callbacks.wakeDeferred(s, [String(rows)]),
      ['callbacks_by_user'],
      10,
    ],
    [
      'the scan for entries with an agent who is not fit',
      (s) => callQueue.listMisplaced(s, misplaced, '0', 1_000),
      ['call_queue_assigned'],
      100,
    ],
    [
      'the scan for callbacks that have nobody',
      (s) => callQueue.listUnassigned(s, null, now),
      ['call_queue_unassigned_callbacks'],
      150,
    ],
    [
      'the entries whose hours are over',
      (s) => callQueue.listClosed(s, now, undefined, 1_000),
      ['call_queue_closing'],
      100,
    ],
    [
      'the callbacks that wait for an opening',
      (s) =>
        waits.listForOpening(
          s,
          { queueType: 'unsigned_users', defaultQueueType: 'outstanding_requests' },
          undefined,
          1_000,
        ),
      ['callbacks_waiting_for_opening'],
      3_000,
    ],
    [
      'a page of the callbacks in a queue',
      (s) => callQueue.listCallbacksIn(s, { queueType: 'outstanding_requests', status: 'assigned' }, undefined, 200),
      ['call_queue_assigned_by_type'],
      200,
    ],
    [
      'the count of assigned callbacks',
      (s) => callQueue.countAssignedCallbacks(s),
      [], // Two are as good.
      50_000,
    ],
    ['the count of queued callbacks', (s) => callbacks.countQueued(s, due), ['callbacks_queued'], 50_000],
    [
      'what routing must know of a group',
      (s) => lock.routingGroup(s, { callbackIds: group, due, waits: false, defaultQueueType: 'outstanding_requests' }),
      ['callbacks_pkey', 'users_pkey', 'user_call_scores_pkey', 'callbacks_by_user', 'call_queue_one_live_per_user'],
      1_750, // Seven for each callback.
    ],
    [
      "an agent's pending list",
      (s) => listed(s, { statuses: ['pending'], agentId: 7, to: minutes(10), limit: 50 }),
      ['callbacks_by_preferred_agent', 'call_queue_assigned'],
      2_000,
    ],
    [
      'what is due at a desk',
      (s) => desks.listDue(s, 7, { now, to: minutes(10) }, 50),
      ['callbacks_by_preferred_agent', 'call_queue_assigned', 'callbacks_pkey'],
      700,
    ],
    [
      'what was put off at a desk',
      (s) => desks.listPutOff(s, 100, { now, to: minutes(24 * 60) }, 50),
      ['callbacks_by_preferred_agent'],
      400,
    ],
    [
      'the day of an agent',
      (s) => desks.countCalls(s, 7, minutes(-24 * 60), now),
      ['call_sessions_by_agent', 'callbacks_by_completing_call'],
      30,
    ],
    [
      'the day of all agents',
      (s) => desks.countCallsOfAll(s, minutes(-24 * 60), now),
      ['call_sessions_by_agent', 'callbacks_by_completing_call'],
      3_000,
    ],
    [
      'the place of an entry in its queue',
      (s) =>
        desks.countBefore(
          s,
          { id: '1', queueType: 'outstanding_requests', priorityScore: -1000, availableFrom: now } as QueueEntry,
          1_000,
        ),
      ['call_queue_pending', 'call_queue_assigned_by_type'],
      2_000,
    ],
    [
      'what is overdue on a wall',
      (s) => overview.listOverdue(s, minutes(-5), 50),
      ['callbacks_by_status', 'callbacks_pkey'],
      500,
    ],
    [
      'the promises of the next hours on a wall',
      (s) => overview.listUpcoming(s, { from: minutes(5_000), to: minutes(5_240) }, 100),
      ['callbacks_by_status', 'callbacks_pkey'],
      500,
    ],
    [
      'who comes first in each queue on a wall',
      (s) => overview.listHeads(s, now),
      ['call_queue_pending', 'call_queue_assigned_by_type'],
      500,
    ],
    [
      'what is due on a wall in four hours',
      (s) => overview.countDue(s, { from: minutes(5_000), to: minutes(5_240), stretchSeconds: 900 }),
      ['callbacks_by_status'],
      2_900,
    ],
    ['the calls of all who are logged in', (s) => overview.listAtWork(s, 1_000), ['call_queue_one_claim_per_agent'], 0],
    [
      'the claim without Redis',
      (s) => claims.listCandidates(s, claimant, now, 64),
      ['call_queue_assigned', 'call_queue_pending'],
      300,
    ],
    [
      'the ordinary users for the claim without Redis',
      (s) => claims.listCandidates(s, claimant, now, 64, [], priorityScores.firstOrdinary),
      ['call_queue_assigned', 'call_queue_pending'],
      300,
    ],
    [
      'what was said of a user who is erased',
      (s) => Promise.all(erasure.eraseWhatWasSaid(s, '300000', 1_000)),
      ['callbacks_by_user', 'call_queue_ended_by_user', 'call_sessions_by_user'],
      20,
    ],
    [
      'the claim of a proposed entry',
      (s) => claims.claim(s, [{ ...claimant, entryId: '999999999' }], now, 'pass-over'),
      ['call_queue_pkey', 'callbacks_pkey'],
      10,
    ],
    [
      'the look at proposed entries',
      (s) =>
        claims.listHeldOrClaimable(
          s,
          Array.from({ length: 16 }, (_, n) => ({ ...claimant, agentId: n + 1, entryId: String(n + 1) })),
          now,
        ),
      ['call_queue_pkey', 'call_queue_one_claim_per_agent'],
      50,
    ],
    [
      'whether an agent knows a user',
      (s) => users.isKnownTo(s, '77', 3, '7a0f6b0e-3c1f-4a57-9d1c-6a4f5f1f0b11'),
      ['call_sessions_by_user', 'callbacks_by_user', 'call_queue_one_live_per_user'],
      10,
    ],
    [
      'whom subjects of the do-not-call list mean',
      (s) => users.listIds(s, { ids: ['77'], numbers: ['+12025550100'] }),
      ['users_pkey', 'users_by_phone_e164'],
      0,
    ],
    ['a page of users, to be given their numbers', (s) => users.listPhones(s, '77', 50), ['users_pkey'], 0],
    [
      'the promises by the clock on a wall',
      (s) => callbacks.listByWallClock(s, undefined, 500),
      ['callbacks_by_wall_clock'],
      0,
    ],
    ['where users wait', (s) => lock.liveEntriesOfUsers(s, ['77', '78']), ['call_queue_one_live_per_user'], 4],
    [
      'what is cancelled of users who must not be called',
      (s) => callbacks.cancelBlocked(s, ['77', '78'], now),
      ['callbacks_by_user', 'callbacks_pkey'],
      10,
    ],
    [
      'the attempts of a promise',
      (s) => callSessions.listAttempts(s, '7a0f6b0e-3c1f-4a57-9d1c-6a4f5f1f0b11', 100),
      ['call_sessions_by_callback'],
      0,
    ],
    [
      'the inbound call of an agent',
      (s) => callSessions.getInboundOf(s, 3, minutes(-120)),
      ['call_sessions_inbound_at_work'],
      10,
    ],
    [
      'what has been promised to a user about that time',
      (s) => callbacks.listUnclaimedIn(s, [{ userId: '77', from: minutes(-500), to: minutes(500) }]),
      ['callbacks_by_user'],
      10,
    ],
    [
      'how many open promises users have',
      (s) => callbacks.countOpen(s, ['77', '78'], 20, []),
      ['callbacks_by_user'],
      10,
    ],
    [
      'the callback that another system knows',
      (s) => callbacks.listByExternalIds(s, ['ticket-1', 'ticket-2']),
      ['callbacks_by_external_id'],
      2,
    ],
    ['what has been promised to a user', (s) => callbacks.listOpenOfUser(s, '77', 50), ['callbacks_by_user'], 10],
    [
      'the hold of an entry',
      (s) => callQueue.renewHold(s, '300000', now),
      ['call_queue_one_live_per_user', 'call_sessions_inbound_of_user', 'callbacks_by_user'],
      10,
    ],
    [
      'the callbacks whose agent is back',
      (s) => waits.listOwnerBack(s, null, now, 1_000),
      ['callbacks_waiting_for_owner'],
      10,
    ],
    [
      'the callbacks that wait for an agent',
      (s) => waits.listForOwner(s, 3, now, 200),
      ['callbacks_waiting_for_owner'],
      10,
    ],
    [
      'the entries that a policy opens to all',
      (s) =>
        callQueue.listUnclaimed(
          s,
          { queueType: 'outstanding_requests', since: minutes(-10_000), now },
          { dueAt: minutes(-20_000), id: '0' },
          1_000,
        ),
      ['call_queue_unescalated'],
      10,
    ],
    ['how many an agent has accepted', (s) => callbacks.countAccepted(s, 3), ['callbacks_by_preferred_agent'], 1_000],
    [
      'the queue of a type',
      (s) => callQueue.listWaiting(s, 'unsigned_users', 50),
      ['call_queue_pending', 'call_queue_assigned_by_type'],
      120_000,
    ],
    [
      'the first unassigned callback',
      (s) => callQueue.assignFirstUnassigned(s, 2, now),
      ['call_queue_unassigned_callbacks'],
      10,
    ],
    [
      'the entries that changed lately',
      async (s) => laneEntries.listChanged(s, (await laneMirror.present(s)).openSince, undefined, 5_000),
      ['call_queue_by_change'],
      100,
    ],
    [
      'monitoring: inbound calls of a day',
      (s) => monitoring.countCalls(s, minutes(-1_440), now),
      ['call_sessions_by_start'],
      10_000,
    ],
    [
      'monitoring: calls without an outcome',
      (s) => monitoring.listProblematic(s, minutes(-1_440), now, 50),
      ['call_sessions_problematic'],
      500,
    ],
    [
      'monitoring: the newest inbound calls',
      (s) => monitoring.listRecentInbound(s, minutes(-1_440), now, 50),
      ['call_sessions_by_start'],
      60,
    ],
    [
      'monitoring: the callbacks of a day',
      (s) =>
        monitoring.countCallbacks(s, minutes(-1_440), now, {
          overdueBefore: minutes(-5),
          ownerMissingBefore: minutes(-5),
        }),
      ['callbacks_by_status'],
      120_000,
    ],
    ['a page of callbacks by time', (s) => listed(s, { from: minutes(60), limit: 50 }), ['callbacks_by_status'], 300],
    [
      'the last page of them',
      (s) => listed(s, { order: 'desc', after: { scheduledFor: minutes(5_000), id: group[0]! } }),
      ['callbacks_by_status'],
      300,
    ],
    [
      'a page of the few callbacks of a status',
      (s) => listed(s, { statuses: ['in_progress'], limit: 50 }),
      ['callbacks_by_status'],
      0,
    ],
    [
      'its next page',
      (s) => listed(s, { statuses: ['accepted'], limit: 50, after: { scheduledFor: minutes(60), id: group[0]! } }),
      ['callbacks_by_status'],
      60,
    ],
    [
      'the callback that another system knows by an id',
      (s) => listed(s, { externalId: 'ticket-80000', limit: 50 }),
      ['callbacks_by_external_id'],
      10,
    ],
    [
      "a page of an agent's callbacks",
      (s) => listed(s, { agentId: 4, limit: 50 }),
      ['callbacks_by_preferred_agent', 'call_queue_assigned', 'call_queue_one_claim_per_agent'],
      2_000, // Of them 500 entries, and as many callbacks.
    ],
    [
      "a page of an agent's few callbacks of a status",
      (s) => listed(s, { agentId: 7, statuses: ['cancelled'], to: minutes(10_000), limit: 50 }),
      ['callbacks_by_preferred_agent'],
      60,
    ],
    [
      'a page of callbacks of two statuses',
      (s) => listed(s, { statuses: ['accepted', 'in_progress'] }),
      ['callbacks_by_status'],
      110,
    ],
    ['what is overdue', (s) => listed(s, { statuses: ['pending', 'accepted'], to: now }), ['callbacks_by_status'], 110],
    ['a page of the few callbacks of a queue', (s) => listed(s, { queueType: 'seldom' }), ['callbacks_by_queue'], 110],
    [
      'a page of the many of a queue',
      (s) => listed(s, { queueType: 'unsigned_users', statuses: ['cancelled'] }),
      [], // Two are as good.
      600,
    ],
    [
      'what changed since a time',
      (s) => listed(s, { sort: 'updatedAt', updatedSince: minutes(-60) }),
      ['callbacks_by_update'],
      300,
    ],
    [
      'its next page',
      (s) => listed(s, { sort: 'updatedAt', after: { updatedAt: minutes(-50), id: group[0]! } }),
      ['callbacks_by_update'],
      300,
    ],
    ['what changed last', (s) => listed(s, { sort: 'updatedAt', order: 'desc' }), ['callbacks_by_update'], 300],
    [
      'what changed last of an agent, by when it did',
      (s) => listed(s, { sort: 'updatedAt', agentId: 7, updatedSince: minutes(-60) }),
      [], // Two are as good.
      2_000,
    ],
    [
      "an agent's callbacks by their change",
      (s) => listed(s, { sort: 'updatedAt', agentId: 999 }),
      ['callbacks_by_preferred_agent'],
      2_000, // It has five hundred.
    ],
    ["a user's by their change", (s) => listed(s, { sort: 'updatedAt', userId: '77' }), ['callbacks_by_user'], 10],
    [
      'the few of a queue by their change',
      (s) => listed(s, { sort: 'updatedAt', queueType: 'seldom' }),
      ['callbacks_by_queue'],
      300,
    ],
    [
      'what a seldom word is in',
      (s) => listed(s, { q: 'CELLAR' }),
      ['callback_reasons_by_text', 'callbacks_pkey'],
      150,
    ],
    [
      'what is about the same',
      (s) => listed(s, { reason: 'A wet cellar, once more', statuses: ['pending'], sort: 'updatedAt' }),
      ['callback_reasons_same', 'callbacks_pkey'],
      150,
    ],
    [
      'what a word is in that nothing holds',
      (s) => listed(s, { q: 'giraffe', agentId: 7 }),
      ['callback_reasons_by_text'],
      0,
    ],
    ['a page of calls', (s) => callSessions.list(s, {}, undefined, 50), ['call_sessions_by_start'], 210],
    [
      'its next page',
      (s) => callSessions.list(s, { from: minutes(-9_000) }, { startedAt: minutes(-5_000), id: group[0]! }, 50),
      ['call_sessions_by_start'],
      210,
    ],
    [
      "a page of a user's calls",
      (s) => callSessions.list(s, { userId: '77' }, undefined, 50),
      ['call_sessions_by_user'],
      10,
    ],
    [
      "a page of an agent's calls",
      (s) => callSessions.list(s, { agentId: 7, to: minutes(-5_000) }, undefined, 50),
      ['call_sessions_by_agent'],
      60,
    ],
    [
      'an agent with few calls',
      (s) => callSessions.list(s, { agentId: 999 }, undefined, 50),
      ['call_sessions_by_agent'],
      10,
    ],
    [
      "a user's calls with an agent",
      (s) => callSessions.list(s, { userId: '77', agentId: 7 }, undefined, 50),
      ['call_sessions_by_user'],
      10,
    ],
    [
      'calls without an outcome',
      (s) => callSessions.list(s, { problematic: true, from: minutes(-90_000) }, undefined, 50),
      ['call_sessions_problematic'],
      60,
    ],
    [
      "an agent's calls without an outcome",
      (s) => callSessions.list(s, { problematic: true, agentId: 8 }, undefined, 50),
      [], // Two are as good.
      1_300,
    ],
    [
      'what was said before calls',
      (s) =>
        callSessions.listBefore(
          s,
          group.slice(0, 16).map((callbackId, n) => ({ userId: String(n + 1), callbackId })),
          { count: 3, notesLength: 500 },
        ),
      ['call_sessions_by_user', 'call_sessions_by_callback'],
      70,
    ],
    [
      'with which users an agent has to do',
      (s) => users.listThoseWith(s, ['77', '78'], 3, minutes(-120)),
      ['callbacks_by_user', 'call_queue_one_live_per_user'], // Of calls two are as good.
      20,
    ],
    [
      'the report on the promises of a day',
      (s) => promises.summarize(s, ofADay, 'queueType'),
      ['callbacks_by_status', 'callbacks_by_promise'],
      18_000,
    ],
    [
      'the same by hours',
      (s) => promises.summarize(s, ofADay, { starts: [ofADay.from.toISOString()], groups: [0] }),
      ['callbacks_by_status', 'callbacks_by_promise'],
      18_000,
    ],
    [
      'the same of a queue and an agent',
      (s) => promises.summarize(s, { ...ofADay, queueType: 'outstanding_requests', agentId: 1 }, 'result'),
      ['callbacks_by_status', 'callbacks_by_promise'],
      18_000,
    ],
    [
      'a page of promises, one by one',
      (s) => promises.list(s, ofADay, 'agent', undefined, 50),
      ['callbacks_by_status', 'callbacks_by_promise'],
      300,
    ],
    [
      'its next page',
      (s) => promises.list(s, ofADay, 'agent', { told: minutes(5_500), id: group[0]! }, 50),
      ['callbacks_by_status', 'callbacks_by_promise'],
      300,
    ],
    [
      'the attempts of a promise',
      (s) => callSessions.listAttempts(s, group[0]!, 100),
      ['call_sessions_by_callback'],
      0,
    ],
    [
      'the removal of old callbacks when there are none',
      (s) => retention.removeCallbacks(s, 'cancelled', oldest),
      ['callbacks_by_status'],
      0,
    ],
    [
      'the removal of old entries when there are none',
      (s) => retention.removeEntries(s, oldest),
      ['call_queue_pkey'],
      1_000, // Two pages: what is oldest is looked at.
    ],
    [
      'the removal of old calls when there are none',
      (s) => retention.removeCalls(s, 'inbound', oldest),
      ['call_sessions_by_start'],
      0,
    ],
    [
      'the removal of a page of old callbacks',
      (s) => retention.removeCallbacks(s, 'cancelled', { ...oldest, before: minutes(600_000), limit: 100 }),
      ['callbacks_by_status', 'callbacks_pkey', 'call_queue_by_callback'],
      500,
    ],
    [
      'the removal of a page of old calls',
      (s) => retention.removeCalls(s, 'inbound', { ...oldest, before: now, limit: 100 }),
      ['call_sessions_by_start', 'callbacks_by_completing_call', 'call_queue_by_call'],
      500,
    ],
    [
      'what is to be sent to webhooks',
      (s) =>
        webhookDeliveries.take(
          s,
          { limit: 20, perWebhook: 8, onTheirWay: new Map([[aWebhook, 3]]), leaseUntil: minutes(1) },
          now,
        ),
      ['webhook_deliveries_due'],
      60, // Those that are written are looked at twice.
    ],
    ...[undefined, ...deliveryStatuses].map((status): Asked => [
      `a page of what a webhook was told, ${status ?? 'whatever came of it'}`,
      (s) => webhookDeliveries.list(s, aWebhook, { status, before: '240000', limit: 50 }),
      ['webhook_deliveries_by_status'],
      150,
    ]),
    [
      'the removal of old deliveries when there are none',
      (s) => retention.removeWebhookDeliveries(s, oldest),
      ['webhook_deliveries_pkey'],
      1_000, // Two pages: what is oldest is looked at.
    ],
    ["a page of a user's callbacks", (s) => listed(s, { userId: '77', limit: 50 }), ['callbacks_by_user'], 10],
    [
      "a page of a user's callbacks that are an agent's",
      (s) => listed(s, { userId: '77', agentId: 78, statuses: ['pending'], limit: 50 }),
      ['callbacks_by_user'],
      10,
    ],
  ])('%s uses its index', async (_, ask, indexes, mostRows) => {
    const nodes = await plansOf(mode, ask)
    const scans = nodes.filter((node) => node['Node Type'] === 'Seq Scan' && bigTables.has(node['Relation Name'] ?? ''))
    expect(scans).toEqual([])
    expect(nodes.map((node) => node['Index Name'])).toEqual(expect.arrayContaining(indexes))
    expect(rowsLookedAt(nodes)).toBeLessThanOrEqual(mostRows)
  })

  test('a word that many hold is met soon by who walks along their order', async () => {
    const nodes = await plansOf(mode, (s) => listed(s, { q: 'contract' }))
    expect(nodes.map((node) => node['Index Name'])).toContain('callbacks_by_status')
    expect(rowsLookedAt(nodes)).toBeLessThanOrEqual(8_000) // To see that they are many, and then five pages.
  })

  test('the newest tick is found by its index', async () => {
    const nodes = await plansOf(mode, (s) => cronRuns.latest(s))
    expect(nodes.map((node) => node['Index Name'])).toEqual(
      expect.arrayContaining(['cron_runs_by_start', 'cron_runs_by_finish']),
    )
  })
})

test.each<[what: string, asked: Partial<callbackLists.CallbackList>, condition: string]>([
  ['a seldom text', { q: 'cellar', statuses: ['pending'] }, `callback_reason ilike '%cellar%' and status = 'pending'`],
  ['a common text', { q: 'contract' }, `callback_reason ilike '%contract%'`],
  [
    'a common text in what is of an agent, by its change',
    { q: 'contract', agentId: 8, sort: 'updatedAt' },
    `callback_reason ilike '%contract%' and (preferred_agent_id = 8 or id in (
      select callback_id from call_queue where assigned_to_agent_id = 8 and status = 'assigned'))`,
  ],
  [
    'the many of a queue, by their change',
    { queueType: 'unsigned_users', sort: 'updatedAt', statuses: ['pending', 'accepted'] },
    `queue_type = 'unsigned_users' and status in ('pending', 'accepted')`,
  ],
  [
    'a span, by their change',
    { from: minutes(5_000), to: minutes(5_100), sort: 'updatedAt' },
    `scheduled_for >= '${minutes(5_000).toISOString()}' and scheduled_for < '${minutes(5_100).toISOString()}'`,
  ],
  ['a seldom text, the latest first', { q: 'cellar', order: 'desc' }, `callback_reason ilike '%cellar%'`],
  [
    'what is of an agent, the latest change first',
    { agentId: 999, sort: 'updatedAt', order: 'desc' },
    `preferred_agent_id = 999`,
  ],
  ['a queue, the latest first', { queueType: 'unsigned_users', order: 'desc' }, `queue_type = 'unsigned_users'`],
  [
    'what changed since a time',
    { updatedSince: minutes(-600), sort: 'updatedAt' },
    `updated_at >= '${minutes(-600).toISOString()}'`,
  ],
])('%s is listed to the end, whichever way the list goes', async (_, list, condition) => {
  const time = list.sort === 'updatedAt' ? 'updated_at' : 'scheduled_for'
  const order = list.order ?? 'asc'
  const all = await sql.unsafe<{ id: string }[]>(
    `select id from callbacks where ${condition} order by ${time} ${order}, id ${order} limit 3000`,
  )
  expect(all.length).toBeGreaterThan(1)
  const listedIds: string[] = []
  let after: callbackLists.CallbackCursor | undefined
  for (let page = 0; page < 3; page += 1) {
    const rowsOfPage = await listed(sql, { ...list, after, limit: 1_000 })
    listedIds.push(...rowsOfPage.map(({ id }) => id))
    const { id, scheduledFor, updatedAt } = rowsOfPage.at(-1) ?? {}
    if (id) after = list.sort === 'updatedAt' ? { id, updatedAt: updatedAt! } : { id, scheduledFor: scheduledFor! }
  }
  expect(listedIds).toEqual(all.map(({ id }) => id))
})

test('what the scan reads does not grow with the callbacks of the future', async () => {
  const small = await createTestDatabase()
  const other = connect(small.url, { max: 1 })
  await other`
    insert into callbacks (user_id, scheduled_for, created_at, updated_at)
    select n, ${now}::timestamptz + case when n <= 100 then -n else n end * interval '5 seconds', now(), now()
    from generate_series(1, ${rows / 100}) n`
  await other`vacuum analyze callbacks`
  const buffers = async (on: postgres.Sql) => {
    const [row] = await on.unsafe(
      `explain (analyze, buffers, format json) select id, scheduled_for from callbacks
       where status in ('pending', 'accepted') and not is_queued and retry_at is null and scheduled_for <= '${due.horizon.toISOString()}'
         and (status = 'pending' or scheduled_for < '${now.toISOString()}')
       order by scheduled_for, id limit 1000`,
    )
    const { Plan: plan } = row!['QUERY PLAN'][0] as { Plan: Record<string, number> }
    return plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!
  }
  // One more level of the index is all that a hundred times the rows may cost.
  expect(await buffers(sql)).toBeLessThanOrEqual((await buffers(other)) + 3)
  await other.end()
  await small.drop()
})

test.each<PlanMode>(['custom', 'generic'])(
  'entries that are well with their few agents cost the scan nothing, with a %s plan',
  async (mode) => {
    const small = await createTestDatabase()
    const other = connectListening(small.url)
    await other`set session_replication_role = replica`
    await other`insert into agents (id, first_name, last_name, created_at, updated_at) select n, 'A', 'B', now(), now() from generate_series(1, 200) n`
    await other`
      insert into agent_sessions (agent_id, status, status_since, login_at, last_seen_at)
      select id, case when id % 10 > 0 then 'available' else 'busy' end::agent_status, ${now}, ${now}, ${now} from agents`
    await other`
      insert into call_queue (user_id, queue_type, priority_score, status, assigned_to_agent_id, assigned_at, callback_id, available_from, created_at, updated_at)
      select n, 'outstanding_requests', -1000, 'assigned', n % 9 + 1, ${now}, gen_random_uuid(), ${minutes(-60)}, ${now}, ${now} from generate_series(1, 20000) n`
    await other`vacuum analyze`
    const nodes = await plansOf(mode, (s) => callQueue.listMisplaced(s, misplaced, '0', 1_000), other)
    expect(rowsLookedAt(nodes)).toBe(0)
    await other.end()
    await small.drop()
  },
)

test.each<PlanMode>(['custom', 'generic'])(
  'a hundred thousand callbacks that wait for agents who are gone cost a tick nothing, with a %s plan',
  async (mode) => {
    const own = await createTestDatabase()
    const other = connectListening(own.url)
    await other`set session_replication_role = replica`
    await other`insert into agents (id, first_name, last_name, created_at, updated_at) select n, 'A', 'B', now(), now() from generate_series(1, 200) n`
    // Those who are gone have logged out, or are away.
    await other`
      insert into agent_sessions (agent_id, status, status_since, login_at, last_seen_at)
      select id, case when id <= 100 then 'available' else 'away' end::agent_status, ${now}, ${now}, ${now} from agents where id <= 150`
    await other`
      insert into callbacks (user_id, scheduled_for, preferred_agent_id, unplaced_because, retry_at, owner_awaited_until, created_at, updated_at)
      select n, ${minutes(-1)}, n % 100 + 101, 'owner-missing', ${minutes(53)}, ${minutes(59)}, ${now}, ${now}
      from generate_series(1, 100000) n`
    await other`vacuum analyze`
    const silence = { since: minutes(-2), deafApis: [] }
    const ofQueue = { queueType: 'outstanding_requests', since: minutes(-10), now }
    const looks: ((s: Sql) => Promise<unknown>)[] = [
      (s) => callbacks.listUnqueued(s, due, undefined, 1_000),
      (s) => callbacks.listRetries(s, now, undefined, 1_000),
      (s) => waits.listOwnerBack(s, silence, now, 1_000),
      (s) => callbacks.countQueued(s, due),
      (s) => callQueue.listMisplaced(s, misplaced, '0', 1_000),
      (s) => callQueue.listUnassigned(s, silence, now),
      (s) => callQueue.listUnclaimed(s, ofQueue, undefined, 1_000),
    ]
    for (const look of looks) {
      const nodes = await plansOf(mode, look, other)
      expect(rowsLookedAt(nodes)).toBe(0)
    }
    await other.end()
    await own.drop()
  },
)

test.each<PlanMode>(['custom', 'generic'])(
  'of two hundred thousand users those who are looked for are found by an index, with a %s plan',
  async (mode) => {
    const own = await createTestDatabase()
    const other = connectListening(own.url)
    // A hundred of a rare name, a thousand who begin with two rare letters, and the rest of names that share no part with these.
    await other`
      insert into users (id, name, phone_e164, external_id, created_at, updated_at)
      select n, case when n % 2000 = 0 then 'Ada Quixwell' when n % 200 = 0 then 'Zy Anders' else 'Bea Example ' || n end,
        '+1202' || n, 'crm-' || n, ${now}, ${now}
      from generate_series(1, 200000) n`
    await other`vacuum analyze users`
    const page = 51
    const looks: [
      what: string,
      filter: users.UserFilter,
      after: string | undefined,
      index: string,
      mostRows: number,
    ][] = [
      ['all', {}, undefined, 'users_pkey', page],
      ['the next page of all', {}, '150000', 'users_pkey', page],
      ['a number', { phoneE164: '+1202777' }, undefined, 'users_by_phone_e164', 1],
      ['an external id', { externalId: 'crm-777' }, undefined, 'users_by_external_id', 1],
      ['a name', { name: 'quixwell' }, undefined, 'users_by_name', 150],
      ['a part of a name', { name: 'xwe' }, '100000', 'users_by_name', 150],
      ['how a name begins', { name: 'zy' }, undefined, 'users_by_name', 1_000],
      ['how a further word begins', { name: 'qu' }, undefined, 'users_by_name', 150],
      ['a name that nobody has', { name: 'zzzzz' }, undefined, 'users_by_name', 0],
    ]
    for (const [what, filter, after, index, mostRows] of looks) {
      const nodes = await plansOf(mode, (s) => users.list(s, filter, after, page), other)
      expect.soft(rowsLookedAt(nodes, new Set(['users'])), what).toBeLessThanOrEqual(mostRows)
      expect
        .soft(
          nodes.map((node) => node['Index Name']),
          what,
        )
        .toContain(index)
    }
    await other.end()
    await own.drop()
  },
)

test('few dead entries at the head of a lane are cleaned away, however big the table', async () => {
  const own = await createTestDatabase()
  const other = connect(own.url, { max: 1 })
  await other`set session_replication_role = replica`
  await other`alter table call_queue set (autovacuum_enabled = off)` // It comes when it likes; its settings are the table's.
  const add = (count: number, status: 'pending' | 'removed', userIdsFrom: number) => other`
    insert into call_queue (user_id, queue_type, priority_score, status, ended_at, available_from, callback_id, created_at, updated_at)
    select n, 'outstanding_requests', -1000, ${status}, case when ${status} = 'removed' then ${now}::timestamptz end,
      ${now}::timestamptz + n * interval '1 second', gen_random_uuid(), ${now}, ${now}
    from generate_series(${userIdsFrom}::int, ${userIdsFrom + count - 1}::int) n`
  await add(100_000, 'removed', 1)
  await add(2_000, 'pending', 200_000)
  await add(100, 'pending', 300_000)
  await other`vacuum analyze call_queue`
  const pages = async () => {
    const [row] = await other.unsafe(`
      explain (analyze, buffers, format json) select id from call_queue where status = 'pending' and callback_id is not null
      order by priority_score, available_from, id limit 1`)
    const { Plan: plan } = row!['QUERY PLAN'][0] as { Plan: Record<string, number> }
    return plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!
  }
  const fresh = await pages()
  // In two hundredths of its pages Postgres leaves indexes as they are, unless it is told to clean them.
  await other`delete from call_queue where user_id between 200000 and 201999`
  await other`vacuum call_queue`
  expect(await pages()).toBeLessThanOrEqual(fresh * 1.5)
  await other.end()
  await own.drop()
})

test('tables whose rows change all the time are vacuumed by a number of dead rows, not by a share', async () => {
  const found = await sql<{ relname: string; options: string[] | null }[]>`
    select relname, reloptions as options from pg_class
    where relnamespace = 'public'::regnamespace and 'autovacuum_vacuum_scale_factor=0' = any(reloptions) order by relname`
  expect(found.map(({ relname }) => relname)).toEqual([
    'agent_sessions',
    'call_queue',
    'call_sessions',
    'callback_notifications',
    'callbacks',
    'cron_runs',
    'idempotency_keys',
    'lane_mirror',
    'webhook_deliveries',
  ])
})
