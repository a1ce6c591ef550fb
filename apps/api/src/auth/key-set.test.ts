import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { followKeySet } from './key-set.ts'
import { tokenReader } from './tokens.ts'

const ours = { iss: 'https://login.example', aud: 'ringback' }
const minute = 60_000

interface Pair {
  jwk: JWK
  /** A token that is signed with it; no two are the same. */
  token: (claims?: JWTPayload) => Promise<string>
}

async function pairOf(kid: string): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  let signed = 0
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' },
    token: () =>
      new SignJWT({ role: 'agent', agentId: 3, jti: String(++signed), ...ours })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setExpirationTime('1h')
        .sign(privateKey),
  }
}

/** A server of keys that can be away, and a reader of tokens that follows it. */
async function openKeyServer(pairs: Pair[], options?: { everyMs: number }) {
  const server = { published: pairs.map(({ jwk }) => jwk), isAway: false, asked: 0 }
  const http = createServer((_request, response) => {
    server.asked++
    if (server.isAway) response.writeHead(500).end()
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: server.published }))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/jwks.json`
  const lines: string[] = []
  const log = pino({}, { write: (line) => void lines.push(line) })
  const keys = followKeySet(url, log, options)
  onTestFinished(async () => {
    await keys.stop()
    http.close()
  })
  const rules = { secrets: [], maxHours: 12, keySet: { url, issuer: ours.iss, audience: ours.aud } }
  return { server, read: tokenReader(rules, keys), log: () => lines.join('') }
}

const agent = expect.objectContaining({ role: 'agent', agentId: 3 })

let one: Pair
let two: Pair
beforeEach(async () => {
  one = await pairOf('one')
  two = await pairOf('two')
})
afterEach(() => void vi.useRealTimers())

test('however many tokens come, the keys are fetched once', async () => {
  const { server, read } = await openKeyServer([one])
  const tokens = await Promise.all(Array.from({ length: 20 }, () => one.token()))
  expect(await Promise.all(tokens.map(read))).toEqual(tokens.map(() => agent))
  expect(server.asked).toBe(1)
})

test('while the server of keys is away, those that are known go on to verify', async () => {
  const { server, read, log } = await openKeyServer([one], { everyMs: 50 })
  expect(await read(await one.token())).toEqual(agent)
  server.isAway = true
  await expect.poll(log).toContain('task failed')
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30 * minute })
  expect(await read(await one.token())).toEqual(agent)
  server.isAway = false
  await expect.poll(log, { timeout: 10_000 }).toContain('task works again')
})

test('a key that is taken out is trusted no longer, nor what it has verified', async () => {
  const { server, read } = await openKeyServer([one, two], { everyMs: 50 })
  const token = await one.token()
  expect(await read(token)).toEqual(agent)
  server.published = [two.jwk]
  const answer = () =>
    read(token).then(
      () => 'accepted',
      (error: { code: string }) => error.code,
    )
  await expect.poll(answer).toBe('unauthorized')
  expect(await read(await two.token())).toEqual(agent)
})

test('a key that is new is fetched when it is needed, and a token of no key does not ask again and again', async () => {
  const { server, read } = await openKeyServer([one])
  expect(await read(await one.token())).toEqual(agent)
  server.published = [one.jwk, two.jwk]
  const answer = async () =>
    read(await two.token()).then(
      ({ agentId }) => agentId,
      (error: { code: string }) => error.code,
    )
  await expect.poll(answer, { timeout: 10_000 }).toBe(3)
  const { asked } = server
  const other = await pairOf('other')
  for (let count = 0; count < 50; count++)
    await expect(read(await other.token())).rejects.toMatchObject({ code: 'unauthorized' })
  expect(server.asked - asked).toBeLessThan(25)
})

test('keys that could not be fetched yet are no fault of the token, and are not asked for again with each', async () => {
  const { server, read } = await openKeyServer([one])
  server.isAway = true
  for (let count = 0; count < 50; count++) {
    await expect(read(await one.token())).rejects.toMatchObject({ code: 'token-keys-unavailable' })
  }
  expect(server.asked).toBeLessThan(10)
  server.isAway = false
  const answer = async () =>
    read(await one.token()).then(
      ({ agentId }) => agentId,
      (error: { code: string }) => error.code,
    )
  await expect.poll(answer, { timeout: 15_000 }).toBe(3)
})

test('an answer that is no key set leaves the last one', async () => {
  const { server, read, log } = await openKeyServer([one], { everyMs: 50 })
  expect(await read(await one.token())).toEqual(agent)
  server.published = 'maintenance' as unknown as JWK[]
  await expect.poll(log).toContain('task failed')
  expect(await read(await one.token())).toEqual(agent)
})
