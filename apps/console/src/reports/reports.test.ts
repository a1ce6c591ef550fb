import { readFile } from 'node:fs/promises'
import { tokenOf } from '@ringback/api/testing'
import { claimNextCall, recordOutcome } from '@ringback/core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectClean, inspect, openTestConsole, portOf, type TestConsole } from '../testing/console.ts'

const minute = 60_000
const day = 24 * 60 * minute

let console: TestConsole
let [mary, dorothy]: number[] = []
beforeAll(async () => {
  console = await openTestConsole()
  const { engine, service, supervisor } = console.api
  mary = await engine.addAgent('available')
  dorothy = await engine.addAgent('away')
  await service.put(`/api/agents/${mary}`, { firstName: 'Mary', lastName: 'Jackson' })
  await service.put(`/api/agents/${dorothy}`, { firstName: 'Dorothy', lastName: 'Vaughan' })
  await supervisor.put('/api/queues/quotes', { name: 'Quotes' })
  for (const inMinutes of [-3, 0]) await called(inMinutes)
  // Of the days before: how many were called how late, in minutes.
  const { sql, time } = engine
  for (const [daysAgo, minutesLate] of [
    [1, [0, 1, 2, 9, null]],
    [2, [0, -7, 3, 3]],
    [5, [12, null]],
    [20, [1]],
  ] as const) {
    for (const [index, late] of minutesLate.entries()) {
      const at = new Date(time.now().getTime() - daysAgo * day + index * minute)
      const queueType = index === 0 ? 'quotes' : 'outstanding_requests'
      const { id } = await engine.addCallback({ scheduledFor: at, queueType, preferredAgentId: dorothy })
      if (late === null) continue
      const calledAt = new Date(at.getTime() + late * minute)
      await sql`update callbacks set attempts = 1, first_called_at = ${calledAt}, first_called_by = ${dorothy} where id = ${id}`
    }
  }
})
afterAll(() => console.close())

/** A promise of today to whom Mary talked. */
async function called(inMinutes: number): Promise<void> {
  const { engine } = console.api
  const { id } = await engine.addCallback({ inMinutes, callbackReason: 'wants "all, of it"', preferredAgentId: mary! })
  await engine.route(id)
  const { callSessionId } = (await claimNextCall(engine.deps, { agentId: mary! }))!
  await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
}

const figure = (page: Page, name: string) => page.locator('dl > div').filter({ hasText: name })
/** What a row says, by the names of its columns. */
async function rowOf(page: Page, region: string, name: string): Promise<Record<string, string>> {
  const table = page.getByRole('region', { name: region, exact: true })
  const row = table.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
  await row.waitFor()
  const columns = await table.getByRole('columnheader').allInnerTexts()
  const cells = await row.getByRole('cell').allInnerTexts()
  return Object.fromEntries(cells.map((cell, index) => [columns[index + 1]!, cell.trim()]))
}

test('says how the promises of a week were kept, by day, queue, agent and result', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.getByRole('heading', { name: 'Wall' }).waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await page.waitForURL('**/reports')
  await page.getByText('Tue 24 Feb – Mon 2 Mar').waitFor()
  await figure(page, 'Punctual').getByText('61.5%').waitFor()
  expect(await figure(page, 'Punctual').innerText()).toContain('8 kept, of 13 promises')
  expect(await figure(page, 'Lateness').innerText()).toContain('2:00')

  expect(await rowOf(page, 'Day', 'Sun 1 Mar')).toMatchObject({ Promises: '5', Kept: '3', Late: '1', Broken: '1' })
  expect(await rowOf(page, 'Day', 'Sat 28 Feb')).toMatchObject({ Promises: '4', Early: '1', Punctual: '75%' })
  expect(Object.values(await rowOf(page, 'Day', 'Fri 27 Feb'))).toEqual(['Nothing promised'])
  expect(await rowOf(page, 'Day', 'All')).toMatchObject({ Promises: '13', Kept: '8', '95 % within': '12:00' })
  expect(await rowOf(page, 'Queue', 'Quotes')).toMatchObject({ Promises: '3', Late: '1' })
  expect(await rowOf(page, 'Agent', 'Mary Jackson')).toMatchObject({
    Promises: '2',
    Reached: '100%',
    'Calls each': '1.0',
  })
  expect(await page.getByRole('row', { name: /^Reached 2/ }).innerText()).toContain('15.4%')
  await inspect(page, 'reports')
  await expectClean(visitor)
})

