import {
  agentStandings,
  agentStatuses,
  callbackResults,
  callDirections,
  notificationKinds,
  outcomeTypes,
  queueEntryStatuses,
  rerouteReasons,
  roles,
  tickTriggers,
  updatableFields,
  type NotificationKind,
} from '@ringback/db'
import { z } from 'zod'
import { alertNames } from '../monitoring/alerts.ts'

/** Grows when what stands in an event changes its meaning or goes; fields and types may come without. */
export const eventVersion = 1

const said = (description: string) => ({ description })

const moment = z.iso.datetime()
const agent = z.int()
const count = z.int()
const callbackId = z.uuid().meta(said('The promise'))
const userId = z.string().meta(said('The customer'))
const queueType = z.string().meta(said('The queue'))
const queueEntryId = z.string().regex(/^\d+$/).meta(said('The place in a queue'))
const callSessionId = z.uuid().meta(said('The call'))
const runId = z.uuid().nullable().meta(said('The tick; null when it was not one'))
const outcomeType = z.enum(outcomeTypes).nullable().meta(said('What came of the call'))
const fromAgentId = agent.nullable().meta(said('The agent who had it'))
const isSubstitute = z.boolean().meta(said('Whether it went to somebody else than its preferred agent'))
const preferredStanding = z
  .enum(agentStandings)
  .nullable()
  .optional()
  .meta(said('How its preferred agent was found; null when nobody was preferred'))
const from = moment.meta(said('When it was due'))
const to = moment.meta(said('When it is due'))
const attempts = z.int().meta(said('How often it was tried'))

const ofRole = said('The role of the token')
const actor = z
  .union([
    z.object({ role: z.literal('agent').meta(ofRole), agentId: agent.meta(said('The agent')) }),
    z.object({
      role: z.enum(roles).exclude(['agent']).meta(ofRole),
      agentId: agent.optional().meta(said('The agent for whom it acted')),
    }),
    z.object({
      role: z.literal('engine').meta(said('No token')),
      task: z.string().meta(said('The task of the engine')),
    }),
  ])
  .nullable()
  .meta(said('Who did it: the bearer of a token, or a task of the engine'))

/** What else an event of each kind in the history of a callback tells. Never what somebody wrote. */
const ofKind = {
  scheduled: {
    // Those that were made before this was told have none.
    to: to.optional(),
    quietHours: z.literal('off').optional().meta(said('The quiet hours of its policy do not hold for it')),
  },
  queued: {
    queueEntryId,
    isSubstitute,
    runId: runId.optional(),
    preferredStanding,
  },
  rerouted: {
    queueEntryId,
    fromAgentId,
    runId,
    // Those that were written before this was told have none of these.
    isSubstitute: isSubstitute.optional(),
    preferredStanding,
    because: z.enum(rerouteReasons).optional().meta(said('Why it did not stay where it was')),
  },
  assigned: { queueEntryId },
  accepted: { queueEntryId },
  snoozed: { from, to },
  rescheduled: { from, to },
  cancelled: {
    by: z.enum([...roles, 'engine']).meta(said('The role of whoever cancelled it')),
    result: z.literal('blocked').optional().meta(said('Its customer must not be called')),
  },
  claimed: { queueEntryId, callSessionId },
  released: { queueEntryId, callSessionId, reason: z.string().meta(said('How the claim ended')) },
  removed: {
    reason: z.string().optional().meta(said('Why, when nothing else tells')),
    acceptedInstead: z.uuid().optional().meta(said('Another promise of the user, which was accepted')),
  },
  completed: {
    callSessionId,
    outcomeType: outcomeType.optional(),
    result: z.enum(callbackResults).nullable().meta(said('What became of the promise')),
    attempts,
  },
  routing_failed: {
    retryAt: moment.optional().meta(said('When it is tried again')),
    times: z.int().meta(said('How often in a row, when this was written')),
  },
  escalated: { queueEntryId, fromAgentId, runId },
  repaired: { wrong: z.string().meta(said('What was wrong with its row')) },
  retry: {
    callSessionId,
    outcomeType,
    attempt: z.int().meta(said('Which attempt comes then')),
    to,
  },
  waiting: {
    reason: z.enum(['closed', 'owner-missing']).meta(said('For an opening, or for the only agent who may call')),
    from: from.optional(),
    to: to.nullable().optional().meta(said('When it is due; null when nobody can say')),
    policyVersion: z.int().optional().meta(said('The version of the policy with those hours')),
    queueEntryId: queueEntryId.optional(),
    runId: runId.optional(),
  },
  reassigned: { fromAgentId, queueEntryId: queueEntryId.optional() },
  reached_inbound: { callSessionId, outcomeType },
  updated: { fields: z.array(z.enum(updatableFields)).meta(said('What is other than before')) },
} satisfies Record<NotificationKind, z.ZodRawShape>

