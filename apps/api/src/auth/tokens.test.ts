import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sign, testSecret } from '../testing/tokens.ts'
import { followKeySet, type KeySet } from './key-set.ts'
import { tokenReader } from './tokens.ts'

const maxHours = 12
const unauthorized = expect.objectContaining({ code: 'unauthorized' })

/** The last character of a signature of 32 bytes holds two bits that mean nothing. */
function nextCharacter(character: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return alphabet[alphabet.indexOf(character) + 1]!
}

describe('with secrets', () => {
  const read = tokenReader({ secrets: [testSecret], maxHours })

  test('the claims say who asks, and different bearers are different subjects', async () => {
    expect(await read(await sign({ role: 'agent', agentId: 7 }))).toEqual({
      role: 'agent',
      agentId: 7,
      sub: undefined,
      subject: 'agent:7:',
      expiresAt: expect.any(Number),
    })
    expect(await read(await sign({ role: 'service', sub: 'crm' }))).toEqual({
      role: 'service',
      agentId: undefined,
      sub: 'crm',
      subject: 'service::crm',
      expiresAt: expect.any(Number),
    })
  })

  test('what is missing is told', async () => {
    await expect(read(await sign({ role: 'service' }))).rejects.toMatchObject({
      message: 'The token does not say who its bearer is: its sub is missing or not right',
    })
  })

  test('an agentId means nothing for other roles', async () => {
    expect((await read(await sign({ role: 'supervisor', sub: 'nina', agentId: 7 }))).agentId).toBeUndefined()
  })

  test.each([
    ['a role nobody has', { role: 'root' }],
    ['no role', {}],
    ['an agent without agentId', { role: 'agent' }],
    ['an agentId that is text', { role: 'agent', agentId: '7' }],
    ['a service without sub', { role: 'service' }],
    ['a supervisor without sub', { role: 'supervisor', sub: ' ' }],
    ['a sub that Postgres cannot hold', { role: 'service', sub: 'a\0b' }],
    ['a sub without end', { role: 'service', sub: 'x'.repeat(201) }],
    ['an agentId that is no whole number', { role: 'agent', agentId: 7.5 }],
    ['not valid yet', { role: 'supervisor', sub: 'nina', nbf: Math.floor(Date.now() / 1000) + 600 }],
  ] satisfies [string, JWTPayload][])('refused: %s', async (_case, claims) => {
    await expect(read(await sign(claims))).rejects.toEqual(unauthorized)
  })

  test('while secrets are changed, the previous ones go on to verify', async () => {
    const [next, previous, older] = [
      'the next secret, which is signed with now',
      testSecret,
      'one that is no longer known here',
    ] as const
    const reads = tokenReader({ secrets: [next, previous], maxHours })
    for (const secret of [next, previous]) {
      expect(await reads(await sign({ role: 'service', sub: 'crm' }, { secret }))).toMatchObject({ role: 'service' })
    }
    await expect(reads(await sign({ role: 'service', sub: 'crm' }, { secret: older }))).rejects.toEqual(unauthorized)
  })

  test.each([
    ['left-over bits', (token: string) => token.slice(0, -1) + nextCharacter(token.at(-1)!)],
    ['padding', (token: string) => `${token}=`],
    ['a character that is overlooked', (token: string) => token.replace('.', '!.')],
    ['the other alphabet', (token: string) => token.replaceAll('-', '+').replaceAll('_', '/')],
  ])('refused: another spelling of a token, by %s', async (_what, respelt) => {
    let token = await sign({ role: 'service', sub: 'crm' })
    for (let tried = 0; !/[-_]/.test(token); tried++) token = await sign({ role: 'service', sub: `crm ${tried}` })
    await expect(read(respelt(token))).rejects.toEqual(unauthorized)
    expect(await read(token)).toMatchObject({ role: 'service' })
  })

  const hour = 3_600
  const from = (start: number, hours: number) => {
    const now = Math.floor(Date.now() / 1_000)
    return sign(
      { role: 'service', sub: 'crm', iat: now + start },
      { expiresAt: new Date((now + start + hours * hour) * 1_000) },
    )
  }

  test.each([
    ['without end, nearly', () => sign({ role: 'supervisor', sub: 'nina' }, { expiresAt: new Date('5000-01-01') })],
    ['13 hours from now', () => sign({ role: 'service', sub: 'crm' }, { expiresAt: '13h' })],
    ['13 hours, most of which are over', () => from(-12 * hour, 13)],
    ['12 hours from tomorrow on', () => from(24 * hour, 12)],
  ])('refused: a life of %s', async (_life, token) => {
    await expect(read(await token())).rejects.toMatchObject({
      code: 'unauthorized',
      message: 'The token is valid for more than 12 hours, the longest allowed',
    })
  })

  test('the longest life is allowed, by a clock that is a little ahead, too', async () => {
    expect(await read(await from(0, 12))).toMatchObject({ role: 'service' })
    expect(await read(await from(30, 12))).toMatchObject({ role: 'service' })
  })

  test('refused: a token that never expires', async () => {
    const token = await new SignJWT({ role: 'supervisor', sub: 'nina' })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(testSecret))
    await expect(read(token)).rejects.toEqual(unauthorized)
  })

  test('refused: another algorithm with the same secret', async () => {
    const token = await new SignJWT({ role: 'supervisor', sub: 'nina' })
      .setProtectedHeader({ alg: 'HS512' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(testSecret.repeat(2)))
    await expect(read(token)).rejects.toEqual(unauthorized)
  })
})

