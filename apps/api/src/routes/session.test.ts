import { makeSignInCode, type CodeBearer } from '@ringback/core'
import { roles, type Role } from '@ringback/db'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'
import { readEvents } from '../testing/event-reader.ts'
import { sign, testSecret, tokenOf } from '../testing/tokens.ts'

const nina: CodeBearer = { role: 'supervisor', agentId: null, sub: 'nina' }

let api: TestApi
let agentId: number
beforeAll(async () => {
  api = await openTestApi()
  agentId = await api.engine.addAgent('busy')
})
afterAll(() => api.close())

const codeFor = (bearer: CodeBearer, of = api) =>
  makeSignInCode(of.engine.sql, { bearer, secret: testSecret, now: of.engine.time.now() })
const signIn = (body: unknown, headers: Record<string, string> = {}, of = api) =>
  of.ask(undefined, 'POST', '/api/session', { body, headers })
const session = (cookie: string, more: Record<string, string> = {}) =>
  api.ask(undefined, 'GET', '/api/session', { headers: { cookie, ...more } })

/** What a browser would send from now on, by the cookies that an answer sets. */
const cookieIn = ({ headers }: { headers: Record<string, string> }) => String(headers['set-cookie']).split(';')[0]!

describe('signing in', () => {
  test('by a code makes a session of whoever it was made for, for twelve hours', async () => {
    const answer = await signIn({ code: await codeFor({ role: 'agent', agentId, sub: `agent-${agentId}` }) })
    const who = { role: 'agent', agentId, sub: `agent-${agentId}`, subject: `agent:${agentId}:agent-${agentId}` }
    expect(answer).toMatchObject({ status: 200, body: { ...who, expiresAt: expect.any(String) } })
    const { iat, exp } = decodeJwt(cookieIn(answer).split('=')[1]!)
    expect(exp! - iat!).toBe(12 * 3_600)
    expect(new Date(answer.body.expiresAt).getTime()).toBe(exp! * 1_000)
    expect((await session(cookieIn(answer))).body).toEqual(answer.body)
  })

  test('by a code of a supervisor opens what is for supervisors', async () => {
    const cookie = cookieIn(await signIn({ code: await codeFor(nina) }))
    expect((await session(cookie)).body).toEqual({
      role: 'supervisor',
      sub: 'nina',
      subject: 'supervisor::nina',
      expiresAt: expect.any(String),
    })
    expect((await api.ask(undefined, 'GET', '/api/agents', { headers: { cookie } })).status).toBe(200)
  })

  test('by a token makes a session that ends with it', async () => {
    const token = await tokenOf.supervisor()
    const answer = await signIn({ token })
    expect(answer.status).toBe(200)
    expect(cookieIn(answer)).toBe(`ringback-session=${token}`)
    expect(answer.body.expiresAt).toBe(new Date(decodeJwt(token).exp! * 1_000).toISOString())
  })

  test('sets a cookie that no script reads, no page of another site has sent, and that ends with the token', async () => {
    const answer = await signIn({ token: await tokenOf.supervisor() })
    const [, ...attributes] = String(answer.headers['set-cookie']).split('; ')
    const expires = new Date(answer.body.expiresAt).toUTCString()
    expect(attributes.toSorted()).toEqual([`Expires=${expires}`, 'HttpOnly', 'Path=/', 'SameSite=Strict'])
    await using byHttps = await openTestApi({ PUBLIC_URL: 'https://ringback.example.com' })
    const [pair, ...more] = String(
      (await signIn({ token: await tokenOf.viewer() }, {}, byHttps)).headers['set-cookie'],
    ).split('; ')
    expect(pair).toMatch(/^__Host-ringback-session=ey/)
    expect(more).toContain('Secure')
  })

  test('lasts no longer than AUTH_MAX_TOKEN_HOURS', async () => {
    await using short = await openTestApi({ AUTH_MAX_TOKEN_HOURS: '1' })
    const { iat, exp } = decodeJwt(
      cookieIn(await signIn({ code: await codeFor(nina, short) }, {}, short)).split('=')[1]!,
    )
    expect(exp! - iat!).toBe(3_600)
  })

  test('by a code works once', async () => {
    const code = await codeFor(nina)
    expect((await signIn({ code })).status).toBe(200)
    const again = await signIn({ code })
    expect(again).toMatchObject({
      status: 401,
      body: { code: 'sign-in-code-invalid', detail: 'The code has been used' },
    })
    expect(again.headers['set-cookie']).toBeUndefined()
  })

  test('by a code that is over, or that nobody made, does not', async () => {
    const code = await codeFor(nina)
    await api.engine.sql`update sign_in_codes set used_at = null`
    api.engine.time.advance(15 * 60_000)
    const invalid = { status: 401, body: { code: 'sign-in-code-invalid' } }
    expect(await signIn({ code })).toMatchObject({ ...invalid, body: { detail: 'The code has expired' } })
    expect(await signIn({ code: 'guess' })).toMatchObject({ ...invalid, body: { detail: 'There is no such code' } })
  })

  test.each(['expired', 'forged', 'unsecured'] as const)('by a token that is %s does not', async (kind) => {
    const answer = await signIn({ token: await tokenOf[kind]() })
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } })
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  test.each([
    {},
    { code: '' },
    { token: '' },
    { code: 'x', token: 'y' },
    { token: 'x'.repeat(4_000) },
    [],
    'code',
    null,
  ])('takes no %j', async (body) => {
    expect((await signIn(body)).status).toBe(400)
  })

  test('is nothing that a page of another site can do to somebody', async () => {
    const token = await tokenOf.supervisor()
    for (const from of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, { origin: 'null' }]) {
      const refused = { status: 403, body: { code: 'cross-site-request' } }
      expect(await signIn({ token }, from)).toMatchObject(refused)
      expect(await api.ask(undefined, 'DELETE', '/api/session', { headers: from })).toMatchObject(refused)
    }
  })

  test('cannot be tried for ever, and asking who one is uses up nothing', async () => {
    await using strict = await openTestApi({ AUTH_FAILURES_PER_MINUTE: '3' })
    for (let asked = 0; asked < 5; asked += 1) {
      expect((await strict.ask(undefined, 'GET', '/api/session')).status).toBe(401)
    }
    const statuses: number[] = []
    for (const body of [{ code: 'a' }, { token: 'b' }, { code: 'c' }, { code: 'd' }]) {
      statuses.push((await signIn(body, {}, strict)).status)
    }
    expect(statuses).toEqual([401, 401, 401, 429])
    expect((await signIn({ code: await codeFor(nina, strict) }, {}, strict)).status).toBe(200)
  })
})

