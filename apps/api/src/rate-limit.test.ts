import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestApi, type TestApi } from './testing/api.ts'
import { sign, tokenOf } from './testing/tokens.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi({ RATE_LIMIT_PER_MINUTE: '3', RATE_LIMIT_SERVICE_PER_MINUTE: '5' })
  // Nobody is counted until the connection stands.
  const { get } = api.as(1)
  await vi.waitUntil(async () => (await get('/api/agents')).headers['x-ratelimit-limit'] === '3')
})
afterAll(() => api.close())

/**
 * Asks until the limit is reached. A counter that Redis does not answer in time lets a request pass, and all of the limit
 * remains: on a slow machine there are such requests, and only they may come on top.
 */
async function askUntilRefused(ask: () => Promise<Answer>): Promise<{ counted: Answer[]; refused: Answer }> {
  const counted: Answer[] = []
  for (let asked = 0; asked < 30; asked++) {
    const answer = await ask()
    if (answer.status === 429) return { counted, refused: answer }
    if (answer.headers['x-ratelimit-remaining'] !== answer.headers['x-ratelimit-limit']) counted.push(answer)
  }
  throw new Error('Thirty requests were answered, and three are allowed')
}
type Answer = Awaited<ReturnType<TestApi['service']['get']>>
const remaining = (answers: Answer[]) => answers.map(({ headers }) => headers['x-ratelimit-remaining'])

test('a bearer who asks too often is told when to try again, and others are not held up', async () => {
  const { counted, refused } = await askUntilRefused(() => api.supervisor.get('/api/agents'))
  expect(counted.map((answer) => answer.status)).toEqual([200, 200, 200])
  expect(remaining(counted)).toEqual(['2', '1', '0'])
  expect(refused).toMatchObject({ body: { code: 'rate-limited', status: 429 } })
  expect(refused.headers['content-type']).toBe('application/problem+json')
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60)
  expect((await api.as(2).get('/api/agents')).status).toBe(403)
})

test.each(['service', 'desk'] as const)('a %s asks for many, and has a limit of its own', async (role) => {
  const token = await tokenOf[role]()
  const { counted } = await askUntilRefused(() => api.ask(token, 'GET', '/api/agents'))
  expect(remaining(counted)).toEqual(['4', '3', '2', '1', '0'])
})

test('requests that are forbidden count too', async () => {
  const agent = api.as(5)
  const { counted, refused } = await askUntilRefused(() => agent.get('/api/agents'))
  expect(counted.map((answer) => answer.status)).toEqual([403, 403, 403])
  expect(remaining(counted)).toEqual(['2', '1', '0'])
  expect(refused.status).toBe(429)
})

test('a bearer with many tokens has one limit', async () => {
  let signed = 0
  const ask = async () =>
    api.ask(await sign({ role: 'viewer', sub: 'wall', jti: `token ${++signed}` }), 'GET', '/api/agents')
  const { counted } = await askUntilRefused(ask)
  expect(remaining(counted)).toEqual(['2', '1', '0'])
})

test('nobody is named in Redis', async () => {
  const keys = await api.engine.redis.keys(`${api.engine.redisPrefix}:rate-limit:*`)
  expect(keys).toHaveLength(7)
  for (const key of keys) {
    expect(key).toMatch(/:rate-limit:[\w-]{43}$/)
    expect(await api.engine.redis.pttl(key)).toBeGreaterThan(0)
  }
})

test('0 turns the limit off', async () => {
  await using unlimited = await openTestApi({ RATE_LIMIT_PER_MINUTE: '0' })
  const answer = await unlimited.service.get('/api/agents')
  expect(answer.status).toBe(200)
  expect(answer.headers).not.toHaveProperty('x-ratelimit-limit')
})

test('where one of the two is turned off, the other one counts', async () => {
  await using partly = await openTestApi({ RATE_LIMIT_PER_MINUTE: '0', RATE_LIMIT_SERVICE_PER_MINUTE: '9' })
  const limitOf = async (caller: TestApi['service']) => (await caller.get('/api/agents')).headers['x-ratelimit-limit']
  await vi.waitUntil(async () => (await limitOf(partly.service)) === '9')
  expect(await limitOf(partly.supervisor)).toBeUndefined()
})
