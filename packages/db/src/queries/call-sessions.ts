import type { Sql } from '../client.ts'
import type { CallSession, OutcomeType } from '../rows.ts'

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

export async function getByTwilioSid(sql: Sql, twilioCallSid: string): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`select * from call_sessions where twilio_call_sid = ${twilioCallSid}`
  return row
}

export async function lock(sql: Sql, id: string): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`select * from call_sessions where id = ${id} for no key update`
  return row
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
    where id = ${id} and status = 'in_progress'
    returning *`
  return row
}

/** Ends the call of a claim that its agent gave back before calling. */
export async function release(sql: Sql, id: string, now: Date): Promise<CallSession | undefined> {
  const [row] = await sql<CallSession[]>`
    update call_sessions set status = 'completed', completed_at = ${now}, released_at = ${now}
    where id = ${id} and status = 'in_progress'
    returning *`
  return row
}

export interface Outcome {
  outcomeType: OutcomeType
  durationSeconds: number | null
  notes: string | null
  callbackScheduled: boolean
  nextCallbackId: string | null
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
      last_outcome_type = ${outcome.outcomeType}, outcome_notes = ${outcome.notes},
      callback_scheduled = ${outcome.callbackScheduled}, next_callback_id = ${outcome.nextCallbackId},
      duration_seconds = coalesce(${outcome.durationSeconds}::int, duration_seconds,
        greatest(0, extract(epoch from ${now}::timestamptz - started_at))::int)
    where id = ${id} and last_outcome_type is null
    returning *`
  return row
}
