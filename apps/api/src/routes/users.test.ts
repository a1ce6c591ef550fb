import { cancelCallback, recordOutcome, startCall } from '@ringback/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi({}, { rules: { defaultCountry: 'DE' } })
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

test('where a user is follows from what was said, else from the phone', async () => {
  const put33 = async (body: object) => (await api.service.put('/api/users/33', { name: 'Ada', ...body })).body
  expect(await put33({ phone: '030 1234567' })).toMatchObject({
    phone: '030 1234567',
    phoneE164: '+49301234567',
    region: 'DE',
    timeZones: ['Europe/Berlin', 'Europe/Busingen'],
    zoneSource: 'phone',
  })
  const said = { phoneE164: '+49301234567', region: 'US-FL', timeZones: ['America/New_York'], zoneSource: 'user' }
  expect(await put33({ timeZone: 'america/new_york', region: 'US-FL' })).toMatchObject(said)
  expect(await put33({})).toMatchObject(said)
  expect(await put33({ timeZone: null, region: null, phone: 'ask Ben' })).toMatchObject({
    phoneE164: null,
    region: null,
    timeZones: [],
    zoneSource: 'queue',
  })
})

test('a zone or a region that does not exist is refused', async () => {
  const answer = await put({ name: 'Ada', timeZone: '+02:00', region: 'ZZ' })
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  expect(answer.body.errors).toEqual([
    { path: 'body.timeZone', message: 'must be a time zone of IANA, like Europe/Berlin' },
    { path: 'body.region', message: 'must begin with a country that exists' },
  ])
})

test('a new user without a phone has none', async () => {
  expect(await api.service.put('/api/users/32', { name: 'Ada' })).toMatchObject({ status: 201, body: { phone: null } })
})

test('a user is read with what it has been promised and its last calls', async () => {
  const { deps } = api.engine
  const userId = await api.engine.addUser()
  const [later, { id: sooner }, { id: cancelled }] = [
    await api.engine.addCallback({ userId, inMinutes: 90 }),
    await api.engine.addCallback({ userId, inMinutes: 60 }),
    await api.engine.addCallback({ userId, inMinutes: 30 }),
  ]
  await cancelCallback(deps, { callbackId: cancelled })
  const calls: string[] = []
  for (let count = 0; count < 22; count += 1) {
    const { session } = await startCall(deps, { userId, direction: 'inbound' })
    await recordOutcome(deps, { callSessionId: session.id, outcomeType: 'busy', notes: `note ${count}` })
    calls.unshift(session.id)
    api.engine.time.advance(1_000)
  }
  const { body } = await api.service.get(`/api/users/${userId}`)
  expect(body).toMatchObject({ userId, zoneSource: 'phone' })
  expect(body.openCallbacks.map(({ id }: { id: string }) => id)).toEqual([sooner, later.id])
  expect(body.lastCalls.map(({ id }: { id: string }) => id)).toEqual(calls.slice(0, 20))
  expect(body.lastCalls[0]).toMatchObject({ lastOutcomeType: 'busy', outcomeNotes: 'note 21' })
})
