import { testSecret, tokenOf } from '@ringback/api/testing'
import { makeSignInCode } from '@ringback/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startIdentityProvider } from '../../../api/src/testing/identity-provider.ts'
import { expectClean, inspect, openTestConsole, type TestConsole } from '../testing/console.ts'

let console: TestConsole
let agentId: number
beforeAll(async () => {
  console = await openTestConsole()
  agentId = await console.api.engine.addAgent('available')
})
afterAll(() => console.close())

test('whoever has not signed in is asked to, and comes to where it wanted to go', async () => {
  const visitor = await console.visitor()
  const { page } = visitor
  await page.goto(`${console.url}/desk`)
  await page.waitForURL('**/sign-in?back=%2Fdesk')
  await inspect(page, 'sign-in')

  await page.getByLabel('Token').fill('nonsense')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('This token opens nothing').waitFor()
  await inspect(page, 'sign-in-refused')

  await page.getByLabel('Token').fill(await tokenOf.agent(agentId))
  await page.keyboard.press('Enter')
  await page.waitForURL('**/desk')
  await page.reload()
  await page.getByRole('heading', { name: 'Desk' }).waitFor()
  await expectClean(visitor)

  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in**')
  expect(await visitor.context.cookies()).toEqual([])
  await page.goto(`${console.url}/desk`)
  await page.waitForURL('**/sign-in**')
  await expectClean(visitor)
})

test.each(['https://elsewhere.example/', '//elsewhere.example/', '/\\elsewhere.example/', 'javascript:alert(1)'])(
  'whoever signs in is led nowhere else: %s',
  async (back) => {
    const visitor = await console.visitor()
    const { page } = visitor
    await page.goto(`${console.url}/sign-in?back=${encodeURIComponent(back)}`)
    await page.getByLabel('Token').fill(await tokenOf.agent(agentId))
    await page.keyboard.press('Enter')
    await page.waitForURL(`${console.url}/desk`)
    await expectClean(visitor)
  },
)

test('a supervisor begins at the wall, and has no desk', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.goto(`${console.url}/desk`)
  await page.waitForURL('**/wall')
  await page.goto(`${console.url}/nowhere`)
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
  await inspect(page, 'not-found')
  await expectClean(visitor)
})

test('a link with a code signs in once, and leaves no code behind', async () => {
  const { sql, time } = console.api.engine
  const bearer = { role: 'agent', agentId, sub: `agent-${agentId}` } as const
  const link = `${console.url}/sign-in#code=${await makeSignInCode(sql, { bearer, secret: testSecret, now: time.now() })}`
  const visitor = await console.visitor()
  const { page } = visitor
  await page.goto('about:blank')
  await page.goto(link)
  await page.waitForURL('**/desk')
  await page.getByRole('heading', { name: 'Next call' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Next call' }).waitFor()
  await page.goBack()
  expect(page.url()).toBe('about:blank')
  await page.goForward()
  await page.waitForURL('**/desk')
  await expectClean(visitor)

  const other = await console.visitor()
  await other.page.goto(link)
  await other.page.getByText('This link has been used').waitFor()
  expect(other.page.url()).toBe(`${console.url}/sign-in`)
  await inspect(other.page, 'sign-in-link-used')
  await other.page.getByLabel('Token').fill(await tokenOf.agent(agentId))
  await other.page.keyboard.press('Enter')
  await other.page.waitForURL('**/desk')
  await expectClean(other)
})

test('whoever an organisation knows comes in by it, from another site', async () => {
  await using idp = await startIdentityProvider()
  const world = await openTestConsole({ env: idp.settings })
  try {
    // Another site than the provider’s, to a browser.
    const url = world.url.replace('127.0.0.1', 'localhost')
    idp.admit(`${url}/api/session/oidc/callback`)
    const visitor = await world.visitor()
    const { page, context } = visitor
    await page.goto(`${url}/sign-in`)
    const way = page.getByRole('link', { name: 'Sign in with your organisation' })
    await way.waitFor()
    await inspect(page, 'sign-in-organisation')
    await way.press('Enter')
    await page.getByText('Your organisation did not sign you in.').waitFor()

    idp.person = 'nina'
    idp.claims = { role: 'supervisor' }
    await way.click()
    await page.waitForURL(`${url}/wall`)
    await page.reload()
    await page.getByRole('heading', { name: 'Wall' }).waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    const cookies = (await context.cookies(url)).filter(({ domain }) => domain === 'localhost')
    expect(cookies).toMatchObject([{ name: 'ringback-session', httpOnly: true, sameSite: 'Strict' }])
    const origins = [url, idp.settings['AUTH_ISSUER']]
    expect(visitor.wrong.filter((line) => !origins.some((origin) => line.startsWith(`asked ${origin}`)))).toEqual([])
    const kept = await page.evaluate(() =>
      JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]),
    )
    expect(kept).not.toMatch(/eyJ|token|secret/i)

    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByText('nina').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await way.waitFor()
  } finally {
    await world.close()
  }
})
