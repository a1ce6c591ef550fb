import { keepCalendars } from '@ringback/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

const week = { mon: [['08:00', '20:00']] }

test('a calendar is written, changed, shown with its holidays, and deleted', async () => {
  const written = await api.supervisor.put('/api/calendars/support', {
    timeZone: 'europe/paris',
    week,
    holidays: { country: 'FR' },
  })
  expect(written).toMatchObject({
    status: 201,
    body: {
      id: 'support',
      timeZone: 'Europe/Paris',
      week,
      closed: [],
      special: {},
      holidays: { country: 'FR' },
      source: null,
    },
  })
  expect(written.body.holidayDates).toContain('2026-07-14')
  expect((await api.service.get('/api/calendars/support')).body).toEqual(written.body)

  const special = { '2026-07-14': [['10:00', '11:00']] }
  expect(await api.supervisor.put('/api/calendars/support', { week, special })).toMatchObject({
    status: 200,
    body: { timeZone: null, special, holidays: null, holidayDates: [] },
  })
  expect((await api.service.get('/api/calendars')).body).toMatchObject([{ id: 'support' }])
  expect(await api.supervisor.delete('/api/calendars/support')).toMatchObject({ status: 204 })
  expect(await api.service.get('/api/calendars/support')).toMatchObject({
    status: 404,
    body: { code: 'calendar-not-found' },
  })
})

test('a year says what follows from a calendar, by its own clocks or by those that are asked for', async () => {
  const put = (body: object) => api.supervisor.put('/api/calendars/yearly', { week, ...body })
  const year = async (query = '') => (await api.service.get(`/api/calendars/yearly/year${query}`)).body
  await put({ timeZone: 'Europe/Paris', holidays: { country: 'FR' } })
  const { days, ...found } = await year('?timeZone=America/New_York')
  expect(found).toEqual({
    calendarId: 'yearly',
    year: 2026,
    timeZone: 'Europe/Paris',
    holidaysKnown: true,
    clockChanges: [
      { at: '2026-03-29T01:00:00.000Z', from: '2026-03-29T02:00', to: '2026-03-29T03:00' },
      { at: '2026-10-25T01:00:00.000Z', from: '2026-10-25T03:00', to: '2026-10-25T02:00' },
    ],
  })
  expect(days).toHaveLength(365)
  expect(days).toContainEqual({ date: '2026-07-14', reason: 'holiday', hours: [], openMinutes: 0 })
  expect(days).toContainEqual({ date: '2026-03-02', reason: 'week', hours: week.mon, openMinutes: 720 })
  expect(await year('?year=2029')).toMatchObject({ year: 2029, holidaysKnown: false })
  await put({})
  expect(await year('?timeZone=America/New_York&year=2029')).toMatchObject({
    timeZone: 'America/New_York',
    holidaysKnown: true,
  })
  expect(await year()).toMatchObject({ timeZone: 'UTC', clockChanges: [] })
  expect(await year('?year=1970')).toMatchObject({ code: 'invalid-request' })
  await api.supervisor.delete('/api/calendars/yearly')
  expect(await year()).toMatchObject({ code: 'calendar-not-found' })
})

test('what is wrong with a calendar is said where it is', async () => {
  const answer = await api.supervisor.put('/api/calendars/wrong', {
    timeZone: 'Europe/Bern',
    week: {
      mon: [
        ['08:00', '20:00'],
        ['19:00', '21:00'],
      ],
    },
  })
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  expect(answer.body.errors).toEqual([
    { path: 'body.timeZone', message: 'must be a time zone of IANA, like Europe/Berlin' },
    { path: 'body.week.mon', message: 'must be in order, and none may begin before the one in front of it has ended' },
  ])
  expect(await api.supervisor.put('/api/calendars/wrong', { week, holidays: { country: 'XX' } })).toMatchObject({
    status: 422,
    body: { code: 'unknown-holidays' },
  })
  expect(await api.supervisor.put('/api/calendars/Wrong', { week })).toMatchObject({ status: 400 })
})

test('calendars that come with Ringback are shown with their source, and are read only', async () => {
  await keepCalendars(api.engine.deps)
  expect(await api.service.get('/api/calendars/law:fr')).toMatchObject({
    status: 200,
    body: { id: 'law:fr', timeZone: null, source: { notice: expect.stringContaining('No legal advice') } },
  })
  for (const url of ['/api/calendars/law:fr', '/api/calendars/law:mine']) {
    expect(await api.supervisor.put(url, { week })).toMatchObject({ status: 409, body: { code: 'calendar-read-only' } })
    expect(await api.supervisor.delete(url)).toMatchObject({ status: 409, body: { code: 'calendar-read-only' } })
  }
})
