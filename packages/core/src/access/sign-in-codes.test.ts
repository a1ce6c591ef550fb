import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dayMs, makeSignInCode, prune, signInCodeMinutes, useSignInCode, type CodeBearer } from '../index.ts'

const secret = 'a secret of tests, long enough for HS256'
const grace: CodeBearer = { role: 'agent', agentId: 7, sub: 'agent-7' }

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

const make = (bearer = grace) => makeSignInCode(engine.sql, { bearer, secret, now: engine.time.now() })
const use = (code: string, secrets = [secret]) => useSignInCode(engine.sql, { code, secrets, now: engine.time.now() })
const refused = (because: string) => ({ kind: 'refused', because })

test('a code stands for whom it was made, once', async () => {
  const code = await make()
  expect(await use(code)).toEqual({ kind: 'used', bearer: grace })
  expect(await use(code)).toEqual(refused('spent'))
})

test('of those who come with it at the same moment one gets in', async () => {
  const code = await make()
  const uses = await Promise.all(Array.from({ length: 8 }, () => use(code)))
  expect(uses.filter(({ kind }) => kind === 'used')).toHaveLength(1)
})

test('it is over after a quarter of an hour, and forgotten a day later', async () => {
  const code = await make()
  engine.time.advance(signInCodeMinutes * 60_000 - 1)
  const inTime = await make()
  engine.time.advance(1)
  expect(await use(code)).toEqual(refused('over'))
  expect((await use(inTime)).kind).toBe('used')
  engine.time.advance(dayMs + 1)
  await prune(engine.deps)
  expect(await use(code)).toEqual(refused('unknown'))
  expect(await engine.sql`select from sign_in_codes`).toHaveLength(1)
})

test('a code that nobody made, or made with another secret, is unknown; one of a previous secret is known', async () => {
  const code = await make()
  expect(await use(`${code}x`)).toEqual(refused('unknown'))
  expect(await use(code, ['another secret, that nobody here knows of'])).toEqual(refused('unknown'))
  expect((await use(code, ['a new secret, which nothing was sealed with', secret])).kind).toBe('used')
})

test('the code itself is stored nowhere', async () => {
  const code = await make()
  const stored = await engine.sql`select * from sign_in_codes`
  expect(stored).toHaveLength(1)
  expect(JSON.stringify(stored)).not.toContain(code)
})

test.each([
  { role: 'supervisor', agentId: null },
  { agentId: 8 },
  { sub: 'nina' },
  { expiresAt: new Date('2099-01-01T00:00:00Z') },
  { seal: 'short' },
])('a row that was changed to %j opens nothing', async (change) => {
  const code = await make()
  await engine.sql`update sign_in_codes set ${engine.sql(change)}`
  expect(await use(code)).toEqual(refused('unknown'))
})
