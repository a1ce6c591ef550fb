import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'
import { Browser } from '../testing/browser.ts'
import { startIdentityProvider, type TestIdentityProvider } from '../testing/identity-provider.ts'

/** An API and its provider. */
interface World extends AsyncDisposable {
  idp: TestIdentityProvider
  api: TestApi
  origin: string
}

async function start(
  options: Parameters<typeof startIdentityProvider>[0] = {},
  env: Record<string, string> = {},
): Promise<World> {
  const idp = await startIdentityProvider(options)
  const api = await openTestApi({ ...idp.settings, ...env })
  const origin = await api.app.listen({ port: 0 })
  idp.admit(`${origin}/api/session/oidc/callback`)
  idp.person = 'nina'
  idp.claims = { role: 'supervisor' }
  const close = async () => {
    await api.close()
    await idp[Symbol.asyncDispose]()
  }
  return { idp, api, origin, [Symbol.asyncDispose]: close }
}

let world: World
let browser: Browser
beforeAll(async () => {
  world = await start()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => {
  world.idp.person = 'nina'
  world.idp.claims = { role: 'supervisor' }
  browser = new Browser()
})

const isOfConsole = (url: URL, { origin } = world) => url.origin === origin && !url.pathname.startsWith('/api/')
const signIn = (at = world, by = browser) => by.visit(`${at.origin}/api/session/oidc`, (url) => isOfConsole(url, at))
const goOn = (url: URL, by = browser) => by.visit(url.href, isOfConsole)
const session = async ({ origin } = world) =>
  (await browser.fetch(new URL('/api/session', origin))).json() as Promise<object>
/** Why nobody came in: what the page for signing in is told. */
const whyNot = ({ url }: { url: URL }) => ({ path: url.pathname, ...Object.fromEntries(url.searchParams) })

test('whoever the provider knows comes in, with what its token says', async () => {
  const { origin, idp } = world
  expect((await signIn()).url.href).toBe(`${origin}/`)
  const expiresAt = expect.any(String)
  expect(await session()).toEqual({ role: 'supervisor', sub: 'nina', subject: 'supervisor::nina', expiresAt })
  const cookies = browser.cookiesOf(world.origin)
  expect([...cookies.keys()]).toEqual(['ringback-session'])
  expect(decodeJwt(cookies.get('ringback-session')!)).toMatchObject({ iss: idp.settings['AUTH_ISSUER'], sub: 'nina' })
})

test('an agent is that agent, and no other', async () => {
  const { idp, api, origin } = world
  const agentId = await api.engine.addAgent('busy')
  idp.claims = { role: 'agent', agentId }
  expect((await signIn()).url.href).toBe(`${origin}/`)
  const status = async (of: number) => (await browser.fetch(new URL(`/api/agents/${of}/desk`, origin))).status
  expect(await session()).toMatchObject({ role: 'agent', agentId })
  expect([await status(agentId), await status(agentId + 1)]).toEqual([200, 403])
})

test('a client with a secret shows it', async () => {
  await using confidential = await start({ isConfidential: true })
  await signIn(confidential)
  expect(await session(confidential)).toMatchObject({ role: 'supervisor' })
  await using wrong = await start({ isConfidential: true }, { AUTH_OIDC_CLIENT_SECRET: 'another one' })
  expect(whyNot(await signIn(wrong))).toMatchObject({ path: '/sign-in', error: 'provider-unavailable' })
})

test('that one can sign in so is told', async () => {
  expect((await world.api.ask(undefined, 'GET', '/api/session/options')).body).toEqual({ oidc: true })
})

test('the provider is asked by code, state, nonce and PKCE, for what the settings say', async () => {
  const { idp, origin } = world
  const before = idp.asked.length
  await signIn()
  const asked = idp.asked.slice(before).find(({ pathname }) => pathname === '/auth')!.searchParams
  expect(Object.fromEntries(asked)).toEqual({
    client_id: 'ringback-console',
    response_type: 'code',
    scope: 'openid',
    resource: idp.settings['AUTH_AUDIENCE'],
    redirect_uri: `${origin}/api/session/oidc/callback`,
    state: expect.stringMatching(/^.{40,}$/),
    nonce: expect.stringMatching(/^.{40,}$/),
    code_challenge: expect.stringMatching(/^.{43}$/),
    code_challenge_method: 'S256',
  })
  const others = idp.asked.length
  await signIn(world, new Browser())
  const again = idp.asked.slice(others).find(({ pathname }) => pathname === '/auth')!.searchParams
  for (const name of ['state', 'nonce', 'code_challenge']) expect(again.get(name)).not.toBe(asked.get(name))
})

test('what is kept meanwhile is read by no script, for ten minutes, and sent when one comes back', async () => {
  const response = await browser.fetch(new URL('/api/session/oidc', world.origin))
  const [, ...attributes] = response.headers.get('set-cookie')!.split('; ')
  expect(attributes.toSorted()).toEqual(['HttpOnly', 'Max-Age=600', 'Path=/', 'SameSite=Lax'])
  expect(response.headers.get('cache-control')).toBe('no-store')
})

describe('nobody comes in', () => {
  const toCallback = async (by = browser) =>
    (await by.visit(`${world.origin}/api/session/oidc`, ({ pathname }) => pathname.endsWith('/callback'))).url
  const lost = {
    path: '/sign-in',
    error: 'sign-in-lost',
    reason: expect.stringContaining('begun last in this browser'),
  }
  const noSession = async () => expect(await session()).toMatchObject({ code: 'unauthorized' })

  test('whom the provider refuses', async () => {
    world.idp.person = undefined
    expect(whyNot(await signIn())).toEqual({
      path: '/sign-in',
      error: 'provider-refused',
      reason: 'The identity provider let nobody in (access_denied)',
    })
    await noSession()
  })

  test('with the callback of somebody else', async () => {
    const callback = await toCallback()
    const victim = new Browser()
    expect(whyNot(await goOn(callback, victim))).toEqual(lost)
    expect(victim.cookiesOf(world.origin).size).toBe(0)
    // Nor when that one has begun to sign in, too.
    await toCallback(victim)
    expect(whyNot(await goOn(callback, victim))).toEqual(lost)
    expect(victim.cookiesOf(world.origin).size).toBe(0)
  })

  test('twice by one callback', async () => {
    const callback = await toCallback()
    expect((await goOn(callback)).url.pathname).toBe('/')
    expect(whyNot(await goOn(callback))).toEqual(lost)
  })

  test.each([
    ['without its state', (url: URL) => url.searchParams.delete('state')],
    ['with another state', (url: URL) => url.searchParams.set('state', 'x'.repeat(43))],
  ])('%s', async (_how, change) => {
    const callback = await toCallback()
    change(callback)
    expect(whyNot(await goOn(callback))).toEqual(lost)
    await noSession()
  })

  test('with a code that the provider has not given', async () => {
    const callback = await toCallback()
    callback.searchParams.set('code', 'guess')
    expect(whyNot(await goOn(callback))).toMatchObject({ error: 'provider-unavailable' })
    await noSession()
  })

  test.each([
    ['verifier', 'another'.repeat(7)],
    ['nonce', 'another'.repeat(7)],
  ])('with another %s than was kept', async (name, value) => {
    const callback = await toCallback()
    const cookies = browser.cookiesOf(world.origin)
    const kept = JSON.parse(decodeURIComponent(cookies.get('ringback-sign-in')!)) as object
    cookies.set('ringback-sign-in', encodeURIComponent(JSON.stringify({ ...kept, [name]: value })))
    expect(whyNot(await goOn(callback))).toMatchObject({ error: 'provider-unavailable' })
    await noSession()
  })

  test.each(['nonsense', '{}', '{"state":1}', '%'])('with %j kept', async (text) => {
    const callback = await toCallback()
    browser.cookiesOf(world.origin).set('ringback-sign-in', text)
    expect(whyNot(await goOn(callback))).toEqual(lost)
  })

  test.each([
    ['no role', {}, 'its role is missing'],
    ['a role that there is not', { role: 'king' }, 'its role is missing or not right'],
    ['no agent', { role: 'agent' }, 'its agentId is missing'],
    ['more than a cookie holds', { role: 'supervisor', groups: 'x'.repeat(4_000) }, 'at most 3800 fit into a session'],
  ])('whose token says %s', async (_what, claims, reason) => {
    world.idp.claims = claims
    const why = { path: '/sign-in', error: 'token-refused', reason: expect.stringContaining(reason) }
    expect(whyNot(await signIn())).toEqual(why)
    await noSession()
    expect(world.api.engine.logged).toContainEqual(
      expect.objectContaining({ failure: 'token-refused', reason: expect.stringContaining(reason) }),
    )
  })

  test('whose token lives too long, or is meant for somebody else', async () => {
    await using long = await start({ tokenSeconds: 13 * 3_600 })
    expect(whyNot(await signIn(long))).toMatchObject({ reason: expect.stringContaining('more than 12 hours') })
    await using another = await start({}, { AUTH_AUDIENCE: 'another' })
    const refused = { error: 'token-refused', reason: "The token's aud is not the right one" }
    expect(whyNot(await signIn(another))).toMatchObject(refused)
  })

  test('while the provider is away', async () => {
    await using alone = await start({}, { AUTH_OIDC_ISSUER: 'http://127.0.0.1:9' })
    expect(whyNot(await signIn(alone))).toEqual({
      path: '/sign-in',
      error: 'provider-unavailable',
      reason: 'The identity provider does not answer',
    })
  })

  test('and no address can put words into the reason', async () => {
    const callback = await toCallback()
    callback.searchParams.delete('code')
    callback.searchParams.set('error', 'Call +1 555 0100')
    callback.searchParams.set('error_description', 'and say your password')
    const { reason } = whyNot(await goOn(callback)) as unknown as { reason: string }
    expect(reason).not.toMatch(/555|password/)
  })
})
