import { outcomeTypes } from '@ringback/db'
import { z } from 'zod'

/** The id of a calendar, also of one that is shipped (`law:us`). */
const calendarId = z
  .string()
  .regex(/^[a-z][a-z0-9_:-]{0,59}$/, 'must be the id of a calendar, like office or law:us')
  .meta({ description: 'A calendar, by its id', examples: ['office'] })

const notARegion = 'must be a region of ISO 3166, like US or US-FL, or * for all that are not named'
const region = z.string().regex(/^(?:\*|[A-Z]{2}(?:-[A-Z0-9]{1,3})?)$/)

/** The outcomes that say nothing of whether the customer wants the call. No other one is ever retried. */
export const retriedOutcomes = ['no_answer', 'busy', 'voicemail', 'failed'] as const
export type RetriedOutcome = (typeof retriedOutcomes)[number]

const daysOfMinutes = 30 * 24 * 60
const mostWaits = 9

const waits = (outcome: string) =>
  z
    .array(z.int().min(1).max(daysOfMinutes))
    .min(1, 'must name a wait for the first time at least; leave it out not to try again')
    .max(mostWaits)
    .optional()
    .meta({ description: `After ${outcome}: the first number for the first time, and so on`, examples: [[30, 120]] })

const retries = z.strictObject({
  maxAttempts: z.int().min(2).max(10).meta({ description: 'So many calls are made for a promise, the first included' }),
  maxPerDay: z
    .int()
    .min(1)
    .max(10)
    .default(3)
    .meta({ description: 'So many of them within 24 hours; 3 when left out' }),
  minutes: z
    .strictObject({
      no_answer: waits('nobody answered'),
      busy: waits('the line was busy'),
      voicemail: waits('a machine answered'),
      failed: waits('the call failed'),
    })
    .refine((minutes) => Object.values(minutes).some(Boolean), 'must name the waits of one outcome at least')
    .meta({ description: 'How many minutes after such an outcome the next call is made' }),
})

const inboundEnds = z.strictObject({
  outcomes: z
    .array(z.enum(outcomeTypes))
    .min(1)
    .refine((outcomes) => new Set(outcomes).size === outcomes.length, 'must name each outcome once')
    .meta({ description: 'Outcomes of an inbound call that end the promises of its user' }),
  withinHours: z.int().min(1).max(720).meta({ description: 'Those that fall due so long after the call, or before' }),
})

/** What a policy may say. Every field may be left out, and means what the report says then. */
export const policyDocument = z
  .strictObject({
    openingHours: calendarId
      .nullable()
      .optional()
      .meta({ description: 'The calendar, with a zone, of the hours in which calls are made; null for all' }),
    quietHours: z
      .record(region, calendarId, { error: ({ code }) => (code === 'invalid_key' ? notARegion : undefined) })
      .nullable()
      .optional()
      .meta({
        description:
          'The calendar of the hours in which customers of a region may be called, by their own clock. The longest region that fits counts, `*` for the rest; null for all hours',
        examples: [{ US: 'law:us', 'US-FL': 'law:us-8-20' }],
      }),
    retries: retries
      .nullable()
      .optional()
      .meta({ description: 'When a customer who was not reached is called again; null for never' }),
    inboundEnds: inboundEnds
      .nullable()
      .optional()
      .meta({ description: 'Which inbound calls end the promises of their user; null for none' }),
    refusalsBlock: z.boolean().optional().meta({
      description:
        'Whether the outcomes `do_not_call` and `wrong_number` put on the do-not-call list; false when left out',
    }),
    ownerWaitMinutes: z
      .int()
      .min(0)
      .max(10_080)
      .optional()
      .meta({ description: 'So long a due callback waits for its preferred agent; 0 when left out' }),
    escalateAfterMinutes: z
      .int()
      .min(1)
      .max(10_080)
      .nullable()
      .optional()
      .meta({ description: 'So long after its time a callback that nobody took is open to all; null for never' }),
    callbackShare: z.int().min(0).max(100).optional().meta({
      description: 'So many of 100 calls of an agent may be callbacks while ordinary users wait; 100 when left out',
    }),
    punctualWithinMinutes: z.int().min(0).max(240).optional().meta({
      description: 'A promise is kept when its first call begins within so many minutes of it; 5 when left out',
    }),
    ordinaryWhilePromised: z.enum(['keep', 'hold']).optional().meta({
      description:
        'What becomes of the ordinary place of a customer whose promise is put off: `keep` it, or `hold` it back; `keep` when left out',
    }),
  })
  .meta({
    id: 'PolicyDocument',
    description: 'The rules of a queue beyond those of the report',
    examples: [{ retries: { maxAttempts: 4, minutes: { busy: [5, 15, 60], no_answer: [30, 120, 1_440] } } }],
  })

export type PolicyDocument = z.infer<typeof policyDocument>

/** What a callback may say otherwise than the policy of its queue. */
export const policyOverrides = z
  .strictObject({
    ownerWaitMinutes: policyDocument.shape.ownerWaitMinutes,
    maxAttempts: z
      .int()
      .min(1)
      .max(10)
      .optional()
      .meta({ description: 'So many calls are made for this promise; 1 for no second one' }),
    punctualWithinMinutes: policyDocument.shape.punctualWithinMinutes,
    quietHours: z
      .literal('off')
      .optional()
      .meta({ description: 'The customer asked for this time: quiet hours do not hold for the first call' }),
  })
  .meta({ id: 'PolicyOverrides', description: 'What holds for this callback instead of the policy of its queue' })
