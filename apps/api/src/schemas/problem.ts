import type { Readable } from 'node:stream'
import { z } from 'zod'
import { problemCatalogue, type ProblemCode } from '../problems/catalogue.ts'
import { problemMediaType } from '../problems/problem.ts'
import { moment } from './moment.ts'

export const problem = z
  .object({
    type: z
      .string()
      .meta({ description: 'Leads to a page that explains this kind of problem: a URL, or a path of this API' }),
    title: z.string().meta({ description: 'The kind of problem in words' }),
    status: z.int().meta({ description: 'The status of the answer' }),
    detail: z.string().meta({ description: 'What is wrong with this request' }),
    instance: z.string().meta({ description: 'The path of the request' }),
    code: z
      .enum(Object.keys(problemCatalogue) as ProblemCode[])
      .meta({ id: 'ProblemCode', description: 'Stable: decide by it' }),
    errors: z
      .array(
        z.object({
          path: z.string().meta({ description: 'Where the field is, like `body.nextCallback.scheduledFor`' }),
          message: z.string().meta({ description: 'What it must be' }),
        }),
      )
      .optional()
      .meta({ description: 'The fields that are wrong, when the request does not match its schema' }),
    nextAllowedAt: moment.optional().meta({
      description:
        'With `outside-calling-hours`: the first time at or after the one asked for at which the user may be called',
    }),
    takenBy: z.int().optional().meta({
      description: 'With `callback-not-pending`: the agent who has the callback by now, when one has',
    }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' })

/** What any route behind a token may answer. */
const everywhere: ProblemCode[] = [
  'invalid-request',
  'malformed-request',
  'agent-not-named',
  'unauthorized',
  'forbidden',
  'no-active-agent',
  'rate-limited',
  'internal-error',
  'database-unavailable',
  'token-keys-unavailable',
  'request-timed-out',
]
const withBody: ProblemCode[] = ['malformed-json', 'body-too-large', 'unsupported-media-type']

/**
 * The declared refusals of a route, by status: those of every route, and `codes` of its own. Typed as nothing, so that
 * handlers are held to the type of their success.
 */
export function refusals(...codes: ProblemCode[]): object {
  return refusalsWithoutToken(...everywhere, ...codes)
}

/** Only `codes`, for a route that needs no token. */
export function refusalsWithoutToken(...codes: ProblemCode[]): object {
  const byStatus = Map.groupBy(new Set(codes), (code) => problemCatalogue[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => [
      status,
      {
        description: of.map((code) => `\`${code}\`: ${problemCatalogue[code].title}`).join('. '),
        content: { [problemMediaType]: { schema: problem } },
      },
    ]),
  )
}

/** The same for a route that takes a body. */
export function refusalsWithBody(...codes: ProblemCode[]): object {
  return refusals(...withBody, ...codes)
}

/** The same for a POST, which may carry an Idempotency-Key. */
export function refusalsOfPost(...codes: ProblemCode[]): object {
  return refusalsWithBody('idempotency-key-reused', ...codes)
}

/** A declared success: what it means, and the body. */
export function answers<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

/** A declared success whose body is CSV, which is sent as a stream. */
export function answersCsv(description: string) {
  const schema = z.string() as z.ZodType as z.ZodType<Readable>
  return { description, content: { 'text/csv': { schema } } }
}

/** A declared success without a body. */
export function answersNothing(description: string) {
  return z.undefined().meta({ description })
}
