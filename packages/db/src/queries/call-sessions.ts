import type { Sql } from '../client.ts'
import { callSessionMay, isProblematic } from '../conditions.ts'
import type { CallSession } from '../rows.ts'
import type { OutcomeType } from '../values.ts'

export type NewCallSession = Pick<
  CallSession,
  'id' | 'userId' | 'agentId' | 'direction' | 'twilioCallSid' | 'startedAt'
>

/** Opens a call session; undefined when one with the same `twilioCallSid` exists. */
export async function insert(sql: Sql, session: NewCallSession, now: Date): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`
    insert into call_sessions ${sql({ ...session, createdAt: now })}
    on conflict (twilio_call_sid) do nothing returning *`
  return row
}

export async function get(sql: Sql, id: string): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`select * from call_sessions where id = ${id}`
  return row
}

export async function listByIds(sql: Sql, ids: string[]): Promise<CallSession[]> {
  if (ids.length === 0) return []
  return sql<CallSession[]>`select * from call_sessions where id = any(${ids}::uuid[])`
}

export async function getByTwilioSid(sql: Sql, twilioCallSid: string): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`select * from call_sessions where twilio_call_sid = ${twilioCallSid}`
  return row
}

export interface CallFilter {
  userId?: string | undefined
  agentId?: number | undefined
  /** Begun at this time or later. */
  from?: Date | undefined
  /** Begun before this time. */
  to?: Date | undefined
  /** Only those that are over without an outcome. */
  problematic?: boolean | undefined
}

/** The call before which a page ends. */
export interface CallCursor {
  startedAt: Date
  id: string
}

/** A page of calls, the newest first. Those of all users and agents are read by direction, as an index knows their order. */
export async function list(
  sql: Sql,
  { userId, agentId, from, to, problematic = false }: CallFilter,
  before: CallCursor | undefined,
  limit: number,
): Promise<CallSession[]> {
  const isWanted = sql`
    ${userId === undefined ? sql`` : sql`and s.user_id = ${userId}`}
    ${agentId === undefined ? sql`` : sql`and s.agent_id = ${agentId}`}
    ${from ? sql`and s.started_at >= ${from}` : sql``}
    ${to ? sql`and s.started_at < ${to}` : sql``}
    ${problematic ? sql`and ${isProblematic(sql, 's')}` : sql``}
    ${before ? sql`and (s.started_at, s.id) < (${before.startedAt}, ${before.id})` : sql``}`
  const newestFirst = sql`order by started_at desc, id desc limit ${limit}`
  if (userId !== undefined || agentId !== undefined || problematic) {
    return sql<CallSession[]>`select * from call_sessions s where true ${isWanted} ${newestFirst}`
  }
  return sql<CallSession[]>`
    select page.* from unnest(enum_range(null::call_direction)) as each (direction), lateral (
      select * from call_sessions s where s.direction = each.direction ${isWanted} ${newestFirst}
    ) page
    ${newestFirst}`
}

/** What came of a call, and what was said of it. */
export type LastCall = Pick<CallSession, 'callbackId' | 'direction' | 'agentId' | 'startedAt' | 'durationSeconds'> & {
  callSessionId: string
  outcomeType: OutcomeType
  /** The beginning of its notes. */
  notes: string | null
  /** Whether there is more of them. */
  notesCut: boolean
}

export interface CallsBefore {
  /** Of the user, with an outcome, the newest first. */
  lastCalls: LastCall[]
  /** The newest of them that was made for the callback. */
  lastAttempt: LastCall | null
}

/** Whose calls are asked for, and those for which callback. */
export interface CallsAsked {
  userId: string
  callbackId: string | null
}

/** For each of these, in order: the last `count` calls that got an outcome, their notes cut to `notesLength` characters. */
export async function listBefore(
  sql: Sql,
  asked: CallsAsked[],
  { count, notesLength }: { count: number; notesLength: number },
): Promise<CallsBefore[]> {
  if (asked.length === 0) return []
  const columns = sql`
    id as call_session_id, callback_id, direction, agent_id, started_at, duration_seconds, last_outcome_type as outcome_type,
    left(outcome_notes, ${notesLength}) as notes, coalesce(char_length(outcome_notes) > ${notesLength}, false) as notes_cut`
  const newestFirst = sql`order by started_at desc, id desc`
  const rows = await sql<(LastCall & { place: number; isAttempt: boolean })[]>`
    select (place - 1)::int as place, call.*
    from unnest(${asked.map(({ userId }) => userId)}::bigint[], ${asked.map(({ callbackId }) => callbackId)}::uuid[])
        with ordinality as asked (user_id, callback_id, place),
      lateral (
        (select false as is_attempt, ${columns} from call_sessions s
          where s.user_id = asked.user_id and last_outcome_type is not null ${newestFirst} limit ${count})
        union all
        (select true, ${columns} from call_sessions s
          where s.callback_id = asked.callback_id and last_outcome_type is not null ${newestFirst} limit 1)
      ) call
    order by place, started_at desc, call_session_id desc`
  const calls = asked.map((): CallsBefore => ({ lastCalls: [], lastAttempt: null }))
  for (const { place, isAttempt, ...call } of rows) {
    if (isAttempt) calls[place]!.lastAttempt = call
    else calls[place]!.lastCalls.push(call)
  }
  return calls
}

