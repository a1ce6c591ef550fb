import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { openTestApi, tokenOf, type TestApi } from '@ringback/api/testing'
import { startProxy, type Proxy } from '@ringback/testing/proxy'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { buildConsole } from '../../../../scripts/build-console.mjs'
import { launchChromium } from './chromium.ts'

const root = join(import.meta.dirname, '../../../..')
const screenshots = join(root, '.ringback/screenshots')
const widths = [320, 390, 1440] as const

/** The console of a real API in a real browser. */
export interface TestConsole {
  api: TestApi
  /** Between browsers and the API. */
  network: Proxy
  url: string
  /** A browser of its own until the end of the test, with nothing in it. */
  visitor(options?: Parameters<Browser['newContext']>[0]): Promise<Visitor>
  /** A browser whose user has signed in as an agent, and is at the desk. */
  agent(agentId: number, options?: Parameters<Browser['newContext']>[0]): Promise<Visitor>
  supervisor(options?: Parameters<Browser['newContext']>[0]): Promise<Visitor>
  /** Signs somebody in as an agent who has a browser already. */
  enterAsAgent(visitor: Visitor, agentId: number): Promise<void>
  /** A browser whose user has signed in as a viewer, with these preferences, and is at no page yet. */
  viewer(preferences?: object): Promise<Visitor>
  close(): Promise<void>
}

/** Somebody at a browser; whatever goes wrong there is written down. */
export interface Visitor {
  context: BrowserContext
  page: Page
  /** Errors in the console, exceptions, and requests to another host. */
  wrong: string[]
  /** Opens a page; a test ends with a look at what went wrong in any of them. */
  newPage(): Promise<Page>
}

/** Refusals that people see in words, such as a lost race, are noted by Chromium as well. */
const expectedRefusals = /Failed to load resource: the server responded with a status of (?:400|401|409|412|422)/
/** While the API is stopped nothing else can be expected. */
const noAnswer = /Failed to load resource: net::ERR_(?:CONNECTION|EMPTY|INCOMPLETE|INTERNET|NETWORK|SOCKET)\w*/

export async function openTestConsole({
  env = {},
  notifies = false,
  ...options
}: Parameters<typeof openTestApi>[1] & {
  env?: Record<string, string>
  /** Whether the browser can show notifications; one that cannot is quicker. */
  notifies?: boolean
} = {}): Promise<TestConsole> {
  const [files, browser] = await Promise.all([buildConsole(root), launchChromium({ isWhole: notifies })])
  const api = await openTestApi(env, { consoleFiles: files, ...options })
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  const network = await startProxy(portOf(api))
  const url = `http://127.0.0.1:${network.port}`

  async function visitor(contextOptions: Parameters<Browser['newContext']>[0] = {}): Promise<Visitor> {
    const context = await browser.newContext({
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      viewport: { width: 1440, height: 900 },
      ...contextOptions,
    })
    context.setDefaultTimeout(60_000) // For a machine that has much else to do.
    const wrong: string[] = []
    async function newPage() {
      const page = await context.newPage()
      watch(page, url, wrong)
      return page
    }
    onTestFinished(() => context.close()) // Pages that stay open go on asking.
    return { context, page: await newPage(), wrong, newPage }
  }

  /** From the page, as a browser keeps the cookie of the answer. */
  async function signIn({ page }: Visitor, token: Promise<string>, home: string) {
    await page.goto(`${url}/sign-in`)
    await page.getByLabel('Token').fill(await token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`**${home}`)
  }

  return {
    api,
    network,
    url,
    visitor,
    enterAsAgent: (made, agentId) => signIn(made, tokenOf.agent(agentId), '/desk'),
    async agent(agentId, contextOptions) {
      const made = await visitor(contextOptions)
      await signIn(made, tokenOf.agent(agentId), '/desk')
      return made
    },
    async supervisor(contextOptions) {
      const made = await visitor(contextOptions)
      await signIn(made, tokenOf.supervisor(), '/wall')
      return made
    },
    async viewer(preferences = {}) {
      const made = await visitor()
      await made.context.addInitScript(
        (kept) => localStorage.setItem('ringback.preferences', kept),
        JSON.stringify(preferences),
      )
      await made.page.request.post(`${url}/api/session`, { data: { token: await tokenOf.viewer() } })
      return made
    },
    async close() {
      await browser.close()
      await network.close()
      await api.close()
    },
  }
}

/** Where the API listens. */
export function portOf({ app }: TestApi): number {
  return (app.server.address() as AddressInfo).port
}

function watch(page: Page, url: string, wrong: string[]): void {
  page.on('pageerror', (error) => wrong.push(`exception: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error' && !expectedRefusals.test(text) && !noAnswer.test(text)) wrong.push(text)
  })
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (origin !== new URL(url).origin && protocol !== 'data:') wrong.push(`asked ${request.url()}`)
  })
}

/** Nothing went wrong, and no script could have read what opens the API. */
export async function expectClean({ page, context, wrong }: Visitor): Promise<void> {
  expect(wrong).toEqual([])
  const kept = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]),
  )
  expect(kept).not.toMatch(/eyJ|token|secret/i)
  for (const cookie of await context.cookies()) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
}

/** Looks at a page as it is, in light and dark and in all widths: by the rules of WCAG 2.2 AA, and for whoever looks at pictures. */
export async function inspect(page: Page, name: string, { isWhole = true } = {}): Promise<void> {
  mkdirSync(screenshots, { recursive: true })
  const before = page.viewportSize()!
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const width of widths) {
      await page.setViewportSize({ width, height: width < 1_000 ? 800 : 900 })
      // From its top, so that the header hides nothing that is not hidden to whoever scrolls.
      if (isWhole) await page.evaluate(() => scrollTo(0, 0))
      const path = join(screenshots, `${name}-${colorScheme}-${width}.png`)
      await page.screenshot({ path, fullPage: isWhole })
      const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      expect(isTooWide, `${name} scrolls sideways at ${width}`).toBe(false)
      // Colours are the same in all widths, and the narrowest is the worst.
      if (colorScheme === 'dark' && width !== 1440) continue
      if (width === 390) continue
      expect(await violationsIn(page), `${name}, ${colorScheme}, ${width}`).toEqual([])
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.setViewportSize(before)
}

async function violationsIn(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  // Without frames nothing has to be put together in a page of its own, which takes as long as the look itself.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(tags).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  )
}
