import { putCalendar, putPolicy } from '@ringback/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi({}, { rules: { openCallbacksPerUser: 3 } })
})
afterAll(() => api.close())

const users = '/api/users/bulk'
const callbacks = '/api/callbacks/bulk'
const ndjson = { 'content-type': 'application/x-ndjson' }
const at = (minutes: number) => new Date(api.engine.time.now().getTime() + minutes * 60_000).toISOString()
const post = async (url: string, items: unknown[], more = {}) => {
  const answer = await api.service.post(url, { items }, more)
  expect(answer.status, `answered: ${answer.text}`).toBe(200)
  expect(answer.body.results.map(({ index }: { index: number }) => index)).toEqual(items.map((_, index) => index))
  return answer.body.results as { status: string; id?: string; problem?: { code: string; errors?: object[] } }[]
}
/** What became of rows: their status, or why they were refused. */
const summary = (results: Awaited<ReturnType<typeof post>>) =>
  results.map(({ status, problem }) => problem?.code ?? status)

describe('many users', () => {
  test('are written in their order, and one that is wrong keeps none of the others from it', async () => {
    await api.service.put('/api/users/5001', { name: 'Ada', phone: '+12025550101', externalId: 'crm-5001' })
    const results = await post(users, [
      { userId: 5001, name: 'Ada Example' },
      { userId: '5002', name: 'Ben', phone: '+1 202 555 0102', externalId: 'crm-5002', metadata: { tier: 'gold' } },
      { userId: '5003', name: '' },
      { userId: '5004', name: 'Cleo', externalId: 'crm-5001' },
      'no user at all',
      { userId: '5002', name: 'Ben Example' },
      { userId: '5005', name: 'Dan', region: 'ZZ', nonsense: true },
    ])
    expect(summary(results)).toEqual([
      'updated',
      'created',
      'invalid-request',
      'external-id-taken',
      'invalid-request',
      'updated',
      'invalid-request',
    ])
    expect(results[0]!.id).toBe('5001')
    expect(results[2]!.problem!.errors).toMatchObject([{ path: 'body.items.2.name' }])
    expect(results[3]!.problem).toMatchObject({ status: 409, detail: expect.stringContaining('5001') })
    const of = async (userId: number) => (await api.service.get(`/api/users/${userId}`)).body
    expect(await of(5001)).toMatchObject({ name: 'Ada Example', phone: '+12025550101', externalId: 'crm-5001' })
    expect(await of(5002)).toMatchObject({
      name: 'Ben Example',
      phoneE164: '+12025550102',
      externalId: 'crm-5002',
      metadata: { tier: 'gold' },
    })
    expect((await api.service.get('/api/users/5004')).status).toBe(404)
  })

  test('may pass their external ids on to each other', async () => {
    await post(users, [
      { userId: '5011', name: 'A', externalId: 'x-1' },
      { userId: '5012', name: 'B', externalId: 'x-2' },
    ])
    const results = await post(users, [
      { userId: '5012', name: 'B', externalId: 'x-1' },
      { userId: '5011', name: 'A', externalId: 'x-3' },
      { userId: '5012', name: 'B', externalId: 'x-1' },
      { userId: '5011', name: 'A', externalId: 'x-2' },
    ])
    expect(summary(results)).toEqual(['external-id-taken', 'updated', 'updated', 'updated'])
    const rows = await api.engine.sql`select id, external_id from users where external_id like 'x-%' order by id`
    expect(rows.map((row) => [row['id'], row['externalId']])).toEqual([
      ['5011', 'x-2'],
      ['5012', 'x-1'],
    ])
  })

  test('leave the queues when their numbers are on the do-not-call list, as one does', async () => {
    const promised = await Promise.all([0, 1].map(() => api.engine.addCallback({ inMinutes: 60 })))
    await api.service.put(`/api/do-not-call/${encodeURIComponent('+12025550155')}`, { reason: 'asked' })
    await post(users, [
      { userId: promised[0]!.userId, name: 'Ada', phone: '+12025550155' },
      { userId: promised[1]!.userId, name: 'Ben', phone: '+12025550156' },
    ])
    const statuses = await Promise.all(promised.map(async ({ id }) => (await api.engine.callback(id)).status))
    expect(statuses).toEqual(['cancelled', 'pending'])
  })

  test('come as NDJSON as well, where a line that is no JSON is one row that is refused', async () => {
    const lines = [
      '{"userId":"5021","name":"Ada"}',
      '',
      '{"userId":"5022",',
      '{"__proto__":{},"userId":"5023","name":"B"}',
      '{"userId":"5024","name":"Cleo"}\r',
    ]
    const answer = await api.service.post(users, lines.join('\n'), { headers: ndjson })
    expect(answer.status).toBe(200)
    expect(summary(answer.body.results)).toEqual(['created', 'malformed-json', 'malformed-json', 'created'])
    expect(answer.body.results[1]).toMatchObject({ index: 1, status: 'refused', problem: { status: 400 } })
  })

  test('of two requests at the same moment both have their say', async () => {
    const items = (name: string, field: object) =>
      Array.from({ length: 300 }, (_, n) => ({ userId: String(6_000 + n), name, ...field }))
    const answers = await Promise.all([
      post(users, items('Ada', { metadata: { a: '1' } })),
      post(users, items('Ada', { region: 'DE' }).toReversed()),
      ...[1, 2].map(() => api.service.put('/api/do-not-call/user:6001', { reason: 'asked' })),
    ])
    expect(answers).toHaveLength(4)
    const rows = await api.engine.sql`
      select from users where id between 6000 and 6299 and region = 'DE' and metadata = '{"a": "1"}'`
    expect(rows).toHaveLength(300)
  })
})

