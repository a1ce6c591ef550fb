import { tokenOf } from '@ringback/api/testing'
import { acceptCallback, claimNextCall, putSession, tick, watchAlerts } from '@ringback/core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectClean, inspect, openTestConsole, portOf, type TestConsole, type Visitor } from '../testing/console.ts'

const queueType = 'outstanding_requests'

let console: TestConsole
let [holder, substitute]: number[] = []
beforeAll(async () => {
  console = await openTestConsole()
})
afterAll(() => console.close())

async function promised(name: string, inMinutes: number, preferredAgentId?: number, callbackReason?: string) {
  const { engine, service } = console.api
  const userId = await engine.addUser()
  await service.put(`/api/users/${userId}`, { name, phone: '+1 212 555 0100', timeZone: 'America/New_York' })
  return engine.addCallback({
    userId,
    inMinutes,
    ...(preferredAgentId !== undefined && { preferredAgentId }),
    ...(callbackReason !== undefined && { callbackReason }),
  })
}

const region = (page: Page, name: string) => page.getByRole('region', { name })
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })
const figure = (page: Page, name: string) => page.locator('dl > div').filter({ hasText: name })

async function viewer(): Promise<Visitor> {
  const visitor = await console.visitor()
  await visitor.page.goto(`${console.url}/sign-in`)
  await visitor.page.getByLabel('Token').fill(await tokenOf.viewer())
  await visitor.page.getByRole('button', { name: 'Sign in' }).click()
  await visitor.page.waitForURL('**/wall')
  return visitor
}

test('an empty centre says what is missing', async () => {
  const visitor = await viewer()
  const { page } = visitor
  await page.getByText('Nobody is at work').waitFor()
  await page.getByText('Nothing is promised for the next four hours').waitFor()
  await page.getByText('Promises that fall due are not found').waitFor()
  await inspect(page, 'wall-empty')
  await expectClean(visitor)
})

test('one look: alerts, figures, promises, agents, queues and the engine, in one request', async () => {
  const { engine } = console.api
  holder = await engine.addAgent('available')
  substitute = await engine.addAgent('available')
  await console.api.service.put(`/api/agents/${holder}`, { firstName: 'Mary', lastName: 'Jackson' })
  await console.api.service.put(`/api/agents/${substitute}`, { firstName: 'Dorothy', lastName: 'Vaughan' })
  const held = await promised('Ada Lovelace', 0, holder, 'Question about the last invoice')
  await acceptCallback(engine.deps, { callbackId: held.id, agentId: holder })
  await claimNextCall(engine.deps, { agentId: holder })
  await promised('Grace Hopper', -12, holder, 'Compiler for a new machine')
  const accepted = await promised('Alan Turing', -2, substitute)
  await acceptCallback(engine.deps, { callbackId: accepted.id, agentId: substitute })
  for (const [index, name] of ['Katherine Johnson', 'Edsger Dijkstra', 'Barbara Liskov', 'Donald Knuth'].entries()) {
    await promised(name, 12 + index * 41, index % 2 === 0 ? substitute : undefined, 'Delivery of the difference engine')
  }
  await tick(engine.deps, { trigger: 'manual' })
  await putSession(engine.deps, { agentId: await engine.addAgent('available'), status: 'away' })
  await engine.reconcile()
  await watchAlerts(engine.deps)

  const visitor = await console.supervisor()
  const { page } = visitor
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.reload()
  await row(page, 'Grace Hopper').getByText('12:00 late').waitFor()
  expect((await page.getByRole('row').allInnerTexts())[1]).toContain('Grace Hopper')
  await row(page, 'Katherine Johnson').getByRole('cell', { name: 'Dorothy Vaughan', exact: true }).waitFor()
  await page.getByRole('listitem').filter({ hasText: 'Promises are late' }).getByText('Look at once').waitFor()
  await region(page, 'Agents at work').getByText('calls Ada Lovelace').waitFor()
  await region(page, 'Queues').getByRole('link', { name: 'Alan Turing' }).waitFor()
  expect(await region(page, 'Queues').getByText('Accepted Callback').count()).toBe(0)
  await region(page, 'Engine').getByText('In sync').waitFor()
  await figure(page, 'Overdue').getByText('1', { exact: true }).waitFor()
  await figure(page, 'In calls').getByText('1 of 3 agents available').waitFor()
  expect(await page.title()).toBe('(1) Wall · Ringback')
  await inspect(page, 'wall')
  const others = asked.filter((path) => path.startsWith('/api/') && !path.startsWith('/api/session'))
  expect([...new Set(others)].filter((path) => path !== '/api/events')).toEqual(['/api/overview'])
  await expectClean(visitor)
})

