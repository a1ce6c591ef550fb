import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

const url = '/api/calling-window?queueType=outstanding_requests'
const ask = async (more = '') => (await api.service.get(`${url}${more}`)).body

test('says when a user may be called, where, and why, and a promise for another time is refused with the next one', async () => {
  const now = api.engine.time.now().toISOString() // 10:00 in UTC on a Monday.
  expect(await ask()).toEqual({
    allowedNow: true,
    from: now,
    until: null,
    zones: ['UTC'],
    calendars: [],
    why: 'no-hours',
  })
  const days = ['mon', 'tue', 'wed', 'thu', 'fri']
  const weekOf = (from: string, until: string) => Object.fromEntries(days.map((day) => [day, [[from, until]]]))
  await api.supervisor.put('/api/calendars/office', { timeZone: 'Europe/Berlin', week: weekOf('09:00', '18:00') })
  await api.supervisor.put('/api/calendars/us', { week: weekOf('08:00', '21:00') })
  const policy = { openingHours: 'office', quietHours: { US: 'us' } }
  await api.supervisor.put('/api/policies/outstanding_requests', policy)
  expect(await ask()).toEqual({
    allowedNow: true,
    from: now,
    until: '2026-03-02T17:00:00.000Z',
    zones: ['Europe/Berlin'],
    calendars: ['office'],
    why: 'open',
  })
  const userId = await api.engine.addUser()
  await api.service.put(`/api/users/${userId}`, { name: 'Ada', timeZone: 'America/New_York' })
  const closed = {
    allowedNow: false,
    from: '2026-03-02T13:00:00.000Z',
    until: '2026-03-02T17:00:00.000Z',
    zones: ['America/New_York'],
    calendars: ['office', 'us'],
    why: 'closed',
  }
  expect(await ask(`&userId=${userId}`)).toEqual(closed)
  expect(await ask('&phone=%2B4315123456&at=2026-03-02T18:00:00Z')).toMatchObject({
    from: '2026-03-03T08:00:00.000Z',
    zones: ['Europe/Vienna'],
    calendars: ['office'],
    why: 'closed',
  })
  const promise = { userId, scheduledFor: '2026-03-02T12:00:00Z' }
  expect(await api.service.post('/api/callbacks', promise)).toMatchObject({
    status: 409,
    body: { code: 'outside-calling-hours', nextAllowedAt: closed.from },
  })
  expect(await api.service.post('/api/callbacks', { ...promise, whenClosed: 'next-opening' })).toMatchObject({
    status: 201,
    body: { scheduledFor: closed.from },
  })
  // From New York to Honolulu it is never open together with the office in Berlin.
  await api.service.put(`/api/users/${userId}`, { name: 'Ada', timeZone: 'Pacific/Honolulu' })
  expect(await ask(`&userId=${userId}`)).toMatchObject({ allowedNow: false, from: null, until: null, why: 'never' })
  expect(await api.service.post('/api/callbacks', { ...promise, allowDuplicate: true })).toMatchObject({
    status: 422,
    body: { code: 'never-allowed' },
  })
  const { body } = await api.service.get('/api/calling-window?queueType=nowhere')
  expect(body).toMatchObject({ code: 'unknown-queue' })
})
