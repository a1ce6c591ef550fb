import { calendars } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { within } from '../deps.ts'
import { lawCalendars } from '../hours/law.ts'
import { putPolicy } from '../policies/put-policy.ts'
import { deleteCalendar, getCalendar, listCalendars, putCalendar } from './calendars.ts'
import { keepCalendars } from './keep-calendars.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine({ startsAt: new Date('2026-03-02T10:00:00Z') })
})
afterAll(() => engine.close())

const week: { mon: [string, string][] } = { mon: [['08:00', '20:00']] }

test('the holidays of three years are stored with a calendar, and renewed in the next one', async () => {
  const document = { timeZone: 'Europe/Paris', week, holidays: { country: 'FR' } }
  const { calendar } = await putCalendar(engine.deps, { id: 'paris', document })
  expect([calendar.holidayDates[0], calendar.holidayDates.at(-1)]).toEqual(['2026-01-01', '2028-12-25'])
  await putCalendar(engine.deps, { id: 'plain', document: { week } })

  engine.time.set(new Date('2027-01-05T10:00:00Z'))
  await keepCalendars(engine.deps)
  const { holidayDates, updatedAt } = await getCalendar(engine.deps, 'paris')
  expect([holidayDates[0], holidayDates.at(-1)]).toEqual(['2027-01-01', '2029-12-25'])
  expect(updatedAt).toEqual(engine.time.now())
  expect((await getCalendar(engine.deps, 'plain')).updatedAt).toEqual(new Date('2026-03-02T10:00:00Z'))
  engine.time.set(new Date('2026-03-02T10:00:00Z'))
})

test('the calendars that come with Ringback are written once, and set right when they are others', async () => {
  await keepCalendars(engine.deps)
  const ids = (await listCalendars(engine.deps)).map(({ id }) => id)
  expect(ids).toEqual(expect.arrayContaining(lawCalendars.map(({ id }) => id)))
  expect(await keepCalendars(engine.deps)).toEqual({ written: 0 })

  await engine.sql`update calendars set document = '{"week": {"sun": [["00:00", "24:00"]]}}' where id = 'law:us'`
  expect(await keepCalendars(engine.deps)).toEqual({ written: 1 })
  expect((await getCalendar(engine.deps, 'law:us')).document).toEqual(lawCalendars[0]!.document)
})

test('a calendar whose holidays cannot be had keeps those that it has, and the others are renewed', async () => {
  const dates = ['2026-01-01']
  const document = { week, holidays: { country: 'XX' } }
  await calendars.put(engine.sql, { id: 'broken', timeZone: null, document, holidayDates: dates }, engine.time.now())
  await keepCalendars(engine.deps)
  expect((await getCalendar(engine.deps, 'broken')).holidayDates).toEqual(dates)
  expect(engine.logged).toContainEqual(
    expect.objectContaining({ calendarId: 'broken', msg: 'holidays of a calendar not renewed' }),
  )
})

test('what changed while holidays were expanded is left alone', async () => {
  const before = { week, holidays: { country: 'FR' } }
  await putCalendar(engine.deps, { id: 'moved', document: { week, holidays: { country: 'DE' } } })
  const moved = await getCalendar(engine.deps, 'moved')
  await calendars.renewHolidays(engine.sql, { id: 'moved', document: before }, ['2026-07-14'], engine.time.now())
  expect(await getCalendar(engine.deps, 'moved')).toEqual(moved)
})

test.each(['openingHours', 'quietHours'] as const)('a calendar that a policy names in %s stays', async (field) => {
  await putCalendar(engine.deps, { id: 'named', document: { week } })
  const put = (calendarId: string) => {
    const document = field === 'openingHours' ? { [field]: calendarId } : { [field]: { '*': calendarId } }
    return putPolicy(engine.deps, { queueType: 'outstanding_requests', document })
  }
  await put('named')
  await expect(deleteCalendar(engine.deps, 'named')).rejects.toMatchObject({
    code: 'calendar-in-use',
    message: 'The policy of outstanding_requests names calendar named; name another one there first',
  })
  await put('law:us')
  await deleteCalendar(engine.deps, 'named')
  await expect(deleteCalendar(engine.deps, 'named')).rejects.toMatchObject({ code: 'calendar-not-found' })
})

test('whoever is about to name a calendar is waited for before it goes', async () => {
  await putCalendar(engine.deps, { id: 'wanted', document: { week } })
  let deleting: Promise<unknown>
  await engine.deps.transact(async (tx) => {
    await putPolicy(within(engine.deps, tx), { queueType: 'unsigned_users', document: { openingHours: 'wanted' } })
    deleting = deleteCalendar(engine.deps, 'wanted').catch((error: unknown) => error)
    await engine.untilWaiting(1)
  })
  expect(await deleting!).toMatchObject({ code: 'calendar-in-use' })
  expect(await getCalendar(engine.deps, 'wanted')).toMatchObject({ id: 'wanted' })
})
