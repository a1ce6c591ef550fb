import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

const put = (body: object) => api.service.put('/api/users/31', body)

test('a user keeps the phone that a change does not name, and null clears it', async () => {
  expect(await put({ name: 'Ada', phone: '+15550100' })).toMatchObject({ status: 201, body: { phone: '+15550100' } })
  expect(await put({ name: 'Ada Example' })).toMatchObject({
    status: 200,
    body: { name: 'Ada Example', phone: '+15550100' },
  })
  expect((await put({ name: 'Ada', phone: '+15550199' })).body.phone).toBe('+15550199')
  expect((await put({ name: 'Ada', phone: null })).body.phone).toBeNull()
  expect((await put({ name: 'Ada' })).body.phone).toBeNull()
  expect((await api.service.get('/api/users/31')).body).toMatchObject({ name: 'Ada', phone: null })
})

test('a new user without a phone has none', async () => {
  expect(await api.service.put('/api/users/32', { name: 'Ada' })).toMatchObject({ status: 201, body: { phone: null } })
})
