import { keepCalendars } from '@ringback/core'
import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectClean, inspect, openTestConsole, type TestConsole } from '../testing/console.ts'

let console: TestConsole
beforeAll(async () => {
  console = await openTestConsole()
  const { engine, supervisor } = console.api
  await keepCalendars(engine.deps)
  const weekday = [['08:00', '18:00']]
  await supervisor.put('/api/calendars/support', { timeZone: 'Europe/Berlin', week: { mon: weekday, tue: weekday } })
})
afterAll(() => console.close())

const policy = async (queueType = 'outstanding_requests') =>
  (await console.api.service.get(`/api/policies/${queueType}`)).body
const store = (document: object) => console.api.supervisor.put('/api/policies/outstanding_requests', document)
const line = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name })
const part = (page: Page, name: string) => page.getByRole('group', { name, exact: true })
const toldThat = (page: Page, text: string | RegExp) => page.locator('[aria-live]').getByText(text).waitFor()
const openRules = (page: Page) => page.goto(`${console.url}/queues/outstanding_requests`)

test('a queue is made, named anew and deleted; one that is needed says by what', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.getByRole('navigation').waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('q')
  await page.waitForURL('**/queues')
  await line(page, 'Outstanding requests').waitFor()
  const dialog = page.getByRole('dialog')

  await page.getByRole('button', { name: 'Add a queue' }).press('Enter')
  await dialog.getByLabel('Name').fill('Très important!')
  expect(await dialog.getByLabel('Id').inputValue()).toBe('tres_important')
  await dialog.getByLabel('Id').fill('Très')
  await dialog.getByLabel('Id').press('Enter')
  await dialog.getByRole('alert').waitFor()
  expect(await dialog.getByLabel('Id').getAttribute('aria-invalid')).toBe('true')
  await dialog.getByLabel('Id').fill('unsigned_users')
  await dialog.getByText('Another queue has this id.').waitFor()
  await dialog.getByLabel('Id').fill('vip')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await line(page, 'Très important!').waitFor()

  await page.getByRole('button', { name: 'Rename Très important!' }).click()
  await dialog.getByLabel('Name').fill('VIP')
  await dialog.getByLabel('Name').press('Enter')
  await line(page, 'VIP').waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  const promise = await console.api.engine.addCallback({ queueType: 'vip', inMinutes: 60 })
  await line(page, 'VIP').getByText('1', { exact: true }).waitFor()
  await inspect(page, 'queues')

  await page.getByRole('button', { name: 'Delete VIP' }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByText('This queue is still needed.').waitFor()
  await dialog.getByText('1 open promise was made for it: keep it or cancel it.').waitFor()
  await inspect(page, 'queues-in-use', { isWhole: false })
  await console.api.supervisor.post('/api/callbacks/cancel', { callbackId: promise.id })
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await toldThat(page, 'VIP is deleted.')
  await line(page, 'VIP').waitFor({ state: 'detached' })
  await expectClean(visitor)
})

