import { globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { queueOn } from '@ringback/core'
import type { Queue } from 'bullmq'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openTestApi, type TestApi } from './testing/api.ts'
import { tokenOf } from './testing/tokens.ts'

const password = 'of the board'
const basic = (user: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
})
const supervisor = basic('supervisor', password)

let api: TestApi
let queue: Queue
beforeAll(async () => {
  api = await openTestApi({ ADMIN_PASSWORD: password })
  await untilBoardAnswers(api)
  queue = queueOn(api.engine.redis, api.engine.redisPrefix, 'routing')
})
afterAll(async () => {
  await queue.close()
  await api.close()
})

const untilBoardAnswers = (of: TestApi) =>
  vi.waitUntil(async () => {
    const { status } = await of.ask(undefined, 'GET', '/admin/queues/api/queues', { headers: supervisor })
    return status === 200
  })

const files = async () => {
  const page = await api.ask(undefined, 'GET', '/admin/queues', { headers: supervisor })
  return [...page.text.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, path]) => `/admin/queues/${path}`)
}

test('page, API and files are there for the supervisor', async () => {
  const page = await api.ask(undefined, 'GET', '/admin/queues', { headers: supervisor })
  expect(page).toMatchObject({ status: 200 })
  expect(page.text).toContain('Ringback')
  expect(page.headers['content-security-policy']).not.toContain('upgrade-insecure-requests')
  const { body } = await api.ask(undefined, 'GET', '/admin/queues/api/queues', { headers: supervisor })
  expect(body.queues.map((one: { name: string }) => one.name)).toEqual(['callback-notifications', 'callback-routing'])
  for (const file of await files()) {
    expect((await api.ask(undefined, 'GET', file, { headers: supervisor })).status).toBe(200)
  }
})

test('and for nobody else', async () => {
  const paths = ['/admin/queues', '/admin/queues/', '/admin/queues/api/queues', ...(await files())]
  const wrong = [
    {},
    basic('supervisor', 'guess'),
    basic('admin', password),
    basic('supervisor', ''),
    { authorization: 'Basic !' },
  ]
  for (const path of paths) {
    for (const headers of wrong) {
      const answer = await api.ask(undefined, 'GET', path, { headers })
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } })
      expect(answer.headers['www-authenticate']).toMatch(/^Basic realm="Ringback"/)
    }
  }
})

