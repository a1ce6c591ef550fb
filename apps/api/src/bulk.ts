import type { DomainError } from '@ringback/core'
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { problemOf } from './problems/answer.ts'
import { ApiProblem, fieldErrorsShown, problemDetails } from './problems/problem.ts'
import { anyRows, type bulkResults } from './schemas/bulk.ts'

/** What a request with many rows may weigh; all others weigh less. */
const bodyLimit = 8 * 1024 * 1024

/** A line that is not JSON: one row that is refused, and no reason to refuse the others. */
class MalformedLine {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Lets the routes of `scope` take their rows as NDJSON as well, one on each line; lines without anything are none. */
export function readNdjson(scope: FastifyInstance): void {
  const parseJson = scope.getDefaultJsonParser('error', 'error')
  scope.addContentTypeParser<string>(
    'application/x-ndjson',
    { parseAs: 'string', bodyLimit },
    (request, body, done) => {
      const items: unknown[] = []
      for (const line of body.split('\n')) {
        if (line.trim() === '') continue
        void parseJson(request, line, (error, row) => items.push(error ? new MalformedLine(line) : row))
      }
      done(null, { items })
    },
  )
}

/**
 * Options of a route that takes many rows: a body of its own weight, which is refused only for what it is as a whole. The rows
 * are looked at one by one (`eachRow`), whatever the declared schema says of them.
 */
export const takesRows: { bodyLimit: number; validatorCompiler: FastifySchemaCompiler<unknown> } = {
  bodyLimit,
  validatorCompiler: ({ schema, ...route }) =>
    validatorCompiler({ ...route, schema: route.httpPart === 'body' ? anyRows : (schema as z.ZodType) }),
}

type RowResult = z.infer<typeof bulkResults>['results'][number]

interface RowWork<Schema extends z.ZodType, Done> {
  /** What a row must be. */
  row: Schema
  /** Does what the rows ask for, all at once, and returns for each what it has done. */
  write: (rows: z.output<Schema>[]) => Promise<(Done | DomainError)[]>
  /** What is said of a row that was not refused. */
  resultOf: (done: Done) => Pick<RowResult, 'status' | 'id'>
}

/**
 * Has what the rows ask for done, and says what became of each; one that is not what it must be is refused by itself.
 *
 * @param publicUrl where clients reach the API, when that was said
 */
export async function eachRow<Schema extends z.ZodType, Done extends object>(
  items: readonly unknown[],
  { row, write, resultOf }: RowWork<Schema, Done>,
  publicUrl: string | undefined,
): Promise<RowResult[]> {
  const rows = items.map((item, index) => readRow(item, index, row))
  const valid = rows.filter((read) => !(read instanceof ApiProblem)) as z.output<Schema>[]
  const written = (valid.length > 0 ? await write(valid) : []).values()

  function tell(index: number, done: Done | Error): RowResult {
    if (!(done instanceof Error)) return { index, ...resultOf(done) }
    const problem = problemOf(done)
    const details = problemDetails(problem, { publicUrl })
    return { index, status: 'refused', problem: { ...details, nextAllowedAt: problem.nextAllowedAt } }
  }

  return rows.map((read, index) => tell(index, read instanceof ApiProblem ? read : written.next().value!))
}

function readRow<Schema extends z.ZodType>(
  item: unknown,
  index: number,
  schema: Schema,
): z.output<Schema> | ApiProblem {
  if (item instanceof MalformedLine) return new ApiProblem('malformed-json', `Row ${index} is not JSON`)
  const read = schema.safeParse(item)
  if (read.success) return read.data
  const errors = read.error.issues.slice(0, fieldErrorsShown).map(({ path, message }) => ({
    path: ['body', 'items', index, ...path].join('.'),
    message,
  }))
  return new ApiProblem('invalid-request', `Row ${index} is not valid`, { errors })
}
