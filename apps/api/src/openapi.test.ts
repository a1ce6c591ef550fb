import { roles as allRoles } from '@ringback/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { statusFor } from './auth/access-table.ts'
import { openTestApi, type TestApi } from './testing/api.ts'

interface Operation {
  operationId: string
  summary: string
  description?: string
  security?: object[]
  'x-roles'?: string[]
  tags: string[]
  parameters?: { name: string; in: string; description?: string; schema?: object }[]
  requestBody?: { required: boolean }
  responses: Record<string, { description: string; content?: Record<string, { schema: object }>; headers?: object }>
}

let api: TestApi
let publicApi: TestApi
let document: {
  openapi: string
  servers: object[]
  security: object[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}
let operations: [string, Operation][]

beforeAll(async () => {
  api = await openTestApi()
  publicApi = await openTestApi({ PUBLIC_URL: 'https://ringback.example.com/calls/' })
  document = (await api.ask(undefined, 'GET', '/openapi.json')).body
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  )
})
afterAll(() => Promise.all([api.close(), publicApi.close()]))

test('it is OpenAPI 3.1 and holds every route', () => {
  expect(document.openapi).toMatch(/^3\.1\./)
  expect(operations.map(([route]) => route).toSorted()).toMatchSnapshot()
})

test('every operation has an id of its own, a summary and a tag', () => {
  const ids = operations.map(([, operation]) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  for (const [route, { summary, tags }] of operations) {
    expect.soft(summary, route).toMatch(/^[A-Z]/)
    expect.soft(tags, route).toHaveLength(1)
  }
})

/** Those that a token opens; who has none signs in by others. */
const isBehindToken = ([route]: [string, Operation]) => / \/api\/(?!session)/.test(route)

test('every route says which roles may call it, those that the API lets in', () => {
  expect(document.security).toEqual([{ token: [] }, { session: [] }])
  const [behindToken, open] = [true, false].map((isBehind) =>
    operations.filter((operation) => isBehindToken(operation) === isBehind),
  )
  expect(open!.map(([, { 'x-roles': roles, security }]) => ({ roles, security }))).toEqual(
    open!.map(() => ({ roles: undefined, security: [] })),
  )
  for (const [route, { 'x-roles': roles, description, security }] of behindToken!) {
    const registered = route.replaceAll(/\{(\w+)\}/g, ':$1')
    const letIn = allRoles.filter((role) => statusFor(registered, role, 'own') !== 403)
    const named = letIn.map((role) => (role === 'agent' && route.includes('{agentId}') ? 'agent, for itself' : role))
    expect.soft({ roles, security }, route).toEqual({ roles: letIn, security: undefined })
    expect.soft(description, route).toMatch(new RegExp(`(^|\n\n)\\*\\*Roles:\\*\\* ${named.join(' · ')}$`))
  }
})

test('the server is the address as it was asked, unless the public one was said', async () => {
  expect(document.servers).toEqual([{ url: 'http://localhost:80', description: expect.any(String) }])
  const asked = await api.ask(undefined, 'GET', '/openapi.json', { headers: { host: 'calls.example:8080' } })
  expect(asked.body.servers[0].url).toBe('http://calls.example:8080')
  expect((await publicApi.ask(undefined, 'GET', '/openapi.json')).body.servers[0].url).toBe(
    'https://ringback.example.com/calls',
  )
})

test('every answer names its headers, those that the API sends', async () => {
  const headersAt = (route: string, status: string) => {
    const [, operation] = operations.find(([one]) => one === route)!
    return Object.keys(operation.responses[status]!.headers ?? {})
  }
  const counted = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']
  expect(headersAt('GET /healthz', '200')).toEqual(['x-request-id'])
  expect(headersAt('GET /api/agents', '401')).toEqual(['x-request-id', 'www-authenticate'])
  expect(headersAt('POST /api/callbacks', '201')).toEqual(['x-request-id', ...counted, 'idempotency-replayed'])
  expect(headersAt('POST /api/callbacks', '429')).toEqual(['x-request-id', ...counted, 'retry-after'])
  expect(headersAt('POST /api/session', '503')).toEqual(['x-request-id', 'retry-after'])
  expect(headersAt('GET /api/agents', '503')).toEqual(['x-request-id', ...counted, 'retry-after'])

  const ask = () => api.service.put('/api/users/1', { name: 'Ada' })
  // Whom Redis does not answer in time is not counted.
  const sent = async () => Object.keys((await ask()).headers)
  await expect.poll(sent, { timeout: 60_000 }).toEqual(expect.arrayContaining(counted))
})

test('no history has a kind or a detail of which the document does not tell', async () => {
  const { HistoryKind, HistoryDetails } = document.components.schemas as Record<
    string,
    { enum: string[]; properties: Record<string, object> }
  >
  const { engine } = api
  const agentId = await engine.addAgent('available')
  const { id } = await engine.addCallback({ inMinutes: 0 })
  await engine.route(id)
  const agent = api.as(agentId)
  await agent.post('/api/callbacks/snooze', { callbackId: id, agentId, minutes: 1 })
  await api.service.post('/api/callbacks/cancel', { callbackId: id, reason: 'moved' })
  const { history } = (await api.service.get(`/api/callbacks/${id}`)).body
  expect(history.length).toBeGreaterThan(3)
  for (const { kind, details } of history) {
    expect.soft(HistoryKind!.enum).toContain(kind)
    expect.soft(Object.keys(HistoryDetails!.properties)).toEqual(expect.arrayContaining(Object.keys(details)))
  }
})

test('what an older version wrote of an event is told as it is', async () => {
  const { engine } = api
  const { id } = await engine.addCallback({ inMinutes: 60 })
  await engine.owner`update callback_notifications set details = '{"attempts": "many"}' where callback_id = ${id}`
  expect((await api.service.get(`/api/callbacks/${id}`)).body.history[0].details).toEqual({ attempts: 'many' })
})

test('a body is named after its operation, and what is only sent is not called an input', () => {
  const names = Object.keys(document.components.schemas)
  expect(names).toEqual(expect.arrayContaining(['ScheduleCallbackBody', 'PolicyDocument', 'AlertName', 'ProblemCode']))
  expect(names.filter((name) => name.endsWith('Input'))).toEqual([])
})

test('/llms.txt names every route of the document, and where to read more', async () => {
  const { text, headers } = await api.ask(undefined, 'GET', '/llms.txt', { headers: { host: 'calls.example' } })
  expect(headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(text).toMatch(/^# Ringback\n\n> /)
  expect(text).toContain('(http://calls.example/openapi.json)')
  for (const [route, { summary }] of operations) expect.soft(text).toContain(`- \`${route}\`: ${summary}\n`)
})

test('every route behind a token declares what may go wrong, as problem details', () => {
  for (const [route, { responses }] of operations.filter(isBehindToken)) {
    expect
      .soft(Object.keys(responses), route)
      .toEqual(expect.arrayContaining(['400', '401', '403', '429', '500', '503']))
    const refusals = Object.entries(responses).filter(([status]) => Number(status) >= 400)
    for (const [status, { content }] of refusals) {
      expect.soft(Object.keys(content ?? {}), `${route} ${status}`).toEqual(['application/problem+json'])
    }
  }
})

test('every answer says what it means', () => {
  for (const [route, { responses }] of operations) {
    for (const [status, { description }] of Object.entries(responses)) {
      expect.soft(description, `${route} ${status}`).not.toBe('Default Response')
    }
  }
})

test('every parameter and every field says what it means', () => {
  const said = [...parametersOf(operations), ...fieldsIn(document.components.schemas), ...fieldsIn(document.paths)]
  expect(said.length).toBeGreaterThan(200)
  expect(said.filter(([, description = '']) => description.length < 3).map(([where]) => where)).toEqual([])
})

interface Described {
  description?: string
  $ref?: string
  schema?: Described
}

/** What a field says; one that is a reference says what its schema does. */
function saidBy({ description, $ref, schema }: Described): string | undefined {
  if ($ref) return saidBy(document.components.schemas[$ref.split('/').at(-1)!]!)
  return description ?? (schema && saidBy(schema))
}

function parametersOf(all: typeof operations): [string, string | undefined][] {
  return all.flatMap(([route, { parameters = [] }]) =>
    parameters.map((parameter): [string, string | undefined] => [`${route} ${parameter.name}`, saidBy(parameter)]),
  )
}

/** What every property of every schema within `part` says. */
function fieldsIn(part: unknown, path = ''): [string, string | undefined][] {
  if (typeof part !== 'object' || part === null) return []
  const within = Object.entries(part).flatMap(([key, value]) =>
    key === 'examples' ? [] : fieldsIn(value, `${path} ${key}`),
  )
  const { properties = {} } = part as { properties?: Record<string, Described> }
  return Object.entries(properties)
    .map(([name, field]): [string, string | undefined] => [`${path}.${name}`, saidBy(field)])
    .concat(within)
}

test('every POST tells of the Idempotency-Key', () => {
  const posts = operations.filter(isBehindToken).filter(([route]) => route.startsWith('POST '))
  for (const [route, { parameters }] of posts) {
    expect.soft(parameters, route).toContainEqual(expect.objectContaining({ in: 'header', name: 'idempotency-key' }))
  }
})

test('every reference leads somewhere, and no component is left over', () => {
  const names = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name!,
  )
  expect(new Set(names)).toEqual(new Set(Object.keys(document.components.schemas)))
  expect(JSON.stringify(document)).not.toContain('__SCHEMA')
})

test('bodies that may be left out are optional, and others are not', () => {
  const bodies = Object.fromEntries(operations.map(([route, { requestBody }]) => [route, requestBody?.required]))
  expect(bodies['POST /api/agents/{agentId}/next-call']).toBe(false)
  expect(bodies['POST /api/callbacks']).toBe(true)
})

test('times are strings, and a cursor is opaque', () => {
  const { Callback, CallbackPage } = document.components.schemas as Record<
    string,
    { properties: Record<string, object> }
  >
  expect(Callback!.properties['scheduledFor']).toMatchObject({ type: 'string', format: 'date-time' })
  expect(CallbackPage!.properties['nextCursor']).toMatchObject({ anyOf: [{ type: 'string' }, { type: 'null' }] })
})

test('/ leads to /docs', async () => {
  const answer = await api.ask(undefined, 'GET', '/')
  expect(answer).toMatchObject({ status: 302, headers: { location: '/docs' } })
})

test('the page at /docs may run its own scripts and load nothing from elsewhere', async () => {
  const page = await api.ask(undefined, 'GET', '/docs/')
  const policy = page.headers['content-security-policy']!
  expect(page.text).not.toMatch(/(?:src|href)="https?:/)
  expect(policy).toMatch(/script-src 'self' 'sha256-[^']+'/)
  expect(policy).not.toContain('upgrade-insecure-requests')
  expect(policy).toContain("default-src 'self'; ")
  expect(policy).not.toMatch(/(?:connect|frame)-src|https?:/)
  expect((await api.ask(undefined, 'GET', '/docs/js/scalar.js')).headers['content-type']).toContain('javascript')
})

test('the page at /docs names no other host, and offers nothing that leads to one', async () => {
  const { text } = await api.ask(undefined, 'GET', '/docs/')
  const [, configuration] = /createApiReference\('#app', (\{[\s\S]*?\})\)/.exec(text)!
  expect(JSON.parse(configuration!)).toMatchObject({
    url: '/openapi.json',
    hideClientButton: true,
    agent: { disabled: true },
    mcp: { disabled: true },
    telemetry: false,
    withDefaultFonts: false,
    showDeveloperTools: 'never',
    customCss: expect.stringMatching(/a\[href\*="\/\/scalar\.com"\].*\{ display: none \}/),
  })
  expect(configuration).not.toMatch(/https?:/)
  expect(text).not.toMatch(/https?:/)
})
