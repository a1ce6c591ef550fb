import { asAgent, createTestDatabase, type TestDatabase } from '@ringback/testing'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  callbacks,
  callQueue,
  callSessions,
  claims,
  connect,
  cronRuns,
  erasure,
  laneEntries,
  laneMirror,
  lock,
  monitoring,
  priorityScores,
  promises,
  retention,
  users,
  waits,
  type Sql,
} from './index.ts'

const rows = 250_000
const now = new Date('2026-03-02T10:00:00Z')
const minutes = (n: number) => new Date(now.getTime() + n * 60_000)
const due = { now, horizon: minutes(6) }
/** A page of what is older than anything here. */
const oldest = { before: new Date('2020-01-01T00:00:00Z'), after: undefined, limit: 500 }
const claimant = { ...asAgent(3), queueType: null }

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
    insert into callbacks (user_id, scheduled_for, preferred_agent_id, status, is_queued, cancelled_at, created_at, updated_at)
    select n, ${now}::timestamptz + case when n <= 50100 then -n else n end * interval '5 seconds', n % 200 + 1,
      case when n <= 50100 then 'pending' when n % 10 = 0 then 'accepted' when n % 10 < 3 then 'cancelled' else 'pending' end::callback_status,
      n > 100 and n <= 50100, case when n > 50100 and n % 10 in (1, 2) then now() end, now(), now()
    from generate_series(1, ${rows}) n`
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
    insert into call_sessions (user_id, direction, status, started_at, completed_at, last_outcome_type, callback_scheduled, created_at)
    select n, case when n % 3 = 0 then 'outbound' else 'inbound' end::call_direction, 'completed',
      ${now}::timestamptz - n * interval '30 seconds', now(), case when n % 50 > 0 then 'resolved' end::outcome_type, n % 7 = 0, now()
    from generate_series(1, ${rows}) n`
  await sql`
    insert into cron_runs (id, trigger, started_at, enqueued, finished_at)
    select gen_random_uuid(), 'schedule', ${now}::timestamptz - n * interval '1 minute', 0, ${now}::timestamptz - n * interval '1 minute'
    from generate_series(1, 40000) n`
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

const bigTables = new Set(['callbacks', 'call_queue', 'call_sessions'])

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
const rowsLookedAt = (nodes: Plan[]) =>
  nodes
    .filter((node) => bigTables.has(node['Relation Name'] ?? ''))
    .reduce(
      (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      0,
    )

describe.each<PlanMode>(['custom', 'generic'])('with 250,000 rows in each table and a %s plan', (mode) => {
  test.each<[what: string, ask: (sql: Sql) => Promise<unknown>, indexes: string[], mostRows: number]>([
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
      (s) => callbacks.list(s, { status: 'pending', agentId: 7, to: minutes(10) }, undefined, 50),
      ['callbacks_by_preferred_agent', 'call_queue_assigned'],
      2_000,
    ],
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
      ['call_sessions_by_user', 'callbacks_by_user', 'call_queue_one_live_per_user', 'call_sessions_pkey'],
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
      (s) => callbacks.listUnclaimedOfUser(s, '77', minutes(-500), minutes(500)),
      ['callbacks_by_user'],
      10,
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
    [
      'a page of callbacks by time',
      (s) => callbacks.list(s, { from: minutes(60) }, undefined, 50),
      ['callbacks_by_status'],
      300,
    ],
    [
      'a page of the few callbacks of a status',
      (s) => callbacks.list(s, { status: 'in_progress' }, undefined, 50),
      ['callbacks_by_status'],
      0,
    ],
    [
      'its next page',
      (s) => callbacks.list(s, { status: 'accepted' }, { scheduledFor: minutes(60), id: group[0]! }, 50),
      ['callbacks_by_status'],
      60,
    ],
    [
      "a page of an agent's callbacks",
      (s) => callbacks.list(s, { agentId: 4 }, undefined, 50),
      ['callbacks_by_preferred_agent', 'call_queue_assigned', 'call_queue_one_claim_per_agent'],
      2_000, // Of them 500 entries, and as many callbacks.
    ],
    [
      "a page of an agent's few callbacks of a status",
      (s) => callbacks.list(s, { agentId: 7, status: 'cancelled', to: minutes(10_000) }, undefined, 50),
      ['callbacks_by_preferred_agent'],
      60,
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
      "a page of a user's callbacks",
      (s) => callbacks.list(s, { userId: '77' }, undefined, 50),
      ['callbacks_by_user'],
      10,
    ],
    [
      "a page of a user's callbacks that are an agent's",
      (s) => callbacks.list(s, { userId: '77', agentId: 78, status: 'pending' }, undefined, 50),
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

  test('the newest tick is found by its index', async () => {
    const nodes = await plansOf(mode, (s) => cronRuns.latest(s))
    expect(nodes.map((node) => node['Index Name'])).toEqual(
      expect.arrayContaining(['cron_runs_by_start', 'cron_runs_by_finish']),
    )
  })
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
