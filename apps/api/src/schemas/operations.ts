import { alertNames } from '@ringback/core'
import { z } from 'zod'
import { callSession } from './call-sessions.ts'
import { numberInUrl, queueType } from './ids.ts'
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
  errors: count.meta({ description: 'Could not be routed' }),
}

const results = z.object(runFigures).meta({ description: 'What became of the callbacks that it found' })
const runId = z.uuid().meta({ description: 'The tick; log lines have it, too' })

export const finishedTick = z
  .object({
    success: z.boolean().meta({ description: 'False when its jobs were lost' }),
    message: z
      .string()
      .meta({ description: 'The figures in words', examples: ['Processed 12 callbacks, sent 11 notifications'] }),
    results,
    duration: z.number().meta({ description: 'Milliseconds' }),
    runId,
  })
  .meta({ id: 'FinishedTick' })

export const startedTick = z.object({ runId }).meta({ id: 'StartedTick' })
/** The body may be left out. */
export const tickBody = z.strictObject({}).nullish()
export const runsQuery = z.strictObject({ limit })

export const cronRun = z
  .object({
    runId,
    trigger: z.enum(['schedule', 'manual', 'recovery']).meta({
      description: 'The minute job, a request, or a worker that found ticks to be late',
    }),
    startedAt: moment.meta({ description: 'When it began to look' }),
    finishedAt: moment.nullable().meta({ description: 'When its last job was done; null while it is at work' }),
    abandonedAt: moment.nullable().meta({ description: 'When its jobs were found to be lost' }),
    enqueued: count.nullable().meta({ description: 'How many callbacks it found; null while it looks' }),
    results,
    duration: z.number().nullable().meta({ description: 'Milliseconds; null until it is finished' }),
  })
  .meta({ id: 'CronRun', description: 'One tick' })

export const monitoringQuery = z.strictObject({
  hours: numberInUrl(1, 720).default(24).meta({ description: 'How far back, 1 to 720; 24 when left out' }),
})

const rate = (what: string) =>
  z
    .number()
    .nullable()
    .meta({ description: `${what}, in percent; null without data` })

export const alert = z
  .object({
    name: z.enum(alertNames).meta({ id: 'AlertName', description: 'Stable: decide by it' }),
    severity: z.enum(['critical', 'warning']).meta({
      id: 'AlertSeverity',
      description: '`critical`: promises are not kept, or will not be; `warning`: look today',
    }),
    detail: z.string().meta({ description: 'What is so now, in words' }),
    runBook: z
      .string()
      .meta({ description: 'What to do: a section of the documentation', examples: ['docs/alerts.md#tick-late'] }),
  })
  .meta({ id: 'StandingAlert' })

export const monitoring = z
  .object({
    window: z
      .object({
        hours: count.meta({ description: 'How long' }),
        from: moment.meta({ description: 'Its beginning' }),
        to: moment.meta({ description: 'Its end: now' }),
      })
      .meta({ description: 'The time that is looked at' }),
    inbound: z
      .object({
        total: count.meta({ description: 'How many began in the window' }),
        withOutcome: count.meta({ description: 'How many of them have an outcome' }),
        callbackScheduled: count.meta({ description: 'In how many of them a callback was promised' }),
      })
      .meta({ description: 'Calls of customers' }),
    callbacks: z
      .object({
        createdFromInbound: count.meta({ description: 'Made in an inbound call of the window' }),
        due: count.meta({ description: 'Scheduled for a time in the window' }),
        completed: count.meta({ description: 'How many of those were kept' }),
        open: count.meta({ description: 'How many of those are neither kept nor cancelled' }),
        overdue: count.meta({ description: 'More than five minutes past their time, and nobody is calling' }),
        failing: count.meta({ description: 'Could not be routed, three times in a row or more' }),
        escalated: count.meta({ description: 'Left lying for too long, and open to all' }),
        ownerMissing: count.meta({
          description: 'Five minutes past due, and the only agent who may call is not there',
        }),
      })
      .meta({ description: 'Promises' }),
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
    tzData: z
      .object({
        seen: z
          .string()
          .nullable()
          .meta({ description: 'The newest that a process has had', examples: ['2026c'] }),
        behind: z
          .string()
          .nullable()
          .meta({ description: 'The older one of a process of the last minutes; null when there is none' }),
      })
      .meta({ description: 'Time zone data of the processes' }),
    webhooks: z
      .object({
        switchedOff: count.meta({ description: 'Switched off by the engine' }),
        failing: count.meta({ description: 'Switched on, and have taken nothing for an hour or more' }),
      })
      .meta({ description: 'Other systems that are told of what happens' }),
    healthScore: rate('Inbound calls that have an outcome'),
    callbackConversionRate: rate('Callbacks made, of those promised in inbound calls'),
    agentAssignmentSuccessRate: rate('Callbacks that ticks queued for an agent, of those that they processed'),
    problematicSessions: z
      .object({
        count: count.meta({ description: 'How many' }),
        newest: z.array(callSession).meta({ description: 'The newest 50' }),
      })
      .meta({ description: 'Calls that were completed without an outcome' }),
    alerts: z.array(alert).meta({ description: 'The alerts that stand' }),
    cron: z
      .object({
        lastStartedAt: moment.nullable().meta({ description: 'When a tick last began' }),
        lastFinishedAt: moment.nullable().meta({ description: 'When a tick last finished' }),
        runs: count.meta({ description: 'How many began in the window' }),
        processed: count.meta({ description: 'How many jobs of theirs were attempted' }),
      })
      .meta({ description: 'Ticks' }),
    recentInboundCalls: z.array(callSession).meta({ description: 'The newest 50 of the window' }),
  })
  .meta({ id: 'Monitoring', description: 'Whether promises are kept' })

