import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'
import { tokenOf } from '../testing/tokens.ts'

// Every combination of what a browser, or somebody in its place, may send along.

const host = 'ringback.test:8080'
const credentials = ['none', 'session', 'token', 'both'] as const
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const sites = [undefined, 'same-origin', 'same-site', 'cross-site', 'none', 'Same-Origin', 'nonsense'] as const
const origins = [
  undefined,
  `http://${host}`,
  `https://${host}`,
  'http://ringback.test',
  'http://ringback.test:9090',
  'http://evil.ringback.test:8080',
  'https://evil.example',
  `http://${host}.evil.example`,
  'null',
  '',
] as const
const ours = new Set<string | undefined>([`http://${host}`, `https://${host}`])

let api: TestApi
let token: string
beforeAll(async () => {
  api = await openTestApi({ RATE_LIMIT_PER_MINUTE: '0' })
  token = await tokenOf.supervisor()
})
afterAll(() => api.close())

async function ask(
  method: (typeof methods)[number],
  by: (typeof credentials)[number],
  from: Record<string, string | undefined>,
): Promise<number> {
  const all = {
    host,
    authorization: by === 'token' || by === 'both' ? `Bearer ${token}` : undefined,
    cookie: by === 'session' || by === 'both' ? `ringback-session=${token}` : undefined,
    'content-type': ['POST', 'PUT', 'PATCH'].includes(method) ? 'application/json' : undefined,
    ...from,
  }
  const headers = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >
  return (await api.app.inject({ method, url: urlOf[method], headers, ...bodyOf[method] })).statusCode
}

// Each is let in, and then finds that there is nothing, or that the body is wrong.
const nothing = '00000000-0000-4000-8000-000000000000'
const urlOf = {
  GET: '/api/agents',
  HEAD: '/api/agents',
  POST: '/api/callbacks/cancel',
  PUT: '/api/agents/1',
  PATCH: `/api/webhooks/${nothing}`,
  DELETE: `/api/webhooks/${nothing}`,
}
const bodyOf = {
  GET: {},
  HEAD: {},
  POST: { payload: '{}' },
  PUT: { payload: '{}' },
  PATCH: { payload: '{}' },
  DELETE: {},
}
const letIn = { GET: 200, HEAD: 200, POST: 400, PUT: 400, PATCH: 404, DELETE: 404 }

/** What must be said of a page before its browser's session changes something. */
function isOfOwnPage(site: string | undefined, origin: string | undefined): boolean {
  return site === undefined ? ours.has(origin) : site === 'same-origin'
}

test.each(methods)('%s is let in by a token from anywhere, by a session from our own pages alone', async (method) => {
  const isSafe = method === 'GET' || method === 'HEAD'
  const wrong: object[] = []
  for (const by of credentials) {
    for (const site of sites) {
      for (const origin of origins) {
        const mayBySession = isSafe || isOfOwnPage(site, origin)
        const expected = {
          none: 401,
          session: mayBySession ? letIn[method] : 403,
          token: letIn[method],
          both: letIn[method],
        }[by]
        const status = await ask(method, by, { 'sec-fetch-site': site, origin })
        if (status !== expected) wrong.push({ method, by, site, origin, status, expected })
      }
    }
  }
  expect(wrong).toEqual([])
})

test('behind a proxy that gives another host, the public address is ours as well', async () => {
  await using behind = await openTestApi({ PUBLIC_URL: 'https://ringback.example.com/calls' })
  const put = async (origin: string) => {
    const headers = { host: 'inside:3000', origin, cookie: `__Host-ringback-session=${token}` }
    return (await behind.ask(undefined, 'PUT', '/api/users/1', { headers, body: { name: 'Ada' } })).status
  }
  expect(await put('https://ringback.example.com')).toBe(201)
  expect(await put('https://evil.example.com')).toBe(403)
  expect(await put('http://ringback.example.com')).toBe(403)
})

test('a session that HTTPS should protect is not taken from a cookie that anybody on the way could set', async () => {
  await using byHttps = await openTestApi({ PUBLIC_URL: 'https://ringback.example.com' })
  const headers = { cookie: `ringback-session=${token}` }
  expect((await byHttps.ask(undefined, 'GET', '/api/agents', { headers })).status).toBe(401)
})
