import { tokenOf } from '@ringback/api/testing'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectClean, inspect, openTestConsole, type TestConsole } from '../testing/console.ts'

let console: TestConsole
let agentId: number
beforeAll(async () => {
  console = await openTestConsole()
  agentId = await console.api.engine.addAgent('available')
})
afterAll(() => console.close())

const kept = (page: Page) =>
  page.evaluate(() => JSON.parse(localStorage.getItem('ringback.preferences') ?? '{}') as object)
const root = (page: Page) =>
  page.evaluate(() => ({
    theme: document.documentElement.dataset['theme'],
    lang: document.documentElement.lang,
    dir: document.documentElement.dir,
  }))

test('what is chosen holds at once, in every tab, and after a reload', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.getByText('Live', { exact: true }).waitFor()
  const other = await visitor.newPage()
  await other.goto(`${console.url}/wall`)
  await other.getByRole('heading', { name: 'Wall' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await page.waitForURL('**/settings')
  await page.getByLabel('Colours').selectOption('Dark')
  await page.getByLabel('Time zone').selectOption('Asia/Calcutta')
  await page.locator('header').getByText('15:30').waitFor()
  await page.getByLabel('Language').selectOption('Deutsch')
  await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
  await other.getByRole('heading', { name: 'Übersicht' }).waitFor()
  expect(await root(other)).toMatchObject({ theme: 'dark', lang: 'de', dir: 'ltr' })
  await inspect(page, 'settings-de')

  await page.reload()
  await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
  await page.getByLabel('Sprache').selectOption('עברית')
  await page.getByRole('heading', { name: 'הגדרות' }).waitFor()
  expect(await root(page)).toMatchObject({ lang: 'he', dir: 'rtl' })
  await inspect(page, 'settings-he')
  expect(await kept(page)).toMatchObject({ language: 'he', theme: 'dark', timeZone: 'Asia/Calcutta' })
  await expectClean(visitor)
})

test('keys can be turned off, and on again', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.getByRole('link', { name: 'Settings' }).click()
  const keys = page.getByRole('switch', { name: 'Keys without a modifier' })
  await keys.press('Space')
  await page.keyboard.press('?')
  await page.keyboard.press('Control+k')
  // Whatever `?` would have opened, would stand there now.
  await page.getByRole('dialog', { name: 'Find or do' }).waitFor()
  expect(await page.getByRole('dialog').count()).toBe(1)
  await page.getByRole('combobox').fill('settings')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await keys.press('Space')
  await page.getByRole('heading', { name: 'Settings' }).click()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).getByText('g s', { exact: true }).waitFor()
  await expectClean(visitor)
})

test.each([
  ['granted', 'They are shown while another window is in front.'],
  ['default', 'The browser has not been asked yet.'],
  ['denied', 'allow notifications, and load the page again'],
] as const)('an agent is told how notifications stand: %s', async (permission, text) => {
  const visitor = await console.visitor()
  const { page, context } = visitor
  // The browser’s own answer; that of the person who is asked is the next one.
  await context.addInitScript((answer) => {
    Object.defineProperty(Notification, 'permission', { configurable: true, get: () => answer })
    Notification.requestPermission = async () => {
      Object.defineProperty(Notification, 'permission', { configurable: true, get: () => 'denied' })
      return 'denied'
    }
  }, permission)
  await page.request.post(`${console.url}/api/session`, { data: { token: await tokenOf.agent(agentId) } })
  await page.goto(`${console.url}/settings`)
  await page.getByText(text).waitFor()
  if (permission === 'denied') await inspect(page, 'settings-denied')
  if (permission === 'default') {
    await page.getByRole('button', { name: 'Allow them' }).click()
    await page.getByText('allow notifications, and load the page again').waitFor()
  }
  expect(await page.getByRole('button', { name: 'Allow them' }).count()).toBe(0)
  await expectClean(visitor)
})
