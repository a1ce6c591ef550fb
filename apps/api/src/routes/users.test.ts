import { cancelCallback, recordOutcome, startCall } from '@ringback/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

test('an external id is of one user, and another one is told so', async () => {
  const put34 = (userId: number, body: object) => api.service.put(`/api/users/${userId}`, { name: 'Ada', ...body })
  expect(await put34(34, { externalId: 'crm-34', metadata: { tier: 'gold' } })).toMatchObject({
    status: 201,
    body: { externalId: 'crm-34', metadata: { tier: 'gold' } },
  })
  expect((await put34(34, {})).body).toMatchObject({ externalId: 'crm-34', metadata: { tier: 'gold' } })
  expect(await put34(35, { externalId: 'crm-34' })).toMatchObject({ status: 409, body: { code: 'external-id-taken' } })
})

describe('GET /api/users', () => {
  const list = async (query: string) => (await api.service.get(`/api/users?${query}`)).body
  const idsOf = async (query: string) => (await list(query)).items.map(({ userId }: { userId: string }) => userId)

  beforeAll(async () => {
    const users = [
      { name: 'Ada Example', phone: '030 1234599', externalId: 'list-1' },
      { name: 'Ben Adamson', phone: '+49 30 1234599' },
      { name: 'Cleo O’Hara 100%', phone: '+1 202 555 0177' },
      { name: 'Zoë Müller_x' },
    ]
    for (const [n, user] of users.entries()) await api.service.put(`/api/users/${900 + n}`, user)
  })

  test('finds a phone however it is written', async () => {
    for (const phone of ['+49301234599', '0049 30 1234599', '030/1234599', '(030) 12345-99']) {
      expect(await idsOf(`phone=${encodeURIComponent(phone)}`), `as ${phone}`).toEqual(['900', '901'])
    }
    expect(await idsOf(`phone=${encodeURIComponent('+1 (202) 555-0177')}`)).toEqual(['902'])
  })

  test('refuses what is no phone number', async () => {
    const answer = await api.service.get('/api/users?phone=12')
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'querystring.phone' }] } })
    expect(answer.body.errors[0].message).toContain('DE')
  })

  test.each([
    ['exampl', ['900']],
    ['ADAM', ['901']],
    ['ad', ['900', '901']],
    ['am', []],
    ['ham', []],
    ['00%', ['902']],
    ['müller_', ['903']],
    ['r_x', ['903']],
    ['o_e', []],
    ['o’h', ['902']],
  ])('finds what a name contains: %s', async (name, ids) => {
    const found = await idsOf(`name=${encodeURIComponent(name)}`)
    expect(found.filter((id: string) => id >= '900' && id <= '903')).toEqual(ids)
  })

  test('finds those whose ids are known', async () => {
    expect(await idsOf('userIds=903,900&userIds=899')).toEqual(['900', '903'])
    expect(await idsOf('userIds=900,901&name=adam')).toEqual(['901'])
  })

  test('asks for two characters of a name', async () => {
    expect(await api.service.get('/api/users?name=a')).toMatchObject({ status: 400 })
  })

  test('finds the one whom another system knows, and whoever everything applies to', async () => {
    expect(await list('externalId=list-1')).toMatchObject({
      items: [{ userId: '900', externalId: 'list-1' }],
      nextCursor: null,
    })
    expect(await idsOf('externalId=list-1&name=cleo')).toEqual([])
    expect(await idsOf('externalId=list-2')).toEqual([])
    expect(await idsOf(`name=adamson&phone=${encodeURIComponent('030 1234599')}`)).toEqual(['901'])
  })

  test('comes by pages, all users or those of a name', async () => {
    for (const query of ['', '&name=ada']) {
      const all = await idsOf(`limit=200${query}`)
      const walked: string[] = []
      for (let cursor = ''; ;) {
        const page = await list(`limit=2${query}${cursor}`)
        walked.push(...page.items.map(({ userId }: { userId: string }) => userId))
        if (page.nextCursor === null) break
        cursor = `&cursor=${page.nextCursor}`
      }
      expect(walked).toEqual(all)
      expect(all).toEqual(all.toSorted((a: string, b: string) => Number(a) - Number(b)))
    }
  })
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
