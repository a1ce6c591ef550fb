import { tokenOf } from '@ringback/api/testing'
import { putSession, recordOutcome, tick } from '@ringback/core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectClean, inspect, openTestConsole, portOf, type TestConsole } from '../testing/console.ts'

let console: TestConsole
let [mary, dorothy]: number[] = []
beforeAll(async () => {
  console = await openTestConsole()
  const { engine, service } = console.api
  mary = await engine.addAgent('available')
  dorothy = await engine.addAgent('available')
  await service.put(`/api/agents/${mary}`, { firstName: 'Mary', lastName: 'Jackson' })
  await service.put(`/api/agents/${dorothy}`, { firstName: 'Dorothy', lastName: 'Vaughan' })
})
beforeEach(() => console.network.aim(portOf(console.api))) // Whatever the test before left.
afterAll(() => console.close())

let phones = 0
/** A promise to somebody with a name, of whom nobody else has the number. */
async function promised(name: string, inMinutes: number, callbackReason: string): Promise<string> {
  const { engine, service } = console.api
  const userId = await engine.addUser()
  phones += 1
  const phone = `+1 212 555 ${String(phones).padStart(4, '0')}`
  await service.put(`/api/users/${userId}`, { name, phone, timeZone: 'America/New_York', externalId: `crm-${phones}` })
  return (await engine.addCallback({ userId, inMinutes, callbackReason, preferredAgentId: mary! })).id
}

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })
const choose = (page: Page, name: string) => page.getByLabel(`Choose the promise to ${name}`).check()
const dialog = (page: Page) => page.getByRole('dialog')
const result = (page: Page, name: string) => dialog(page).getByRole('listitem').filter({ hasText: name })
const callback = (id: string) => console.api.engine.callback(id)
const event = (page: Page, what: string | RegExp) => page.getByRole('listitem').filter({ hasText: what })

/** Presses a button by keyboard, once it can be pressed. */
async function confirm(page: Page, name: string): Promise<void> {
  const button = dialog(page).getByRole('button', { name })
  await expect.poll(() => button.isEnabled(), { timeout: 60_000 }).toBe(true)
  await button.press('Enter')
}

async function search(page: Page, text: string): Promise<void> {
  await page.keyboard.press('/')
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
}

