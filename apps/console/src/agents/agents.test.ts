import { acceptCallback, claimNextCall, putSession } from '@ringback/core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectClean, inspect, openTestConsole, type TestConsole } from '../testing/console.ts'

let console: TestConsole
let [mary, dorothy, katherine]: number[] = []
beforeAll(async () => {
  console = await openTestConsole()
  const { engine, service, supervisor } = console.api
  await supervisor.put('/api/queues/vip', { name: 'Very important' })
  mary = await engine.addAgent('available')
  dorothy = await engine.addAgent('available')
  katherine = await engine.addAgent()
  await service.put(`/api/agents/${mary}`, { firstName: 'Mary', lastName: 'Jackson', email: 'mary@example.com' })
  await service.put(`/api/agents/${dorothy}`, { firstName: 'Dorothy', lastName: 'Vaughan', queueTypes: ['vip'] })
  await service.put(`/api/agents/${katherine}`, { firstName: 'Katherine', lastName: 'Johnson' })
})
afterAll(() => console.close())

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })
/** What stands in the row of somebody, of what is there for narrow and for wide screens. */
const seen = (page: Page, name: string, text: string) => row(page, name).getByText(text).filter({ visible: true })
const agent = async (agentId: number) => (await console.api.service.get(`/api/agents/${agentId}`)).body
const toldThat = (page: Page, text: string | RegExp) => page.locator('[aria-live]').getByText(text).waitFor()

/** A call that an agent is in, with a customer of that name. */
async function callOf(agentId: number, name: string): Promise<string> {
  const { engine, service } = console.api
  const { id, userId } = await engine.addCallback({ preferredAgentId: agentId })
  await service.put(`/api/users/${userId}`, { name })
  await acceptCallback(engine.deps, { callbackId: id, agentId })
  return (await claimNextCall(engine.deps, { agentId }))!.callSessionId
}

test('each agent says what it does, since when, whom it calls, and how its day goes, live', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.getByRole('navigation').waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('a')
  await page.waitForURL('**/agents')
  await seen(page, 'Mary Jackson', 'Available').waitFor()
  await seen(page, 'Katherine Johnson', 'Logged out').waitFor()
  await page.getByText('Live', { exact: true }).waitFor()

  const callSessionId = await callOf(mary!, 'Ada Lovelace')
  await seen(page, 'Mary Jackson', 'calls Ada Lovelace').waitFor()
  await seen(page, 'Mary Jackson', 'In a call').waitFor()
  await console.api
    .as(mary!)
    .post(`/api/call-sessions/${callSessionId}/outcome`, { outcomeType: 'resolved', durationSeconds: 240 })
  await seen(page, 'Mary Jackson', '1 promise kept').waitFor()
  await seen(page, 'Mary Jackson', '4 mins of talk').waitFor()
  await callOf(mary!, 'Grace Hopper')
  await seen(page, 'Mary Jackson', 'calls Grace Hopper').waitFor()
  await inspect(page, 'agents')
  await expectClean(visitor)
})

test('who is searched for stands in the address', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.goto(`${console.url}/agents`)
  await row(page, 'Mary Jackson').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('son mary@')
  await row(page, 'Katherine Johnson').waitFor({ state: 'detached' })
  await row(page, 'Mary Jackson').waitFor()
  await page.getByRole('searchbox').fill('')
  await page.getByLabel('State').selectOption('Logged out')
  await row(page, 'Mary Jackson').waitFor({ state: 'detached' })
  await page.reload()
  await row(page, 'Katherine Johnson').waitFor()
  expect(await page.getByRole('row').count()).toBe(2)
  await page.getByLabel('State').selectOption('Any state')
  await page.getByLabel('Gets calls from').selectOption('Unsigned users')
  await row(page, 'Dorothy Vaughan').waitFor({ state: 'detached' })
  await page.waitForURL('**/agents?queue=unsigned_users')
  await page.getByRole('searchbox').fill('nobody is called so')
  await page.getByText('No agent is like that').waitFor()
  await expectClean(visitor)
})

