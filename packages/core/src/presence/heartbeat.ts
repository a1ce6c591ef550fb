import { agentSessions } from '@ringback/db'
import type { Deps } from '../deps.ts'

/** An agent shows signs of life, to the API `heardBy`. False when it has no open session. */
export async function heartbeat(deps: Deps, agentId: number, heardBy: string | null = null): Promise<boolean> {
  return agentSessions.touch(deps.sql, agentId, heardBy, deps.clock.now())
}