describe('many callbacks', () => {
  test('are held to the rules of one', async () => {
    const { engine } = api
    const agentId = await engine.addAgent()
    const [userId, full, blocked, closed] = await Promise.all([1, 2, 3, 4].map(() => engine.addUser()))
    await api.service.put(`/api/do-not-call/user:${blocked}`, { reason: 'asked' })
    await putCalendar(engine.deps, { id: 'closed', document: { week: { tue: [['08:00', '20:00']] } } })
    await api.supervisor.put('/api/queues/with_hours', { name: 'With hours' })
    await putPolicy(engine.deps, { queueType: 'with_hours', document: { openingHours: 'closed' } })
    const first = await api.service.post('/api/callbacks', { userId, scheduledFor: at(60), externalId: 'b-1' })
    const rows = [
      { userId, scheduledFor: at(60) },
      { userId, scheduledFor: at(90), externalId: 'b-1' },
      { userId, scheduledFor: at(61), allowDuplicate: true, preferredAgentId: agentId },
      { userId: full, scheduledFor: at(100) },
      { userId: full, scheduledFor: at(104) },
      { userId: full, scheduledFor: at(200), externalId: 'b-2', metadata: { a: '1' } },
      { userId: full, scheduledFor: at(300) },
      { userId: full, scheduledFor: at(400) },
      { userId: full, scheduledFor: at(301) },
      { userId, scheduledFor: at(500), externalId: 'b-2' },
      { userId: full, scheduledFor: at(500), externalId: 'b-2' },
      { userId: '987654', scheduledFor: at(60) },
      { userId, scheduledFor: at(600), preferredAgentId: 987_654 },
      { userId, scheduledFor: at(600), owner: 'only' },
      { userId, scheduledFor: at(600), queueType: 'there_is_none' },
      { userId: blocked, scheduledFor: at(60) },
      { userId: closed, scheduledFor: at(60), queueType: 'with_hours' },
      { userId: closed, scheduledFor: at(60), queueType: 'with_hours', whenClosed: 'next-opening' },
      { userId, scheduledFor: 'tomorrow' },
    ]
    const results = await post(callbacks, rows)
    expect(summary(results)).toEqual([
      'existing',
      'existing',
      'created',
      'created',
      'existing',
      'created',
      'created',
      'too-many-open-callbacks',
      'existing',
      'external-id-taken',
      'existing',
      'unknown-user',
      'unknown-agent',
      'owner-not-named',
      'unknown-queue',
      'do-not-call',
      'outside-calling-hours',
      'created',
      'invalid-request',
    ])
    expect([results[0]!.id, results[1]!.id]).toEqual([first.body.id, first.body.id])
    expect([results[4]!.id, results[8]!.id, results[10]!.id]).toEqual([results[3]!.id, results[6]!.id, results[5]!.id])
    for (const [index, { problem }] of results.entries()) {
      if (!problem || problem.code === 'invalid-request') continue
      const { instance: _, ...alone } = (await api.service.post('/api/callbacks', rows[index])).body
      expect(problem, `row ${index}`).toEqual(alone)
    }
    expect(results[16]!.problem).toHaveProperty('nextAllowedAt')
    expect(await engine.callback(results[5]!.id!)).toMatchObject({ externalId: 'b-2', metadata: { a: '1' } })
    const made = results.filter(({ status }) => status === 'created').map(({ id }) => id!)
    const told = await engine.sql`
      select callback_id from callback_notifications where kind = 'scheduled' and callback_id = any(${made}::uuid[])`
    expect(told).toHaveLength(made.length)
  })

  test('of two requests at the same moment are made once', async () => {
    const userIds = await Promise.all(Array.from({ length: 20 }, () => api.engine.addUser()))
    const named = userIds.map((userId) => ({ userId, scheduledFor: at(60), externalId: `twice-${userId}` }))
    const unnamed = userIds.map((userId) => ({ userId, scheduledFor: at(120) }))
    const answers = await Promise.all([
      post(callbacks, [...named, ...unnamed]),
      post(callbacks, [...named, ...unnamed].toReversed()),
    ])
    const statuses = answers.flat().map(({ status }) => status)
    expect(statuses.filter((status) => status === 'created')).toHaveLength(40)
    expect(statuses.filter((status) => status === 'existing')).toHaveLength(40)
  })

  test('under a key are made once, and the same answer comes again', async () => {
    const [userId, key] = [await api.engine.addUser(), 'bulk-key']
    const items = [{ userId, scheduledFor: at(60) }, { userId }]
    const first = await api.service.post(callbacks, { items }, { key })
    const again = await api.service.post(callbacks, { items }, { key })
    expect(again.text).toBe(first.text)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(await api.service.post(callbacks, { items: [{ userId }] }, { key })).toMatchObject({ status: 422 })
    expect(await api.engine.sql`select from callbacks where user_id = ${userId}`).toHaveLength(1)
  })
})

test.each([users, callbacks])('%s refuses a body that is no list of rows, or one of too many', async (url) => {
  for (const body of [{ items: [] }, { items: {} }, {}, { items: [1], more: 1 }, { items: Array(5_001).fill(1) }]) {
    expect(await api.service.post(url, body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  }
  expect((await api.service.post(url, { items: Array(5_000).fill(1) })).body.results).toHaveLength(5_000)
})

test('what many rows may weigh, and come as, is for these routes alone', async () => {
  // Each with a number: twice as many subjects of the do-not-call list.
  const row = (n: number) => ({ userId: 10_000 + n, name: 'x'.repeat(190), phone: `+120255${51_000 + n}` })
  const big = { items: Array.from({ length: 5_000 }, (_, n) => row(n)) }
  expect((await api.service.post(users, big)).status).toBe(200)
  const tooBig = { items: ['x'.repeat(8 * 1024 * 1024)] }
  expect(await api.service.post(users, tooBig)).toMatchObject({ status: 413, body: { code: 'body-too-large' } })
  expect((await api.service.put('/api/users/1', { name: 'x'.repeat(300_000) })).status).toBe(413)
  expect((await api.service.post('/api/callbacks', '{}', { headers: ndjson })).status).toBe(415)
})
