import { keepCalendars } from '@ringback/core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectClean, inspect, openTestConsole, type TestConsole } from '../testing/console.ts'

let console: TestConsole
beforeAll(async () => {
  console = await openTestConsole()
  await keepCalendars(console.api.engine.deps)
})
afterAll(() => console.close())

const stored = async (id: string) => (await console.api.service.get(`/api/calendars/${id}`)).body
const put = (id: string, document: object) => console.api.supervisor.put(`/api/calendars/${id}`, document)
const day = (page: Page, name: string) => page.getByRole('group', { name, exact: true })
const year = (page: Page) => page.getByRole('region', { name: 'What follows for a year' })
const toldThat = (page: Page, text: string | RegExp) => page.locator('[aria-live]').getByText(text).waitFor()

const office = {
  timeZone: 'Europe/Berlin',
  week: Object.fromEntries(
    ['mon', 'tue', 'wed', 'thu', 'fri', 'sun'].map((weekday) => [weekday, [['08:00', '20:00']]]),
  ),
  closed: ['2026-12-31'],
  special: { '2026-12-24': [['08:00', '12:00']] },
  holidays: { country: 'DE', region: 'BY' },
}

test('a calendar begins with one that is ready-made, gets hours and exceptions, and shows what follows', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.getByRole('navigation').waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await page.waitForURL('**/calendars')
  await page.getByText('There are none yet').waitFor()
  await page.getByText('Closed on public holidays of France').waitFor()
  await inspect(page, 'calendars')

  await page.getByRole('button', { name: 'Begin one with it: law:fr' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Id').fill('Support Paris')
  await dialog.getByLabel('Id').press('Enter')
  await dialog.getByRole('alert').waitFor()
  expect(await dialog.getByLabel('Id').getAttribute('aria-invalid')).toBe('true')
  await dialog.getByLabel('Id').fill('support-paris')
  await dialog.getByRole('button', { name: 'Make it' }).click()
  await page.waitForURL('**/calendars/support-paris')
  expect(await stored('support-paris')).toMatchObject({ timeZone: null, holidays: { country: 'FR' } })

  await page.getByLabel('Whose clocks').selectOption('Europe/Paris')
  await day(page, 'Saturday').getByRole('button', { name: 'Add hours: Saturday' }).press('Enter')
  await day(page, 'Saturday').getByLabel('Saturday, until').fill('13:00')
  await day(page, 'Monday').getByRole('button', { name: 'Remove these hours: Monday' }).first().click()
  await page.getByRole('button', { name: 'Add a closed date' }).click()
  await page.getByLabel('Date').first().fill('2026-12-24')
  await page.getByRole('button', { name: 'Add a date with other hours' }).click()
  await page.getByLabel('Date').nth(1).fill('2026-07-14')
  await page.getByRole('button', { name: 'Save' }).click()
  await toldThat(page, 'support-paris is saved.')
  expect(await stored('support-paris')).toMatchObject({
    timeZone: 'Europe/Paris',
    week: { mon: [['14:00', '20:00']], sat: [['09:00', '13:00']] },
    closed: ['2026-12-24'],
    special: { '2026-07-14': [['09:00', '12:00']] },
  })
  await year(page).getByRole('listitem').filter({ hasText: 'Tue 14 Jul' }).getByText('09:00–12:00').waitFor()
  await expectClean(visitor)
})

test('the year shows each day as Ringback counts it, holidays, exceptions, and when the clocks are moved', async () => {
  await put('office', office)
  const visitor = await console.viewer()
  const { page } = visitor
  await page.goto(`${console.url}/calendars/office`)
  const { body } = await console.api.service.get('/api/calendars/office/year')
  const open = body.days.filter(({ hours }: { hours: unknown[] }) => hours.length > 0).length
  await year(page).getByText(`Open on ${open} days`).waitFor()
  await year(page).getByText('Sun 29 Mar: from 02:00 forward to 03:00. Open for 12 hrs that day.').first().waitFor()
  await year(page).getByText('Sun 25 Oct: from 03:00 back to 02:00.').first().waitFor()
  const exceptions = page.getByRole('region', { name: 'Different from the week' }).getByRole('listitem')
  await exceptions.filter({ hasText: 'Thu 24 Dec' }).getByText('08:00–12:00').waitFor()
  await exceptions.filter({ hasText: 'Thu 31 Dec' }).getByText('Closed date').waitFor()
  await exceptions.filter({ hasText: 'Fri 25 Dec' }).getByText('Public holiday').waitFor()
  expect(await year(page).getByRole('table').count()).toBe(12)
  expect(await year(page).getByRole('cell', { name: 'Mon 2 Mar: 08:00–20:00' }).count()).toBe(1)
  await inspect(page, 'calendar-year')
  await page.getByRole('link', { name: 'The year 2027' }).click()
  await page.waitForURL('**/calendars/office?year=2027')
  await year(page).getByText('Sun 28 Mar: from 02:00 forward to 03:00.').first().waitFor()
  await page.goto(`${console.url}/calendars/office?year=2031`)
  await year(page).getByText('The public holidays of this year are not known yet').waitFor()
  expect(await page.getByRole('button', { name: /^(?:Save|Delete|Add)/ }).count()).toBe(0)
  await expectClean(visitor)
})

test('what the API refuses is said where it is, and nothing is lost', async () => {
  await put('wrong', office)
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.goto(`${console.url}/calendars/wrong`)
  await day(page, 'Monday').getByLabel('Monday, from').fill('8 h')
  await day(page, 'Tuesday').getByLabel('Tuesday, from').fill('21:00')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').getByText('Something in it is not as it must be').waitFor()
  await day(page, 'Monday').getByText('must be a time of day from 00:00 to 24:00, like 08:30').waitFor()
  await day(page, 'Tuesday').getByText('must end after it begins').waitFor()
  expect(await day(page, 'Wednesday').getByLabel('Wednesday, from').getAttribute('aria-invalid')).toBe('false')
  await day(page, 'Monday').getByLabel('Monday, from').fill('09:00')
  await day(page, 'Tuesday').getByLabel('Tuesday, from').fill('09:30')
  await page.getByLabel('Its part').fill('XX')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').getByText('The public holidays of this country or region are not known.').waitFor()
  expect(await page.getByLabel('Public holidays of').getAttribute('aria-invalid')).toBe('true')
  await page.getByLabel('Its part').fill('')
  await page.getByRole('button', { name: 'Save' }).click()
  await toldThat(page, 'wrong is saved.')
  expect(await stored('wrong')).toMatchObject({
    week: { mon: [['09:00', '20:00']], tue: [['09:30', '20:00']] },
    holidays: { country: 'DE' },
  })
  await expectClean(visitor)
})

test('of two who change a calendar the second one is told, and decides', async () => {
  await put('shared', office)
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.goto(`${console.url}/calendars/shared`)
  await day(page, 'Monday').getByLabel('Monday, from').fill('09:00')
  console.api.engine.time.advance(1_000)
  await put('shared', { ...office, closed: ['2026-12-24'] })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').getByText('Somebody else has saved this calendar meanwhile.').waitFor()
  expect(await stored('shared')).toMatchObject({ closed: ['2026-12-24'] })
  expect(await day(page, 'Monday').getByLabel('Monday, from').inputValue()).toBe('09:00')

  await page.getByRole('button', { name: 'Discard' }).click()
  await expect.poll(() => day(page, 'Monday').getByLabel('Monday, from').inputValue()).toBe('08:00')
  await day(page, 'Monday').getByLabel('Monday, from').fill('10:00')
  await page.getByRole('button', { name: 'Save' }).click()
  await toldThat(page, 'shared is saved.')
  expect(await stored('shared')).toMatchObject({ week: { mon: [['10:00', '20:00']] }, closed: ['2026-12-24'] })
  await expectClean(visitor)
})

test('one that rules go by is not deleted, and says so; a ready-made one cannot be changed', async () => {
  await put('named', office)
  await console.api.supervisor.put('/api/policies/unsigned_users', { openingHours: 'named' })
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.goto(`${console.url}/calendars/named`)
  await page.getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByText('A policy goes by this calendar: name another one there first.').waitFor()
  await dialog.getByText(/unsigned_users/).waitFor()
  await console.api.supervisor.put('/api/policies/unsigned_users', {})
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await toldThat(page, 'named is deleted.')
  await page.waitForURL('**/calendars')

  await page.getByRole('link', { name: 'law:de' }).click()
  await page.getByText('No legal advice').waitFor()
  expect(await day(page, 'Monday').getByLabel('Monday, from').isDisabled()).toBe(true)
  expect(await page.getByRole('button', { name: /^(?:Save|Delete)/ }).count()).toBe(0)
  await expectClean(visitor)
})

test('in another language, from right to left', async () => {
  const language = 'he'
  await put('office', office)
  const visitor = await console.viewer({ language })
  const { page } = visitor
  await page.goto(`${console.url}/calendars`)
  await page.getByRole('link', { name: 'office' }).waitFor()
  await page.getByRole('link', { name: 'office' }).click()
  await page.getByRole('table').first().waitFor()
  await inspect(page, `calendar-${language}`)
  await expectClean(visitor)
})