test('what happens shows by itself, and what is away is said to be', async () => {
  const visitor = await viewer()
  const { page } = visitor
  await page.getByText('Live', { exact: true }).waitFor()
  const { id } = await promised('Margaret Hamilton', 3, substitute)
  await row(page, 'Margaret Hamilton').waitFor()
  await console.api.supervisor.post('/api/callbacks/cancel', { callbackId: id })
  await row(page, 'Margaret Hamilton').waitFor({ state: 'detached' })
  await putSession(console.api.engine.deps, { agentId: substitute!, status: 'wrap_up' })
  await region(page, 'Agents at work').getByRole('listitem').filter({ hasText: 'Wrapping up' }).waitFor()
  const ordinary = await console.api.engine.addUser()
  await console.api.service.put(`/api/users/${ordinary}`, { name: 'Hedy Lamarr' })
  await console.api.service.put(`/api/queues/${queueType}/users/${ordinary}`, { priorityScore: 5 })
  await figure(page, 'Promises in queues').getByText('1 other waits, too').waitFor()

  console.network.aim(1)
  await page.getByText('No connection to Ringback.').waitFor()
  await row(page, 'Grace Hopper').waitFor()
  console.network.aim(portOf(console.api))
  await page.getByText('No connection to Ringback.').waitFor({ state: 'detached' })
  await expectClean(visitor)
})

test('of many things that happen at once the last one shows, too, though nothing comes after it', async () => {
  const visitor = await viewer()
  const { page } = visitor
  // As in a tab in the background, it asks when it is told to alone.
  await visitor.context.addInitScript(() => Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' }))
  await page.reload()
  await page.getByText('Live', { exact: true }).waitFor()
  await row(page, 'Grace Hopper').waitFor()
  for (let time = 0; time < 5; time += 1) {
    const names = Array.from({ length: 4 }, (_, index) => `Caller ${time} ${index}`)
    for (const name of names) await promised(name, 1)
    for (const name of names) await row(page, name).waitFor()
  }
  await expectClean(visitor)
})

test('a screen on the wall shows nothing but the wall, larger, and Escape leads back', async () => {
  const visitor = await viewer()
  const { page } = visitor
  await row(page, 'Grace Hopper').waitFor()
  await page.getByRole('link', { name: 'For a screen on the wall' }).click()
  await page.waitForURL('**/wall?kiosk=1')
  await page.getByRole('link', { name: /^Leave/ }).waitFor()
  expect(await page.getByRole('navigation').count()).toBe(0)
  await inspect(page, 'wall-kiosk')
  await page.setViewportSize({ width: 3840, height: 2160 })
  const fontSize = await page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize))
  expect(fontSize).toBeGreaterThan(32)
  await page.reload()
  await row(page, 'Grace Hopper').waitFor()
  await page.keyboard.press('Escape')
  await page.waitForURL((url) => url.search === '')
  await page.getByRole('navigation').waitFor()
  await expectClean(visitor)
})

test('the keys that are told are those that do something here', async () => {
  const visitor = await viewer()
  const { page } = visitor
  await page.getByText('Live', { exact: true }).waitFor()
  await page.keyboard.press('?')
  const keys = page.getByRole('dialog', { name: 'Keys' })
  await keys.getByText('g w', { exact: true }).waitFor()
  expect(await keys.getByRole('region').allInnerTexts()).toHaveLength(2)
  for (const other of ['g d', 'a', 'r']) expect(await keys.getByText(other, { exact: true }).count()).toBe(0)
  await expectClean(visitor)
})

test.each(['de', 'he'])('in another language: %s', async (language) => {
  const visitor = await console.visitor()
  await visitor.context.addInitScript(
    (kept) => localStorage.setItem('ringback.preferences', kept),
    JSON.stringify({ language, theme: 'dark' }),
  )
  const { page } = visitor
  await page.request.post(`${console.url}/api/session`, { data: { token: await tokenOf.viewer() } })
  await page.goto(`${console.url}/wall`)
  await row(page, 'Grace Hopper').waitFor()
  await page.getByRole('heading', { name: language === 'de' ? 'Übersicht' : 'לוח' }).waitFor()
  await inspect(page, `wall-${language}`)
  await expectClean(visitor)
})
