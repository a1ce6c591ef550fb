import {
  acceptCallback,
  claimNextCall,
  heartbeat,
  putAgent,
  putCalendar,
  putPolicy,
  putQueueUser,
  putSession,
  putUser,
  rescheduleCallback,
  routeCallbacks,
  scheduleCallback,
  startCall,
} from '@ringback/core'
import type { AgentStatus } from '@ringback/db'
import { ada, ben, customer, hoursUntil, inMinutes, policy, policyWithHours, somebodyElse, type Stage } from './cast.ts'

type CallbackRole = 'promise' | 'second' | 'other'

/** The customers and the agents, who are logged in with these statuses, or logged out. */
export async function open(
  { deps, time }: Stage,
  statuses: { ada?: AgentStatus; ben?: AgentStatus } = { ada: 'available', ben: 'away' },
): Promise<void> {
  time.set(inMinutes(-30))
  await putUser(deps, { userId: customer, name: 'Customer', phone: '+1 202 555 0100' })
  await putUser(deps, { userId: somebodyElse, name: 'Somebody else' })
  await putAgent(deps, { agentId: ada, firstName: 'Ada', lastName: 'Archer' })
  await putAgent(deps, { agentId: ben, firstName: 'Ben', lastName: 'Baker' })
  time.set(inMinutes(-5))
  if (statuses.ada) await putSession(deps, { agentId: ada, status: statuses.ada })
  if (statuses.ben) await putSession(deps, { agentId: ben, status: statuses.ben })
}

/** Promises a call, preferably by Ada; for a moment, or for what the clocks of UTC show then. */
export async function promise(
  { deps, cast }: Stage,
  {
    as = 'promise',
    at = 0,
    agentId = ada,
    byClock = false,
  }: { as?: CallbackRole; at?: number; agentId?: number | null; byClock?: boolean } = {},
): Promise<void> {
  const callback = await scheduleCallback(deps, {
    userId: as === 'other' ? somebodyElse : customer,
    ...(byClock
      ? { localTime: inMinutes(at).toISOString().slice(0, 19), timeZone: 'UTC' }
      : { scheduledFor: inMinutes(at) }),
    callbackReason: 'asked',
    preferredAgentId: agentId,
  })
  cast[as] = callback.id
}

export async function route({ deps, cast }: Stage, ...roles: CallbackRole[]): Promise<void> {
  await routeCallbacks(deps, { callbackIds: roles.map((role) => cast[role]!), runId: null })
}

export async function accept({ deps, cast }: Stage, role: CallbackRole, agentId: number): Promise<void> {
  await acceptCallback(deps, { callbackId: cast[role]!, agentId })
}

/** Moves a promise to another time, in minutes from `now`. */
export async function putOff({ deps, cast }: Stage, role: CallbackRole, at: number): Promise<void> {
  await rescheduleCallback(deps, { callbackId: cast[role]!, scheduledFor: inMinutes(at) })
}

/** Puts the customer into a queue as an ordinary user. */
export async function wait({ deps }: Stage, queueType = 'unsigned_users'): Promise<void> {
  await putQueueUser(deps, { userId: customer, queueType, priorityScore: 3 })
}

/** Has the queue of the promises work by `policy`. */
export async function storePolicy({ deps }: Stage): Promise<void> {
  await putPolicy(deps, { queueType: 'outstanding_requests', document: policy })
}

/** Has the queue of the promises keep hours that are open in the morning until some time, and in the afternoon. */
export async function keepHours(stage: Stage, until: string): Promise<void> {
  await putHours(stage, until)
  await putPolicy(stage.deps, { queueType: 'outstanding_requests', document: policyWithHours })
}

/** Changes the hours alone. */
export async function putHours({ deps, cast }: Stage, until: string): Promise<void> {
  cast.calendar = policyWithHours.openingHours
  await putCalendar(deps, { id: cast.calendar, document: hoursUntil(until) })
}

/** Ada claims her next call. */
export async function claim({ deps, cast }: Stage): Promise<void> {
  const call = await claimNextCall(deps, { agentId: ada })
  if (!call) throw new Error('There was nothing to claim')
  cast.call = call.callSessionId
  cast.entry = call.queueEntry.id
}

/** The customer calls in and speaks with Ben. */
export async function callIn({ deps, cast }: Stage): Promise<void> {
  const { session } = await startCall(deps, { userId: customer, agentId: ben, direction: 'inbound' })
  cast.inbound = session.id
}

export async function status({ deps }: Stage, agentId: number, to: AgentStatus): Promise<void> {
  await putSession(deps, { agentId, status: to })
}

/** It becomes 10:00, and the agents are heard of. */
export async function ready({ deps, time, cast }: Stage): Promise<void> {
  time.set(inMinutes(0))
  for (const agentId of cast.isSilent ? [ben] : [ada, ben]) await heartbeat(deps, agentId)
}
