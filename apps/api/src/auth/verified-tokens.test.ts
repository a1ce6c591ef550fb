import { expect, test } from 'vitest'
import type { Principal } from './principal.ts'
import { verifiedTokens } from './verified-tokens.ts'

const minute = 60_000
const until = (expiresAt: number): Principal => ({
  role: 'agent',
  agentId: 7,
  sub: undefined,
  subject: 'agent:7:',
  expiresAt,
})
const principal = until(60 * minute)

test('a token is remembered for a minute, and never beyond its expiry', () => {
  const tokens = verifiedTokens()
  tokens.add('long', principal, 0)
  const short = until(1_000)
  tokens.add('short', short, 0)
  expect(tokens.get('long', minute - 1)).toBe(principal)
  expect(tokens.get('long', minute)).toBeUndefined()
  expect(tokens.get('short', 999)).toBe(short)
  expect(tokens.get('short', 1_000)).toBeUndefined()
})

test('a token that differs by a character is another one', () => {
  const tokens = verifiedTokens()
  tokens.add('token', principal, 0)
  expect(tokens.get('tokem', 0)).toBeUndefined()
})

test('all of them can be forgotten', () => {
  const tokens = verifiedTokens()
  tokens.add('token', principal, 0)
  tokens.clear()
  expect(tokens.get('token', 0)).toBeUndefined()
})

test('of too many the oldest are forgotten', () => {
  const tokens = verifiedTokens()
  for (let count = 0; count < 10_001; count++) tokens.add(`token ${count}`, principal, 0)
  expect(tokens.get('token 0', 0)).toBeUndefined()
  expect(tokens.get('token 1', 0)).toBe(principal)
  expect(tokens.get('token 10000', 0)).toBe(principal)
})
