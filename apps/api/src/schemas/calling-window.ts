import { z } from 'zod'
import { queueType, userId } from './ids.ts'
import { moment, momentInUrl } from './moment.ts'
import { line } from './text.ts'

export const callingWindowQuery = z.strictObject({
  queueType: queueType.meta({ description: 'The queue whose policy counts' }),
  userId: userId.optional().meta({ description: 'Who would be called; left out, somebody of whom nothing is known' }),
  phone: line(100)
    .optional()
    .meta({ description: 'The number that would be called, in place of the user’s', examples: ['+12025550100'] }),
  at: momentInUrl.optional().meta({ description: 'From when on is looked; now when left out' }),
})

export const callingWindow = z
  .object({
    allowedNow: z.boolean().meta({ description: 'Whether the user may be called at `at`' }),
    from: moment
      .nullable()
      .meta({ description: 'The first time at or after `at`; null when there is none in 370 days' }),
    until: moment.nullable().meta({ description: 'When that stretch ends; null when nothing that is known ends it' }),
    zones: z
      .array(z.string())
      .meta({ description: 'The zones the user may be in: quiet hours must allow a call in each' }),
    calendars: z.array(z.string()).meta({ description: 'The calendars that hold, by id' }),
    why: z.enum(['no-hours', 'open', 'closed', 'never']).meta({
      description: '`no-hours`: the policy names none, so every time is allowed; `never`: no time is, within 370 days',
    }),
  })
  .meta({ id: 'CallingWindow', description: 'When a user may be called' })
