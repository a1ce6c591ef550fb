import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionError } from 'fastify'
import { problemCatalogue, type ProblemCode } from './catalogue.ts'
import { ApiProblem, problemDetails, problemMediaType } from './problem.ts'

const clientErrors: Record<string, ProblemCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-incomplete',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
}

/** Answers what is no HTTP request, or not a whole one, and ends the connection: nobody knows where the next one begins. */
export function answerClientErrors(publicUrl: string | undefined) {
  return function answerClientError(error: ConnectionError, socket: Socket): void {
    if (socket.writable) {
      const problem = new ApiProblem(clientErrors[error.code] ?? 'malformed-request')
      const { status } = problemCatalogue[problem.code]
      const body = JSON.stringify(problemDetails(problem, { publicUrl }))
      const head = [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        `Content-Type: ${problemMediaType}`,
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Cache-Control: no-store',
        'Connection: close',
      ]
      socket.write([...head, '', body].join('\r\n'))
    }
    socket.destroy()
  }
}
