import { tokenOf } from '@ringback/api/testing'
import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectClean, inspect, openTestConsole, portOf, type TestConsole, type Visitor } from '../testing/console.ts'

const queueType = 'outstanding_requests'
const retries = { maxAttempts: 4, maxPerDay: 4, minutes: { no_answer: [40, 120], busy: [10] } }
const minute = 60_000
/** For a machine that has much else to do. */
const patiently = { timeout: 60_000 }

let console: TestConsole
let agentId: number
beforeAll(async () => {
  console = await openTestConsole()
  await console.api.supervisor.put(`/api/policies/${queueType}`, { retries, refusalsBlock: true })
})
beforeEach(async () => {
  console.network.aim(portOf(console.api)) // Whatever the test before left.
  agentId = await console.api.engine.addAgent('available')
})
afterAll(() => console.close())

let phones = 0
/** A promise to somebody with a name and a number that nobody else has. */
async function promised(name: string, inMinutes: number, callbackReason?: string): Promise<string> {
  const { engine, service } = console.api
  const userId = await engine.addUser()
  phones += 1
  const phone = `+1 212 555 ${String(phones).padStart(4, '0')}`
  await service.put(`/api/users/${userId}`, { name, phone, timeZone: 'America/New_York' })
  const about = callbackReason === undefined ? {} : { callbackReason }
  return (await engine.addCallback({ userId, preferredAgentId: agentId, inMinutes, ...about })).id
}

/** One that is due and lies in the queue of its agent. */
async function dueNow(name: string, reason?: string): Promise<string> {
  const id = await promised(name, 0, reason)
  await console.api.engine.route(id)
  return id
}

const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name })
const callback = (id: string) => console.api.engine.callback(id)
const inCall = (page: Page) => page.getByRole('heading', { name: 'Call', exact: true }).waitFor()
const toldThat = (page: Page, text: string | RegExp) => page.locator('[aria-live]').getByText(text).waitFor()
const later = (minutes: number) => new Date(console.api.engine.time.now().getTime() + minutes * minute)

test('an agent’s day by keyboard, with a reload after each step', async () => {
  const id = await dueNow('Ada Lovelace', 'Has a question about her last invoice')
  const other = await promised('Charles Babbage', 6, 'Delivery of the difference engine')
  const visitor = await console.agent(agentId)
  const { page } = visitor
  await row(page, 'Charles Babbage').waitFor()
  expect(await page.title()).toBe('(2) Desk · Ringback')
  await inspect(page, 'desk')

  // Selection goes by id: j to the second and back.
  await page.keyboard.press('j')
  await expect.poll(() => row(page, 'Charles Babbage').getAttribute('aria-current')).toBe('true')
  await page.keyboard.press('k')
  await page.keyboard.press('a')
  await row(page, 'Ada Lovelace').getByText('Accepted').waitFor()
  expect(await callback(id)).toMatchObject({ status: 'accepted', preferredAgentId: agentId })

  await page.reload()
  await row(page, 'Ada Lovelace').getByText('Accepted').waitFor()
  await page.keyboard.press('n')
  await inCall(page)
  expect(await page.title()).toBe('(1) Ada Lovelace · Ringback')
  expect(await callback(id)).toMatchObject({ status: 'in_progress' })

  await page.reload()
  await inCall(page)
  await page.keyboard.press('o')
  await page.keyboard.type('n j k a: she asked for 1 copy, ?')
  expect(await page.getByLabel('Notes').inputValue()).toBe('n j k a: she asked for 1 copy, ?')
  expect(await callback(other)).toMatchObject({ status: 'pending' })
  expect(await page.getByRole('radio', { checked: true }).count()).toBe(0)

  await page.reload()
  await inCall(page)
  expect(await page.getByLabel('Notes').inputValue()).toBe('n j k a: she asked for 1 copy, ?')
  await page.getByText('Tried again at 11:40').waitFor() // 40 minutes after 11:00 in Berlin.
  await page.keyboard.press('3')
  await inspect(page, 'desk-call')
  await page.reload()
  await page.getByRole('radio', { name: 'No answer' }).and(page.locator(':checked')).waitFor()
  await page.keyboard.press('Control+Enter')
  await toldThat(page, 'Recorded. Tried again at 11:40.')
  expect(await callback(id)).toMatchObject({ status: 'pending', attempts: 1, scheduledFor: later(40) })

  await page.reload()
  await row(page, 'Charles Babbage').waitFor()
  await page.keyboard.press('s')
  await page.getByRole('menuitem', { name: '15 minutes' }).getByText('until 11:21').waitFor()
  await inspect(page, 'desk-snooze', { isWhole: false })
  await page.keyboard.press('2')
  await toldThat(page, 'Put off until 11:21.')
  expect(await callback(other)).toMatchObject({ scheduledFor: later(21) })
  await page.getByRole('heading', { name: 'Put off' }).waitFor()
  await page.keyboard.press('p')
  await page.getByRole('status').getByText('Away').waitFor()
  await page.reload()
  await page.getByRole('status').getByText('Away').waitFor()
  await expectClean(visitor)
})