describe('the search', () => {
  test('goes by keyboard, and stays in the address', async () => {
    await promised('Ada Lovelace', -20, 'Question about the last invoice')
    const id = await promised('Grace Hopper', 30, 'Compiler for a new machine')
    const over = await promised('Charles Babbage', 40, 'Compiler by steam')
    await console.api.supervisor.post('/api/callbacks/cancel', { callbackId: over })
    const visitor = await console.supervisor()
    const { page } = visitor
    await page.getByRole('heading', { name: 'Wall' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('p')
    await page.waitForURL('**/promises')
    await row(page, 'Grace Hopper').getByRole('cell', { name: 'Planned', exact: true }).waitFor()
    await row(page, 'Grace Hopper').getByRole('cell', { name: 'Mary Jackson', exact: true }).waitFor()
    await row(page, 'Ada Lovelace').getByRole('cell', { name: 'Late', exact: true }).waitFor()
    expect(await row(page, 'Charles Babbage').count()).toBe(0)
    await inspect(page, 'promises')

    await search(page, 'compiler')
    await page.waitForURL('**/promises?q=compiler')
    await row(page, 'Ada Lovelace').waitFor({ state: 'detached' })
    await row(page, 'Grace Hopper').waitFor()
    await page.reload()
    await row(page, 'Grace Hopper').waitFor()
    await page.getByLabel('State').selectOption('all')
    await page.waitForURL('**/promises?q=compiler&status=all')
    await row(page, 'Charles Babbage').getByRole('cell', { name: 'Cancelled', exact: true }).waitFor()

    // Also right after a reload the key leads to the search, and what is typed takes the place of what was there.
    await page.reload()
    await row(page, 'Charles Babbage').waitFor()
    await search(page, id)
    await row(page, 'Charles Babbage').waitFor({ state: 'detached' })
    await row(page, 'Grace Hopper').waitFor()
    await page.goBack()
    await row(page, 'Charles Babbage').waitFor()
    await expectClean(visitor)
  })

  test('finds customers by name, number and the id of another system, and then what they were promised', async () => {
    await promised('Emmy Noether', 50, 'Symmetries')
    const [{ phone, externalId }] = await console.api.engine.sql<[{ phone: string; externalId: string }]>`
      select phone, external_id from users where name = 'Emmy Noether'`
    const other = await promised('Sofia Kovalevskaya', 50, 'Spinning top')
    await console.api.engine.sql`update callbacks set external_id = 'ticket-77' where id = ${other}`
    const visitor = await console.supervisor()
    const { page } = visitor
    await page.goto(`${console.url}/promises`)
    await row(page, 'Emmy Noether').waitFor()
    for (const text of ['noeth', phone.replaceAll(' ', ''), externalId]) {
      await search(page, text)
      await page
        .getByRole('search')
        .getByRole('link', { name: /^Emmy Noether/ })
        .waitFor()
      await page.getByText('No open promise is like that').waitFor()
    }
    await inspect(page, 'promises-customers')
    await page
      .getByRole('search')
      .getByRole('link', { name: /^Emmy Noether/ })
      .click()
    await page.waitForURL('**/promises?userId=*')
    await page.getByText('Only promises to').waitFor()
    await row(page, 'Emmy Noether').waitFor()
    expect(await page.getByRole('row').count()).toBe(2)
    await page.getByRole('button', { name: 'To everybody' }).click()

    await search(page, 'ticket-77')
    await row(page, 'Emmy Noether').waitFor({ state: 'detached' })
    await row(page, 'Sofia Kovalevskaya').waitFor()
    await expectClean(visitor)
  })

  test('is narrowed by state, queue, agent, day and lateness, and tells how to widen it', async () => {
    await promised('Rosalind Franklin', 60 * 24 * 3, 'Picture 51')
    await promised('Lise Meitner', -30, 'Splitting')
    const visitor = await console.supervisor()
    const { page } = visitor
    await page.goto(`${console.url}/promises`)
    await row(page, 'Rosalind Franklin').waitFor()
    await page.getByLabel('Due from').fill('2026-03-05')
    await page.waitForURL('**/promises?from=2026-03-05')
    await row(page, 'Lise Meitner').waitFor({ state: 'detached' })
    await page.getByLabel('Due until').fill('2026-03-05')
    await row(page, 'Rosalind Franklin').waitFor()
    await page.getByLabel('Due until').fill('2026-03-04')
    await page.getByLabel('Due from').fill('')
    await row(page, 'Rosalind Franklin').waitFor({ state: 'detached' })
    await row(page, 'Lise Meitner').waitFor()
    await page.goto(`${console.url}/promises`)
    await page.getByLabel('Only overdue').check()
    await page.waitForURL('**/promises?overdue=true')
    await row(page, 'Rosalind Franklin').waitFor({ state: 'detached' })
    await row(page, 'Lise Meitner').waitFor()
    await page.getByLabel('Agent').selectOption('Dorothy Vaughan')
    await page.getByText('No open promise is like that').waitFor()
    await inspect(page, 'promises-nothing')
    await page.getByRole('button', { name: 'Search among all, also those that are over' }).click()
    await page.waitForURL('**status=all')
    await page.getByText('No promise is like that').waitFor()
    await page.getByLabel('Agent').selectOption('Mary Jackson')
    await row(page, 'Lise Meitner').waitFor()
    await page.getByLabel('Queue').selectOption('unsigned_users')
    await page.getByText('No promise is like that').waitFor()

    // The one that was changed last comes first.
    await page.goto(`${console.url}/promises?order=changed&status=all`)
    await row(page, 'Lise Meitner').waitFor()
    console.api.engine.time.advance(1_000)
    const last = await promised('Chien-Shiung Wu', 70, 'Parity')
    await expect.poll(() => page.getByRole('row').nth(1).innerText(), { timeout: 60_000 }).toContain('Chien-Shiung Wu')
    await console.api.supervisor.post('/api/callbacks/cancel', { callbackId: last })
    await row(page, 'Chien-Shiung Wu').getByRole('cell', { name: 'Cancelled', exact: true }).waitFor()
    await expectClean(visitor)
  })

  test('goes from page to page; whoever may only look sees no action', async () => {
    for (let count = 0; count < 51; count += 1) await console.api.engine.addCallback({ inMinutes: 200 + count })
    const id = await promised('Katherine Johnson', 20, 'Only looked at')
    const visitor = await console.visitor()
    const { page } = visitor
    await page.request.post(`${console.url}/api/session`, { data: { token: await tokenOf.viewer() } })
    await page.goto(`${console.url}/promises`)
    await row(page, 'Katherine Johnson').waitFor()
    expect(await page.getByRole('checkbox', { name: /^Choose/ }).count()).toBe(0)
    await page.getByRole('link', { name: 'Next page' }).click()
    await page.waitForURL('**/promises?cursor=*')
    await row(page, 'Katherine Johnson').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'First page' }).click()
    await row(page, 'Katherine Johnson').waitFor()
    await page.goto(`${console.url}/promises/${id}`)
    await page.getByText('Only looked at').waitFor()
    expect(await page.locator('main').getByRole('button').count()).toBe(0)
    await expectClean(visitor)
  })
})

