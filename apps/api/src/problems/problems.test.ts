import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'
import { tokenOf } from '../testing/tokens.ts'

let api: TestApi
let userId: string
const scheduledFor = '2026-03-02T15:00:00Z'

beforeAll(async () => {
  api = await openTestApi()
  userId = await api.engine.addUser()
})
afterAll(() => api.close())

test('a problem says what is wrong in the terms of RFC 9457', async () => {
  const unknown = await api.service.get('/api/users/999')
  expect(unknown.headers['content-type']).toBe('application/problem+json')
  expect(unknown.body).toEqual({
    type: '/problems/user-not-found',
    title: 'There is no such user',
    status: 404,
    detail: 'There is no user 999',
    instance: '/api/users/999',
    code: 'user-not-found',
  })
})

describe('a body is refused when', () => {
  const cases: [string, unknown, { path: string }[]][] = [
    ['a field is unknown', { userId: '1', scheduledFor, extra: 1 }, [{ path: 'body' }]],
    ['a field is missing', { userId: '1' }, [{ path: 'body' }]],
    ['it is an array', [], [{ path: 'body' }]],
    ['it is missing', undefined, [{ path: 'body' }]],
    ['it is null', null, [{ path: 'body' }]],
    [
      'several fields are wrong',
      { userId: '0', scheduledFor: 'soon' },
      [{ path: 'body.userId' }, { path: 'body.scheduledFor' }],
    ],
    ['a user is not a safe integer', { userId: 2 ** 53, scheduledFor }, [{ path: 'body.userId' }]],
    ['a user is beyond 64 bits', { userId: '9223372036854775808', scheduledFor }, [{ path: 'body.userId' }]],
    ['a user is zero', { userId: 0, scheduledFor }, [{ path: 'body.userId' }]],
    ['a user has a leading zero', { userId: '01', scheduledFor }, [{ path: 'body.userId' }]],
    ['a time has no offset', { userId: '1', scheduledFor: '2026-03-02T15:00:00' }, [{ path: 'body.scheduledFor' }]],
    ['a day does not exist', { userId: '1', scheduledFor: '2026-02-30T15:00:00Z' }, [{ path: 'body.scheduledFor' }]],
    ['a time is a number', { userId: '1', scheduledFor: 1_772_463_600_000 }, [{ path: 'body.scheduledFor' }]],
    ['a time is before 1970', { userId: '1', scheduledFor: '1969-12-31T23:59:59Z' }, [{ path: 'body.scheduledFor' }]],
    [
      'a time is after 9999',
      { userId: '1', scheduledFor: '9999-12-31T23:59:59-01:00' },
      [{ path: 'body.scheduledFor' }],
    ],
    ['text holds NUL', { userId: '1', scheduledFor, callbackReason: 'a\0b' }, [{ path: 'body.callbackReason' }]],
    [
      'text holds half a character',
      { userId: '1', scheduledFor, callbackReason: 'a\ud800' },
      [{ path: 'body.callbackReason' }],
    ],
    [
      'text is too long',
      { userId: '1', scheduledFor, callbackReason: 'x'.repeat(501) },
      [{ path: 'body.callbackReason' }],
    ],
    [
      'an agent is no integer',
      { userId: '1', scheduledFor, preferredAgentId: 1.5 },
      [{ path: 'body.preferredAgentId' }],
    ],
    [
      'an agent is beyond 32 bits',
      { userId: '1', scheduledFor, preferredAgentId: 2 ** 31 },
      [{ path: 'body.preferredAgentId' }],
    ],
    [
      'an id is no UUID',
      { userId: '1', scheduledFor, originalCallSessionId: 'x' },
      [{ path: 'body.originalCallSessionId' }],
    ],
  ]
  test.each(cases)('%s', async (_case, body, errors) => {
    const answer = await api.service.post('/api/callbacks', body)
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors } })
  })
})

test('a time may have any offset, and is answered in UTC', async () => {
  const answer = await api.service.post('/api/callbacks', { userId, scheduledFor: '2026-03-02T15:00:00.5+05:30' })
  expect(answer.body.scheduledFor).toBe('2026-03-02T09:30:00.500Z')
})

test('the largest user has digits to the end', async () => {
  await api.service.put('/api/users/9223372036854775807', { name: 'Last' })
  expect((await api.service.get('/api/users/9223372036854775807')).body.userId).toBe('9223372036854775807')
})

