import { policyDocument } from '@ringback/core'
import { z } from 'zod'
import { actor } from './callbacks.ts'
import { queueType } from './ids.ts'
import { moment } from './moment.ts'
import { limit } from './paging.ts'

export const policyParams = z.strictObject({ queueType })
export const policyVersionsQuery = z.strictObject({ limit })
export const putPolicyBody = policyDocument

/** Loose, since a request has many more headers. */
export const ifMatchHeaders = z.looseObject({
  'if-match': z
    .string()
    .regex(/^(?:"\d{1,9}"|\d{1,9})$/, 'must be a version of the policy, like 3')
    .transform((version) => Number(version.replaceAll('"', '')))
    .optional()
    .meta({ description: 'The version that is to be replaced, 0 for none; without it, whatever there is' }),
})

export const policy = z
  .object({
    queueType,
    version: z.int().min(0).meta({ description: 'Counts from 1; 0 while nothing is stored' }),
    document: z
      .record(z.string(), z.unknown())
      .meta({ description: 'As it was stored: a `PolicyDocument`', examples: [{ callbackShare: 80 }] }),
    writtenBy: actor.nullable().meta({ description: 'Who wrote it; null while nothing is stored' }),
    writtenAt: moment.nullable().meta({ description: 'When it was written; null while nothing is stored' }),
  })
  .meta({ id: 'Policy', description: 'The rules of a queue beyond those of the report' })

export const policyVersions = z
  .object({ items: z.array(policy).meta({ description: 'The newest first' }) })
  .meta({ id: 'PolicyVersions' })
