import { DomainError } from '@ringback/core'
import { isDatabaseUnavailable } from '@ringback/db'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { problemCatalogue, type ProblemCode } from './catalogue.ts'
import { ApiProblem, fieldErrorsShown, problemDetails, problemMediaType, type FieldError } from './problem.ts'

const retryAfterSeconds = 2

/** What Fastify itself refuses. Every other refusal of the 4xx kind is `malformed-request`. */
const frameworkCodes: Record<string, ProblemCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-json',
  FST_ERR_HANDLER_TIMEOUT: 'request-timed-out',
}

/** The one place where errors become answers: problem details, and nothing of what happened inside. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error)
  const { status } = problemCatalogue[problem.code]
  if (problem.code === 'internal-error') request.log.error({ err: error }, 'request failed')
  if (status === 401 && !reply.hasHeader('www-authenticate')) reply.header('www-authenticate', 'Bearer')
  reply.header('cache-control', 'no-store') // Also where no hook came by, as with an address that cannot be read.
  if (status === 503) reply.header('retry-after', retryAfterSeconds)
  if (error instanceof DomainError && error.retryAfterSeconds !== undefined) {
    reply.header('retry-after', error.retryAfterSeconds)
  }
  const details = problemDetails(problem, { url: request.url, publicUrl: request.server.publicUrl })
  reply.code(status).type(problemMediaType).serializer(JSON.stringify).send(details)
}

/** Turns any error into the problem that may be told. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  if (error instanceof DomainError) return new ApiProblem(error.code, error.message, error)
  if (hasZodFastifySchemaValidationErrors(error)) return invalidRequest(error)
  if (isDatabaseUnavailable(error)) return new ApiProblem('database-unavailable')
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  const known = frameworkCodes[code ?? '']
  if (known) return new ApiProblem(known)
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new ApiProblem('malformed-request')
  return new ApiProblem('internal-error')
}

function invalidRequest(error: {
  validation: { instancePath: string; message?: string | undefined }[]
  validationContext?: string | undefined
}): ApiProblem {
  const part = error.validationContext ?? 'body'
  const errors: FieldError[] = error.validation.slice(0, fieldErrorsShown).map(({ instancePath, message }) => ({
    path: instancePath === '/' ? part : `${part}${instancePath.replaceAll('/', '.')}`,
    message: message ?? 'is not valid',
  }))
  return new ApiProblem('invalid-request', `The ${part} of the request is not valid`, { errors })
}