export const rowAudit = z
  .object({
    findings: z
      .array(
        z
          .object({
            kind: z
              .string()
              .meta({ description: 'What is wrong', examples: ['entry-unclaimable', 'entry-of-ended-callback'] }),
            subject: z.string().meta({ description: 'The id of the row' }),
            detail: z.string().meta({ description: 'The same in words' }),
            foundAt: moment.meta({ description: 'When it was found' }),
            lastFoundAt: moment.meta({ description: 'When it was last found to be so' }),
            repairedAt: moment.nullable().meta({ description: 'When it was set right; null when somebody must' }),
          })
          .meta({ id: 'Finding' }),
      )
      .meta({ description: 'What still stands first' }),
  })
  .meta({ id: 'RowAudit', description: 'What Postgres held that must not be' })

const laneCount = (what: string) => count.nullable().meta({ description: `${what}; null while Redis is away` })

export const laneAudit = z
  .object({
    inSync: z.boolean().meta({ description: 'Whether nothing is missing or stale in any queue' }),
    queueTypes: z
      .array(
        z.object({
          queueType,
          postgres: count.meta({ description: 'Entries that wait in Postgres' }),
          redis: laneCount('Entries that stand in lanes'),
          missing: laneCount('Entries that wait and are in no lane, or in a wrong one'),
          stale: laneCount('Places in lanes whose entry waits no more'),
          inSync: z.boolean().meta({ description: 'Whether nothing is missing or stale' }),
        }),
      )
      .meta({ description: 'Each queue' }),
  })
  .meta({ id: 'LaneAudit', description: 'The lanes in Redis, compared with Postgres' })

const check = (what: string) =>
  z
    .object({
      ok: z.boolean().meta({ description: 'Whether it is well' }),
      detail: z.string().meta({ description: 'How it is, in words' }),
    })
    .meta({ description: what })

export const alive = z
  .object({ status: z.literal('alive').meta({ description: 'Always the same' }) })
  .meta({ id: 'Alive' })
export const readiness = z
  .object({
    status: z.enum(['ready', 'degraded', 'unavailable']).meta({
      description: '`degraded` does its work, more slowly or not all of it; `unavailable` does none',
    }),
    checks: z
      .object({
        postgres: check('Postgres'),
        standby: check('Whether reports and lists are read from the standby, when one is set'),
        redis: check('Redis'),
        queues: check('Whether no queue of BullMQ is paused'),
        defaultQueue: check('Whether the queue that `DEFAULT_QUEUE_TYPE` names is there'),
        tzData: check('Whether no other process has had newer time zone data'),
        lanes: check('Whether the lanes are built'),
        tick: check('Whether a tick has finished in the last two minutes'),
      })
      .meta({ description: 'What was looked at' }),
  })
  .meta({ id: 'Readiness', description: 'Whether the API can do its work' })
