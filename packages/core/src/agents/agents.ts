import { agents, desks, overview, type Agent, type AgentSession, type QueueType, type Sql } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { startOfDay } from '../hours/wall-clock.ts'
import { requireQueues } from '../queue/queues.ts'
import { rerouteAssigned } from '../routing/dispatch.ts'
import type { Today } from './find.ts'
import { logOut } from './session.ts'

export interface PutAgentInput {
  agentId: number
  firstName: string
  /** Null for somebody with one name. */
  lastName?: string | null | undefined
  email?: string | null | undefined
  isActive?: boolean | undefined
  /** The queues that it serves; null for all. */
  queueTypes?: QueueType[] | null | undefined
}

/**
 * Writes an agent; what is left out stays as it is. One who is not active any more is logged out. What one has who serves
 * less is routed again: it goes to others, unless it prefers this agent or is being called.
 *
 * @throws DomainError `unknown-queue`
 */
export async function putAgent(deps: Deps, input: PutAgentInput): Promise<{ agent: Agent; created: boolean }> {
  const { agentId: id, lastName, ...fields } = input
  const queueTypes = input.queueTypes && [...new Set(input.queueTypes)].toSorted()
  const lastNameOrNone = lastName === null ? '' : lastName
  return deps.transact(async (tx) => {
    await requireQueues(tx.sql, queueTypes ?? [])
    if (input.isActive === false) await logOut(deps, tx, id)
    const { created, ...agent } = await agents.put(
      tx.sql,
      { ...fields, id, lastName: lastNameOrNone, queueTypes },
      tx.now,
    )
    tx.afterCommit(() => deps.log.info({ agentId: id, created, isActive: agent.isActive }, 'agent written'))
    if (queueTypes !== undefined) tx.afterCommit(() => deps.servedQueues.forget())
    if (queueTypes && !created) tx.afterCommit(() => rerouteAssigned(deps, id))
    return { agent, created }
  })
}

export interface ListedAgent extends Agent {
  /** The open one. */
  session: AgentSession | null
  /** The call that the agent has claimed, in short. */
  heldCall: overview.HeldCall | null
  /** How its day goes; null when nobody asked. */
  today: Today | null
}

/**
 * Every agent with its open session and the call that it holds, by id.
 *
 * @param timeZone whose day is looked at; left out, none is
 */
export async function listAgents(
  { sql, clock }: Deps,
  { timeZone }: { timeZone?: string | undefined } = {},
): Promise<ListedAgent[]> {
  const all = await agents.listWithSession(sql)
  const atWork = all.filter(({ session }) => session !== null).map(({ id }) => id)
  const [heldBy, dayOf] = await Promise.all([
    overview.mapHeldCalls(sql, atWork),
    timeZone === undefined ? new Map<number, Today>() : daysOf(sql, timeZone, clock.now()),
  ])
  return all.map((agent) =>
    Object.assign(agent, { heldCall: heldBy.get(agent.id) ?? null, today: dayOf.get(agent.id) ?? null }),
  )
}

/** How the day of each agent goes that the clocks of a zone show. */
async function daysOf(sql: Sql, timeZone: string, now: Date): Promise<Map<number, Today>> {
  const since = startOfDay(now, timeZone)
  const all = await desks.countCallsOfAll(sql, since, now)
  return new Map(all.map(({ agentId, ...figures }) => [agentId, { since, timeZone, ...figures }]))
}

/** What every agent is called, by id. */
export async function listAgentNames(deps: Deps): Promise<Pick<Agent, 'id' | 'firstName' | 'lastName'>[]> {
  return agents.listNames(deps.sql)
}