describe('a session', () => {
  const cookieOf = (token: string) => `ringback-session=${token}`
  const tokenFor: Record<Role, () => Promise<string>> = { ...tokenOf, agent: () => tokenOf.agent(agentId) }

  test.each(roles)('opens to the role %s what its token opens, and no more', async (role) => {
    const token = await tokenFor[role]()
    const headers = { 'sec-fetch-site': 'same-origin', 'ringback-agent': String(agentId) }
    for (const [method, url, body] of [
      ['GET', '/api/agents', undefined],
      ['GET', '/api/callbacks', undefined],
      ['GET', `/api/agents/${agentId}/pending-callbacks`, undefined],
      ['GET', '/api/agents/4711/pending-callbacks', undefined],
      ['GET', '/api/webhooks', undefined],
      ['PUT', '/api/users/1001', { name: 'Ada Example' }],
      ['POST', `/api/agents/${agentId}/heartbeat`, {}],
      ['DELETE', '/api/users/1002', undefined],
    ] as const) {
      const byToken = await api.ask(token, method, url, { body, headers })
      const bySession = await api.ask(undefined, method, url, {
        body,
        headers: { ...headers, cookie: cookieOf(token) },
      })
      expect(bySession.status, `${method} ${url}`).toBe(byToken.status === 201 ? 200 : byToken.status)
    }
  })

  test('hears the event stream', async () => {
    const url = await api.app.listen({ port: 0 })
    const stream = await readEvents(`${url}/api/events`, { cookie: cookieOf(await tokenOf.agent(agentId)) })
    expect(stream.status).toBe(200)
    await expect.poll(() => stream.events.length).toBeGreaterThan(0)
  })

  test('of a token that holds no more is none', async () => {
    for (const kind of ['expired', 'forged', 'unsecured'] as const) {
      const headers = { cookie: cookieOf(await tokenOf[kind]()) }
      expect.soft((await api.ask(undefined, 'GET', '/api/agents', { headers })).body.code, kind).toBe('unauthorized')
      expect.soft((await api.ask(undefined, 'GET', '/api/session', { headers })).body.code, kind).toBe('unauthorized')
    }
  })

  test('holds only where there is no header, be that right or wrong', async () => {
    const cookie = cookieOf(await tokenOf.supervisor())
    const who = async (authorization: string) => (await session(cookie, { authorization })).body
    expect((await who(`Bearer ${await tokenOf.viewer()}`)).role).toBe('viewer')
    for (const wrong of ['Bearer nonsense', 'Basic c3VwZXJ2aXNvcjo=', '', `Bearer ${await tokenOf.expired()}`]) {
      expect.soft((await who(wrong)).code, wrong).toBe('unauthorized')
    }
    const change = { body: { name: 'Ada' }, headers: { cookie, authorization: `Bearer ${await tokenOf.service()}` } }
    expect((await api.ask(undefined, 'PUT', '/api/users/1003', change)).status).toBe(201)
  })

  test('shares keys and limits with the token of the same bearer', async () => {
    const token = await sign({ role: 'supervisor', sub: 'nina' })
    const post = { body: { userId: '1001', scheduledFor: '2026-03-03T10:00:00Z' }, key: 'the-same-promise' }
    const first = await api.ask(token, 'POST', '/api/callbacks', post)
    const again = await api.ask(undefined, 'POST', '/api/callbacks', {
      ...post,
      headers: { cookie: cookieOf(await tokenOf.supervisor()), 'sec-fetch-site': 'same-origin' },
    })
    expect(first.status).toBe(201)
    expect(again).toMatchObject({ status: 201, text: first.text, headers: { 'idempotency-replayed': 'true' } })
  })

  test('ends when one signs out', async () => {
    const cookie = cookieOf(await tokenOf.supervisor())
    const headers = { cookie, 'sec-fetch-site': 'same-origin' }
    const answer = await api.ask(undefined, 'DELETE', '/api/session', { headers })
    expect(answer.status).toBe(204)
    const [pair, ...attributes] = String(answer.headers['set-cookie']).split('; ')
    expect(pair).toBe('ringback-session=')
    expect(attributes).toContain('Expires=Thu, 01 Jan 1970 00:00:00 GMT')
  })
})

test('how one can sign in is told to everybody', async () => {
  expect((await api.ask(undefined, 'GET', '/api/session/options')).body).toEqual({ oidc: false })
  for (const path of ['/api/session/oidc', '/api/session/oidc/callback?code=x&state=y']) {
    expect((await api.ask(undefined, 'GET', path)).body.code).toBe('route-not-found')
  }
})
