import {
  agentStatuses,
  callbackResults,
  callDirections,
  notificationKinds,
  outcomeTypes,
  queueEntryStatuses,
  roles,
  tickTriggers,
  type NotificationKind,
} from '@ringback/db'
import { z } from 'zod'
import { alertNames } from '../monitoring/alerts.ts'

/** Grows when what stands in an event changes its meaning or goes; fields and types may come without. */
export const eventVersion = 1

const moment = z.iso.datetime()
const agent = z.int()
const queueEntryId = z.string().regex(/^\d+$/)
const callSessionId = z.uuid()
const runId = z.uuid().nullable().meta({ description: 'The tick; null when it was not one' })
const queueType = z.string()
const outcomeType = z.enum(outcomeTypes)
const result = z.enum(callbackResults)

const actor = z
  .union([
    z.object({ role: z.literal('agent'), agentId: agent }),
    z.object({ role: z.enum(roles).exclude(['agent']), agentId: agent.optional() }),
    z.object({ role: z.literal('engine'), task: z.string() }),
  ])
  .nullable()
  .meta({ description: 'Who did it: the bearer of a token, or a task of the engine' })

/** What else an event of each kind in the history of a callback tells. Never what somebody wrote. */
const ofKind = {
  scheduled: { quietHours: z.literal('off').optional() },
  queued: {
    queueEntryId,
    isSubstitute: z.boolean().meta({ description: 'Whether it went to somebody else than its preferred agent' }),
    runId: runId.optional(),
  },
  rerouted: { queueEntryId, fromAgentId: agent.nullable(), runId },
  assigned: { queueEntryId },
  accepted: { queueEntryId },
  snoozed: { from: moment, to: moment },
  rescheduled: { from: moment, to: moment },
  cancelled: { by: z.enum([...roles, 'engine']), result: z.literal('blocked').optional() },
  claimed: { queueEntryId, callSessionId },
  released: { queueEntryId, callSessionId, reason: z.string() },
  removed: {
    reason: z.string().optional(),
    acceptedInstead: z.uuid().optional().meta({ description: 'Another promise of the user, which was accepted' }),
  },
  completed: {
    callSessionId,
    outcomeType: outcomeType.nullable().optional(),
    result: result.nullable(),
    attempts: z.int(),
  },
  routing_failed: { retryAt: moment, times: z.int() },
  escalated: { queueEntryId, fromAgentId: agent.nullable(), runId },
  repaired: { wrong: z.string().meta({ description: 'What was wrong with its row' }) },
  retry: { callSessionId, outcomeType: outcomeType.nullable(), attempt: z.int(), to: moment },
  waiting: {
    reason: z.enum(['closed', 'owner-missing']),
    from: moment.optional(),
    to: moment.nullable().optional(),
    policyVersion: z.int().optional(),
    queueEntryId: queueEntryId.optional(),
    runId: runId.optional(),
  },
  reassigned: { fromAgentId: agent.nullable(), queueEntryId: queueEntryId.optional() },
  reached_inbound: { callSessionId, outcomeType: outcomeType.nullable() },
} satisfies Record<NotificationKind, z.ZodRawShape>

const about = {
  callback: {
    callbackId: z.uuid(),
    userId: z.string().nullable().meta({ description: 'The customer; null when the promise is gone by now' }),
    agentId: agent.nullable().meta({ description: 'The agent whom it concerns' }),
    preferredAgentId: agent.nullable().meta({ description: 'The agent who should call, by now' }),
    actor,
  },
  tick: { runId: z.uuid(), trigger: z.enum(tickTriggers) },
}

const figures = {
  processed: z.int(),
  notified: z.int(),
  routed: z.int(),
  unassigned: z.int(),
  deferred: z.int(),
  alreadyQueued: z.int(),
  errors: z.int(),
}

const call = {
  callSessionId,
  callbackId: z.uuid().nullable(),
  userId: z.string(),
  agentId: agent.nullable(),
  direction: z.enum(callDirections),
}

const callbackEvents = Object.fromEntries(
  notificationKinds.map((kind) => [`callback.${kind}`, { ...about.callback, ...ofKind[kind] }]),
) as { [Kind in NotificationKind as `callback.${Kind}`]: typeof about.callback & (typeof ofKind)[Kind] }

