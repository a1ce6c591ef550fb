import type { Sql } from '../client.ts'
import { agentMay, callbackMay, inQueueOrder, isToBeHad, queueEntryMay, serves } from '../conditions.ts'
import type { Callback, QueueEntry, User } from '../rows.ts'
import { mostCallbackCredit, priorityScores, type Actor, type QueueType } from '../values.ts'
import { insertInto } from './history.ts'
import { joined } from './joined-rows.ts'

/** A queue entry with what an agent must know to make the call. */
export interface Call {
  entry: QueueEntry
  callback: Callback | null
  /** The user to be called (`user` is a reserved word in SQL). */
  customer: User | null
}

type Fragment = ReturnType<Sql['unsafe']>

export const call = joined<Call>({
  entry: {
    id: true,
    userId: true,
    claimId: true,
    queueType: true,
    priorityScore: true,
    queueReason: true,
    status: true,
    assignedToAgentId: true,
    assignedAt: true,
    escalatedAt: true,
    callbackId: true,
    availableFrom: true,
    onHoldUntil: true,
    availableUntil: true,
    heldUntil: true,
    signatureMissingSince: true,
    signatureType: true,
    claimedByAgentId: true,
    claimedAt: true,
    callSessionId: true,
    endedAt: true,
    version: true,
    createdAt: true,
    updatedAt: true,
  },
  callback: {
    id: true,
    userId: true,
    scheduledFor: true,
    promisedFor: true,
    timeZone: true,
    localTime: true,
    callbackReason: true,
    queueType: true,
    preferredAgentId: true,
    owner: true,
    holdsOrdinary: true,
    createdByAgentId: true,
    originalCallSessionId: true,
    policy: true,
    externalId: true,
    metadata: true,
    status: true,
    statusBeforeClaim: true,
    isQueued: true,
    routingFailures: true,
    retryAt: true,
    unplacedBecause: true,
    ownerAwaitedSince: true,
    ownerAwaitedUntil: true,
    countedInRun: true,
    attempts: true,
    firstCalledAt: true,
    firstCalledBy: true,
    result: true,
    reachedBySessionId: true,
    completedCallSessionId: true,
    completedAt: true,
    cancelledAt: true,
    createdAt: true,
    updatedAt: true,
  },
  customer: {
    id: true,
    name: true,
    phone: true,
    phoneE164: true,
    timeZone: true,
    region: true,
    externalId: true,
    metadata: true,
    createdAt: true,
    updatedAt: true,
  },
})

export interface Claimant {
  agentId: number
  /** Of one queue alone; null for whatever comes first. */
  queueType: QueueType | null
}

/** An entry that an agent would take. */
export interface Candidate extends Claimant {
  entryId: string
  /** Who asks for it: the agent, or somebody for it. */
  actor: Actor
  /** The share that the agent's credit counts the claim by; left out while no queue has one below 100. */
  share?: number | undefined
}

/** The candidates as a table. One needs no lists: those are planned anew each time, which takes longer than a claim. */
function candidateRows(sql: Sql, candidates: (Claimant & { entryId: string | null })[]) {
  if (candidates.length === 1) {
    const { entryId, agentId, queueType } = candidates[0]!
    return sql`(values (${entryId}::bigint, ${agentId}::int, ${queueType}::text)) as candidate (entry_id, agent_id, queue_type)`
  }
  return sql`
    unnest(${candidates.map(({ entryId }) => entryId)}::bigint[], ${candidates.map(({ agentId }) => agentId)}::int[],
      ${candidates.map(({ queueType }) => queueType)}::text[]) as candidate (entry_id, agent_id, queue_type)`
}

/**
 * Whether `q` is the entry of a candidate who may take it: it waits, can be had now, and is for this agent, or for nobody in
 * a queue that the agent serves. What is assigned to an agent is for it in whatever queue: routing saw to that.
 */
function waitsFor(sql: Sql, now: Date) {
  return sql`q.id = candidate.entry_id and ${queueEntryMay(sql, 'claim', 'q')} and ${isToBeHad(sql, now, 'q')}
    and (candidate.queue_type is null or q.queue_type = candidate.queue_type)
    and (q.assigned_to_agent_id = candidate.agent_id
      or q.assigned_to_agent_id is null and ${serves(sql, sql`candidate.agent_id`, 'q')})`
}