test('the same by mouse: another time, another call, giving back, cancelling', async () => {
  const id = await dueNow('Grace Hopper', 'Compiler for a new machine')
  const second = await promised('Alan Turing', 5)
  const visitor = await console.agent(agentId)
  const { page } = visitor
  await page.getByRole('button', { name: 'Take this call' }).click()
  await inCall(page)
  await page.getByRole('button', { name: 'Give back' }).click()
  await toldThat(page, 'The call is given back.')
  expect(await callback(id)).toMatchObject({ status: 'pending' })

  await page.getByRole('button', { name: 'Take this call' }).click()
  await inCall(page)
  await page.getByText('Asked for another call').click()
  await page.getByRole('button', { name: 'Promise another call' }).click()
  await page.getByRole('button', { name: 'Tomorrow' }).click()
  await page.getByRole('button', { name: /^09:00/ }).click()
  await page.getByText('Chosen: Tue 3 Mar, 09:00 there, Tue 3 Mar, 15:00 here').waitFor()
  await inspect(page, 'desk-next-promise')
  await page.getByRole('button', { name: 'Record and go on' }).click()
  await toldThat(page, /The next call is promised for/)
  expect(await callback(id)).toMatchObject({ status: 'completed', result: 'reached' })
  const [next] = await console.api.engine.sql`
    select scheduled_for from callbacks where user_id = ${(await callback(id)).userId} and status = 'pending'`
  expect(next).toEqual({ scheduledFor: new Date('2026-03-03T14:00:00Z') })

  await row(page, 'Alan Turing').getByRole('button', { name: /^More/ }).click()
  await page.getByRole('menuitem', { name: 'Promise another time…' }).click()
  await page.getByLabel('Another time, by the customer’s clock').fill('2026-03-02T06:30')
  await inspect(page, 'desk-reschedule', { isWhole: false })
  await page.getByRole('button', { name: 'Promise this time' }).click()
  await toldThat(page, 'Promised for 12:30.')
  expect(await callback(second)).toMatchObject({ scheduledFor: later(90) })

  await promised('Edsger Dijkstra', 3)
  await row(page, 'Edsger Dijkstra').getByRole('button', { name: /^More/ }).click()
  await page.getByRole('menuitem', { name: 'Cancel the promise…' }).click()
  await page.getByLabel('Why').fill('Asked by mail')
  await inspect(page, 'desk-cancel', { isWhole: false })
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the promise…' }).click()
  await toldThat(page, 'The promise is cancelled.')
  await page.getByText('Nothing is due in the next ten minutes').waitFor()
  await page.getByRole('button', { name: 'End work' }).click()
  await page.getByRole('button', { name: 'Start work' }).waitFor()
  await inspect(page, 'desk-not-at-work')
  await expectClean(visitor)
})