describe('several at once', () => {
  const names = ['Alan Turing', 'Edsger Dijkstra', 'Barbara Liskov']

  test('are given, moved and cancelled, with a result for each', async () => {
    const ids = await Promise.all(names.map((name) => promised(name, 90, 'Together')))
    const visitor = await console.supervisor()
    const { page } = visitor
    await page.goto(`${console.url}/promises?q=Together`)
    for (const name of names) await choose(page, name)
    await page.getByText('3 chosen').waitFor()
    await page.getByRole('button', { name: 'Give to an agent…' }).click()
    expect(await page.getByRole('button', { name: 'Give all 3' }).isDisabled()).toBe(true)
    await dialog(page).getByLabel('Agent').selectOption(String(dorothy))
    await inspect(page, 'promises-give', { isWhole: false })
    await page.getByRole('button', { name: 'Give all 3' }).click()
    await result(page, 'Alan Turing').getByText('Given').waitFor()
    await page.getByText('3 of 3 done').waitFor()
    await page.keyboard.press('Escape')
    await row(page, 'Alan Turing').getByRole('cell', { name: 'Dorothy Vaughan' }).waitFor()
    for (const id of ids) expect(await callback(id)).toMatchObject({ preferredAgentId: dorothy })

    await page.getByRole('button', { name: 'Another time…' }).click()
    await page.getByLabel('New time (Europe/Berlin)').fill('2026-03-02T15:30')
    await page.getByRole('button', { name: 'Promise this time to all 3' }).click()
    await result(page, 'Barbara Liskov').getByText('Promised for 15:30').waitFor()
    await dialog(page).getByRole('button', { name: 'Close' }).last().click()
    for (const id of ids) expect(await callback(id)).toMatchObject({ scheduledFor: new Date('2026-03-02T14:30:00Z') })

    await page.getByRole('button', { name: 'Cancel…' }).click()
    await inspect(page, 'promises-cancel', { isWhole: false })
    await page.getByLabel('Why').fill('The office is closed')
    await page.keyboard.press('Enter')
    await result(page, 'Edsger Dijkstra').getByText('Cancelled').waitFor()
    await page.getByText('3 of 3 done').waitFor()
    for (const id of ids) expect(await callback(id)).toMatchObject({ status: 'cancelled' })
    await page.keyboard.press('Escape')
    await page.getByRole('toolbar').waitFor({ state: 'detached' })
    await page.getByText('No open promise is like that').waitFor()
    await expectClean(visitor)
  })

  test('one that is refused holds up no other, and says why', async () => {
    const gone = await promised('Hedy Lamarr', 50, 'Refusal')
    const stays = await promised('Joan Clarke', 50, 'Refusal')
    const visitor = await console.supervisor()
    const { page } = visitor
    await page.route('**/api/callbacks/cancel', async (route) => {
      const { callbackId } = route.request().postDataJSON()
      // Somebody else is faster.
      if (callbackId === gone) await console.api.supervisor.post('/api/callbacks/cancel', { callbackId })
      await route.continue()
    })
    await page.goto(`${console.url}/promises?q=Refusal`)
    await page.getByLabel('Choose all of this page').check()
    await page.getByRole('button', { name: 'Cancel…' }).click()
    await page.getByRole('button', { name: 'Cancel all 2' }).click()
    await result(page, 'Joan Clarke').getByText('Cancelled').waitFor()
    await result(page, 'Hedy Lamarr').getByText('This promise is over already.').waitFor()
    await page.getByText('1 of 2 done').waitFor()
    await inspect(page, 'promises-results', { isWhole: false })
    expect(await callback(stays)).toMatchObject({ status: 'cancelled' })
    await expectClean(visitor)
  })

  test('what nobody answers is left, and is done once when it is tried again', async () => {
    const ids = [
      await promised('Mary Cartwright', 55, 'Broken line'),
      await promised('Ruth Moufang', 56, 'Broken line'),
    ]
    const visitor = await console.supervisor()
    const { page } = visitor
    await page.goto(`${console.url}/promises?q=Broken%20line`)
    await page.getByLabel('Choose all of this page').check()
    await page.getByRole('button', { name: 'Give to an agent…' }).click()
    await dialog(page).getByLabel('Agent').selectOption('Whoever comes first')
    console.network.aim(1)
    await page.getByRole('button', { name: 'Give all 2' }).click()
    const again = page.getByRole('button', { name: 'Try the other 2' })
    await again.waitFor()
    await page.getByText('0 of 2 done').waitFor()
    await result(page, 'Ruth Moufang').getByText('Not done yet').waitFor()
    console.network.aim(portOf(console.api))
    await again.click()
    await page.getByText('2 of 2 done').waitFor()
    for (const id of ids) {
      expect(await callback(id)).toMatchObject({ preferredAgentId: null })
      const [count] = await console.api.engine.sql`
        select count(*)::int as told from callback_notifications where callback_id = ${id} and kind = 'reassigned'`
      expect(count).toEqual({ told: 1 })
    }
    await expectClean(visitor)
  })
})