test('names are saved at once; who serves less is asked about before, with what comes of it', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.goto(`${console.url}/agents`)
  await page.getByRole('button', { name: 'Change Katherine Johnson' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Last name').fill('Goble')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await toldThat(page, 'Katherine Goble is saved.')
  await row(page, 'Katherine Goble').waitFor()

  // By keyboard alone.
  await page.getByRole('button', { name: 'Change Katherine Goble' }).press('Enter')
  await dialog.getByRole('radio', { name: 'These queues' }).press('Space')
  await dialog.getByRole('checkbox', { name: 'Very important' }).press('Space')
  await inspect(page, 'agents-change', { isWhole: false })
  await dialog.getByLabel('Last name').press('Enter')
  await dialog.getByText(/Gets calls from Unsigned users, Outstanding requests alone from now on/).waitFor()
  expect(await agent(katherine!)).toMatchObject({ queueTypes: null })
  await inspect(page, 'agents-ask', { isWhole: false })
  await dialog.getByRole('button', { name: 'Yes, save it' }).press('Enter')
  await dialog.waitFor({ state: 'detached' })
  expect(await agent(katherine!)).toMatchObject({ queueTypes: ['outstanding_requests', 'unsigned_users'] })

  await page.getByRole('button', { name: 'Change Dorothy Vaughan' }).click()
  await dialog.getByRole('switch').click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('Is logged out, and cannot log in any more').waitFor()
  await dialog.getByRole('button', { name: 'Back' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByRole('button', { name: 'Yes, save it' }).click()
  await seen(page, 'Dorothy Vaughan', 'Inactive').waitFor()
  expect(await agent(dorothy!)).toMatchObject({ isActive: false, session: null })
  await expectClean(visitor)
})

test('an agent is added, and what the API refuses is said at its field', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.goto(`${console.url}/agents`)
  await page.getByRole('button', { name: 'Add an agent' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Number').fill(String(mary))
  await dialog.getByText('Another agent has this number.').waitFor()
  await dialog.getByLabel('Number').fill('9000')
  await dialog.getByLabel('Mail address').fill('christine at home')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByRole('alert').getByText('Something in it is not as it must be').waitFor()
  expect(await dialog.getByLabel('First name').getAttribute('aria-invalid')).toBe('true')
  expect(await dialog.getByLabel('Mail address').getAttribute('aria-invalid')).toBe('true')
  expect(await dialog.getByLabel('Last name').getAttribute('aria-invalid')).toBe('false')
  await inspect(page, 'agents-refused', { isWhole: false })
  await dialog.getByLabel('First name').fill('Christine')
  await dialog.getByLabel('Mail address').fill('christine@example.com')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await row(page, 'Christine').waitFor()
  expect(await agent(9000)).toMatchObject({ firstName: 'Christine', lastName: '', email: 'christine@example.com' })
  await expectClean(visitor)
})

test('a viewer sees all of it and changes nothing, and an agent has no such page', async () => {
  const visitor = await console.viewer()
  await visitor.page.goto(`${console.url}/agents`)
  await row(visitor.page, 'Mary Jackson').waitFor()
  expect(await visitor.page.getByRole('button', { name: /^Change|^Add/ }).count()).toBe(0)
  await expectClean(visitor)

  const atDesk = await console.agent(mary!)
  await atDesk.page.goto(`${console.url}/agents`)
  await atDesk.page.waitForURL('**/desk')
  await expectClean(atDesk)
})

test.each(['de', 'he'] as const)('in another language: %s', async (language) => {
  await putSession(console.api.engine.deps, { agentId: katherine!, status: 'away' })
  const visitor = await console.viewer({ language })
  await visitor.page.goto(`${console.url}/agents`)
  await row(visitor.page, 'Mary Jackson').waitFor()
  await inspect(visitor.page, `agents-${language}`)
  await expectClean(visitor)
})
