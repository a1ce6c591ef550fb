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

/**
 * Has `write` do what the rows ask for that match `schema`, all at once, and says what became of each row.
 *
 * @param write returns for each row that it is given what became of it
 * @param publicUrl where clients reach the API, when that was said
 */
export async function eachRow<Schema extends z.ZodType>(
  items: readonly unknown[],
  schema: Schema,
  write: (rows: z.output<Schema>[]) => Promise<(Pick<RowResult, 'status' | 'id'> | DomainError)[]>,
  publicUrl: string | undefined,
): Promise<RowResult[]> {
  const rows = items.map((item, index) => readRow(item, index, schema))
  const valid = rows.filter((row) => !(row instanceof ApiProblem)) as z.output<Schema>[]
  const written = valid.length > 0 ? await write(valid) : []
  const next = written.values()

  function resultOf(index: number, result: Pick<RowResult, 'status' | 'id'> | Error): RowResult {
    if (!(result instanceof Error)) return { index, ...result }
    const problem = problemOf(result)
    const details = problemDetails(problem, { publicUrl })
    return { index, status: 'refused', problem: { ...details, nextAllowedAt: problem.nextAllowedAt } }
  }

  return rows.map((row, index) => resultOf(index, row instanceof ApiProblem ? row : next.next().value!))
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
