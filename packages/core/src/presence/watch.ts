import { agentWatch, type Sql } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { Policy } from '../policy.ts'

const intervalWithoutTimeoutMs = 15_000

/** How often heartbeats are written, and how often an API notes that it hears agents, in milliseconds. */
export function watchIntervalMs({ agentTimeoutMs }: Policy): number {
  return agentTimeoutMs === 0 ? intervalWithoutTimeoutMs : agentTimeoutMs / 6
}

/** An API is there to hear agents. Where none was, silence says nothing about them. */
export async function noteWatch({ sql, clock, policy }: Deps): Promise<void> {
  const now = clock.now()
  await agentWatch.note(sql, now, brokenBefore(policy, now))
}

/**
 * An agent last seen before this moment has lost its heartbeat; null when nobody can be said to have: heartbeats are not
 * watched, or no API has been there to hear them for as long as an agent may be silent. An API that has never noted that
 * it hears agents is taken to be there.
 */
export async function lostBefore(sql: Sql, policy: Policy, now: Date): Promise<Date | null> {
  if (policy.agentTimeoutMs === 0) return null
  const silentSince = addMilliseconds(now, -policy.agentTimeoutMs)
  const watch = await agentWatch.get(sql)
  const wasHeard = !watch || (watch.heardSince <= silentSince && watch.heardUntil >= brokenBefore(policy, now))
  return wasHeard ? silentSince : null
}

/** One note in a row may be missed. */
function brokenBefore(policy: Policy, now: Date): Date {
  return addMilliseconds(now, -2 * watchIntervalMs(policy))
}
