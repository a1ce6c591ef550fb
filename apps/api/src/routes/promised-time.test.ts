import { engineFacts } from '@ringback/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
  await api.service.put('/api/users/31', { name: 'Ada' })
  await api.service.put('/api/agents/7', { firstName: 'Ben' })
})
afterAll(() => api.close())

const promise = (time: object) => api.service.post('/api/callbacks', { userId: '31', allowDuplicate: true, ...time })
const berlin = { timeZone: 'Europe/Berlin' }

test('a time of the clock on the wall is stored as it was said, with the moment that it is', async () => {
  const answer = await promise({ localTime: '2026-11-23T15:00', timeZone: 'europe/berlin' })
  const stored = { localTime: '2026-11-23T15:00:00', ...berlin, scheduledFor: '2026-11-23T14:00:00.000Z' }
  expect(answer).toMatchObject({ status: 201, body: { ...stored, timeAdjusted: null } })
  expect((await api.service.get(`/api/callbacks/${answer.body.id}`)).body).toMatchObject(stored)
})

test.each([
  ['2026-03-29T02:30', 'gap', '2026-03-29T01:30:00.000Z'],
  ['2026-10-25T02:30', 'overlap', '2026-10-25T00:30:00.000Z'],
])('%s is told to be in a %s', async (localTime, timeAdjusted, scheduledFor) => {
  expect((await promise({ localTime, ...berlin })).body).toMatchObject({ timeAdjusted, scheduledFor })
})

test('a moment has no local time and no zone', async () => {
  const { body } = await promise({ scheduledFor: '2026-11-30T14:00:00Z' })
  expect(body).toMatchObject({ localTime: null, timeZone: null, timeAdjusted: null })
})

test('a promise has one time', async () => {
  const scheduledFor = '2026-11-23T14:00:00Z'
  const localTime = '2026-11-23T15:00'
  const wrong = [{}, { localTime }, berlin, { scheduledFor, ...berlin }, { scheduledFor, localTime, ...berlin }]
  const { id: callbackId } = (await promise({ scheduledFor })).body
  for (const time of wrong) {
    const message = 'must have either scheduledFor or both localTime and timeZone'
    const refused = { status: 400, body: { code: 'invalid-request', errors: [{ path: 'body', message }] } }
    expect(await promise(time)).toMatchObject(refused)
    expect(await api.service.post('/api/callbacks/reschedule', { callbackId, ...time })).toMatchObject(refused)
  }
})

test('it is moved to another local time or to a moment, and put off it is one of a moment; the zone stays', async () => {
  const { id: callbackId } = (await promise({ localTime: '2026-11-23T15:00', ...berlin })).body
  const move = async (time: object) =>
    (await api.service.post('/api/callbacks/reschedule', { callbackId, ...time })).body.callback
  const tokyo = { localTime: '2026-11-24T09:00:00', timeZone: 'Asia/Tokyo' }
  expect(await move(tokyo)).toMatchObject({ ...tokyo, scheduledFor: '2026-11-24T00:00:00.000Z', timeAdjusted: null })
  expect(await move({ scheduledFor: '2026-11-25T00:00:00Z' })).toMatchObject({
    localTime: null,
    timeZone: 'Asia/Tokyo',
  })

  await move({ localTime: '2026-11-23T15:00', ...berlin })
  const snoozed = await api.as(7).post('/api/callbacks/snooze', { callbackId, agentId: 7, minutes: 10 })
  expect(snoozed.body.callback).toMatchObject({ localTime: null, ...berlin, scheduledFor: '2026-11-23T14:10:00.000Z' })
})

test('while another process has had newer time zone data, a local time is refused and a moment is not', async () => {
  const { sql } = api.engine
  const { id: callbackId } = (await promise({ localTime: '2026-11-23T15:00', ...berlin })).body
  await engineFacts.note(sql, 'tzdata', '9999a', new Date())
  const refused = { status: 503, body: { code: 'tzdata-behind', detail: expect.stringContaining('9999a') } }
  const local = { localTime: '2026-11-23T15:00', ...berlin }
  expect(await promise({ ...local, allowDuplicate: true })).toMatchObject(refused)
  expect(await api.service.post('/api/callbacks/reschedule', { callbackId, ...local })).toMatchObject(refused)
  expect(await promise({ scheduledFor: '2026-11-24T14:00:00Z' })).toMatchObject({ status: 201 })
  await sql`delete from engine_facts where name = 'tzdata'`
  expect(await promise({ ...local, allowDuplicate: true })).toMatchObject({ status: 201 })
})

test('the database refuses a local time without a zone', async () => {
  const { id } = (await promise({ localTime: '2026-11-23T15:00', ...berlin })).body
  await expect(api.engine.sql`update callbacks set time_zone = null where id = ${id}`).rejects.toThrow(
    'callbacks_local_time_has_zone',
  )
})
