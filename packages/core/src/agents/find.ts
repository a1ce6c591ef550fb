import { agents, agentSessions, claims, desks, type Agent, type AgentSession } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { startOfDay } from '../hours/wall-clock.ts'
import { withCallsBefore, type CallsBefore } from '../queue/calls-before.ts'
import { claimedCallOf, type ClaimedCall } from '../queue/claim-next-call.ts'

/** How the day of an agent goes so far. */
export interface Today extends desks.DayFigures {
  /** When the day began. */
  since: Date
  timeZone: string
}

export interface AgentToday extends Agent {
  /** The open one. */
  session: AgentSession | null
  /** The call that the agent has claimed. */
  heldCall: (ClaimedCall & CallsBefore) | null
  today: Today
}

/**
 * An agent, what it is at, and how its day goes so far.
 *
 * @param timeZone whose day it is
 * @throws DomainError `agent-not-found`
 */
export async function getAgent(
  { sql, clock }: Deps,
  { agentId, timeZone }: { agentId: number; timeZone: string },
): Promise<AgentToday> {
  const now = clock.now()
  const since = startOfDay(now, timeZone)
  const [agent, session, held, figures] = await Promise.all([
    agents.get(sql, agentId),
    agentSessions.getOpen(sql, agentId),
    claims.getHeld(sql, agentId),
    desks.countCalls(sql, agentId, since, now),
  ])
  if (!agent) throw noSuchAgent(agentId)
  return {
    ...agent,
    session: session ?? null,
    heldCall: await withCallsBefore({ sql }, held ? claimedCallOf(held, true) : null),
    today: { since, timeZone, ...figures },
  }
}

export function noSuchAgent(agentId: number): DomainError {
  return new DomainError('agent-not-found', `There is no agent ${agentId}`)
}
