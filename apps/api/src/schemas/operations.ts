import { alertNames } from '@ringback/core'
import { queueTypes } from '@ringback/db'
import { z } from 'zod'
import { callSession } from './call-sessions.ts'
import { numberInUrl } from './ids.ts'
import { moment } from './moment.ts'
import { limit } from './paging.ts'

const count = z.int().min(0)

const runFigures = {
  processed: count.meta({ description: 'Jobs attempted' }),
  notified: count.meta({ description: 'Callbacks now in a queue' }),
  routed: count.meta({ description: 'Given to an agent who is not the preferred one' }),
  unassigned: count.meta({ description: 'Queued while nobody was available' }),
  deferred: count.meta({ description: 'Left for the next tick' }),
  alreadyQueued: count.meta({ description: 'Found well queued' }),
  errors: count,
}

export const finishedTick = z
  .object({
    success: z.boolean(),
    message: z.string().meta({ examples: ['Processed 12 callbacks, sent 11 notifications'] }),
    results: z.object(runFigures),
    duration: z.number().meta({ description: 'Milliseconds' }),
    runId: z.uuid(),
  })
  .meta({ id: 'FinishedTick' })

export const startedTick = z.object({ runId: z.uuid() }).meta({ id: 'StartedTick' })
/** The body may be left out. */
export const tickBody = z.strictObject({}).nullish()
export const runsQuery = z.strictObject({ limit })

export const cronRun = z
  .object({
    runId: z.uuid(),
    trigger: z.enum(['schedule', 'manual', 'recovery']),
    startedAt: moment,
    finishedAt: moment.nullable(),
    abandonedAt: moment.nullable().meta({ description: 'When its jobs were found to be lost' }),
    enqueued: count.nullable(),
    results: z.object(runFigures),
    duration: z.number().nullable().meta({ description: 'Milliseconds; null until it is finished' }),
  })
  .meta({ id: 'CronRun', description: 'One tick' })

export const monitoringQuery = z.strictObject({
  hours: numberInUrl(1, 720).default(24).meta({ description: 'How far back, 1 to 720; 24 when left out' }),
})

const rate = z.number().nullable().meta({ description: 'Percent; null without data' })

const alert = z
  .object({
    name: z.enum(alertNames).meta({ description: 'Stable: decide by it' }),
    severity: z
      .enum(['critical', 'warning'])
      .meta({ description: '`critical`: promises are not kept, or will not be; `warning`: look today' }),
    detail: z.string().meta({ description: 'What is so now, in words' }),
    runBook: z
      .string()
      .meta({ description: 'What to do: a section of the documentation', examples: ['docs/alerts.md#tick-late'] }),
  })
  .meta({ id: 'StandingAlert' })

export const monitoring = z
  .object({
    window: z.object({ hours: count, from: moment, to: moment }),
    inbound: z.object({ total: count, withOutcome: count, callbackScheduled: count }),
    callbacks: z.object({
      createdFromInbound: count,
      due: count,
      completed: count,
      open: count,
      overdue: count,
      failing: count.meta({ description: 'Could not be routed, three times in a row or more' }),
      escalated: count.meta({ description: 'Left lying by their agents, and open to all' }),
    }),
    integrity: z
      .object({
        unclaimableEntries: count.meta({ description: 'Claims pass over them' }),
        wrongRows: count.meta({ description: 'Could not be set right' }),
        laneDifferences: count.meta({ description: 'Were not in their lanes in the last minute' }),
      })
      .meta({ description: 'What must not be; more in the audit' }),
    pausedQueues: z
      .array(z.string())
      .nullable()
      .meta({ description: 'Queues of BullMQ that somebody has paused; null while Redis is away' }),
    healthScore: rate,
    callbackConversionRate: rate,
    agentAssignmentSuccessRate: rate,
    problematicSessions: z.object({ count, newest: z.array(callSession) }),
    alerts: z.array(alert).meta({ description: 'The alerts that stand' }),
    cron: z.object({
      lastStartedAt: moment.nullable(),
      lastFinishedAt: moment.nullable(),
      runs: count,
      processed: count,
    }),
    recentInboundCalls: z.array(callSession),
  })
  .meta({ id: 'Monitoring', description: 'Whether promises are kept' })

export const rowAudit = z
  .object({
    findings: z.array(
      z
        .object({
          kind: z.string().meta({ examples: ['entry-unclaimable', 'entry-of-ended-callback'] }),
          subject: z.string().meta({ description: 'The id of the row' }),
          detail: z.string(),
          foundAt: moment,
          lastFoundAt: moment,
          repairedAt: moment.nullable().meta({ description: 'When it was set right; null when somebody must' }),
        })
        .meta({ id: 'Finding' }),
    ),
  })
  .meta({ id: 'RowAudit', description: 'What Postgres held that must not be' })

const laneCount = count.nullable().meta({ description: 'Null while Redis is away' })

export const laneAudit = z
  .object({
    inSync: z.boolean(),
    queueTypes: z.array(
      z.object({
        queueType: z.enum(queueTypes),
        postgres: count.meta({ description: 'Entries that wait in Postgres' }),
        redis: laneCount,
        missing: laneCount,
        stale: laneCount,
        inSync: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'LaneAudit', description: 'The lanes in Redis, compared with Postgres' })

const check = z.object({ ok: z.boolean(), detail: z.string() })

export const alive = z.object({ status: z.literal('alive') }).meta({ id: 'Alive' })
export const readiness = z
  .object({
    status: z.enum(['ready', 'degraded', 'unavailable']),
    checks: z.object({ postgres: check, redis: check, queues: check, lanes: check, tick: check }),
  })
  .meta({ id: 'Readiness' })
