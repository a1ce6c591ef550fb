import { eventTypes, fanOut } from '@ringback/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

const url = 'https://crm.example.com/ringback'
const change = (id: string, body: unknown) => api.service.patch(`/api/webhooks/${id}`, body)

test('a key brings the same answer again, but no secret, which is kept with no answer', async () => {
  const { service } = api
  const create = () => service.post('/api/webhooks', { url }, { key: 'make-one' })
  const first = await create()
  const { secret, ...webhook } = first.body
  expect(secret).toMatch(/^whsec_/)
  expect(await create()).toMatchObject({ status: 201, body: { ...webhook, secret: null } })
  const rotate = () => service.post(`/api/webhooks/${webhook.id}/rotate-secret`, undefined, { key: 'rotate' })
  expect((await rotate()).body.secret).toMatch(/^whsec_/)
  expect((await rotate()).body).toMatchObject({ id: webhook.id, secret: null })
  expect(await api.engine.sql`select from idempotency_keys where response_body like '%whsec_%'`).toEqual([])
  expect((await service.delete(`/api/webhooks/${webhook.id}`)).status).toBe(204)
})

test('a webhook shows its secret once, and is read, changed and deleted', async () => {
  const { service } = api
  const made = await service.post('/api/webhooks', { url, eventTypes: ['callback.completed'], description: 'the CRM' })
  expect(made).toMatchObject({ status: 201, body: { url, isActive: true, offReason: null, failingSince: null } })
  const { secret, ...webhook } = made.body
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  const at = `/api/webhooks/${webhook.id}`
  expect((await service.get(at)).body).toEqual(webhook)
  expect((await service.get('/api/webhooks')).body).toEqual([webhook])

  const changes = { eventTypes: null, isActive: false, description: null }
  expect((await change(webhook.id, changes)).body).toMatchObject({ url, ...changes })
  const rotated = (await service.post(`${at}/rotate-secret`)).body
  expect(rotated.secret).toMatch(/^whsec_/)
  expect(rotated.secret).not.toBe(secret)
  expect(rotated.previousUntil).toBe(new Date(api.engine.time.now().getTime() + 24 * 60 * 60_000).toISOString())
  for (const { text } of [await service.get(at), await service.get('/api/webhooks'), await change(webhook.id, {})]) {
    expect(text).not.toContain('whsec_')
  }
  expect((await service.delete(at)).status).toBe(204)
  for (const gone of [service.get(at), service.delete(at), change(webhook.id, {}), service.get(`${at}/deliveries`)]) {
    expect(await gone).toMatchObject({ status: 404, body: { code: 'webhook-not-found' } })
  }
})

test.each(['http://crm.example.com/', 'https://10.0.0.1/', 'https://user:word@crm.example.com/', 'nonsense'])(
  '%s is refused, when it is made and when it is changed',
  async (refused) => {
    const { id } = (await api.service.post('/api/webhooks', { url, isActive: false })).body
    const problem = { status: 422, body: { code: 'webhook-url-refused' } }
    expect(await api.service.post('/api/webhooks', { url: refused })).toMatchObject(problem)
    expect(await change(id, { url: refused })).toMatchObject(problem)
    expect((await api.service.get(`/api/webhooks/${id}`)).body).toMatchObject({ url })
  },
)

test('what was told comes page by page, by status, and is sent again', async () => {
  const { service } = api
  const { id } = (await service.post('/api/webhooks', { url, eventTypes: ['callback.scheduled'] })).body
  for (let n = 0; n < 3; n += 1) await api.engine.addCallback()
  const at = `/api/webhooks/${id}/deliveries`
  await expect
    .poll(
      async () => {
        await fanOut(api.engine)
        return (await service.get(at)).body.items.length
      },
      { timeout: 30_000 },
    )
    .toBe(3)
  const { items } = (await service.get(at)).body
  expect(items[0]).toEqual({
    id: expect.stringMatching(/^\d+$/),
    webhookId: id,
    eventId: expect.any(String),
    type: 'callback.scheduled',
    status: 'pending',
    attempts: 0,
    nextAttemptAt: expect.any(String),
    lastStatus: null,
    lastError: null,
    deliveredAt: null,
    createdAt: expect.any(String),
  })
  const first = (await service.get(`${at}?limit=2`)).body
  const second = (await service.get(`${at}?limit=2&cursor=${first.nextCursor}`)).body
  expect([...first.items, ...second.items]).toEqual(items)
  expect(second.nextCursor).toBeNull()
  const statuses = async (status: string) => (await service.get(`${at}?status=${status}`)).body.items.length
  expect(await Promise.all(['pending', 'delivered', 'failed'].map(statuses))).toEqual([3, 0, 0])

  await api.engine.sql`
    update webhook_deliveries set status = 'failed', next_attempt_at = null, attempts = 10 where id = ${items[0].id}`
  expect(await service.post(`${at}/${items[0].id}/redeliver`)).toMatchObject({
    status: 202,
    body: { status: 'pending', attempts: 0, eventId: items[0].eventId },
  })
  expect(await service.post(`${at}/99999/redeliver`)).toMatchObject({
    status: 404,
    body: { code: 'delivery-not-found' },
  })
  expect(await service.post(`/api/webhooks/${id}/test`)).toMatchObject({ status: 202, body: { type: 'webhook.test' } })
  await change(id, { isActive: false })
  expect(await service.post(`/api/webhooks/${id}/test`)).toMatchObject({
    status: 409,
    body: { code: 'webhook-inactive' },
  })
})

test('the document tells of every type of event that is sent', async () => {
  const { webhooks, components } = (await api.ask(undefined, 'GET', '/openapi.json')).body
  expect(Object.keys(webhooks)).toEqual([...eventTypes, 'webhook.test'])
  const typeOf = (type: string) => {
    const { $ref } = webhooks[type].post.requestBody.content['application/json'].schema
    return components.schemas[$ref.split('/').at(-1)].properties.type.const
  }
  expect(Object.keys(webhooks).map(typeOf)).toEqual(Object.keys(webhooks))
})