/** A call that was made for a promise and got an outcome. */
export type Attempt = Pick<CallSession, 'id' | 'agentId' | 'startedAt' | 'lastOutcomeType'> & {
  /** The first one is 1. */
  number: number
}

/** The last attempts to keep a promise, oldest first. */
export async function listAttempts(sql: Sql, callbackId: string, limit: number): Promise<Attempt[]> {
  const rows = await sql<Attempt[]>`
    select id, agent_id, started_at, last_outcome_type, (row_number() over (order by started_at, id))::int as number
    from call_sessions where callback_id = ${callbackId} and last_outcome_type is not null
    order by started_at desc, id desc limit ${limit}`
  return rows.toReversed()
}

/** The outbound call to a user at work by whoever holds the claim, if it is this agent or any (null). */
export async function getClaimed(sql: Sql, userId: string, agentId: number | null): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`
    select s.* from call_queue q join call_sessions s on s.id = q.call_session_id
    where q.user_id = ${userId} and q.status = 'in_progress' and s.status = 'in_progress'
      and (${agentId}::int is null or q.claimed_by_agent_id = ${agentId})`
  return row
}

/** Notes by which id telephony knows a call that had none; undefined when it has one, or another call has this one. */
export async function adoptTwilioSid(sql: Sql, id: string, twilioCallSid: string): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`
    update call_sessions set twilio_call_sid = ${twilioCallSid} where id = ${id} and twilio_call_sid is null
      and not exists (select from call_sessions where twilio_call_sid = ${twilioCallSid})
    returning *`
  return row
}

/** Notes how far the events of telephony have come of which a call has seen the latest. */
export async function noteSequence(sql: Sql, id: string, sequence: number): Promise<void> {
  await sql`update call_sessions set telephony_sequence = ${sequence} where id = ${id}`
}

/** Gives an inbound call that telephony has opened, and that is still of nobody, to the agent who takes it. */
export async function takeInbound(sql: Sql, id: string, agentId: number): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`
    update call_sessions set agent_id = ${agentId} where id = ${id} and direction = 'inbound' and agent_id is null
    returning *`
  return row
}

/** An inbound call of an agent that has not ended and was reported since `reportedSince`, if there is one. */
export async function getInboundOf(sql: Sql, agentId: number, reportedSince: Date): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`
    select * from call_sessions
    where agent_id = ${agentId} and direction = 'inbound' and status = 'in_progress' and created_at >= ${reportedSince}
    order by created_at limit 1`
  return row
}

/** Whether an agent is in an inbound call that started since `since`. */
export async function isInInboundCall(sql: Sql, agentId: number, since: Date): Promise<boolean> {
  const rows = await sql`
    select from call_sessions
    where agent_id = ${agentId} and direction = 'inbound' and status = 'in_progress' and started_at >= ${since}
    limit 1`
  return rows.length > 0
}

/** Ends a call that has no outcome yet; undefined when it has ended before. Without a duration, it lasted until now. */
export async function complete(
  sql: Sql,
  id: string,
  durationSeconds: number | null,
  now: Date,
): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`
    update call_sessions set status = 'completed', completed_at = ${now},
      duration_seconds = coalesce(${durationSeconds}::int, greatest(0, extract(epoch from ${now}::timestamptz - started_at))::int)
    where id = ${id} and ${callSessionMay(sql, 'complete')}
    returning *`
  return row
}

/** Ends the call of a claim that its agent gave back before calling. */
export async function release(sql: Sql, id: string, now: Date): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`
    update call_sessions set status = 'completed', completed_at = ${now}, released_at = ${now}
    where id = ${id} and ${callSessionMay(sql, 'release')}
    returning *`
  return row
}

export interface Outcome {
  outcomeType: OutcomeType
  durationSeconds: number | null
  notes: string | null
  callbackScheduled: boolean
  nextCallbackId: string | null
  /** A hash of the request; telephony makes none. */
  request: string | null
  fromTelephony: boolean
}

/** Records the outcome of a call, ending it if need be. Undefined when the call has an outcome already. */
export async function recordOutcome(
  sql: Sql,
  id: string,
  outcome: Outcome,
  now: Date,
): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`
    update call_sessions set status = 'completed', completed_at = coalesce(completed_at, ${now}), released_at = null,
      last_outcome_type = ${outcome.outcomeType}, outcome_notes = ${outcome.notes}, outcome_request = ${outcome.request},
      outcome_from_telephony = ${outcome.fromTelephony},
      callback_scheduled = ${outcome.callbackScheduled}, next_callback_id = ${outcome.nextCallbackId},
      duration_seconds = coalesce(${outcome.durationSeconds}::int, duration_seconds,
        greatest(0, extract(epoch from ${now}::timestamptz - started_at))::int)
    where id = ${id} and last_outcome_type is null and ${callSessionMay(sql, 'recordOutcome')}
    returning *`
  return row
}

/** Adds what an agent says to an outcome that telephony told; undefined when somebody has said something before. */
export async function addNotes(
  sql: Sql,
  id: string,
  { notes, request }: Pick<Outcome, 'notes' | 'request'>,
): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`
    update call_sessions set outcome_notes = ${notes}, outcome_request = ${request}
    where id = ${id} and outcome_from_telephony and outcome_request is null
    returning *`
  return row
}
