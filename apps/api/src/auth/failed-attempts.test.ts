import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'
import { tokenOf } from '../testing/tokens.ts'

const password = 'of the board'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi({
    ADMIN_PASSWORD: password,
    AUTH_FAILURES_PER_MINUTE: '3',
    API_TRUSTED_PROXIES: '10.0.0.1, fd00::/8',
  })
})
afterAll(() => api.close())

const inject = (url: string, remoteAddress: string, headers: Record<string, string> = {}) =>
  api.app.inject({ method: 'GET', url, remoteAddress, headers })
const basic = (secret: string) => ({ authorization: `Basic ${Buffer.from(`supervisor:${secret}`).toString('base64')}` })
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const board = (address: string, secret: string) => inject('/admin/queues', address, basic(secret))

async function statuses(times: number, ask: (index: number) => Promise<{ statusCode: number }>): Promise<number[]> {
  const all: number[] = []
  for (let index = 0; index < times; index++) all.push((await ask(index)).statusCode)
  return all
}

test('of guesses at the password of Bull Board the fourth is not looked at, right or wrong', async () => {
  expect(await statuses(4, () => board('192.0.2.1', 'guess'))).toEqual([401, 401, 401, 429])
  const right = await board('192.0.2.1', password)
  expect(right).toMatchObject({ statusCode: 429 })
  expect(right.json()).toMatchObject({
    code: 'rate-limited',
    detail: expect.stringMatching(/^Too many attempts from this/),
  })
  expect(Number(right.headers['retry-after'])).toBeGreaterThan(0)
  expect((await board('192.0.2.2', password)).statusCode).toBe(200)
})

test('a browser that asks without a password, and the supervisor, use up nothing', async () => {
  expect(await statuses(5, () => inject('/admin/queues', '192.0.2.3'))).toEqual([401, 401, 401, 401, 401])
  expect(await statuses(5, () => board('192.0.2.3', password))).toEqual([200, 200, 200, 200, 200])
})

test('tokens that nobody signed are refused, then turned away; who has a token is not held up', async () => {
  const forged = await tokenOf.forged()
  const guesses = [{}, bearer('guess'), bearer(forged), bearer(forged), {}]
  expect(await statuses(5, (index) => inject('/api/agents', '192.0.2.4', guesses[index]))).toEqual([
    401, 401, 401, 429, 429,
  ])
  expect((await inject('/api/agents', '192.0.2.4', bearer(await tokenOf.service()))).statusCode).toBe(200)
})

test('tokens that have expired are refused as often as they come', async () => {
  const expired = bearer(await tokenOf.expired())
  expect(await statuses(5, () => inject('/api/agents', '192.0.2.5', expired))).toEqual([401, 401, 401, 401, 401])
})

test('addresses of one IPv6 network count as one', async () => {
  expect(await statuses(4, (index) => board(`2001:db8::${index}`, 'guess'))).toEqual([401, 401, 401, 429])
  expect((await board('2001:db8:0:1::1', 'guess')).statusCode).toBe(401)
})

test('behind a proxy that is trusted the address is that of the client, and nobody else may name one', async () => {
  const from = (client: string) => ({ 'x-forwarded-for': client })
  expect(await statuses(4, (index) => inject('/api/agents', '10.0.0.1', from(`198.51.100.${index}`)))).toEqual([
    401, 401, 401, 401,
  ])
  expect(await statuses(4, () => inject('/api/agents', 'fd00::7', from('198.51.100.9')))).toEqual([401, 401, 401, 429])
  expect(await statuses(4, (index) => inject('/api/agents', '192.0.2.6', from(`198.51.100.${index}`)))).toEqual([
    401, 401, 401, 429,
  ])
})

test('the log tells the address, once that there are many, and no more than thirty refusals of a stranger', async () => {
  const linesOf = (address: string) =>
    api.engine.logged.filter((line) => (line as { address?: string }).address === address)
  for (const url of ['/api/agents', '/nothing']) await statuses(50, () => inject(url, '192.0.2.7'))
  const refusals = linesOf('192.0.2.7').filter((line) => (line as { msg: string }).msg === 'request')
  expect(refusals).toHaveLength(30)
  expect(refusals[0]).toMatchObject({ route: '/api/agents', status: 401, address: '192.0.2.7' })
  const others = linesOf('192.0.2.7').filter((line) => (line as { msg: string }).msg !== 'request')
  expect(others.map((line) => (line as { msg: string }).msg)).toEqual([
    'attempts to get in fail; no more this minute',
    'many refusals; no more are logged this minute',
  ])
})

test('refusals of those who have a token are all in the log', async () => {
  const agent = bearer(await tokenOf.agent(7))
  await statuses(40, () => inject('/api/agents', '192.0.2.8', agent))
  const lines = api.engine.logged.filter((line) => (line as { address?: string }).address === '192.0.2.8')
  expect(lines).toHaveLength(40)
})
