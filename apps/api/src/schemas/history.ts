import { agentStandings, callbackResults, notificationKinds, outcomeTypes, rerouteReasons } from '@ringback/db'
import { z } from 'zod'

export const historyKind = z.enum(notificationKinds).meta({
  id: 'HistoryKind',
  description:
    'What happened: `scheduled`, it was promised; `queued`, `assigned`, `rerouted`, `reassigned` and `escalated`, who is to call; `waiting`, nobody for now; `removed`, it has left its queue; `accepted`, `claimed`, `released`, what its agent did; `snoozed`, `rescheduled`, `retry`, its time is another; `completed` and `cancelled`, it is over; `reached_inbound`, its customer called first; `updated`, it says something else; `routing_failed`, `repaired`',
})

const time = z.string().meta({ format: 'date-time' })
const id = z.string()

/** By which kinds of event a detail is told, and what it says. All of them may be missing, and others come. */
const shown = z.looseObject({
  queueEntryId: id.nullable().optional().meta({ description: 'The queue entry that it is about' }),
  callSessionId: id.nullable().optional().meta({ description: 'The call that it is about' }),
  runId: id.nullable().optional().meta({ description: 'The tick that did it; null when none did' }),
  outcomeType: z.enum(outcomeTypes).optional().meta({ description: 'What came of the call' }),
  result: z.enum(callbackResults).optional().meta({ description: 'Of `completed` and `cancelled`: what became of it' }),
  attempts: z.int().optional().meta({ description: 'Of `completed`: how many calls were made for it' }),
  attempt: z.int().optional().meta({ description: 'Of `retry`: which call for it is next, from 1' }),
  from: time.optional().meta({ description: 'Of `snoozed`, `rescheduled`, `waiting`: the time that it had' }),
  to: time.nullable().optional().meta({
    description:
      'Of `scheduled`, `snoozed`, `rescheduled`, `retry`, `waiting`: the time that it has; null for as long as it takes',
  }),
  reason: z.string().optional().meta({
    description:
      'Of `cancelled` and `snoozed`: why, in words; of `released`, `waiting`, `routing_failed`, `removed`: why, in a word',
  }),
  by: z.string().optional().meta({ description: 'Of `cancelled`: the role of who took it back' }),
  isSubstitute: z
    .boolean()
    .optional()
    .meta({ description: 'Of `queued`, `rerouted`: whether its agent is not the preferred one' }),
  preferredStanding: z.enum(agentStandings).nullable().optional().meta({
    description:
      'Of `queued`, `rerouted`: how its preferred agent was found; `gone` is logged out, not active, or silent for too long; null when nobody was preferred',
  }),
  because: z.enum(rerouteReasons).optional().meta({
    description:
      'Of `rerouted`: why it did not stay. `agent-gone`; `queue-not-served`, by its agent any more; `late`, and its agent was not available; `nobodys`, and somebody was idle; `owner-there`, the agent whose alone it is for now; `owner-away`, and the wait for that one almost over',
  }),
  fromAgentId: z
    .int()
    .nullable()
    .optional()
    .meta({ description: 'Of `rerouted`, `escalated`, `reassigned`: whose it was; null for nobody’s' }),
  policyVersion: z.int().optional().meta({ description: 'Of `waiting`: the policy whose hours are closed' }),
  fields: z.array(z.string()).optional().meta({ description: 'Of `updated`: what is other than before' }),
  quietHours: z.literal('off').optional().meta({ description: 'Of `scheduled`: quiet hours do not hold' }),
  retryAt: time.optional().meta({ description: 'Of `routing_failed`: when it is tried again' }),
  times: z.int().optional().meta({ description: 'Of `routing_failed`: how often, one time after the other' }),
  lastAt: time.optional().meta({ description: 'Of `routing_failed`: the last time' }),
  wrong: z.string().optional().meta({ description: 'Of `repaired`: what was wrong' }),
  acceptedInstead: id.optional().meta({ description: 'Of `removed`: the callback that its agent accepted' }),
})

/** Whatever was written down is told: what an older version wrote must not make a history unreadable. */
export const historyDetails = z
  .record(z.string(), z.unknown())
  .meta({ id: 'HistoryDetails', description: 'What else there is to tell, by its kind', shownAs: shown })
