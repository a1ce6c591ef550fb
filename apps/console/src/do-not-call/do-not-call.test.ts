import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectClean, inspect, openTestConsole, type TestConsole } from '../testing/console.ts'

let console: TestConsole
beforeAll(async () => {
  console = await openTestConsole()
})
afterAll(() => console.close())

const line = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name })
const toldThat = (page: Page, text: string | RegExp) => page.locator('[aria-live]').getByText(text).waitFor()
const onList = async (subject: string) =>
  (await console.api.service.get(`/api/do-not-call?subject=${encodeURIComponent(subject)}`)).body.items
const block = (subject: string, body: object) => console.api.service.put(`/api/do-not-call/${subject}`, body)

test('a number is put on the list, with what comes of it, found there, and taken off', async () => {
  const { engine, service } = console.api
  const { id, userId } = await engine.addCallback({ inMinutes: 60 })
  await service.put(`/api/users/${userId}`, { name: 'Ada Lovelace', phone: '+1 202 555 0143' })
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.getByRole('navigation').waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('n')
  await page.waitForURL('**/do-not-call')
  await page.getByText('Nobody is on the list').waitFor()
  await inspect(page, 'do-not-call-empty')

  await page.getByRole('button', { name: 'Add somebody' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Open promises of all whom it means are cancelled').waitFor()
  await dialog.getByLabel('Who').fill('Ada')
  await dialog.getByLabel('Why').press('Enter')
  await dialog.getByText('It must be a number with its country').waitFor()
  expect(await dialog.getByLabel('Who').getAttribute('aria-invalid')).toBe('true')
  await inspect(page, 'do-not-call-refused', { isWhole: false })
  await dialog.getByLabel('Who').fill('+1 (202) 555-0143')
  await dialog.getByText('+12025550143').waitFor()
  await dialog.getByLabel('Why').press('Enter')
  await expect.poll(() => dialog.getByLabel('Why').getAttribute('aria-invalid'), { timeout: 60_000 }).toBe('true')
  await dialog.getByLabel('Why').fill('Asked in writing')
  await dialog.getByLabel('Until').fill('2026-02-28T12:00')
  await dialog.getByRole('button', { name: 'Put it on the list' }).click()
  await dialog.getByText('That time is over. Choose a later one, or none for good.').waitFor()
  await dialog.getByLabel('Until').fill('2026-09-01T12:00')
  await dialog.getByRole('button', { name: 'Put it on the list' }).click()
  await toldThat(page, '+12025550143 is on the list. 1 promise was cancelled.')
  expect(await onList('+12025550143')).toMatchObject([
    { reason: 'Asked in writing', until: '2026-09-01T10:00:00.000Z', source: 'operator' },
  ])
  expect(await engine.callback(id)).toMatchObject({ status: 'cancelled', result: 'blocked' })

  await service.put('/api/users/4711', { name: 'Charles Babbage' })
  await block('user:4711', { reason: 'Moved away' })
  await page.keyboard.press('/')
  await page.keyboard.type('4711')
  await page.keyboard.press('Enter')
  await line(page, 'Customer 4711').getByText('Moved away').waitFor()
  await page.waitForURL((url) => url.search.includes('4711'))
  await page.getByRole('searchbox').fill('+1 202 555 0143')
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  await line(page, '+12025550143').getByText('Asked in writing').waitFor()
  await line(page, '+12025550143').getByText('until 1 Sept 2026, 12:00').waitFor()
  await page.reload()
  await page.getByRole('button', { name: 'Take off the list: +12025550143' }).click()
  await dialog.getByText('What was cancelled for it stays so.').waitFor()
  await dialog.getByRole('button', { name: 'Take it off' }).press('Enter')
  await toldThat(page, '+12025550143 is off the list.')
  await page.getByText('Not on the list').waitFor()
  expect(await onList('+12025550143')).toEqual([])
  await page.getByRole('searchbox').fill('somebody')
  await page.getByRole('searchbox').press('Enter')
  await page.getByText('It must be a number with its country').waitFor()
  await expectClean(visitor)
})

test('a long list comes page by page, and says of each why and until when', async () => {
  for (let id = 1; id <= 55; id += 1) await block(`user:${100 + id}`, { reason: `Letter ${id}` })
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.goto(`${console.url}/do-not-call`)
  await line(page, 'Customer 101').getByText('for good').waitFor()
  await line(page, 'Customer 101').getByText('by an operator').waitFor()
  await line(page, 'Customer 101').getByText('No reason is kept of a customer who is not there.').waitFor()
  await inspect(page, 'do-not-call')
  expect(await page.getByRole('listitem').count()).toBe(50)
  await page.getByRole('link', { name: 'Next page' }).click()
  await line(page, 'Customer 155').waitFor()
  await page.getByRole('link', { name: 'From the beginning' }).click()
  await line(page, 'Customer 101').waitFor()
  await expectClean(visitor)
})

test.each(['en', 'de', 'he'] as const)('a viewer sees the list and changes nothing: %s', async (language) => {
  const visitor = await console.viewer({ language })
  const { page } = visitor
  await page.goto(`${console.url}/do-not-call?q=101`)
  await page.getByRole('listitem').filter({ hasText: '101' }).waitFor()
  expect(await page.getByRole('listitem').getByRole('button').count()).toBe(0)
  await inspect(page, `do-not-call-${language}`)
  await expectClean(visitor)
})
