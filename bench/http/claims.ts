import type { QueueEntry } from '@ringback/db'
import type { Bursts } from './bursts.ts'
import { agentCount } from './people.ts'
import type { Side } from './sides.ts'
import { tokensOfAgents } from './tokens.ts'

/** Bursts of fresh claims: each of the 200 agents claims once. After a burst all must give their calls up. */
export async function freshClaims(): Promise<Pick<Bursts, 'requests' | 'isRight'>> {
  const requests = (await tokensOfAgents(agentCount)).map((token, index) => ({
    method: 'POST' as const,
    path: `/api/agents/${index + 1}/next-call`,
    token,
  }))
  return { requests: async () => requests, isRight: (answer) => answer.includes('"resumed":false') }
}

/** Has every agent give its call up, by SQL and in one go: every entry waits again where it waited before. */
export async function giveBackToLanes(side: Side): Promise<void> {
  const { lanes, clock } = side.engine.deps
  await lanes.apply(await giveBackAll(side), clock.now())
}

/** The same without the lanes. Returns the entries. */
export async function giveBackAll({ engine: { sql } }: Side): Promise<QueueEntry[]> {
  const released = await sql<QueueEntry[]>`
    with held as (
      select id, callback_id, call_session_id from call_queue where status = 'in_progress'
    ), callback as (
      update callbacks set status = status_before_claim, status_before_claim = null from held
      where callbacks.id = held.callback_id and status = 'in_progress'
    ), call_session as (
      update call_sessions set status = 'completed', completed_at = now(), released_at = now() from held
      where call_sessions.id = held.call_session_id
    ), agent as (
      update agent_sessions set status = 'available' where status = 'busy'
    )
    update call_queue set status = case when assigned_at is null then 'pending' else 'assigned' end::queue_entry_status,
      claimed_by_agent_id = null, claimed_at = null, call_session_id = null, version = version + 1, updated_at = now()
    from held where call_queue.id = held.id
    returning call_queue.*`
  return [...released]
}

/** The same for a rival whose claim writes nothing but the entry. Returns the entries' ids. */
export async function giveBackRows({ engine: { sql } }: Side): Promise<string[]> {
  const released = await sql<{ id: string }[]>`
    update call_queue set status = case when assigned_at is null then 'pending' else 'assigned' end::queue_entry_status,
      claimed_by_agent_id = null, claimed_at = null, call_session_id = null, version = version + 1, updated_at = now()
    where status = 'in_progress'
    returning id`
  return released.map(({ id }) => id)
}

/** Lets a rival's claims do without call sessions, which it does not open, and without agents who become busy. */
export async function withoutCallSessions({ engine: { sql } }: Side): Promise<void> {
  await sql`alter table call_queue drop constraint call_queue_call_session_id_call_sessions_id_fk`
  await sql`alter table call_queue disable trigger entry_claimed`
}
