import {
  auditLanes,
  claimNextCall,
  heartbeat,
  listAgents,
  peekNextCall,
  recordOutcome,
  tick,
  type Deps,
  type RedisConnection,
} from '@ringback/core'
import { addSeconds } from './cast.ts'
import type { Place } from './world/place.ts'

/** A proposal that came to nothing is put back after some seconds. */
const claimsAreSettledAfterSeconds = 6
const allIsDueAfterSeconds = 15 * 60
const mostCalls = 20

/** Whether the lanes equal Postgres after one pass of the reconciler; what they differ in, if not. */
export async function lanesAfterPass({ second, time, redis, redisPrefix }: Place): Promise<string[]> {
  time.set(addSeconds(time.now(), claimsAreSettledAfterSeconds))
  await second.reconcile()
  const audits = await auditLanes(second.deps.sql, redis as RedisConnection, redisPrefix)
  return audits.filter((audit) => !audit.inSync).map((audit) => `lanes differ from Postgres: ${JSON.stringify(audit)}`)
}

/**
 * Some minutes pass, and the agents who are logged in look at their next call and take one after the other, some without
 * lanes, until there is none even after a tick. What stands in the way of that, and what is then still to be called.
 */
export async function callsToTheEnd(place: Place): Promise<string[]> {
  const { second, time, sql } = place
  const { deps, withoutLanes } = second
  time.set(addSeconds(time.now(), allIsDueAfterSeconds))
  const agents = (await listAgents(deps)).filter(({ session }) => session !== null).map(({ id }) => id)
  try {
    for (let calls = 1; calls > 0;) {
      for (const agentId of agents) await heartbeat(deps, agentId)
      await tick(deps, { trigger: 'manual' })
      for (const agentId of agents) {
        for (const how of [deps, withoutLanes]) await peekNextCall(how, { agentId })
      }
      calls = 0
      for (const agentId of agents) {
        for (const how of [withoutLanes, deps]) calls += await callAll(how, agentId)
      }
    }
  } catch (error) {
    return [`next-call fails: ${String(error)}`]
  }
  if (agents.length === 0) return []
  const left = await sql<{ id: string; status: string }[]>`
    select id, status from callbacks c where (status = 'accepted' or status = 'pending' and scheduled_for <= ${time.now()})
      and exists (select from users u where u.id = c.user_id)`
  return left.map(({ id, status }) => `nobody is ever given callback ${id}, which is ${status}`)
}

/** Calls until there is nobody left. Returns how many calls that took. */
async function callAll(deps: Deps, agentId: number): Promise<number> {
  for (let calls = 0; calls < mostCalls; calls++) {
    const call = await claimNextCall(deps, { agentId })
    if (!call) return calls
    if (!call.user) throw new Error(`entry ${call.queueEntry.id} has no customer`)
    await recordOutcome(deps, { callSessionId: call.callSessionId, outcomeType: 'resolved' })
  }
  throw new Error('there is always another call')
}