/** Whether there is somebody to be called, and the callback of `q` may be claimed: else the row is wrong. */
function isRight(sql: Sql) {
  return sql`exists (select from users where users.id = q.user_id)
    and (q.callback_id is null
      or exists (select from callbacks c where c.id = q.callback_id and ${callbackMay(sql, 'claim', 'c')}))`
}

function isClaimable(sql: Sql, now: Date) {
  return sql`${waitsFor(sql, now)} and ${isRight(sql)}`
}

/** What to do about rows that another transaction has: pass over their candidates, or wait for its end. */
export type WhenHeld = 'pass-over' | 'wait'

/**
 * Claims for each of several agents one given entry, if the agent may still take it; those that it may not, or that are
 * passed over, are left out.
 *
 * Two agents at once: the second waits for the first one's row, finds the condition false and gets nothing.
 */
export async function claim(sql: Sql, candidates: Candidate[], now: Date, whenHeld: WhenHeld): Promise<Call[]> {
  return claimPicked(sql, candidates, sql`q.id`, now, whenHeld)
}

/** Claims for one agent the first of the candidates, in the order given, that no other transaction has at this moment. */
export async function claimFirst(sql: Sql, candidates: Candidate[], now: Date): Promise<Call | undefined> {
  const entryIds = candidates.map(({ entryId }) => entryId)
  const asGiven = sql`array_position(${entryIds}::bigint[], q.id) limit 1`
  const [claimed] = await claimPicked(sql, candidates, asGiven, now, 'pass-over')
  return claimed
}

/**
 * Entry and callback become `in_progress`, an outbound call session opens, the agent is busy and the history has a row:
 * one statement, so one round trip and all or nothing. Before anything is written, entry, session and callback are locked,
 * so that no row that somebody else holds keeps the other candidates waiting.
 */
async function claimPicked(
  sql: Sql,
  candidates: Candidate[],
  order: Fragment,
  now: Date,
  whenHeld: WhenHeld,
): Promise<Call[]> {
  const unlessHeld = whenHeld === 'pass-over' ? sql`skip locked` : sql``
  const actorOfAgent = Object.fromEntries(candidates.map(({ agentId, actor }) => [agentId, actor]))
  const rows = await sql`
    with picked as materialized (
      select q.id, q.callback_id, candidate.agent_id
      from ${candidateRows(sql, candidates)}
        join call_queue q on ${isClaimable(sql, now)}
        join agent_sessions session on session.agent_id = candidate.agent_id and session.logout_at is null
        join agents agent on agent.id = candidate.agent_id and agent.is_active
      order by ${order} for no key update of q, session ${unlessHeld}
    ), promised as materialized (
      select c.id from picked join callbacks c on c.id = picked.callback_id
      where ${callbackMay(sql, 'claim', 'c')}
      order by c.id for no key update of c ${unlessHeld}
    ), entry as (
      update call_queue set status = 'in_progress', claimed_by_agent_id = picked.agent_id, claimed_at = ${now},
        call_session_id = gen_random_uuid(), version = version + 1, updated_at = ${now}
      from picked where call_queue.id = picked.id and ${queueEntryMay(sql, 'claim')}
        and (picked.callback_id is null or picked.callback_id in (select id from promised))
      returning call_queue.*
    ), callback as (
      update callbacks set status = 'in_progress', status_before_claim = callbacks.status, routing_failures = 0,
        retry_at = null, unplaced_because = null, owner_awaited_until = null, updated_at = ${now}
      from entry where callbacks.id = entry.callback_id and ${callbackMay(sql, 'claim')}
      returning callbacks.*
    ), call_session as (
      insert into call_sessions (id, user_id, agent_id, direction, started_at, callback_id, queue_entry_id, created_at)
      select call_session_id, user_id, claimed_by_agent_id, 'outbound', ${now}, callback_id, id, ${now} from entry
    ), agent as (
      update agent_sessions set status = 'busy', last_seen_at = greatest(last_seen_at, ${now}),
        status_since = case when agent_sessions.status = 'busy' then status_since else ${now} end
        ${countingCredit(sql, candidates)}
      from entry where agent_id = entry.claimed_by_agent_id and logout_at is null and ${agentMay(sql, 'claim')}
    ), history as (
      ${insertInto(
        sql,
        sql`
          select callback_id, 'claimed', claimed_by_agent_id,
            ${sql.json(actorOfAgent)}::jsonb -> claimed_by_agent_id::text, ${now},
            jsonb_build_object('queueEntryId', id::text, 'callSessionId', call_session_id)
          from entry where callback_id is not null`,
      )}
    )
    select ${sql.unsafe(call.columns)}
    from entry left join callback on callback.id = entry.callback_id left join users customer on customer.id = entry.user_id`
  return rows.map(call.takeApart)
}

