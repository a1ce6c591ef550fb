import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { expectClean, inspect, openTestConsole, portOf, type TestConsole, type Visitor } from '../testing/console.ts'

const minute = 60_000
/** For a machine that has much else to do. */
const patiently = { timeout: 60_000 }

let console: TestConsole
let agentId: number
beforeAll(async () => {
  console = await openTestConsole({ notifies: true })
})
beforeEach(async () => {
  console.network.aim(portOf(console.api)) // Whatever the test before left.
  agentId = await console.api.engine.addAgent('available')
})
afterAll(() => console.close())

async function promised(name: string, inMinutes: number): Promise<string> {
  const { engine, service } = console.api
  const userId = await engine.addUser()
  await service.put(`/api/users/${userId}`, { name, phone: '+1 212 555 0100', timeZone: 'America/New_York' })
  return (await engine.addCallback({ userId, preferredAgentId: agentId, inMinutes })).id
}

/** What pages of this browser have played and shown: they do so, and it is written down. */
async function noted({ context }: Visitor): Promise<{ tones: number[]; shown: string[] }> {
  const made = { tones: [] as number[], shown: [] as string[] }
  await context.exposeFunction('noteTone', (frequency: number) => made.tones.push(frequency))
  await context.exposeFunction('noteShown', (text: string) => made.shown.push(text))
  await context.addInitScript(() => {
    const { noteTone, noteShown } = globalThis as unknown as Record<string, (said: number | string) => void>
    // oxlint-disable-next-line typescript/unbound-method -- It is called for the tone that it is asked of.
    const start = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function startNoted(this: OscillatorNode, at) {
      noteTone!(this.frequency.value)
      start.call(this, at)
    }
    globalThis.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options)
        noteShown!(`${title}: ${options?.body}, ${options?.tag}`)
      }
    }
  })
  return made
}

/** Another window is in front of the browser, over reloads. Pages that are driven from outside all believe to be in front. */
const lookAway = ({ context }: Visitor) =>
  context.addInitScript(() => {
    document.hasFocus = () => false
  })

/** Time goes on, and something happens by which pages learn of it. */
async function laterBy(ms: number): Promise<void> {
  const { engine, service } = console.api
  engine.time.advance(ms)
  await service.put(`/api/agents/${agentId}/session`, { status: 'wrap_up' })
}

const reminder = (page: Page, name: string) => page.locator('[aria-live]').getByText(`Call ${name} at`)

test('five minutes before a promise there are a sound, a notification and words, once in all tabs and over reloads', async () => {
  const id = await promised('Ada Lovelace', 6)
  const visitor = await console.visitor({ permissions: ['notifications'] })
  const made = await noted(visitor)
  await lookAway(visitor)
  const { page } = visitor
  await console.enterAsAgent(visitor, agentId)
  await page.getByRole('listitem').filter({ hasText: 'Ada Lovelace' }).waitFor()
  const other = await visitor.newPage()
  await other.goto(`${console.url}/desk`)
  await other.getByRole('listitem').filter({ hasText: 'Ada Lovelace' }).waitFor()
  for (const tab of [page, other]) {
    await tab.getByText('Live', { exact: true }).waitFor()
    // Browsers play nothing before somebody has pressed something.
    await tab.getByRole('heading', { name: 'Next call' }).click()
  }
  expect(await page.title()).toBe('(1) Desk · Ringback')
  expect(made).toEqual({ tones: [], shown: [] })

  await laterBy(minute + 1_000)
  await expect.poll(() => made.shown, patiently).toEqual([`Ringback: Call Ada Lovelace at 11:06, ${id}`])
  await expect.poll(() => made.tones, patiently).toEqual([660, 880])
  // In the tab that came to it first.
  await Promise.any([reminder(page, 'Ada Lovelace').waitFor(), reminder(other, 'Ada Lovelace').waitFor()])
  await page.reload()
  await page.getByRole('listitem').filter({ hasText: 'Ada Lovelace' }).waitFor()
  await promised('Grace Hopper', 3)
  await expect.poll(() => made.shown.length, patiently).toBe(2)
  expect(made.shown[1]).toContain('Grace Hopper')
  await expectClean(visitor)
})

test('on any page, in the sound that was chosen, and silently for whoever wants none', async () => {
  const visitor = await console.visitor()
  const made = await noted(visitor)
  const { page } = visitor
  await console.enterAsAgent(visitor, agentId)
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByLabel('Sound').selectOption('Two notes, low')
  await page.getByRole('button', { name: 'Try it' }).click()
  await expect.poll(() => made.tones, patiently).toEqual([392, 294])
  await promised('Ada Lovelace', 4)
  await reminder(page, 'Ada Lovelace').waitFor()
  await expect.poll(() => made.tones, patiently).toEqual([392, 294, 392, 294])

  await page.getByLabel('Sound').selectOption('None')
  expect(await page.getByRole('button', { name: 'Try it' }).isDisabled()).toBe(true)
  await promised('Grace Hopper', 4)
  await reminder(page, 'Grace Hopper').waitFor()
  expect(made).toEqual({ tones: [392, 294, 392, 294], shown: [] })
  await expectClean(visitor)
})

test('whoever looks at settings is at work all the same', async () => {
  const visitor = await console.agent(agentId)
  const { page } = visitor
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  await inspect(page, 'settings-agent')
  const { engine } = console.api
  engine.time.advance(1_000)
  const lastSeen = async () =>
    (await engine.sql`select last_seen_at from agent_sessions where agent_id = ${agentId} and logout_at is null`)[0]
  // Whoever does nothing is heard all the same.
  await expect.poll(lastSeen, { timeout: 120_000 }).toEqual({ lastSeenAt: engine.time.now() })
  await expectClean(visitor)
})
