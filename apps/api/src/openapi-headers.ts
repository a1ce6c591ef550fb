import type { OpenApiDocument } from './openapi-tidy.ts'

/** Headers of answers, each by its name on the wire: when it comes, and what it says. */
const headers = {
  'retry-after': {
    description: 'So many seconds later the same request is worth trying again',
    schema: { type: 'integer', minimum: 0 },
  },
  'www-authenticate': { description: 'How to say who asks', schema: { type: 'string', examples: ['Bearer'] } },
  'idempotency-replayed': {
    description: '`true` on the answer that the same request with the same `Idempotency-Key` got before',
    schema: { type: 'string', enum: ['true'] },
  },
  'x-request-id': {
    description: 'The request, as log lines name it',
    schema: { type: 'string', format: 'uuid' },
  },
  'x-ratelimit-limit': {
    description: 'Requests that a bearer has in a minute; missing where nobody counts',
    schema: { type: 'integer', minimum: 1 },
  },
  'x-ratelimit-remaining': {
    description: 'How many are left of them',
    schema: { type: 'integer', minimum: 0 },
  },
  'x-ratelimit-reset': {
    description: 'So many seconds later there are all of them again',
    schema: { type: 'integer', minimum: 0 },
  },
} as const
type Header = keyof typeof headers

const counted: Header[] = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']

/** Says of each answer which headers it carries beside its body. They follow from its status and its route alone. */
export function declareHeaders(document: OpenApiDocument): OpenApiDocument {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { responses, security }] of Object.entries(methods)) {
      for (const [status, response] of Object.entries(responses)) {
        const names = headersOf({
          method,
          isOfApi: path.startsWith('/api/'),
          isBehindToken: security?.length !== 0,
          status: Number(status),
        })
        response.headers = { ...response.headers, ...Object.fromEntries(names.map((name) => [name, refTo(name)])) }
      }
    }
  }
  return { ...document, components: { ...document.components, headers } }
}

function headersOf(of: { method: string; isOfApi: boolean; isBehindToken: boolean; status: number }): Header[] {
  const { method, isOfApi, isBehindToken, status } = of
  const isSuccess = status >= 200 && status < 300
  return [
    'x-request-id',
    // Who has shown no token is nobody whose requests could be counted.
    ...(isBehindToken && status !== 401 ? counted : []),
    ...(status === 401 ? (['www-authenticate'] as const) : []),
    ...(status === 429 || (status === 503 && isOfApi) ? (['retry-after'] as const) : []),
    ...(method === 'post' && isSuccess && isBehindToken ? (['idempotency-replayed'] as const) : []),
  ]
}

function refTo(name: Header) {
  return { $ref: `#/components/headers/${name}` }
}