/** Has the update of a session count the claim of `entry`; empty while nobody counts. */
function countingCredit(sql: Sql, candidates: Candidate[]) {
  if (candidates.every(({ share }) => share === undefined)) return sql``
  const shareOfEntry = Object.fromEntries(candidates.map(({ entryId, share }) => [entryId, share]))
  const share = sql`(${sql.json(shareOfEntry)}::jsonb -> entry.id::text)::int`
  return sql`, callback_credit = ${creditAfter(sql, sql`callback_credit`, sql`entry.priority_score`, share)}`
}

/**
 * The credit for callbacks after the claim of an entry with this score, counted by this share: a callback takes from it what
 * ordinary users give back; an accepted one takes nothing.
 */
export function creditAfter(sql: Sql, credit: Fragment, priorityScore: Fragment, share: Fragment) {
  return sql`case
    when ${priorityScore} >= ${priorityScores.firstOrdinary} then least(${mostCallbackCredit}, ${credit} + ${share})
    when ${priorityScore} = ${priorityScores.callback} then greatest(0, ${credit} + ${share} - 100)
    else ${credit} end`
}

/** How an entry stands for an agent: it could be claimed, or waits and is wrong, or (undefined) does not wait for it. */
export async function standingOf(
  sql: Sql,
  candidate: Claimant & { entryId: string },
  now: Date,
): Promise<'claimable' | 'wrong' | undefined> {
  const [row] = await sql<{ isRight: boolean }[]>`
    select ${isRight(sql)} as is_right from ${candidateRows(sql, [candidate])} join call_queue q on ${waitsFor(sql, now)}`
  return row && (row.isRight ? 'claimable' : 'wrong')
}

/** How an agent stands before it claims. */
export interface Standing {
  /** The entry that it has claimed before. */
  heldEntryId: string | null
  callbackCredit: number
}

/** Of these agents those who are logged in and active. */
export async function listStandings(sql: Sql, agentIds: number[]): Promise<Map<number, Standing>> {
  // Agent by agent: by a plan that is made while nobody is in a call, a join would read all calls.
  const rows = await sql<(Standing & { agentId: number })[]>`
    select session.agent_id, session.callback_credit, (
      select id from call_queue where claimed_by_agent_id = session.agent_id and status = 'in_progress') as held_entry_id
    from agent_sessions session
    where session.agent_id = any(${agentIds}::int[]) and session.logout_at is null
      and (select is_active from agents where agents.id = session.agent_id)`
  return new Map(rows.map(({ agentId, ...standing }) => [agentId, standing]))
}

/** The calls of these entries, without those that nobody holds any more. */
export async function listHeld(sql: Sql, entryIds: string[]): Promise<Call[]> {
  const rows = await sql`
    select ${sql.unsafe(call.columns)}
    from call_queue entry
      left join callbacks callback on callback.id = entry.callback_id
      left join users customer on customer.id = entry.user_id
    where entry.id = any(${entryIds}::bigint[]) and entry.status = 'in_progress'`
  return rows.map(call.takeApart)
}

/** The call that an agent holds, if any. */
export async function getHeld(sql: Sql, agentId: number): Promise<Call | undefined> {
  const [row] = await sql`
    select ${sql.unsafe(call.columns)}
    from call_queue entry
      left join callbacks callback on callback.id = entry.callback_id
      left join users customer on customer.id = entry.user_id
    where entry.claimed_by_agent_id = ${agentId} and entry.status = 'in_progress'`
  return row && call.takeApart(row)
}

/** The entry that an agent holds, if any. */
export async function getHeldEntry(sql: Sql, agentId: number): Promise<QueueEntry | undefined> {
  const [row] = await sql<QueueEntry[]>`
    select * from call_queue where claimed_by_agent_id = ${agentId} and status = 'in_progress'`
  return row
}

/**
 * Of these agents those who are logged in and active, each with the call that it holds, else the entry proposed to it if
 * there is one and it could claim that now, else null.
 */
