import { agentCount } from './people.ts'
import type { Side } from './sides.ts'

/** The next callbacks that wait in a queue, one for each of the 200 agents. */
export async function takeQueued({ engine: { sql } }: Side): Promise<{ id: string; agentId: number }[]> {
  const rows = await sql<{ id: string; agentId: number }[]>`
    select callback_id as id, assigned_to_agent_id as agent_id from call_queue
    where status = 'assigned' and priority_score = -1000 order by id limit ${agentCount}`
  if (rows.length < agentCount) throw new Error('Too few callbacks were seeded')
  return rows
}

/** Has each of the 200 agents claim its next callback, by SQL and in one go. */
export async function claimForAll({ engine: { sql } }: Side): Promise<{ callSessionId: string; agentId: number }[]> {
  const rows = await sql<{ callSessionId: string; agentId: number }[]>`
    with first as materialized (
      select distinct on (assigned_to_agent_id)
        id, user_id, callback_id, assigned_to_agent_id as agent_id, gen_random_uuid() as call_session_id
      from call_queue where status = 'assigned' order by assigned_to_agent_id, id
    ), call_session as (
      insert into call_sessions (id, user_id, agent_id, direction, started_at, callback_id, queue_entry_id, created_at)
      select call_session_id, user_id, agent_id, 'outbound', now(), callback_id, id, now() from first
    ), callback as (
      update callbacks set status = 'in_progress', status_before_claim = status from first
      where callbacks.id = first.callback_id
    ), agent as (
      update agent_sessions set status = 'busy'
    )
    update call_queue set status = 'in_progress', claimed_by_agent_id = agent_id, claimed_at = now(),
      call_session_id = first.call_session_id, version = version + 1, updated_at = now()
    from first where call_queue.id = first.id
    returning first.agent_id, first.call_session_id`
  if (rows.length < agentCount) throw new Error('Too few callbacks were seeded')
  return rows
}
