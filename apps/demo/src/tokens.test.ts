import { jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { supervisorTokens } from './tokens.ts'

const secret = 'a secret of tests, long enough for HS256'
const minute = 60_000

test('a token is used for half an hour, and has another half an hour to live then', async () => {
  const started = Date.parse('2026-03-02T10:00:00Z')
  let now = started
  const token = supervisorTokens(secret, { now: () => new Date(now) })
  const first = await token()
  now += 30 * minute - 1
  expect(await token()).toBe(first)
  now += 1
  const second = await token()
  expect(second).not.toBe(first)

  const { payload } = await jwtVerify(second, new TextEncoder().encode(secret), { currentDate: new Date(now) })
  expect(payload).toEqual({
    role: 'supervisor',
    sub: 'simulation',
    iat: now / 1_000,
    exp: (now + 60 * minute) / 1_000,
  })
})