describe('what happens elsewhere', () => {
  test('shows at once, and a key is never about what has just taken its place', async () => {
    const first = await promised('Ada Lovelace', 6)
    const visitor = await console.agent(agentId)
    const { page } = visitor
    await row(page, 'Ada Lovelace').waitFor()
    const earlier = await promised('Grace Hopper', 2)
    await row(page, 'Grace Hopper').waitFor()
    expect(await page.locator('li[aria-current]').innerText()).toContain('Ada Lovelace')
    await page.waitForFunction(() => performance.now() > 500)
    await expect
      .poll(async () => {
        await page.keyboard.press('a')
        return (await callback(first)).status
      }, patiently)
      .toBe('accepted')
    expect(await callback(earlier)).toMatchObject({ status: 'pending' })
    await console.api.as(agentId).post('/api/callbacks/snooze', { callbackId: earlier, agentId, minutes: 5 })
    await page.getByRole('heading', { name: 'Put off' }).waitFor()
    await expectClean(visitor)
  })

  test('of two agents one is faster, and the other is told so', async () => {
    const { engine } = console.api
    const owner = console.api.as(agentId)
    const substitute = await engine.addAgent('available')
    await owner.put(`/api/agents/${agentId}/session`, { status: 'away' })
    const id = await dueNow('Ada Lovelace')
    const visitor = await console.agent((await engine.entryOf(id))!.assignedToAgentId!)
    const { page } = visitor
    await row(page, 'Ada Lovelace').getByText(`For Agent ${agentId}`).waitFor()
    // The owner accepts when the substitute has pressed already.
    await page.route('**/api/callbacks/accept', async (route) => {
      await owner.post('/api/callbacks/accept', { callbackId: id, agentId })
      await route.continue()
    })
    await page.keyboard.press('a')
    await toldThat(page, `Agent ${agentId} was faster. The promise is kept; go on with the next one.`)
    expect(await callback(id)).toMatchObject({ status: 'accepted', preferredAgentId: agentId })
    expect(substitute).toBeGreaterThan(0)
    // It goes on with the next one.
    const next = await console.api.engine.addUser()
    await console.api.service.put(`/api/users/${next}`, { name: 'Grace Hopper' })
    await console.api.service.put(`/api/queues/${queueType}/users/${next}`, { priorityScore: 5 })
    await page.getByRole('button', { name: 'Take this call' }).waitFor()
    await page.keyboard.press('n')
    await inCall(page)
    await page.getByText('Grace Hopper').first().waitFor()
    await expectClean(visitor)
  })

  test('while the API is away it says so; what is pressed then is sent once', async () => {
    const id = await promised('Ada Lovelace', 4)
    const visitor = await console.agent(agentId)
    const { page } = visitor
    await row(page, 'Ada Lovelace').waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    // What opens later has been fetched by then.
    await page.waitForFunction(() =>
      performance.getEntriesByType('resource').some(({ name }) => name.includes('opened-menu')),
    )
    console.network.aim(1) // Where nobody listens; who is connected is cut off.
    await page.getByText('No connection to Ringback.').waitFor()
    await inspect(page, 'desk-offline')
    await page.keyboard.press('s')
    await page.getByRole('menuitem', { name: /^5 minutes/ }).click()
    await page.getByText('1 action waits to be sent.').waitFor()
    expect(await callback(id)).toMatchObject({ scheduledFor: later(4) })

    console.network.aim(portOf(console.api))
    await toldThat(page, 'Put off until 11:09.')
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByText('No connection to Ringback.').waitFor({ state: 'detached' })
    expect(await callback(id)).toMatchObject({ scheduledFor: later(9) })
    await expectClean(visitor)
  })

  test('what opens in front opens without a connection, too', async () => {
    await promised('Ada Lovelace', 4)
    const visitor = await console.agent(agentId)
    const { page } = visitor
    await row(page, 'Ada Lovelace').waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    // Fetched when there was nothing else to do.
    const opened = [
      'keys-dialog',
      'palette',
      'settings-page',
      'snooze-dialog',
      'reschedule-dialog',
      'cancel-dialog',
      'opened-menu',
    ]
    await page.waitForFunction((names) => {
      const fetched = performance.getEntriesByType('resource').map(({ name }) => name)
      return names.every((name) => fetched.some((file) => file.includes(name)))
    }, opened)
    console.network.aim(1)
    await page.getByText('No connection to Ringback.').waitFor()
    const dialog = page.getByRole('dialog')
    for (const [key, title] of [
      ['?', 'Keys'],
      ['Control+k', 'Find or do'],
      ['t', 'Another time for Ada Lovelace'],
      ['x', 'Cancel the promise to Ada Lovelace?'],
    ] as const) {
      await page.keyboard.press(key)
      await dialog.and(page.getByRole('dialog', { name: title })).waitFor()
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
    }
    await page.keyboard.press('s')
    await page.getByRole('menuitem', { name: 'Other minutes…' }).click()
    await page.getByRole('dialog', { name: 'Snooze the promise to Ada Lovelace' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByLabel('Colours').selectOption('Dark')
    await page.getByRole('link', { name: 'Desk' }).click()
    await row(page, 'Ada Lovelace').waitFor()
    console.network.aim(portOf(console.api))
    await page.getByText('No connection to Ringback.').waitFor({ state: 'detached' })
    await expectClean(visitor)
  })

  test('whoever wants a call that has just gone is told so, and gets the next one', async () => {
    const { engine, service } = console.api
    const place = async (name: string) => {
      const userId = await engine.addUser()
      await service.put(`/api/users/${userId}`, { name })
      await service.put(`/api/queues/${queueType}/users/${userId}`, { priorityScore: 1 })
    }
    await place('Ada Lovelace')
    const visitor = await console.agent(agentId)
    const { page } = visitor
    await page.getByRole('button', { name: 'Take this call' }).waitFor()
    const other = await engine.addAgent('available')
    let claimed: unknown
    const claimFirst = async (route: Route) => {
      claimed = (await console.api.as(other).post(`/api/agents/${other}/next-call`, {})).body
      await route.continue()
    }
    await page.route('**/next-call', claimFirst, { times: 1 })
    await page.keyboard.press('n')
    await expect.poll(() => claimed, patiently).toMatchObject({ user: { name: 'Ada Lovelace' } })
    await toldThat(page, 'Somebody else was faster: nobody waits any more.')
    await page.getByText('Nobody waits for you').waitFor()
    await place('Grace Hopper')
    await page.getByRole('button', { name: 'Take this call' }).waitFor()
    await page.keyboard.press('n')
    await inCall(page)
    await expectClean(visitor)
  })

  test('eight tabs are live on one stream', async () => {
    const id = await promised('Ada Lovelace', 4)
    const visitor = await console.agent(agentId)
    const pages = [visitor.page]
    for (let count = 1; count < 8; count += 1) {
      const page = await visitor.newPage()
      await page.goto(`${console.url}/desk`)
      pages.push(page)
    }
    for (const page of pages) await page.getByText('Live', { exact: true }).waitFor()
    await console.api.as(agentId).post('/api/callbacks/accept', { callbackId: id, agentId })
    for (const page of pages) await row(page, 'Ada Lovelace').getByText('Accepted').waitFor()
    await expectClean(visitor)
  })
})

describe('for everybody', () => {
  const withChoices = async (choices: object): Promise<Visitor> => {
    const visitor = await console.visitor()
    await visitor.context.addInitScript(
      (kept) => localStorage.setItem('ringback.preferences', kept),
      JSON.stringify(choices),
    )
    await visitor.page.request.post(`${console.url}/api/session`, { data: { token: await tokenOf.agent(agentId) } })
    await visitor.page.goto(`${console.url}/desk`)
    return visitor
  }

  test('German', async () => {
    await dueNow('Konrad Zuse', 'Frage zur letzten Rechnung')
    const visitor = await withChoices({ language: 'de' })
    await visitor.page.getByRole('button', { name: 'Diesen Anruf nehmen' }).waitFor()
    await inspect(visitor.page, 'desk-de')
    await expectClean(visitor)
  })

  test('Hebrew, from right to left, in another zone and with keys that do nothing', async () => {
    await dueNow('Ada Lovelace')
    const visitor = await withChoices({ language: 'he', timeZone: 'Asia/Kolkata', keys: false })
    const { page } = visitor
    await page.getByRole('button', { name: 'לקחת את השיחה' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.dir)).toBe('rtl')
    await page.getByText('15:30').first().waitFor()
    await page.keyboard.press('n')
    await inspect(page, 'desk-he')
    expect(await page.getByRole('heading', { name: 'השיחה הבאה' }).count()).toBe(1)
    await expectClean(visitor)
  })

  test('all keys are told, and everything is found by its name', async () => {
    await promised('Ada Lovelace', 4)
    const visitor = await console.agent(agentId)
    const { page } = visitor
    await row(page, 'Ada Lovelace').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await inspect(page, 'keys', { isWhole: false })
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('love')
    await page.getByRole('option', { name: 'Ada Lovelace' }).waitFor()
    await inspect(page, 'palette', { isWhole: false })
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expectClean(visitor)
  })
})
