import { DomainError } from '@ringback/core'
import type { Place } from './world/place.ts'

/** Ids that a state knows, and what they are called. */
export type Roles = Map<string, string>

/** Names every row of a state, so that the same row is called the same in each run. */
export async function readRoles({ sql }: Pick<Place, 'sql'>): Promise<Roles> {
  const rows = await sql<{ id: string; role: string }[]>`
    select id::text, 'callback ' || row_number() over (order by created_at, scheduled_for, id) as role from callbacks
    union all
    select id::text, 'call ' || row_number() over (order by started_at, id) from call_sessions
    union all
    select id::text, 'session of ' || agent_id from agent_sessions
    union all
    select id::text, 'entry ' || id from call_queue`
  return new Map(rows.map(({ id, role }) => [id, role]))
}

/** What a step came to, in words that are the same for each run that came to the same. */
export async function answerOf(work: Promise<unknown>, roles: Roles): Promise<string> {
  try {
    return canonical(await work, roles)
  } catch (error) {
    if (error instanceof DomainError) return `${refused}${error.code}`
    return `${failed}${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`
  }
}

const refused = 'refused: '
const failed = 'failed: '

export function isRefusal(answer: string): boolean {
  return answer.startsWith(refused)
}

/** Whether a step failed with what is no refusal. */
export function hasFailed(answer: string): boolean {
  return answer.startsWith(failed)
}

/** What Postgres holds, as far as anybody outside can tell, in the same words. */
export async function stateOf({ sql }: Pick<Place, 'sql'>, roles: Roles): Promise<string> {
  const rows = await sql<{ row: unknown }[]>`
    select jsonb_build_object('callback', id, 'user', user_id, 'status', status, 'before', status_before_claim,
      'for', scheduled_for, 'told', promised_for, 'because', unplaced_because, 'owner awaited', owner_awaited_until, 'since', owner_awaited_since, 'preferred', preferred_agent_id, 'isQueued', is_queued, 'for queue', queue_type, 'failures', routing_failures,
      'by', completed_call_session_id, 'result', result, 'history', (
        select jsonb_agg(concat_ws(' ', kind, agent_id) order by id) from callback_notifications n
        where n.callback_id = callbacks.id)) as row from callbacks
    union all
    select jsonb_build_object('place', status, 'user', user_id, 'callback', callback_id, 'queue', queue_type,
      'assigned', assigned_to_agent_id, 'claimed', claimed_by_agent_id, 'priority', priority_score,
      'from', available_from, 'onHold', on_hold_until, 'until', available_until, 'held', held_until) from call_queue where status in ('pending', 'assigned', 'in_progress')
    union all
    select jsonb_build_object('agent', a.id, 'isActive', is_active, 'serves', queue_types, 'session', s.status)
      from agents a left join agent_sessions s on s.agent_id = a.id and s.logout_at is null
    union all
    select jsonb_build_object('queue', queue_type, 'name', name, 'plannedBy', planned_by) from queues
    union all
    select jsonb_build_object('user', id, 'name', name, 'phone', phone_e164) from users
    union all
    select jsonb_build_object('block', subject, 'reason', reason, 'until', until, 'source', source) from do_not_call
    union all
    select jsonb_build_object('policy', queue_type, 'version', version, 'document', document) from policies
    union all
    select jsonb_build_object('calendar', id, 'zone', time_zone, 'document', document) from calendars
    union all
    select jsonb_build_object('wish', user_id, 'queue', current_queue_type, 'priority', priority_score,
      'isQueued', queued_at is not null) from user_call_scores
    union all
    select jsonb_build_object('call', id, 'user', user_id, 'agent', agent_id, 'direction', direction, 'status', status,
      'outcome', last_outcome_type, 'callback', callback_id, 'next', next_callback_id,
      'isReleased', released_at is not null, 'telephony', twilio_call_sid, 'sequence', telephony_sequence,
      'told', outcome_from_telephony, 'notes', outcome_notes) from call_sessions`
  return rows
    .map(({ row }) => canonical(row, roles))
    .toSorted()
    .join('\n')
}

const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/
const keysOfEntries = new Set(['queueEntryId', 'removedQueueEntryIds'])
/** What says when or how often something was written, and not what. */
const passing = new Set([
  'version',
  'changedIn',
  'createdAt',
  'updatedAt',
  'statusSince',
  'loginAt',
  'lastSeenAt',
  'retryAt',
])

function canonical(value: unknown, roles: Roles): string {
  const plain = JSON.parse(JSON.stringify(value ?? null), (key, it) => (passing.has(key) ? undefined : it))
  return JSON.stringify(rename('', plain))

  function rename(key: string, it: unknown): unknown {
    if (typeof it === 'string') return uuid.test(it) || keysOfEntries.has(key) ? (roles.get(it) ?? 'a new one') : it
    if (Array.isArray(it)) return it.map((item) => rename(key, item))
    if (it === null || typeof it !== 'object') return it
    return Object.fromEntries(
      Object.entries(it).map(([name, item]) => {
        const isIdOfEntry = name === 'id' && 'queueType' in it
        return [uuid.test(name) ? rename('', name) : name, rename(isIdOfEntry ? 'queueEntryId' : name, item)]
      }),
    )
  }
}