describe('no other host is asked for anything', () => {
  test('by the page itself', async () => {
    const { text } = await api.ask(undefined, 'GET', '/admin/queues', { headers: supervisor })
    expect(text).not.toMatch(/https?:|(?:src|href)="\/\//)
  })

  test('as its policy allows nothing from elsewhere', async () => {
    const { headers } = await api.ask(undefined, 'GET', '/admin/queues', { headers: supervisor })
    const sources = headers['content-security-policy']!.split('; ').flatMap((directive) =>
      directive.split(' ').slice(1),
    )
    for (const source of sources) expect(source).toMatch(/^(?:'self'|'none'|'unsafe-inline'|'sha256-[^']+'|data:)$/)
  })

  test('and its scripts may load others of here, also as a worker', async () => {
    const scripts = (await files()).filter((file) => file.endsWith('.js'))
    expect(scripts.length).toBeGreaterThan(0)
    for (const script of scripts) {
      const { headers } = await api.ask(undefined, 'GET', script, { headers: supervisor })
      expect(headers['content-security-policy']).toContain("script-src 'self';")
      const kept = { ...supervisor, 'if-none-match': headers['etag']! }
      const again = await api.ask(undefined, 'GET', script, { headers: kept })
      expect(again.status).toBe(304)
      expect(again.headers['content-security-policy']).toBeUndefined()
    }
  })

  test('nor by its files, which name others only for people to read, or to click', () => {
    const ui = dirname(createRequire(import.meta.resolve('@bull-board/api')).resolve('@bull-board/ui/package.json'))
    const named = globSync('dist/static/**/*.{js,css,svg,json}', { cwd: ui }).flatMap((file) =>
      [
        ...readFileSync(`${ui}/${file}`, 'utf8').matchAll(
          /\bhttps?:\/\/([\w.-]+)|(?:url\(|["'`])\/\/([\w-]+\.[\w.-]+)/g,
        ),
      ].map(([, absolute, relative]) => absolute ?? relative!),
    )
    const namesOfFormatsAndBases = ['www.w3.org', 'json-schema.org', 'fake.com', 'localhost']
    const helpWithErrors = [
      'base-ui.com',
      'bit.ly',
      'fb.me',
      'react.dev',
      'react.i18next.com',
      'reactjs.org',
      'redux-toolkit.js.org',
      'redux.js.org',
    ]
    const links = ['felixmosh.github.io', 'github.com', 'reactflow.dev']
    expect(new Set(named)).toEqual(new Set([...namesOfFormatsAndBases, ...helpWithErrors, ...links]))
  })
})

test('its queues say what they are for, and where to read on', async () => {
  const { body } = await api.ask(undefined, 'GET', '/admin/queues/api/queues', { headers: supervisor })
  expect(body.queues.map((one: { description: string }) => one.description)).toEqual([
    expect.stringContaining('figures of its run'),
    expect.stringContaining('GET /api/callbacks/:id'),
  ])
  const { text } = await api.ask(undefined, 'GET', '/admin/queues', { headers: supervisor })
  for (const path of ['/docs', '/readyz']) {
    expect(text).toContain(`"url":"${path}"`)
    expect((await api.ask(undefined, 'GET', path)).status).toBeLessThan(400)
  }
})

describe('a job', () => {
  const shown = async (job: { name: string; data: unknown; returnvalue?: unknown }) => {
    const { id } = await queue.add(job.name, job.data)
    const { redis, redisPrefix } = api.engine
    if ('returnvalue' in job) {
      await redis.hset(`${redisPrefix}:callback-routing:${id}`, 'returnvalue', JSON.stringify(job.returnvalue))
    }
    const path = `/admin/queues/api/queues/callback-routing/${id}`
    const { body } = await api.ask(undefined, 'GET', path, { headers: supervisor })
    return body.job as { name: string; data: unknown; returnValue: unknown }
  }
  const ids = { callbackId: '7b0c0f5e-0000-4000-8000-000000000000', runId: null }

  test.each([
    [
      { ...ids, userId: '1001', agentId: 7, dueAt: '2026-03-02T10:00:00.000Z' },
      'route: callback 7b0c0f5e-0000-4000-8000-000000000000, user 1001, agent 7, due 2026-03-02 10:00 UTC',
    ],
    [
      { ...ids, userId: '1001', agentId: null, dueAt: '2026-03-02T10:00:00.000Z' },
      'route: callback 7b0c0f5e-0000-4000-8000-000000000000, user 1001, due 2026-03-02 10:00 UTC',
    ],
    [ids, 'route: callback 7b0c0f5e-0000-4000-8000-000000000000'],
    [{ callbackId: 7 }, 'route'],
    [null, 'route'],
  ])('with the data %j has the title %j', async (data, title) => {
    expect(await shown({ name: 'route', data })).toMatchObject({ name: title, data })
  })

  test.each([
    [{ kind: 'queued', agentId: 7, isSubstitute: false }, 'in a queue for agent 7'],
    [{ kind: 'queued', agentId: 8, isSubstitute: true }, 'in a queue for agent 8, a substitute'],
    [
      { kind: 'queued', agentId: null, isSubstitute: false },
      'in a queue for nobody: no agent was available, so whoever is free first gets it',
    ],
    [{ kind: 'deferred' }, 'deferred: its user is in a call, or has another callback in a queue or due before it'],
    [{ kind: 'left' }, 'nothing to do: it has ended, is claimed, is not due any more, or is gone'],
  ])('that returned %j says %j', async (returnvalue, decided) => {
    const { returnValue } = await shown({ name: 'route', data: ids, returnvalue })
    expect(returnValue).toEqual({ decided, ...returnvalue })
  })

  test.each([7, 'text', { kind: 'other' }, { runId: null }])(
    'that returned %j shows it as it is',
    async (returnvalue) => {
      expect((await shown({ name: 'route', data: ids, returnvalue })).returnValue).toEqual(returnvalue)
    },
  )
})

test('details of Redis are not shown', async () => {
  expect(
    (await api.ask(undefined, 'GET', '/admin/queues/api/redis/stats', { headers: supervisor })).text,
  ).not.toContain('redis_version')
  expect((await api.ask(undefined, 'GET', '/admin/queues', { headers: supervisor })).text).toMatch(
    /"hideRedisDetails":\s*true/,
  )
})

test.each([
  '/admin/queues/static/../../../../etc/passwd',
  '/admin/queues/static/..%2f..%2f..%2fpackage.json',
  '/admin/queues/static/%2e%2e/%2e%2e/package.json',
  '/admin/queues/static/..%5c..%5cpackage.json',
  '/admin/queues/static/%00',
  '/admin/queues/static/%zz',
  '/admin/queues/..%2f..%2fpackage.json',
])('%s leads nowhere', async (url) => {
  const { status, headers } = await api.ask(undefined, 'GET', url, { headers: supervisor })
  expect([400, 404]).toContain(status)
  expect(headers['content-type']).toBe('application/problem+json')
})

const pause = '/admin/queues/api/queues/callback-routing/pause'
const resume = '/admin/queues/api/queues/callback-routing/resume'

test.each([
  ['a page of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['a page of a sister site', { 'sec-fetch-site': 'same-site', origin: 'https://other.example' }],
  [
    'a page of another host, where a browser tells no more',
    { host: 'ringback.example', origin: 'http://evil.example' },
  ],
  ['a page without a host', { host: 'ringback.example', origin: 'null' }],
])('nothing is changed for %s, though the password is right', async (_who, from) => {
  const refused = await api.ask(undefined, 'PUT', pause, { headers: { ...supervisor, ...from } })
  expect(refused).toMatchObject({ status: 403, body: { code: 'cross-site-request' } })
  expect(await queue.isPaused()).toBe(false)
})

test.each([
  ['its own page', { 'sec-fetch-site': 'same-origin', origin: 'https://ringback.example' }],
  ['its own page, where a browser tells no more', { host: 'ringback.example', origin: 'http://ringback.example' }],
  ['a program', {}],
])('it is changed for %s', async (_who, from) => {
  for (const url of [pause, resume]) {
    expect((await api.ask(undefined, 'PUT', url, { headers: { ...supervisor, ...from } })).status).toBe(200)
  }
})

test('a body that is not JSON is no failure of Bull Board', async () => {
  const answer = await api.ask(undefined, 'PUT', pause, { headers: supervisor, body: '{"a' })
  expect(answer).toMatchObject({ status: 400, body: { code: 'malformed-json' } })
})

test('each act is in the log: who did what, to which queue and job, from where', async () => {
  const job = await queue.add('route', { callbackId: 'none' }, { jobId: 'an-act', delay: 60_000 })
  const logged = api.engine.logged.length
  const board = '/admin/queues/api/queues'
  const acts = ['callback-routing/pause', 'callback-routing/resume', `callback-routing/${job.id}/promote`, 'resume']
  for (const act of [...acts, `callback-routing/${job.id}/clean`]) {
    expect((await api.ask(undefined, 'PUT', `${board}/${act}`, { headers: supervisor })).status).toBeLessThan(300)
  }
  // Neither looking on nor what was refused is one.
  await api.ask(undefined, 'GET', board, { headers: supervisor })
  await api.ask(undefined, 'PUT', pause, { headers: basic('supervisor', 'guess') })
  await api.ask(undefined, 'PUT', `${board}/callback-routing/gone/retry`, { headers: supervisor })
  const lines = api.engine.logged.slice(logged).filter(({ msg }) => msg === 'act on Bull Board')
  const by = { actor: { role: 'board', sub: 'supervisor' }, address: '127.0.0.1', level: 30 }
  expect(lines).toMatchObject([
    { ...by, action: 'pause', queue: 'callback-routing' },
    { ...by, action: 'resume', queue: 'callback-routing' },
    { ...by, action: 'promote', queue: 'callback-routing', jobId: 'an-act' },
    { ...by, action: 'resume' },
    { ...by, action: 'clean', queue: 'callback-routing', jobId: 'an-act' },
  ])
})

test('a queue can be paused, unless BULL_BOARD_READ_ONLY=1', async () => {
  expect((await api.ask(undefined, 'PUT', pause, { headers: supervisor })).status).toBe(200)
  expect(await queue.isPaused()).toBe(true)
  await queue.resume()

  await using readOnly = await openTestApi({ ADMIN_PASSWORD: password, BULL_BOARD_READ_ONLY: '1' })
  await untilBoardAnswers(readOnly)
  const { body } = await readOnly.ask(undefined, 'GET', '/admin/queues/api/queues', { headers: supervisor })
  expect(body.queues.map((one: { readOnlyMode: boolean }) => one.readOnlyMode)).toEqual([true, true])
  expect((await readOnly.ask(undefined, 'PUT', pause, { headers: supervisor })).status).toBeGreaterThanOrEqual(400)
})

describe('the session of a supervisor', () => {
  const sessionOf = (token: string) => ({ cookie: `ringback-session=${token}` })
  const own = { 'sec-fetch-site': 'same-origin' }

  test('opens page, API and files, and its acts are logged in its name', async () => {
    const headers = { ...sessionOf(await tokenOf.supervisor()), ...own }
    for (const path of ['/admin/queues', '/admin/queues/api/queues', ...(await files())]) {
      expect.soft((await api.ask(undefined, 'GET', path, { headers })).status, path).toBe(200)
    }
    const nina = { role: 'supervisor', sub: 'nina' }
    const logged = api.engine.logged.length
    for (const url of [pause, resume]) {
      expect((await api.ask(undefined, 'PUT', url, { headers })).status).toBe(200)
    }
    const acts = api.engine.logged.slice(logged).filter(({ msg }) => msg === 'act on Bull Board')
    expect(acts.map(({ actor }) => actor)).toEqual([nina, nina])
  })

  test('opens it without any ADMIN_PASSWORD too, which then opens nothing', async () => {
    await using without = await openTestApi()
    const ask = (headers: Record<string, string>) => without.ask(undefined, 'GET', '/admin/queues', { headers })
    expect((await ask(sessionOf(await tokenOf.supervisor()))).status).toBe(200)
    for (const headers of [{}, supervisor, basic('supervisor', ''), basic('supervisor', 'undefined')]) {
      const answer = await ask(headers)
      expect(answer).toMatchObject({ status: 401, body: { detail: expect.stringContaining('/sign-in') } })
      expect(answer.headers['www-authenticate']).toBe('Bearer')
    }
  })

  test('changes nothing for a page of another site', async () => {
    const session = sessionOf(await tokenOf.supervisor())
    for (const from of [{}, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }]) {
      const answer = await api.ask(undefined, 'PUT', pause, { headers: { ...session, ...from } })
      expect(answer).toMatchObject({ status: 403, body: { code: 'cross-site-request' } })
    }
    expect(await queue.isPaused()).toBe(false)
  })

  test.each(['agent', 'desk', 'service', 'viewer', 'expired', 'forged', 'unsecured'] as const)(
    'is none of %s',
    async (who) => {
      const token = await (who === 'agent' ? tokenOf.agent(7) : tokenOf[who]())
      for (const path of ['/admin/queues', '/admin/queues/api/queues', (await files())[0]!]) {
        const headers = { ...sessionOf(token), ...own }
        expect.soft((await api.ask(undefined, 'GET', path, { headers })).status, path).toBe(401)
      }
    },
  )

  test('does not hold beside a password that is wrong', async () => {
    const headers = { ...sessionOf(await tokenOf.supervisor()), ...basic('supervisor', 'guess') }
    expect((await api.ask(undefined, 'GET', '/admin/queues', { headers })).status).toBe(401)
  })
})