export async function listHeldOrClaimable(
  sql: Sql,
  candidates: (Claimant & { entryId: string | null })[],
  now: Date,
): Promise<Map<number, Call | null>> {
  // The sessions by their ids, as in `listStandings`: by those of the candidates an early plan would read all of them.
  const agentIds = candidates.map((candidate) => candidate.agentId)
  const isAsking = agentIds.length === 1 ? sql`= ${agentIds[0]!}` : sql`= any(${agentIds}::int[])`
  const rows = await sql`
    select candidate.agent_id, ${sql.unsafe(call.columns)}
    from ${candidateRows(sql, candidates)}
      join agent_sessions session on session.agent_id = candidate.agent_id
      left join lateral (
        select q.* from call_queue q where ${isClaimable(sql, now)}
        union all
        select * from call_queue where claimed_by_agent_id = candidate.agent_id and status = 'in_progress'
      ) entry on true
      left join callbacks callback on callback.id = entry.callback_id
      left join users customer on customer.id = entry.user_id
    where session.agent_id ${isAsking} and session.logout_at is null
      and (select is_active from agents where agents.id = session.agent_id)
    order by entry.status = 'in_progress'`
  return new Map(rows.map((row) => [row.agentId as number, row['entry.id'] === null ? null : call.takeApart(row)]))
}

/**
 * The first entries that an agent could claim, in their order, from the heads of the agent's lanes, without those that are
 * passed over.
 *
 * @param fromScore leaves out who comes before this priority score
 */
export async function listCandidates(
  sql: Sql,
  { agentId, queueType }: Claimant,
  now: Date,
  limit: number,
  passedOver: string[] = [],
  fromScore?: number,
): Promise<Pick<QueueEntry, 'id' | 'queueType' | 'priorityScore'>[]> {
  const isAsked = (column: string) => (queueType === null ? sql`` : sql`and ${sql.unsafe(column)} = ${queueType}`)
  const isFar = fromScore === undefined ? sql`` : sql`and priority_score >= ${fromScore}`
  const isLeft = sql`${isFar} ${passedOver.length > 0 ? sql`and id <> all(${passedOver}::bigint[])` : sql``}`
  return sql<Pick<QueueEntry, 'id' | 'queueType' | 'priorityScore'>[]>`
    select candidate.id, candidate.queue_type, candidate.priority_score from (
      (select id, queue_type, priority_score, available_from from call_queue
        where status = 'assigned' and assigned_to_agent_id = ${agentId}
          and ${isToBeHad(sql, now)} ${isAsked('queue_type')} ${isLeft}
        order by ${inQueueOrder(sql)} limit ${limit})
      union all
      select pending.* from queues lane, lateral (
        select id, queue_type, priority_score, available_from from call_queue
        where status = 'pending' and queue_type = lane.queue_type and ${isToBeHad(sql, now)} ${isLeft}
        order by ${inQueueOrder(sql)} limit ${limit}) pending
      where ${serves(sql, sql`${agentId}`, 'lane')} ${isAsked('lane.queue_type')}
    ) candidate
    order by ${inQueueOrder(sql, 'candidate')} limit ${limit}`
}

/** Gives a claimed entry back: it stands where it stood before the claim. Undefined when it is not claimed. */
export async function release(sql: Sql, entryId: string, now: Date): Promise<QueueEntry | undefined> {
  const [row] = await sql<QueueEntry[]>`
    update call_queue set
      status = case when assigned_to_agent_id is null then 'pending' else 'assigned' end::queue_entry_status,
      claimed_by_agent_id = null, claimed_at = null, call_session_id = null, version = version + 1, updated_at = ${now}
    where id = ${entryId} and ${queueEntryMay(sql, 'release')}
    returning *`
  return row
}

/** Ends a claimed entry whose call had an outcome. Undefined when this call session does not hold it. */
export async function complete(
  sql: Sql,
  entryId: string,
  callSessionId: string,
  now: Date,
): Promise<QueueEntry | undefined> {
  const [row] = await sql<QueueEntry[]>`
    update call_queue set status = 'completed', ended_at = ${now}, version = version + 1, updated_at = ${now}
    where id = ${entryId} and ${queueEntryMay(sql, 'complete')} and call_session_id = ${callSessionId}
    returning *`
  return row
}
