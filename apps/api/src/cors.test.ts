import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApi, type TestApi } from './testing/api.ts'
import { tokenOf } from './testing/tokens.ts'

const origin = 'https://desk.example.com'
const elsewhere = 'https://desk.example.com.evil.example'
const allowed = 'access-control-allow-origin'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi({ CORS_ORIGINS: `${origin},http://localhost:5173` })
})
afterAll(() => api.close())

/** What a browser asks before it sends a request of a page. */
const preflight = (on: TestApi, from: string, url = '/api/callbacks/accept') =>
  on.app.inject({
    method: 'OPTIONS',
    url,
    headers: {
      origin: from,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    },
  })

describe('a page of an origin that is named', () => {
  test('is let in by a preflight, which needs no token', async () => {
    const { statusCode, headers, body } = await preflight(api, origin)
    expect({ statusCode, body }).toEqual({ statusCode: 204, body: '' })
    expect(headers).toMatchObject({
      [allowed]: origin,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'authorization,content-type,idempotency-key',
      'access-control-max-age': '600',
    })
    expect(headers).not.toHaveProperty('access-control-allow-credentials')
    expect(headers.vary).toContain('Origin')
  })

  test('reads answers, and the headers that a client goes by', async () => {
    const answer = await api.supervisor.get('/api/agents', undefined, { headers: { origin } })
    expect(answer).toMatchObject({ status: 200, headers: { [allowed]: origin } })
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials')
    const exposed = answer.headers['access-control-expose-headers']!.toLowerCase().split(', ')
    for (const header of Object.keys(answer.headers).filter((name) => /^x-(?:ratelimit|request)/.test(name))) {
      expect.soft(exposed).toContain(header)
    }
    expect(exposed).toEqual(expect.arrayContaining(['etag', 'location', 'retry-after', 'idempotency-replayed']))
  })

  test('reads why it is refused', async () => {
    for (const token of [undefined, await tokenOf.expired(), await tokenOf.agent(999)]) {
      const answer = await api.ask(token, 'GET', '/api/agents', { headers: { origin } })
      expect(answer.status).toBeGreaterThanOrEqual(401)
      expect(answer.headers[allowed]).toBe(origin)
    }
  })
})

test('a page of any other origin is not told that it may read an answer', async () => {
  for (const from of [elsewhere, 'null', 'http://desk.example.com', `${origin}:444`]) {
    expect((await preflight(api, from)).headers).not.toHaveProperty(allowed)
    const answer = await api.supervisor.get('/api/agents', undefined, { headers: { origin: from } })
    expect(answer.headers).not.toHaveProperty(allowed)
    expect(answer.headers['vary']).toContain('Origin')
  }
})

test('it is for the routes behind tokens alone', async () => {
  for (const url of ['/healthz', '/openapi.json', '/docs/']) {
    expect((await preflight(api, origin, url)).statusCode).toBe(404)
    const answer = await api.ask(undefined, 'GET', url, { headers: { origin } })
    expect(answer.headers).not.toHaveProperty(allowed)
  }
})

test('without origins there is none of it', async () => {
  await using closed = await openTestApi()
  expect((await preflight(closed, origin)).statusCode).toBe(404)
  const answer = await closed.supervisor.get('/api/agents', undefined, { headers: { origin } })
  expect(answer.headers).not.toHaveProperty(allowed)
})