/** What the data of each type of event holds, beside its `sequence`. */
const dataOf = {
  ...callbackEvents,
  'agent.changed': {
    agentId: agent,
    status: z.enum(agentStatuses).nullable().meta({ description: 'Null when the agent has logged out' }),
  },
  'queue.changed': {
    queueEntryId,
    userId: z.string(),
    queueType,
    agentId: agent.nullable(),
    status: z.enum(queueEntryStatuses),
    priorityScore: z.int(),
    availableFrom: moment,
    version: z.int(),
  },
  'call.started': call,
  'call.ended': {
    ...call,
    outcomeType: outcomeType.nullable(),
    durationSeconds: z.int().nullable(),
    isReleased: z.boolean().meta({ description: 'Whether its agent gave it back before calling' }),
  },
  'tick.started': about.tick,
  'tick.finished': { ...about.tick, ...figures },
  'tick.abandoned': { ...about.tick, ...figures },
  'alert.begins': { name: z.enum(alertNames) },
  'alert.ends': { name: z.enum(alertNames), since: moment },
  'policy.changed': { queueType, version: z.int(), actor },
} satisfies Record<string, z.ZodRawShape>

export type EventType = keyof typeof dataOf
/** Every type of event, in the order in which they are documented. */
export const eventTypes = Object.keys(dataOf) as [EventType, ...EventType[]]

/** What an event of each type is for whoever reads it. */
export const eventDescriptions: Record<EventType, string> = {
  'callback.scheduled': 'A promise was made',
  'callback.queued': 'A promise falls due, and has its place in a queue; its agent is told by this',
  'callback.rerouted': 'It went from one agent to another, or to nobody',
  'callback.assigned': 'It went to an agent who became available, or who asked for it',
  'callback.accepted': 'An agent will make the call, and it comes first',
  'callback.snoozed': 'It was put off by some minutes',
  'callback.rescheduled': 'The customer was told another time',
  'callback.cancelled': 'It will not be called',
  'callback.claimed': 'An agent is calling',
  'callback.released': 'The claim ended without an outcome, and it stands where it stood',
  'callback.removed': 'It left its queue',
  'callback.completed': 'The promise is over; `result` says what became of it',
  'callback.routing_failed':
    'It could not be given a place and is tried again; told once of a row of failures with the same reason',
  'callback.escalated': 'Its agent left it lying, and it is open to all',
  'callback.repaired': 'Its row was wrong and was set right',
  'callback.retry': 'The customer was not reached and is called again',
  'callback.waiting': 'It waits without a place: for an opening, or for the only agent who may call',
  'callback.reassigned': 'A supervisor gave it to another agent, or to whoever is there',
  'callback.reached_inbound': 'The customer called before we did',
  'agent.changed': 'An agent logged in or out, or has another status',
  'queue.changed': 'The place of a user without a promise changed: made, moved, claimed, left',
  'call.started': 'A call began',
  'call.ended': 'A call ended, or its outcome was recorded',
  'tick.started': 'A tick looks for promises that fall due',
  'tick.finished': 'All that a tick found has been settled',
  'tick.abandoned': 'The jobs of a tick were lost; the next one finds their promises again',
  'alert.begins': 'An alert stands',
  'alert.ends': 'An alert stands no more',
  'policy.changed': 'A queue has another version of its policy',
}

const sequence = z.string().regex(/^\d+$/).meta({
  description: 'Digits that grow: of two events about the same promise the one with the higher number came later',
})

function schemaOf<Type extends EventType>(type: Type) {
  return z
    .object({
      id: z.string().meta({ description: 'Where it stands in the log; the same for everybody who hears of it' }),
      type: z.literal(type),
      version: z.literal(eventVersion),
      timestamp: moment.meta({ description: 'When it happened' }),
      data: z.strictObject({ sequence, ...(dataOf[type] as (typeof dataOf)[Type]) }),
    })
    .meta({ id: `Event_${type.replace('.', '_')}`, description: eventDescriptions[type] })
}

/** The schema of each type of event: a closed set. */
export const eventSchemas = Object.fromEntries(eventTypes.map((type) => [type, schemaOf(type)])) as {
  [Type in EventType]: ReturnType<typeof schemaOf<Type>>
}

/** Something that happened, as it is told to everybody: without names, phone numbers and notes. */
export type RingbackEvent = z.infer<(typeof eventSchemas)[EventType]>
