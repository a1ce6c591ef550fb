import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tokenOf } from '@ringback/api/testing'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { webhookSender, type WebhookSender } from '../../../worker/src/webhooks/sender.ts'
import { expectClean, inspect, openTestConsole, type TestConsole, type Visitor } from '../testing/console.ts'

/** For a machine that has much else to do. */
const patiently = { timeout: 60_000 }

let console: TestConsole
let sender: WebhookSender
let receiver: Server
let url: string
/** What the receiver answers with, in turn; with the last from then on. */
let answers: number[]
let received: IncomingHttpHeaders[]
beforeAll(async () => {
  console = await openTestConsole({ rules: { webhookAllowPrivate: true } })
  sender = webhookSender(console.api.engine)
  received = []
  receiver = createServer((request, response) => {
    received.push(request.headers)
    response.writeHead(answers.length > 1 ? answers.shift()! : answers[0]!).end()
  })
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/ringback`
})
afterAll(async () => {
  await sender.close()
  receiver.closeAllConnections()
  receiver.close()
  await console.close()
})

const add = async (description: string, more: object = {}): Promise<string> =>
  (await console.api.service.post('/api/webhooks', { url, description, ...more })).body.id
const webhook = async (id: string) => (await console.api.service.get(`/api/webhooks/${id}`)).body
const toldThat = (page: Page, text: string) => page.locator('[aria-live]').getByText(text).waitFor()
const delivery = (page: Page, type: string) => page.getByRole('listitem').filter({ hasText: type }).first()

async function supervisorAt(path: string): Promise<Visitor> {
  const visitor = await console.supervisor()
  await visitor.page.goto(`${console.url}${path}`)
  return visitor
}

/** Has the worker send what there is, until the page shows what comes of it. */
async function sent(page: Page, text: string): Promise<void> {
  await expect
    .poll(async () => {
      await sender.tell()
      return page.getByText(text).count()
    }, patiently)
    .toBeGreaterThan(0)
}

test('one is added by keyboard, and its secret is shown once', async () => {
  const visitor = await console.supervisor()
  const { page, context } = visitor
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('heading', { name: 'Wall' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('h')
  await page.waitForURL('**/webhooks')
  await page.getByText('No other system is told').waitFor()
  await inspect(page, 'webhooks-empty')

  await page.getByRole('button', { name: 'Add a webhook' }).press('Enter')
  await page.getByLabel('Address').fill('https://somebody:word@crm.example.com/')
  await page.keyboard.press('Enter')
  await page.getByText('Nothing can be sent there').waitFor()
  await page.getByLabel('Address').fill('https://crm.example.com/ringback')
  await page.getByLabel('What it is for').fill('The CRM')
  await page.getByLabel('Only of some events').check()
  await page.getByText('Choose at least one.').waitFor()
  expect(await page.getByRole('button', { name: 'Add it' }).isDisabled()).toBe(true)
  await page.getByLabel('Promised callback.scheduled').press('Space')
  await page.getByLabel('Kept callback.completed').press('Space')
  await inspect(page, 'webhooks-add', { isWhole: false })
  await page.getByRole('button', { name: 'Add it' }).press('Enter')

  await page.waitForURL('**/webhooks/*-*')
  const shown = page.getByRole('textbox', { name: 'Secret' })
  const secret = await shown.inputValue()
  const [row] = await console.api.engine.sql`select secret, event_types from webhooks where description = 'The CRM'`
  expect(row).toEqual({ secret, eventTypes: ['callback.scheduled', 'callback.completed'] })
  await inspect(page, 'webhook-made')
  await page.getByRole('button', { name: 'Copy' }).click()
  await page.getByText('Copied.').waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret)
  await expectClean(visitor)

  await page.getByRole('link', { name: 'All webhooks' }).click()
  await page.getByText('2 kinds of events').waitFor()
  await page.getByRole('link', { name: 'The CRM' }).click()
  await shown.waitFor()
  await page.getByRole('button', { name: 'I have it' }).click()
  await shown.waitFor({ state: 'detached' })
  await page.reload()
  await page.getByText('Promised · Kept').waitFor()
  expect(await shown.count()).toBe(0)
  await expectClean(visitor)
})

test('where pages have no clipboard, what is selected is copied', async () => {
  const visitor = await supervisorAt('/webhooks')
  const { page } = visitor
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined })
    document.addEventListener('copy', () => {
      document.documentElement.dataset['copied'] = String(getSelection())
    })
  })
  await page.getByRole('button', { name: 'Add a webhook' }).click()
  await page.getByLabel('Address').fill('https://other.example.com/')
  await page.getByRole('button', { name: 'Add it' }).click()
  const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue()
  await page.getByRole('button', { name: 'Copy' }).click()
  await page.getByText('Copied.').waitFor()
  expect(await page.evaluate(() => document.documentElement.dataset['copied'])).toBe(secret)
  await expectClean(visitor)
})

test('a test is sent, what its receiver answered is told, and it is sent again', async () => {
  answers = [500, 204]
  const visitor = await supervisorAt(`/webhooks/${await add('The data warehouse')}`)
  const { page } = visitor
  await page.getByText('Nothing of the kind').waitFor()
  await page.getByRole('button', { name: 'Send a test' }).click()
  await toldThat(page, 'The test is on its way.')
  await sent(page, '1 attempt')
  const tried = delivery(page, 'Test')
  await tried.getByText('answered 500', { exact: true }).waitFor()
  await tried.getByText('Tried again at').waitFor()
  await page.getByRole('heading', { name: 'Failing' }).waitFor()
  await page.getByText('Its receiver takes nothing at the moment.').waitFor()
  await inspect(page, 'webhook-failing')

  await tried.getByRole('button', { name: 'Send again' }).click()
  await toldThat(page, 'It is sent once more.')
  await sent(page, 'answered 204')
  await delivery(page, 'Test').getByText('Taken').waitFor()
  await page.getByText('Its receiver takes nothing at the moment.').waitFor({ state: 'detached' })
  expect(new Set(received.map((headers) => headers['webhook-id'])).size).toBe(1)
  await page.getByLabel('State').selectOption('Given up')
  await page.waitForURL('**?status=failed')
  await page.getByText('Nothing of the kind').waitFor()
  await page.reload()
  await page.getByText('Nothing of the kind').waitFor()
  await expectClean(visitor)
})

test('it is paused, changed, given another secret while both sign, and removed', async () => {
  answers = [204]
  const id = await add('The old name')
  const visitor = await supervisorAt(`/webhooks/${id}`)
  const { page } = visitor
  await page.getByRole('button', { name: 'Pause' }).click()
  await toldThat(page, 'It is paused.')
  expect(await webhook(id)).toMatchObject({ isActive: false, offReason: null })
  await page.getByRole('button', { name: 'Send a test' }).and(page.locator(':disabled')).waitFor()
  await page.getByRole('button', { name: 'Switch on' }).click()
  await toldThat(page, 'It is switched on.')

  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('What it is for').fill('The new name')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'The new name' }).waitFor()
  expect(await webhook(id)).toMatchObject({ description: 'The new name', eventTypes: null, url, isActive: true })

  await page.getByRole('button', { name: 'New secret' }).click()
  await page.getByRole('dialog').getByText('Until Tue 3 Mar, 11:00 both sign').waitFor()
  await inspect(page, 'webhook-rotate', { isWhole: false })
  await page.getByRole('dialog').getByRole('button', { name: 'New secret' }).click()
  await page.getByRole('textbox', { name: 'Secret' }).waitFor()
  await page.getByText('both sign until Tue 3 Mar, 11:00').waitFor()
  await page.getByRole('button', { name: 'Send a test' }).click()
  await sent(page, 'answered 204')
  expect(received.at(-1)!['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/)

  await page.getByRole('button', { name: 'Remove' }).click()
  await inspect(page, 'webhook-remove', { isWhole: false })
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await webhook(id)).toMatchObject({ id })
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.waitForURL('**/webhooks')
  await toldThat(page, 'The webhook is removed.')
  expect(await webhook(id)).toMatchObject({ code: 'webhook-not-found' })
  await expectClean(visitor)
})

test('one that was switched off says why, and how it is switched on', async () => {
  answers = [410]
  const id = await add('The ticket system')
  await console.api.service.post(`/api/webhooks/${id}/test`)
  await expect
    .poll(async () => {
      await sender.tell()
      return (await webhook(id)).offReason
    }, patiently)
    .toBe('gone')
  const viewer = await console.visitor()
  await viewer.page.request.post(`${console.url}/api/session`, { data: { token: await tokenOf.viewer() } })
  await viewer.page.goto(`${console.url}/webhooks`)
  await viewer.page.getByText('its receiver answered that it is gone').waitFor()
  expect(await viewer.page.getByRole('button', { name: /Switch on|Add a webhook/ }).count()).toBe(0)

  const visitor = await supervisorAt('/webhooks')
  const { page } = visitor
  const alert = page.getByRole('group', { name: 'The ticket system' })
  await alert.getByText('its receiver answered that it is gone').waitFor()
  await inspect(page, 'webhooks')
  await page.getByRole('link', { name: 'The ticket system' }).click()
  await page.getByRole('heading', { name: 'Switched off' }).waitFor()
  await delivery(page, 'Test').getByText('Given up').waitFor()
  expect(await page.getByRole('button', { name: 'Send again' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Switch on' }).first().click()
  await toldThat(page, 'It is switched on.')
  await page.getByText('its receiver answered that it is gone').waitFor({ state: 'detached' })
  expect(await webhook(id)).toMatchObject({ isActive: true, offReason: null })
  await expectClean(viewer)
  await expectClean(visitor)
})

test('a secret whose answer was lost is said to be lost, and the webhook is there once', async () => {
  const visitor = await supervisorAt('/webhooks')
  const { page } = visitor
  let isLost = false
  await page.route('**/api/webhooks', async (route) => {
    if (isLost || route.request().method() !== 'POST') return route.continue()
    isLost = true
    await route.fetch()
    return route.abort('connectionreset')
  })
  await page.getByRole('button', { name: 'Add a webhook' }).click()
  await page.getByLabel('Address').fill('https://lost.example.com/')
  await page.getByRole('button', { name: 'Add it' }).click()
  await page.getByText('The secret was lost on its way here').waitFor()
  const [made] = await console.api.engine.sql`select count(*)::int from webhooks where url like '%lost%'`
  expect(made).toEqual({ count: 1 })
  await expectClean(visitor)
})

test('more deliveries than one page holds', async () => {
  const id = await add('The archive', { isActive: false })
  await console.api.engine.sql`
    insert into webhook_deliveries (webhook_id, event_id, type, body, status, attempts, delivered_at, created_at)
    select ${id}, 'event-' || n, 'call.ended', '{}', 'delivered', 1, now(), ${console.api.engine.time.now()}
    from generate_series(1, 60) n`
  const visitor = await supervisorAt(`/webhooks/${id}`)
  const { page } = visitor
  await page.getByText('event-60', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Older ones' }).click()
  await page.getByText('event-1', { exact: true }).waitFor()
  await page.reload()
  await page.getByText('event-1', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'The newest' }).click()
  await page.getByText('event-60', { exact: true }).waitFor()
  await expectClean(visitor)
})

test.each(['de', 'he'])('in another language: %s', async (language) => {
  const visitor = await console.visitor()
  await visitor.context.addInitScript(
    (kept) => localStorage.setItem('ringback.preferences', kept),
    JSON.stringify({ language }),
  )
  const { page } = visitor
  await page.request.post(`${console.url}/api/session`, { data: { token: await tokenOf.supervisor() } })
  await page.goto(`${console.url}/webhooks`)
  await page.getByRole('link', { name: 'The data warehouse' }).click()
  await page
    .getByText(language === 'de' ? 'Angenommen' : 'התקבל', { exact: true })
    .last()
    .waitFor()
  await inspect(page, `webhook-${language}`)
  await expectClean(visitor)
})