describe('with a key set', () => {
  let keys: Server
  let keySet: { url: string; issuer: string; audience: string }
  let privateKey: CryptoKey
  let publicJwk: Record<string, unknown>
  let publishedKeys: KeySet

  beforeAll(async () => {
    const pair = await generateKeyPair('RS256', { extractable: true })
    privateKey = pair.privateKey
    publicJwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', use: 'sig' }
    keys = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [publicJwk] }))
    })
    await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/jwks.json`
    keySet = { url, issuer: 'https://login.example', audience: 'ringback' }
  })
  afterAll(() => void keys.close())
  beforeEach(() => {
    publishedKeys = followKeySet(keySet.url, pino({ level: 'silent' }))
  })
  afterEach(() => publishedKeys.stop())
  const reader = (secrets: string[] = []) => tokenReader({ secrets, maxHours, keySet }, publishedKeys)

  const ours = { iss: 'https://login.example', aud: 'ringback' }
  const signed = (kid = 'one', claims: JWTPayload = ours) =>
    new SignJWT({ role: 'agent', agentId: 3, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid })
      .setExpirationTime('1h')
      .sign(privateKey)

  test('its keys verify', async () => {
    expect(await reader()(await signed())).toMatchObject({ role: 'agent', agentId: 3 })
  })

  test.each([
    ['another issuer', { ...ours, iss: 'https://login.example/' }],
    ['no issuer', { aud: ours.aud }],
    ['another application', { ...ours, aud: 'payroll' }],
    ['no application', { iss: ours.iss }],
  ])('refused: a token of %s, signed with the right key', async (_whose, claims) => {
    await expect(reader()(await signed('one', claims))).rejects.toEqual(unauthorized)
  })

  test('a token for several applications is for us, too', async () => {
    const token = await signed('one', { ...ours, aud: ['payroll', 'ringback'] })
    expect(await reader()(token)).toMatchObject({ agentId: 3 })
  })

  test('refused: a key that is not in it', async () => {
    await expect(reader()(await signed('another'))).rejects.toEqual(unauthorized)
  })

  test('refused: HS256 signed with the public key as if it were a secret', async () => {
    const token = await new SignJWT({ role: 'supervisor', sub: 'nina' })
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(JSON.stringify(publicJwk)))
    await expect(reader()(token)).rejects.toEqual(unauthorized)
    await expect(reader([testSecret])(token)).rejects.toEqual(unauthorized)
  })

  test('without a secret HS256 verifies nothing', async () => {
    await expect(reader()(await sign({ role: 'supervisor', sub: 'nina' }))).rejects.toEqual(unauthorized)
  })

  test('beside it the secret goes on to verify HS256', async () => {
    expect(await reader([testSecret])(await sign({ role: 'supervisor', sub: 'nina' }))).toMatchObject({
      role: 'supervisor',
    })
  })
})
