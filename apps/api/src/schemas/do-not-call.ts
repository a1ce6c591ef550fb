import { blockSources } from '@ringback/db'
import { z } from 'zod'
import { callbackId, userId } from './ids.ts'
import { moment } from './moment.ts'
import { blockCursor, limit } from './paging.ts'
import { line } from './text.ts'

/** `user:<id>`, or a number in E.164. */
const subject = z
  .string()
  .max(40)
  .refine(isSubject, 'must be user: and an id, like user:1001, or a number in E.164, like +15550100')
  .meta({ description: 'Who: `user:` and an id, or a phone number in E.164', examples: ['user:1001', '+15550100'] })

function isSubject(text: string): boolean {
  const [, id] = /^user:(.*)$/s.exec(text) ?? []
  return id === undefined ? /^\+[1-9]\d{1,14}$/.test(text) : userId.safeParse(id).success
}

export const blockParams = z.strictObject({ subject })

/** In a query string a `+` that was not encoded stands for a space, and before a number it can have been nothing else. */
const subjectInUrl = z.preprocess((text) => (typeof text === 'string' ? text.replace(/^ /, '+') : text), subject)

export const blocksQuery = z.strictObject({
  subject: subjectInUrl.optional(),
  limit,
  cursor: blockCursor.optional(),
})

export const putBlockBody = z
  .strictObject({
    reason: line(500).meta({ description: 'Why; kept on the list until the user is erased' }),
    until: moment.nullable().optional().meta({ description: 'When it may be called again; left out or null, never' }),
  })
  .meta({ examples: [{ reason: 'Asked in writing' }] })

const blockFields = {
  subject,
  reason: z
    .string()
    .nullable()
    .meta({ description: 'Why; null of the outcome of a call, and once the user was erased' }),
  since: moment.meta({ description: 'Since when it is on the list' }),
  until: moment.nullable().meta({ description: 'When it may be called again; null for never' }),
  source: z
    .enum(blockSources)
    .meta({ description: 'Who put it there: an `operator`, or the `outcome` of a call (policy `refusalsBlock`)' }),
}

const block = z.object(blockFields).meta({ id: 'Block', description: 'Who must not be called' })

export const newBlock = z
  .object({
    ...blockFields,
    cancelledCallbackIds: z.array(callbackId).meta({ description: 'The callbacks that were cancelled for it' }),
  })
  .meta({ id: 'NewBlock' })

export const blockPage = z
  .object({
    items: z.array(block).meta({ description: 'By `subject`' }),
    nextCursor: blockCursor.nullable().meta({ description: 'Null on the last page' }),
  })
  .meta({ id: 'BlockPage' })