describe('the page of a promise', () => {
  test('tells its facts, everything that happened to it and why, and follows what happens', async () => {
    const { engine } = console.api
    const id = await promised('Margaret Hamilton', 4, 'Software of a lander')
    const other = await promised('Dorothea Klumpke', 4, 'Catalogue of stars')
    await putSession(engine.deps, { agentId: mary!, status: 'away' })
    await engine.route(id)
    const visitor = await console.supervisor()
    const { page } = visitor
    await page.goto(`${console.url}/promises`)
    await page.getByRole('link', { name: 'Margaret Hamilton' }).click()
    await page.waitForURL(`**/promises/${id}`)
    await page.getByRole('heading', { name: 'Margaret Hamilton' }).waitFor()
    await event(page, 'Queued for Dorothy Vaughan, as a substitute')
      .getByText('Its own agent was away. Of those who were free, this one had the fewest promises.')
      .waitFor()
    await page.getByText('Software of a lander').waitFor()
    await page.getByText('Live', { exact: true }).waitFor()

    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await console.api.supervisor.post('/api/callbacks/cancel', { callbackId: other })
    await putSession(engine.deps, { agentId: mary!, status: 'available' })
    await putSession(engine.deps, { agentId: dorothy!, status: 'away' })
    await tick(engine.deps, { trigger: 'manual' })
    await engine.route(id)
    await event(page, 'Given to Mary Jackson')
      .getByText('Dorothy Vaughan was not there any more. Its own agent was available.')
      .waitFor()
    await console.api.as(mary!).post('/api/callbacks/snooze', { callbackId: id, agentId: mary, minutes: 30 })
    await event(page, 'Put off: 11:34').getByText('Mary Jackson').waitFor()
    // What happens to others is not asked about.
    expect(asked.filter((path) => path.startsWith('/api/callbacks/') && !path.endsWith(id))).toEqual([])
    await inspect(page, 'promise')
    await putSession(engine.deps, { agentId: dorothy!, status: 'available' })
    await expectClean(visitor)
  })

  test('moves, gives and cancels it, by keyboard', async () => {
    const id = await promised('Vera Rubin', 5, 'Rotation of galaxies')
    const visitor = await console.supervisor()
    const { page } = visitor
    await page.goto(`${console.url}/promises/${id}`)
    await page.getByRole('button', { name: 'Another time…' }).press('Enter')
    await dialog(page).getByLabel('Another time, by the customer’s clock').fill('2026-03-02T06:30')
    await confirm(page, 'Promise this time')
    await result(page, 'Vera Rubin').getByText('Promised for 12:30').waitFor()
    await page.keyboard.press('Escape')
    await event(page, 'Promised for another time: 12:30').waitFor()

    await page.getByRole('button', { name: 'Give to an agent…' }).press('Enter')
    await dialog(page).getByLabel('Agent').selectOption('Dorothy Vaughan · Available')
    await confirm(page, 'Give it')
    await page.getByText('1 of 1 done').waitFor()
    await page.keyboard.press('Escape')
    await event(page, 'Given to Dorothy Vaughan').getByText('Before, it was with Mary Jackson.').waitFor()

    await page.getByRole('button', { name: 'Cancel…' }).press('Enter')
    await page.getByLabel('Why').fill('Asked by mail')
    await page.keyboard.press('Enter')
    await page.getByText('1 of 1 done').waitFor()
    await page.keyboard.press('Escape')
    await event(page, 'Cancelled: Asked by mail').waitFor()
    expect(await page.getByRole('button', { name: 'Cancel…' }).count()).toBe(0)
    await page.getByRole('link', { name: 'All promises to this customer' }).click()
    await row(page, 'Vera Rubin').waitFor()
    await expectClean(visitor)
  })

  test('shows how it ended, and says so when there is none', async () => {
    const { api, url } = console
    const id = await promised('Maryam Mirzakhani', 0, 'Moduli spaces')
    await api.engine.route(id)
    await api.as(mary!).post('/api/callbacks/accept', { callbackId: id, agentId: mary })
    const { body } = await api.as(mary!).post(`/api/agents/${mary}/next-call`, {})
    await recordOutcome(api.engine.deps, { callSessionId: body.callSessionId, outcomeType: 'resolved', notes: 'Done' })
    const visitor = await console.supervisor()
    const { page } = visitor
    await page.goto(`${url}/promises/${id}`)
    await page.getByText('The customer was reached').waitFor()
    await event(page, 'Kept: resolved').waitFor()
    await page.getByText('Done', { exact: true }).waitFor()
    await page.goto(`${url}/promises/00000000-0000-4000-8000-000000000000`)
    await page.getByRole('alert').getByText('This could not be loaded').waitFor()
    await page.getByRole('link', { name: 'Promises' }).last().waitFor()
    visitor.wrong.splice(0) // The browser notes that there is none.
    await expectClean(visitor)
  })
})

