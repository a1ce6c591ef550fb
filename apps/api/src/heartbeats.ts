import { hostname } from 'node:os'
import { heartbeat, watchIntervalMs, type Deps } from '@ringback/core'
import type { ApiConfig } from './config.ts'

const agentsRemembered = 10_000

/** What this API is called among others, the same after a restart. */
export function apiName({ API_PORT }: ApiConfig): string {
  return `${hostname()}:${API_PORT}`
}

/**
 * Returns a function that notes a sign of life of an agent to `api`. It writes at most six times within the timeout of an
 * agent, and it never fails: a heartbeat that is lost is made up for by the next one.
 */
export function heartbeats(deps: Deps, api: string): (agentId: number) => Promise<void> {
  const intervalMs = watchIntervalMs(deps.rules)
  const writtenAt = new Map<number, number>()

  return async function noteHeartbeat(agentId) {
    const now = deps.clock.now().getTime()
    if (now - (writtenAt.get(agentId) ?? -Infinity) < intervalMs) return
    if (writtenAt.size >= agentsRemembered) writtenAt.clear()
    writtenAt.set(agentId, now)
    try {
      await heartbeat(deps, agentId, api)
    } catch (error) {
      writtenAt.delete(agentId)
      deps.log.warn({ err: error, agentId }, 'heartbeat not written')
    }
  }
}