test('what is looked at is in the address, by mouse and by keyboard', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.getByRole('heading', { name: 'Wall' }).waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Reports' }).click()
  await page.getByRole('button', { name: '30 days' }).click()
  await page.waitForURL('**/reports?from=2026-02-01&to=2026-03-02')
  await figure(page, 'Punctual').getByText('9 kept, of 14 promises').waitFor()
  await page.getByLabel('Agent', { exact: true }).first().selectOption('Mary Jackson')
  await figure(page, 'Punctual').getByText('2 kept, of 2 promises').waitFor()
  await page.getByLabel('Queue', { exact: true }).first().selectOption('Quotes')
  await page.getByText('Nothing was promised for these days').waitFor()
  await inspect(page, 'reports-nothing')
  await page.reload()
  await page.getByText('Quotes · Mary Jackson · days by the clocks of Europe/Berlin').waitFor()

  await page.goto(`${console.url}/reports?from=2026-03-01&to=2026-03-01`)
  expect(await rowOf(page, 'Hour', '11:00')).toMatchObject({ Promises: '5', Kept: '3' })
  expect(await page.getByRole('region', { name: 'Hour' }).getByRole('row').count()).toBe(26)
  await page.getByLabel('First day').fill('2026-03-05')
  await page.getByText('It comes after the last day.').waitFor()
  await page.getByLabel('First day').fill('2025-03-05')
  await page.getByText('choose 92 or fewer').waitFor()
  await inspect(page, 'reports-too-long')
  await page.goto(`${console.url}/reports?from=2026-02-30&to=nonsense&agent=-1`)
  await page.getByText('Nothing was promised for these days').waitFor()
  expect(visitor.wrong).toEqual([])
})

test('the promises are saved one by one as CSV, and the report is printed without what is pressed', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  const span = 'from=2026-02-24&to=2026-03-02'
  await page.goto(`${console.url}/reports?${span}&agent=${mary}`)
  await figure(page, 'Punctual').getByText('2 kept, of 2 promises').waitFor()
  const saving = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Promises as CSV' }).click()
  const saved = await saving
  expect(saved.suggestedFilename()).toBe('promises.csv')
  const lines = (await readFile(await saved.path(), 'utf8')).trimEnd().split('\r\n')
  expect(lines).toHaveLength(3)
  expect(lines[1]).toContain('"wants ""all, of it"""')

  await page.goto(`${console.url}/reports?${span}`)
  await page.evaluate(() => {
    globalThis.print = () => document.documentElement.setAttribute('data-printed', '')
  })
  await page.getByRole('button', { name: 'Print' }).click()
  expect(await page.locator('html[data-printed]').count()).toBe(1)
  await page.getByRole('region', { name: 'Queue', exact: true }).waitFor()
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  for (const away of [page.getByRole('banner'), page.getByLabel('First day'), page.getByText('Promises as CSV')]) {
    expect(await away.isVisible()).toBe(false)
  }
  expect(await page.getByRole('table').first().isVisible()).toBe(true)
  const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  expect(colour).toBe('rgb(255, 255, 255)')
  const paper = await page.pdf({ format: 'A4', landscape: true })
  expect(paper.length).toBeGreaterThan(5_000)
  await page.emulateMedia({ media: 'screen' })
  await expectClean(visitor)
})

test('a viewer reads reports, an agent does not', async () => {
  const visitor = await console.agent(mary!)
  await visitor.page.goto(`${console.url}/reports`)
  await visitor.page.waitForURL('**/desk')
  expect(
    await console.api.as(mary!).get('/api/reports/promises?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z'),
  ).toMatchObject({
    status: 403,
  })
  await expectClean(visitor)
})

test('while nobody answers it says so, and tries again', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.getByText('Live', { exact: true }).waitFor()
  // The page itself is here before the connection goes.
  await page.goto(`${console.url}/reports?from=2026-02-24&to=2026-03-02`)
  await figure(page, 'Punctual').waitFor()
  console.network.aim(1)
  await page
    .getByRole('button', { name: 'Yesterday' })
    .or(page.getByRole('button', { name: '90 days' }))
    .last()
    .click()
  await page.getByText('This could not be loaded').or(page.getByText('Ringback does not answer')).first().waitFor()
  console.network.aim(portOf(console.api))
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('region', { name: 'Day' }).or(page.getByText('Nothing was promised')).first().waitFor()
  await expectClean(visitor)
})

test.each(['de', 'he'])('in another language: %s', async (language) => {
  const visitor = await console.visitor()
  await visitor.context.addInitScript(
    (kept) => localStorage.setItem('ringback.preferences', kept),
    JSON.stringify({ language }),
  )
  const { page } = visitor
  await page.request.post(`${console.url}/api/session`, { data: { token: await tokenOf.viewer() } })
  await page.goto(`${console.url}/reports?from=2026-02-24&to=2026-03-02`)
  await page.getByRole('heading', { name: language === 'de' ? 'Berichte' : 'דוחות' }).waitFor()
  await page.getByRole('table').first().waitFor()
  await inspect(page, `reports-${language}`)
  await expectClean(visitor)
})