async function lookFor(page: Page, text: string): Promise<void> {
  await page.getByText('Live', { exact: true }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill(text)
}

describe('the palette', () => {
  test('finds promises and customers of the whole centre for a supervisor', async () => {
    const id = await promised('Cecilia Payne', 60 * 24, 'Stellar atmospheres')
    const visitor = await console.supervisor()
    const { page } = visitor
    await lookFor(page, 'payne')
    await page.getByRole('option', { name: /^Cecilia Payne.*Customers/ }).waitFor()
    await inspect(page, 'palette', { isWhole: false })
    await page.getByRole('combobox').fill('atmospheres')
    await page.getByRole('option', { name: /^Cecilia Payne.*Stellar atmospheres/ }).waitFor()
    await page.getByRole('option', { selected: true }).filter({ hasText: 'Cecilia Payne' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/promises/${id}`)
    await page.getByRole('heading', { name: 'Cecilia Payne' }).waitFor()
    await lookFor(page, 'nobody is called that')
    await page.getByText('Nothing has that name.').waitFor()
    await expectClean(visitor)
  })

  test('finds an agent its own promises, also those that are far', async () => {
    const id = await promised('Annie Jump Cannon', 60 * 24 * 2, 'Classes of stars')
    const other = await console.agent(dorothy!)
    await lookFor(other.page, 'classes')
    await other.page.getByText('Nothing has that name.').waitFor()
    await expectClean(other)
    const visitor = await console.agent(mary!)
    const { page } = visitor
    await lookFor(page, 'classes')
    await page.getByRole('option', { name: /^Annie Jump Cannon/ }).click()
    await page.waitForURL(`**/promises/${id}`)
    await page.getByRole('heading', { name: 'Annie Jump Cannon' }).waitFor()
    await page.getByText('Classes of stars').waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Desk' }).click()
    await page.waitForURL('**/desk')
    await expectClean(visitor)
  })
})

test.each(['de', 'he'])('in another language: %s', async (language) => {
  const name = `Ada Yonath ${language}`
  const id = await promised(name, 45, `Ribosomes ${language}`)
  const visitor = await console.visitor()
  const { page } = visitor
  await visitor.context.addInitScript(
    (kept) => localStorage.setItem('ringback.preferences', kept),
    JSON.stringify({ language, theme: 'dark' }),
  )
  await page.request.post(`${console.url}/api/session`, { data: { token: await tokenOf.supervisor() } })
  await page.goto(`${console.url}/promises?q=ribosomes%20${language}`)
  await row(page, name).getByRole('checkbox').check()
  await page.getByRole('toolbar').waitFor()
  await inspect(page, `promises-${language}`)
  await page.goto(`${console.url}/promises/${id}`)
  await page.getByRole('heading', { name }).waitFor()
  await inspect(page, `promise-${language}`)
  await expectClean(visitor)
})
