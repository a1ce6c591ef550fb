import {
  auditLanes,
  claimNextCall,
  heartbeat,
  listAgents,
  peekNextCall,
  planAnew,
  recordOutcome,
  takeOutClosed,
  tick,
  type RedisConnection,
} from '@ringback/core'
import { addSeconds } from './cast.ts'
import type { Actor, Place } from './world/place.ts'

/** A proposal that came to nothing is put back after some seconds. */
const claimsAreSettledAfterSeconds = 6
/** An inbound call that nobody ended is over by then. */
const allIsDueAfterSeconds = 3 * 60 * 60
const mostCalls = 20

/** In what the lanes differ from Postgres after one pass of the reconciler. */
export async function differencesAfterPass(place: Place): Promise<string[]> {
  place.time.set(addSeconds(place.time.now(), claimsAreSettledAfterSeconds))
  await place.second.reconcile()
  return differencesOfLanes(place)
}

/** In what the lanes differ from Postgres now. */
export async function differencesOfLanes({ second: { deps }, redis, redisPrefix }: Place): Promise<string[]> {
  const audits = await auditLanes(deps.sql, redis as RedisConnection, redisPrefix)
  return audits.filter((audit) => !audit.inSync).map((audit) => `lanes differ from Postgres: ${JSON.stringify(audit)}`)
}

/**
 * Some hours pass, and the agents who are logged in look at their next call and take one after the other, every other
 * one without lanes, until there is none even after the
 * hours were looked at and a tick. What stands in the way of that, and what is then still to be called.
 */
export async function callsToTheEnd(place: Place): Promise<string[]> {
  const { second, time, sql } = place
  const { deps, withoutLanes } = second
  time.set(addSeconds(time.now(), allIsDueAfterSeconds))
  const agents = (await listAgents(deps)).filter(({ session }) => session !== null).map(({ id }) => id)
  try {
    for (const agentId of agents) {
      await heartbeat(deps, agentId)
      for (const how of [deps, withoutLanes]) await peekNextCall(how, { agentId })
    }
    for (let calls = 1; calls > 0;) {
      await planAnew(deps)
      await takeOutClosed(deps)
      await tick(deps, { trigger: 'manual' })
      calls = 0
      for (const agentId of agents) calls += await callAll(second, agentId)
    }
  } catch (error) {
    return [`next-call fails: ${String(error)}`]
  }
  if (agents.length === 0) return []
  const left = await sql<{ id: string; status: string }[]>`
    select id, status from callbacks c where (status = 'accepted' or status = 'pending' and scheduled_for <= ${time.now()})
      and exists (select from users u where u.id = c.user_id)`
  const passedOver = await sql<{ subject: string; detail: string }[]>`select subject, detail from findings`
  return [
    ...left.map(({ id, status }) => `nobody is ever given callback ${id}, which is ${status}`),
    ...passedOver.map(({ subject, detail }) => `entry ${subject} cannot be claimed: ${detail}`),
  ]
}

/** Calls until there is nobody left. Returns how many calls that took. */
async function callAll({ deps, withoutLanes }: Actor, agentId: number): Promise<number> {
  for (let calls = 0; calls < mostCalls; calls++) {
    const call = await claimNextCall(calls % 2 === 0 ? deps : withoutLanes, { agentId })
    if (!call) return calls
    if (!call.user) throw new Error(`entry ${call.queueEntry.id} has no customer`)
    await recordOutcome(deps, { callSessionId: call.callSessionId, outcomeType: 'resolved' })
  }
  throw new Error('there is always another call')
}