test('rules say what follows from them while they are written, and show the difference before they are saved', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.goto(`${console.url}/queues`)
  await page.getByRole('link', { name: 'Outstanding requests' }).click()
  await part(page, 'Trying again').getByText('A promise ends with its first call').waitFor()
  await page.getByText('None are stored: what stands here holds by itself').waitFor()

  const retries = part(page, 'Trying again')
  await retries.getByRole('switch').press('Space')
  await retries.getByLabel('When nobody answers').fill('30, 60')
  await retries.getByText(/A promise that nobody answered is tried again after 30 mins?, then 1 hrs?\./).waitFor()
  await retries.getByText('At most 4 calls are made for a promise, and 3 within 24 hours.').waitFor()
  await part(page, 'Opening hours').getByLabel('Calendar').selectOption('support (Europe/Berlin)')
  await part(page, 'Opening hours').getByText('Calls are made only while “support” is open.').waitFor()
  await part(page, 'Hours of the customer').getByRole('button', { name: 'Add a region' }).click()
  await part(page, 'Hours of the customer').getByLabel('Region', { exact: true }).fill('fr')
  await part(page, 'Hours of the customer').getByLabel('Calendar').selectOption('law:fr')
  await part(page, 'Hours of the customer').getByText('Customers in France (FR) are called only').waitFor()
  await part(page, 'Customers who call first').getByRole('switch').click()
  await part(page, 'Refusals').getByRole('switch').click()
  await part(page, 'Promises and others who wait').getByLabel('Promises of 100 calls').fill('75')
  await page.getByText('Of 100 calls of an agent at most 75 are promises while others wait.').waitFor()
  await inspect(page, 'policy-changed')
  expect(await policy()).toMatchObject({ version: 0 })

  await page.getByRole('button', { name: 'Look at the difference' }).click()
  const dialog = page.getByRole('dialog', { name: 'This is what changes' })
  await dialog.getByText('Promises go before everybody else who waits.').waitFor()
  await dialog.getByText('Of 100 calls of an agent at most 75').waitFor()
  expect(await dialog.getByText('Punctual', { exact: true }).count()).toBe(0)
  await inspect(page, 'policy-difference', { isWhole: false })
  await dialog.getByRole('button', { name: 'Save it' }).press('Enter')
  await toldThat(page, 'Version 1 is saved.')
  expect(await policy()).toMatchObject({
    version: 1,
    document: {
      openingHours: 'support',
      quietHours: { FR: 'law:fr' },
      retries: {
        maxAttempts: 4,
        maxPerDay: 3,
        minutes: { no_answer: [30, 60], busy: [5, 15, 60], voicemail: [240, 1_440], failed: [2, 15] },
      },
      inboundEnds: { outcomes: ['resolved', 'declined'], withinHours: 72 },
      refusalsBlock: true,
      callbackShare: 75,
    },
    writtenBy: { role: 'supervisor', sub: 'nina' },
  })
  await expectClean(visitor)
})