test.each([
  '/api/users/0',
  '/api/users/1?name=Ada',
  '/api/users/abc',
  '/api/users/9223372036854775808',
  '/api/callbacks/not-a-uuid',
  '/api/callbacks?limit=0',
  '/api/callbacks?limit=201',
  '/api/callbacks?limit=',
  '/api/callbacks?limit=1e1',
  '/api/callbacks?limit=1&limit=2',
  '/api/callbacks?status=lost',
  '/api/callbacks?unknown=1',
  '/api/callbacks?from=yesterday',
  '/api/callbacks?cursor=!!!',
  '/api/callbacks?cursor=bnVsbA',
  '/api/callbacks?cursor=WyJ4IiwieSJd',
  '/api/callbacks?cursor=WyIwMDAwLTAxLTAxVDAwOjAwOjAwLjAwMFoiLCI3ZjhmMGEzYy02ZjNlLTRmMGUtOWQ1ZS0zYTFhNTFkNmMwMDEiXQ',
  '/api/queues/VIP',
  '/api/queues/_vip',
  `/api/queues/${'v'.repeat(41)}`,
  '/api/agents?limit=1',
  '/api/debug/callback-monitoring?hours=0',
  '/api/debug/callback-monitoring?hours=721',
  '/api/debug/callback-lanes?x=1',
  '/api/cron/callback-notifications?limit=-1',
])('GET %s is malformed', async (url) => {
  const answer = await api.service.get(url)
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  expect(answer.body.errors.length).toBeGreaterThan(0)
})

describe('what is no proper request', () => {
  const json = { 'content-type': 'application/json' }
  test.each([
    ['broken JSON', '{"userId":', json, 400, 'malformed-json'],
    ['a field that poisons prototypes', '{"__proto__":{}}', json, 400, 'malformed-json'],
    ['deep nesting', '['.repeat(100_000) + ']'.repeat(100_000), json, 400, 'invalid-request'],
    ['a huge number', '{"userId":1e400}', json, 400, 'invalid-request'],
    ['a form', 'userId=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported-media-type'],
    ['plain text', '{}', { 'content-type': 'text/plain' }, 415, 'unsupported-media-type'],
    ['a body over 256 KiB', JSON.stringify({ callbackReason: 'x'.repeat(256 * 1024) }), json, 413, 'body-too-large'],
  ])('%s', async (_case, body, headers, status, code) => {
    expect(await api.service.post('/api/callbacks', body, { headers })).toMatchObject({ status, body: { code } })
  })

  test('an unknown route', async () => {
    expect(await api.service.get('/api/nothing?token=x')).toMatchObject({
      status: 404,
      body: { code: 'route-not-found', instance: '/api/nothing' },
    })
  })

  test('an address that cannot be decoded', async () => {
    expect(await api.service.get('/api/users/%zz')).toMatchObject({ status: 400, body: { code: 'malformed-request' } })
  })
})

test.each(['gzip', 'br', 'deflate', 'zstd', 'x'])(
  'a body that is said to be %s is refused, unread',
  async (encoding) => {
    const headers = { 'content-encoding': encoding }
    const answer = await api.service.post('/api/callbacks', { userId, scheduledFor }, { headers })
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } })
    expect(answer.body.detail).toBe('The body must come as it is, without a Content-Encoding')
    expect(answer.headers['accept-encoding']).toBe('identity')
  },
)

test('a body that is said to be as it is is read', async () => {
  const headers = { 'content-encoding': 'identity' }
  expect((await api.service.post('/api/callbacks', { userId, scheduledFor }, { headers })).status).toBe(201)
})

test.each(['/api/users/999', '/api/agents', '/api/users/%zz', '/nothing', '/healthz', '/readyz'])(
  'nobody keeps what %s answers',
  async (url) => {
    for (const caller of [await tokenOf.service(), undefined]) {
      expect((await api.ask(caller, 'GET', url)).headers['cache-control']).toBe('no-store')
    }
  },
)

describe('what is no HTTP', () => {
  beforeAll(() => api.app.listen({ port: 0 }))

  const sent = async (text: string) => {
    const socket = connect((api.app.server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(text)
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    const [head, body] = answer.split('\r\n\r\n')
    return { head, body: JSON.parse(body!) as unknown }
  }

  test.each([
    ['nonsense', 'HELLO\r\n\r\n', 400, 'malformed-request'],
    ['a header without a name', 'GET / HTTP/1.1\r\n: x\r\n\r\n', 400, 'malformed-request'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'malformed-request',
    ],
    ['headers without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ])('%s', async (_what, text, status, code) => {
    const { head, body } = await sent(text)
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(head).toMatch(/\r\nContent-Type: application\/problem\+json\r\n/)
    expect(head).toMatch(/\r\nCache-Control: no-store/)
    expect(body).toMatchObject({ type: `/problems/${code}`, status, code })
  })
})

test('a body just below 256 KiB is read', async () => {
  const body = { callbackReason: 'x'.repeat(255 * 1024) }
  expect(await api.service.post('/api/callbacks', body)).toMatchObject({
    status: 400,
    body: { code: 'invalid-request' },
  })
})

test('an error that nobody foresaw is logged, and answered without a word about it', async () => {
  await api.engine.owner`alter table callbacks rename to callbacks_away`
  const answer = await api.service.get('/api/callbacks')
  await api.engine.owner`alter table callbacks_away rename to callbacks`
  expect(answer).toMatchObject({ status: 500, body: { code: 'internal-error', detail: 'Something went wrong here' } })
  expect(answer.text).not.toContain('callbacks_away')
  expect(api.engine.logged).toContainEqual(
    expect.objectContaining({ msg: 'request failed', requestId: answer.headers['x-request-id'] }),
  )
})
