import {
  auditLanes,
  claimNextCall,
  listAgents,
  peekNextCall,
  recordOutcome,
  type Deps,
  type RedisConnection,
} from '@ringback/core'
import { addSeconds } from './cast.ts'
import type { Place } from './world/place.ts'

/** A proposal that came to nothing is put back after some seconds. */
const claimsAreSettledAfterSeconds = 6
const mostCalls = 20

/** Whether the lanes equal Postgres after one pass of the reconciler; what they differ in, if not. */
export async function lanesAfterPass({ second, time, redis, redisPrefix }: Place): Promise<string[]> {
  time.set(addSeconds(time.now(), claimsAreSettledAfterSeconds))
  await second.reconcile()
  const audits = await auditLanes(second.deps.sql, redis as RedisConnection, redisPrefix)
  return audits.filter((audit) => !audit.inSync).map((audit) => `lanes differ from Postgres: ${JSON.stringify(audit)}`)
}

/**
 * Every agent who is logged in looks at its next call, and then they take one call after the other, some without lanes,
 * until there is none. What stands in the way of that.
 */
export async function callsToTheEnd({ second: { deps, withoutLanes } }: Place): Promise<string[]> {
  const agents = (await listAgents(deps)).filter(({ session }) => session !== null)
  const wrong: string[] = []
  for (const { id: agentId } of agents) {
    for (const how of [deps, withoutLanes]) {
      await note('look', agentId, () => peekNextCall(how, { agentId }))
    }
    for (const how of [withoutLanes, deps]) {
      await note('claim', agentId, () => callAll(how, agentId))
    }
  }
  return wrong

  async function note(what: string, agentId: number, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      wrong.push(`next-call (${what}, agent ${agentId}) fails: ${String(error)}`)
    }
  }
}

async function callAll(deps: Deps, agentId: number): Promise<void> {
  for (let calls = 0; calls < mostCalls; calls++) {
    const call = await claimNextCall(deps, { agentId })
    if (!call) return
    if (!call.user) throw new Error(`entry ${call.queueEntry.id} has no customer`)
    await recordOutcome(deps, { callSessionId: call.callSessionId, outcomeType: 'resolved' })
  }
  throw new Error('there is always another call')
}