test('what the API refuses is said at its field, with what is allowed', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await store({ retries: { maxAttempts: 4, minutes: { no_answer: [30] } } })
  await openRules(page)
  const retries = part(page, 'Trying again')
  await retries.getByLabel('Calls for a promise').fill('99')
  await retries.getByLabel('When nobody answers').fill('30, soon')
  await part(page, 'Punctual').getByLabel('Minutes').fill('')
  await part(page, 'Punctual').getByText('What follows can be said when').waitFor()
  await page.getByRole('button', { name: 'Look at the difference' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Save it' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('alert').getByText('Something in it is not as it must be').waitFor()
  await retries.getByText(/^From 2 to 10\. \(/).waitFor()
  await retries.getByText(/^Up to nine whole numbers from 1 to 43,200\. \(/).waitFor()
  await part(page, 'Punctual')
    .getByText(/^From 0 to 240\. \(/)
    .waitFor()
  expect(await retries.getByLabel('When the line is busy').getAttribute('aria-invalid')).toBe('false')
  await inspect(page, 'policy-refused')
  await retries.getByLabel('Calls for a promise').fill('5')
  await retries.getByLabel('When nobody answers').fill('45')
  await part(page, 'Punctual').getByLabel('Minutes').fill('10')
  await page.getByText(/^From 2 to 10\. \(/).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Look at the difference' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Save it' }).click()
  await toldThat(page, /^Version \d+ is saved\.$/)
  expect((await policy()).document).toEqual({
    retries: { maxAttempts: 5, maxPerDay: 3, minutes: { no_answer: [45] } },
    punctualWithinMinutes: 10,
  })
  await expectClean(visitor)
})

test('every version is there, with who wrote it and what changed, and an old one is brought back', async () => {
  const before = (await policy()).version as number
  await store({ ownerWaitMinutes: 20 })
  await store({ ownerWaitMinutes: 20, callbackShare: 50 })
  const visitor = await console.supervisor()
  const { page } = visitor
  await openRules(page)
  const history = page.getByRole('region', { name: 'Versions' })
  const newest = history.getByRole('listitem').first()
  await newest.getByText(`Version ${before + 2}`).waitFor()
  await newest.getByText('Holds now').waitFor()
  await newest.getByText('nina (Supervisor)').waitFor()
  await newest.locator('summary').filter({ hasText: 'Promises and others who wait' }).click()
  await newest.getByText('Of 100 calls of an agent at most 50').waitFor()
  await inspect(page, 'policy-history')

  await history.getByRole('button', { name: `Bring back version ${before + 1}`, exact: true }).click()
  const dialog = page.getByRole('dialog', { name: `Bring back version ${before + 1}?` })
  await dialog.getByText('Promises go before everybody else who waits.').waitFor()
  await dialog.getByRole('button', { name: 'Save it' }).click()
  await toldThat(page, `Version ${before + 3} is saved.`)
  expect(await policy()).toMatchObject({ version: before + 3, document: { ownerWaitMinutes: 20 } })
  await newest.getByText(`Version ${before + 3}`).waitFor()
  await expectClean(visitor)
})

test('who saves after somebody else is told so, keeps what was written, and sees the difference to that', async () => {
  const { version } = await policy()
  const visitor = await console.supervisor()
  const { page } = visitor
  await openRules(page)
  await part(page, 'Punctual').getByLabel('Minutes').fill('15')
  await page.getByRole('button', { name: 'Look at the difference' }).click()
  // Somebody saves another one at that very moment. The page may also read it in between.
  let isStored = false
  const storesBefore = async (route: Route) => {
    if (route.request().method() === 'PUT' && !isStored) {
      isStored = true
      await store({ escalateAfterMinutes: 30 })
    }
    await route.continue()
  }
  await page.route('**/api/policies/outstanding_requests', storesBefore)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Save it' }).click()
  await dialog.getByText('Somebody else has saved another version meanwhile.').waitFor()
  await dialog.getByText('What nobody has taken 30 mins after its time is open to all').waitFor()
  await inspect(page, 'policy-changed-meanwhile', { isWhole: false })
  expect(await policy()).toMatchObject({ version: version + 1, document: { escalateAfterMinutes: 30 } })
  await dialog.getByRole('button', { name: 'Save it' }).click()
  await toldThat(page, `Version ${version + 2} is saved.`)
  await expectClean(visitor)
})

test('nobody leaves what was changed by mistake', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await openRules(page)
  await part(page, 'Punctual').getByLabel('Minutes').fill('33')
  await page.getByText('1 thing changed, not saved').waitFor()
  const asked: string[] = []
  page.once('dialog', (question) => {
    asked.push(question.message())
    void question.dismiss()
  })
  await page.getByRole('link', { name: 'Wall' }).click()
  await expect.poll(() => asked, { timeout: 60_000 }).toEqual(['Leave without saving what you have changed?'])
  expect(new URL(page.url()).pathname).toBe('/queues/outstanding_requests')
  await page.getByRole('button', { name: 'Discard' }).click()
  await page.getByRole('link', { name: 'Wall' }).click()
  await page.waitForURL('**/wall')
  await page.goto(`${console.url}/queues/there_is_none`)
  await page.getByText('There is no such page').waitFor()
  await expectClean(visitor)
})

test('a viewer sees the rules and changes nothing', async () => {
  const visitor = await console.viewer()
  const { page } = visitor
  await page.goto(`${console.url}/queues`)
  await line(page, 'Outstanding requests').waitFor()
  expect(await page.getByRole('button', { name: /^(?:Add|Rename|Delete)/ }).count()).toBe(0)
  await openRules(page)
  await part(page, 'Punctual').waitFor()
  expect(await part(page, 'Punctual').getByLabel('Minutes').isDisabled()).toBe(true)
  expect(await page.getByRole('button', { name: 'Bring back' }).count()).toBe(0)
  await expectClean(visitor)
})

test.each(['de', 'he'] as const)('in another language: %s', async (language) => {
  await store({
    openingHours: 'support',
    quietHours: { FR: 'law:fr', '*': 'support' },
    retries: { maxAttempts: 4, minutes: { no_answer: [30, 120], busy: [5] } },
    inboundEnds: { outcomes: ['resolved'], withinHours: 24 },
    ownerWaitMinutes: 20,
  })
  const visitor = await console.viewer({ language })
  const { page } = visitor
  await page.goto(`${console.url}/queues`)
  await line(page, 'Outstanding requests').waitFor()
  await openRules(page)
  await page.getByRole('form').waitFor()
  await inspect(page, `policy-${language}`)
  await expectClean(visitor)
})
