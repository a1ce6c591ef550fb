import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import { expect, test } from 'vitest'
import { loadConfig, tokenRulesOf } from '../config.ts'
import { tokenReader } from './tokens.ts'

const page = readFileSync(join(import.meta.dirname, '../../../../docs/authentication.md'), 'utf8')

test('the token that docs/authentication.md shows is one of an agent, by the settings beside it', async () => {
  const [, json] = /<!-- agent-token -->\s+```json\n([^`]*)```/.exec(page)!
  const shown = JSON.parse(json!) as JWTPayload & { iat: number; exp: number }
  const settings = Object.fromEntries(
    [...page.matchAll(/`(AUTH_(?:ISSUER|AUDIENCE))=([^`]+)`/g)].map(([, ...it]) => it),
  )
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const rules = tokenRulesOf(
    loadConfig({
      DATABASE_URL: 'postgres://127.0.0.1/ringback',
      REDIS_URL: 'redis://127.0.0.1',
      AUTH_JWKS_URL: 'https://login.example.com/keys',
      ...settings,
    }),
  )
  const read = tokenReader(rules, { key: async () => publicKey, version: () => 1, stop: async () => {} })
  const iat = Math.floor(Date.now() / 1_000)
  const issuedNow = { ...shown, iat, exp: iat + shown.exp - shown.iat }
  const token = await new SignJWT(issuedNow).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
  expect(await read(token)).toMatchObject({ role: 'agent', agentId: 7 })
})
