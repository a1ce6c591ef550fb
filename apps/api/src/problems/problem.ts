import { problemCatalogue, type ProblemCode } from './catalogue.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Where clients reach the API, when that was said. */
    publicUrl: string | undefined
  }
}

export const problemMediaType = 'application/problem+json'

/** So many wrong fields of a request are told. */
export const fieldErrorsShown = 50

/** One field of a request that is wrong. */
export interface FieldError {
  path: string
  message: string
}

/** What an RFC 9457 answer says. */
export interface ProblemDetails {
  type: string
  title: string
  status: number
  detail: string
  /** The path of the request, unless it could not be read. */
  instance?: string
  code: ProblemCode
  errors?: FieldError[]
  /** The first time at or after the one asked for that is allowed, by ISO 8601. */
  nextAllowedAt?: string
  /** The agent who has what was asked for. */
  takenBy?: number
}

/** A request that is refused here, before a step of the engine sees it. */
export class ApiProblem extends Error {
  readonly code: ProblemCode
  readonly errors: FieldError[] | undefined
  readonly nextAllowedAt: Date | undefined
  readonly takenBy: number | undefined

  constructor(
    code: ProblemCode,
    detail: string = problemCatalogue[code].title,
    {
      errors,
      nextAllowedAt,
      takenBy,
    }: { errors?: FieldError[]; nextAllowedAt?: Date | undefined; takenBy?: number | undefined } = {},
  ) {
    super(detail)
    this.name = 'ApiProblem'
    this.code = code
    this.errors = errors
    this.nextAllowedAt = nextAllowedAt
    this.takenBy = takenBy
  }
}

/**
 * The URI of a kind of problem, which leads to a page that explains it. Without the public address it is a reference with
 * the whole path, which clients resolve against where they asked (RFC 9457, 3.1.1): a name of the host that some request
 * used would give the same problem another type each time.
 */
export function problemType(code: ProblemCode, publicUrl = ''): string {
  return `${publicUrl}/problems/${code}`
}

/** The body of an answer to a request of `url`, whose query string is left out: it may hold what nobody should log. */
export function problemDetails(
  { code, message, errors, nextAllowedAt, takenBy }: ApiProblem,
  { url, publicUrl }: { url?: string; publicUrl: string | undefined },
): ProblemDetails {
  const { status, title } = problemCatalogue[code]
  return {
    type: problemType(code, publicUrl),
    title,
    status,
    detail: message,
    ...(url !== undefined && { instance: url.split('?', 1)[0]! }),
    code,
    ...(errors && { errors }),
    ...(nextAllowedAt && { nextAllowedAt: nextAllowedAt.toISOString() }),
    ...(takenBy !== undefined && { takenBy }),
  }
}
