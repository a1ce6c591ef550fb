import { z } from 'zod'
import { agentFields, agentSession, heldCallInShort } from './agents.ts'
import { agentId, callbackId, queueEntryId, queueType, userId } from './ids.ts'
import { moment } from './moment.ts'
import { alert, cronRun, readiness } from './operations.ts'
import { queueFigures } from './queue-entries.ts'
import { promiseFigures } from './reports.ts'
import { shownPromise } from './shown-promises.ts'

const count = z.int().min(0)

const head = z
  .object({
    queueType,
    queueEntryId,
    callbackId: callbackId.nullable().meta({ description: 'The callback; null for an ordinary place' }),
    userId,
    userName: z.string().nullable().meta({ description: 'Who waits; null when the record was deleted' }),
    queueReason: z.string().nullable().meta({ description: 'Why, in words for the agent' }),
    availableFrom: moment.meta({ description: 'Since when it may be called' }),
    assignedToAgentId: agentId
      .nullable()
      .meta({ description: 'The agent who should call; null for whoever comes first' }),
  })
  .meta({ id: 'QueueHead', description: 'Who comes first in a queue' })

/** How promises were kept, in short. */
const keptIn = (when: string) =>
  promiseFigures
    .pick({ promised: true, kept: true, early: true, late: true, broken: true, punctuality: true })
    .meta({ description: when })

export const overview = z
  .object({
    now: moment.meta({ description: 'The moment of all this, by the clock of Ringback' }),
    alerts: z
      .array(
        alert
          .extend({ since: moment.nullable().meta({ description: 'When it began; null while no worker has seen it' }) })
          .meta({ id: 'AlertSince' }),
      )
      .meta({ description: 'The alerts that stand, as of the last five seconds' }),
    queues: z.array(queueFigures).meta({ description: 'Every queue, and how many wait, by class' }),
    agents: z
      .array(
        z
          .object({
            ...agentFields,
            session: agentSession,
            heldCall: heldCallInShort.nullable().meta({ description: 'The call that the agent has claimed' }),
          })
          .meta({ id: 'AgentAtWork' }),
      )
      .meta({ description: 'Those who are logged in, by id: the first thousand' }),
    overdue: z.array(shownPromise).meta({
      description:
        'More than five minutes past their time, and nobody is calling, without those that wait for their agent as they should: the first fifty by time',
    }),
    upcoming: z.array(shownPromise).meta({
      description: 'Due from five minutes ago to the end of `due`, and nobody is calling: the first hundred by time',
    }),
    heads: z
      .array(head)
      .meta({ description: 'Of each queue who comes first of those that may be called now, be it by one agent alone' }),
    punctuality: z
      .object({
        lastDay: keptIn('Of the last 24 hours'),
        dayBefore: keptIn('Of the 24 hours before them'),
        weekBefore: keptIn('Of the same 24 hours a week ago'),
      })
      .meta({ description: 'How promises were kept, as of the last minute' }),
    due: z
      .array(
        z.object({
          from: moment.meta({ description: 'Its beginning' }),
          promises: count.meta({ description: 'How many are due in it that nobody is calling' }),
        }),
      )
      .meta({ description: 'The next four hours by quarters of an hour; the first one has begun' }),
    readiness,
    lanes: z
      .object({
        reconciledUntil: moment.meta({ description: 'The last pass of the reconciler' }),
        comparedAt: moment.nullable().meta({ description: 'When rows and lanes were last compared' }),
        differences: count.meta({ description: 'How many entries differed the last time that some did' }),
        differedAt: moment.nullable().meta({ description: 'When that was' }),
      })
      .nullable()
      .meta({ description: 'What the reconciler has last seen; null when none has been there' }),
    lastTick: cronRun.nullable().meta({ description: 'The newest tick, which may be at work' }),
  })
  .meta({ id: 'Overview', description: 'How a centre stands at a moment' })