const about = {
  callback: {
    callbackId,
    userId: userId.nullable().meta(said('The customer; null when the promise is gone by now')),
    agentId: agent.nullable().meta(said('The agent whom it concerns')),
    preferredAgentId: agent.nullable().meta(said('The agent who should call, by now')),
    actor,
  },
  tick: {
    runId: z.uuid().meta(said('The tick')),
    trigger: z.enum(tickTriggers).meta(said('What started it')),
  },
}

const figures = {
  processed: count.meta(said('Callbacks that it settled')),
  notified: count.meta(said('… of which an agent was told')),
  routed: count.meta(said('… that got a place in a queue')),
  unassigned: count.meta(said('… a place that is open to all')),
  deferred: count.meta(said('… whose user was taken')),
  alreadyQueued: count.meta(said('… that had a place')),
  errors: count.meta(said('… that could not be routed')),
}

const call = {
  callSessionId,
  callbackId: callbackId.nullable().meta(said('The promise that it is for')),
  userId,
  agentId: agent.nullable().meta(said('The agent who talks')),
  direction: z.enum(callDirections).meta(said('Who called whom')),
}

const callbackEvents = Object.fromEntries(
  notificationKinds.map((kind) => [`callback.${kind}`, { ...about.callback, ...ofKind[kind] }]),
) as { [Kind in NotificationKind as `callback.${Kind}`]: typeof about.callback & (typeof ofKind)[Kind] }

const alertName = z.enum(alertNames).meta(said('The alert'))

/** What the data of each type of event holds, beside its `sequence`. */
const dataOf = {
  ...callbackEvents,
  'agent.changed': {
    agentId: agent.meta(said('The agent')),
    status: z.enum(agentStatuses).nullable().meta(said('Null when the agent has logged out')),
  },
  'queue.changed': {
    queueEntryId,
    userId,
    queueType,
    agentId: agent.nullable().meta(said('The agent who has it')),
    status: z.enum(queueEntryStatuses).meta(said('`completed` and `removed` end it')),
    priorityScore: z.int().meta(said('Lower is first')),
    availableFrom: moment.meta(said('From when it may be claimed')),
    version: z.int().meta(said('Grows with each change of the place')),
  },
  'call.started': call,
  'call.taken': call,
  'call.ended': {
    ...call,
    outcomeType,
    durationSeconds: z.int().nullable().meta(said('How long it took')),
    isReleased: z.boolean().meta(said('Whether its agent gave it back before calling')),
  },
  'tick.started': about.tick,
  'tick.finished': { ...about.tick, ...figures },
  'tick.abandoned': { ...about.tick, ...figures },
  'alert.begins': { name: alertName },
  'alert.ends': { name: alertName, since: moment.meta(said('When it began')) },
  'policy.changed': { queueType, version: z.int().meta(said('The version that holds now')), actor },
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
  'callback.reassigned': 'It was given to another agent, or to whoever is there',
  'callback.reached_inbound': 'The customer called before we did',
  'callback.updated': 'It says something else, or prefers another agent',
  'agent.changed': 'An agent logged in or out, or has another status',
  'queue.changed': 'The place of a user without a promise changed: made, moved, claimed, left',
  'call.started': 'A call began',
  'call.taken': 'An agent took an inbound call that had been nobody’s',
  'call.ended': 'A call ended, or its outcome was recorded',
  'tick.started': 'A tick looks for promises that fall due',
  'tick.finished': 'All that a tick found has been settled',
  'tick.abandoned': 'The jobs of a tick were lost; the next one finds their promises again',
  'alert.begins': 'An alert stands',
  'alert.ends': 'An alert stands no more',
  'policy.changed': 'A queue has another version of its policy',
}

const sequence = z
  .string()
  .regex(/^\d+$/)
  .meta(said('Digits that grow: of two events about the same promise the one with the higher number came later'))

function schemaOf<Type extends EventType>(type: Type) {
  return z
    .object({
      id: z.string().meta(said('Where it stands in the log; the same for everybody who hears of it')),
      type: z.literal(type).meta(said('What happened')),
      version: z.literal(eventVersion).meta(said('Of what events hold')),
      timestamp: moment.meta(said('When it happened')),
      data: z.strictObject({ sequence, ...dataOf[type] }).meta(said('What it is about')),
    })
    .meta({ id: `Event_${type.replace('.', '_')}`, description: eventDescriptions[type] })
}

/** The schema of each type of event: a closed set. */
export const eventSchemas = Object.fromEntries(eventTypes.map((type) => [type, schemaOf(type)])) as {
  [Type in EventType]: ReturnType<typeof schemaOf<Type>>
}

/** Something that happened, as it is told to everybody: without names, phone numbers and notes. */
export type RingbackEvent = z.infer<(typeof eventSchemas)[EventType]>
