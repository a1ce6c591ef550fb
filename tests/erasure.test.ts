import { openTestEngine, startApp, type AppProcess, type TestEngine } from '@ringback/testing'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tokenOf, testSecret } from '../apps/api/src/testing/tokens.ts'

/** In every canary of our own words, and not hexadecimal: an id made by chance never holds it. */
const afterwards = 'b41z'
/** What a client may send of a user, each as nothing else is: by name, what other systems know it by, and what is said. */
const canaries = {
  name: 'Canary Name b41z',
  phone: '+1 555 0147 b41z',
  phoneE164: '+12025550147',
  timeZone: 'Antarctica/Troll',
  region: 'AQ-CAN',
  localTime: '2998-07-07T07:07:00',
  callbackReason: 'canary reason b41z',
  nextCallbackReason: 'canary next reason b41z',
  cancelReason: 'canary cancelled b41z',
  queueReason: 'canary queue reason b41z',
  claimId: 'canary-claim-b41z',
  signatureType: 'canary-signature-b41z',
  notes: 'canary notes b41z',
  blockReason: 'canary block reason b41z',
  twilioCallSid: 'CAcanary-b41z',
  userExternalId: 'canary-user-b41z',
  userMetadata: 'canary metadata of the user b41z',
  metadataKey: 'canary key b41z',
  externalId: 'canary-ticket-b41z',
  metadata: 'canary metadata b41z',
  updatedReason: 'canary updated b41z',
  key: 'canary-key-b41z',
}
const userId = '4711'
const agentId = 7

let engine: TestEngine
let processes: AppProcess[]
let lines: string[]
let api: string
beforeEach(async () => {
  engine = await openTestEngine({ startsAt: new Date() })
  lines = []
  const env = { AUTH_JWT_SECRET: testSecret, LOG_LEVEL: 'trace', API_PORT: '0', RATE_LIMIT_PER_MINUTE: '10000' }
  const onLine = (line: string) => void lines.push(line)
  processes = await Promise.all([
    startApp(engine, 'api', 'api listens at', env, onLine),
    startApp(engine, 'worker', 'worker started', { LOG_LEVEL: 'trace' }, onLine),
  ])
  api = /api listens at (http[^"]+)/.exec(lines.join('\n'))![1]!
})
afterEach(async () => {
  await Promise.all(processes.map((one) => one.kill()))
  await engine.close()
})

let keys = 0

/** Asks; each POST under a key of its own, which is a canary, too. Returns the answer, and asks the same once more. */
async function ask(token: Promise<string>, method: string, path: string, body?: unknown) {
  const key = `${canaries.key}-${++keys}`
  const send = async () => {
    const response = await fetch(`${api}/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(method === 'POST' && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text), again: send }
  }
  return send()
}
const asService = (method: string, path: string, body?: unknown) => ask(tokenOf.service(), method, path, body)
const asAgent = (method: string, path: string, body?: unknown) => ask(tokenOf.agent(agentId), method, path, body)

type Asked = Awaited<ReturnType<typeof ask>>

async function ok(asking: Promise<Asked>): Promise<Asked> {
  const answer = await asking
  expect(answer.status, `answered: ${answer.text}`).toBeLessThan(300)
  return answer
}

/** Which tables hold `text`, in any column of any row. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await engine.sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`
  expect(tables.length).toBeGreaterThan(12)
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await engine.sql.unsafe(`select from ${name} t where strpos(t::text, $1) > 0 limit 1`, [text])
    if (rows.length > 0) found.push(name)
  }
  return found
}

/** Everything that Redis holds: every key with its value, of whatever type. */
async function contentsOfRedis(redis: Redis): Promise<string> {
  const contents: unknown[] = []
  for await (const page of redis.scanStream({ count: 1_000 }) as AsyncIterable<string[]>) {
    for (const key of page) contents.push(key, await valueOf(redis, key))
  }
  return JSON.stringify(contents)
}

async function valueOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key)
  switch (type) {
    case 'string':
      return redis.get(key)
    case 'hash':
      return redis.hgetall(key)
    case 'list':
      return redis.lrange(key, 0, -1)
    case 'set':
      return redis.smembers(key)
    case 'zset':
      return redis.zrange(key, '0', '-1')
    case 'stream':
      return redis.xrange(key, '-', '+')
    default:
      expect(type, `the type of ${key}`).toBe('none')
      return undefined
  }
}

/** A whole life, through every route that takes something of a user. Returns what was answered to POSTs. */
async function live(): Promise<{ answers: Asked[]; open: string; inbound: string }> {
  const answers: Asked[] = []
  const post = async (asking: Promise<Asked>) => {
    const answer = await ok(asking)
    answers.push(answer)
    return answer.body
  }
  await ok(asService('PUT', `/agents/${agentId}`, { firstName: 'Ada' }))
  await ok(asAgent('PUT', `/agents/${agentId}/session`, { status: 'busy' }))
  const { name, phone, phoneE164, timeZone, region } = canaries
  await ok(asService('PUT', `/users/${userId}`, { name, phone: phoneE164, timeZone, region }))
  expect(await tablesWith(phoneE164)).toEqual(['public.users'])
  const [externalId, metadata] = [canaries.userExternalId, { [canaries.metadataKey]: canaries.userMetadata }]
  await ok(asService('PUT', `/users/${userId}`, { name, phone, externalId, metadata }))
  await post(asService('POST', '/users/bulk', { items: [{ userId, name, phone, externalId, metadata }] }))
  await ok(asService('GET', `/users?externalId=${externalId}&name=${encodeURIComponent(name)}`))
  const { queueReason, claimId, signatureType } = canaries
  const place = { priorityScore: 3, queueReason, claimId, signatureType, signatureMissingSince: '2026-01-01T00:00:00Z' }
  // On the do-not-call list for a second: what is said there stays for longer.
  const block = { reason: canaries.blockReason, until: new Date(Date.now() + 1_000) }
  await ok(asService('PUT', `/do-not-call/user:${userId}`, block))
  const putBack = async () => (await asService('PUT', `/queues/unsigned_users/users/${userId}`, place)).status
  await expect.poll(putBack, { timeout: 20_000 }).toBe(200)
  for (const queueType of ['unsigned_users', 'outstanding_requests']) {
    await ok(asService('PUT', `/queues/${queueType}/users/${userId}`, place))
    await ok(asService('DELETE', `/queues/${queueType}/users/${userId}`))
  }
  await ok(asService('PUT', `/queues/unsigned_users/users/${userId}`, place))
  await ok(asAgent('GET', `/agents/${agentId}/next-call`))
  const ordinary = await post(asAgent('POST', `/agents/${agentId}/next-call`))
  expect(ordinary.user).toMatchObject({ name: canaries.name })
  await post(asAgent('POST', `/queue-entries/${ordinary.queueEntry.id}/release`))

  const promise = { userId, scheduledFor: '2026-01-02T00:00:00Z', callbackReason: canaries.callbackReason }
  const first = await post(asService('POST', '/callbacks', promise))
  await post(asAgent('POST', '/callbacks/accept', { callbackId: first.id, agentId }))
  await post(asAgent('POST', '/callbacks/snooze', { callbackId: first.id, agentId, minutes: 1 }))
  await post(asService('POST', '/callbacks/reschedule', { callbackId: first.id, scheduledFor: promise.scheduledFor }))
  await post(asAgent('POST', '/callbacks/accept', { callbackId: first.id, agentId }))
  const call = await post(asAgent('POST', `/agents/${agentId}/next-call`))
  expect(call.callback.id).toBe(first.id)
  const { twilioCallSid, notes } = canaries
  await post(asAgent('POST', '/call-sessions', { userId, direction: 'outbound', twilioCallSid }))
  const { nextCallback } = await post(
    asAgent('POST', `/call-sessions/${call.callSessionId}/outcome`, {
      outcomeType: 'callback_requested',
      notes,
      nextCallback: { scheduledFor: '2999-01-01T00:00:00Z', callbackReason: canaries.nextCallbackReason },
    }),
  )
  await post(asService('POST', '/callbacks/cancel', { callbackId: nextCallback.id, reason: canaries.cancelReason }))

  const inboundCall = { userId, direction: 'inbound', twilioCallSid: `${twilioCallSid}-2` }
  const ended = await post(asAgent('POST', '/call-sessions', inboundCall))
  await post(asAgent('POST', `/call-sessions/${ended.id}/complete`))
  await post(asAgent('POST', `/call-sessions/${ended.id}/outcome`, { outcomeType: 'resolved', notes }))
  const inbound = await post(asAgent('POST', '/call-sessions', { ...inboundCall, twilioCallSid: `${twilioCallSid}-3` }))

  const known = { externalId: canaries.externalId, metadata: { canary: canaries.metadata } }
  const wallClock = await post(
    asService('POST', '/callbacks', { userId, localTime: canaries.localTime, timeZone, ...known }),
  )
  await ok(asAgent('PATCH', `/callbacks/${wallClock.id}`, { callbackReason: canaries.updatedReason }))
  const { results } = await post(asService('POST', '/callbacks/bulk', { items: [{ ...promise, ...known }] }))
  expect(results).toEqual([{ index: 0, status: 'existing', id: wallClock.id }])

  // One that stays open, in a queue, where the workers have put it.
  const { id: open } = await post(asService('POST', '/callbacks', promise))
  await asService('POST', '/cron/callback-notifications')
  await expect.poll(() => engine.entryOf(open), { timeout: 20_000 }).toBeDefined()
  await ok(asService('GET', `/users/${userId}`))
  await ok(asService('GET', `/callbacks/${open}`))
  return { answers, open, inbound: inbound.id }
}

test('of a user who is erased nothing that anybody sent is left, in no table, not in Redis, and never in a log', async () => {
  const { answers, open, inbound } = await live()
  for (const [what, text] of Object.entries(canaries).filter(([name]) => name !== 'phoneE164'))
    expect(await tablesWith(text), `where ${what} is`).not.toEqual([])
  const counted = (await ok(asService('GET', '/debug/callback-monitoring'))).body.inbound

  await ok(asService('DELETE', `/users/${userId}`))
  expect(await asService('DELETE', `/users/${userId}`)).toMatchObject({ status: 404, body: { code: 'user-not-found' } })
  expect(await asService('GET', `/users/${userId}`)).toMatchObject({ status: 404 })

  // A call that was at work, a promise that stands, and requests that come once more.
  const told: Asked[] = [
    await ok(asAgent('POST', `/call-sessions/${inbound}/outcome`, { outcomeType: 'resolved', notes: canaries.notes })),
    await ok(asService('GET', `/callbacks/${open}`)),
  ]
  await asService('POST', '/cron/callback-notifications')
  const failed = async () => (await ok(asService('GET', `/callbacks/${open}`))).body.history.at(-1).kind
  await expect.poll(failed, { timeout: 20_000 }).toBe('routing_failed')
  told.push(await ok(asService('POST', '/callbacks/cancel', { callbackId: open, reason: canaries.cancelReason })))
  for (const { again } of answers) told.push(await again())
  for (const { text } of told) expect(text).not.toContain(afterwards)

  for (const [what, text] of Object.entries(canaries)) {
    // What was sent under a key after the user was erased tells of nobody: the key goes within a day, as all of them do.
    const left = (await tablesWith(text)).filter((table) => what !== 'key' || table !== 'public.idempotency_keys')
    expect.soft(left, what).toEqual([])
  }
  const stored = await engine.sql`select from idempotency_keys where response_body like ${`%${afterwards}%`}`
  expect(stored).toHaveLength(0)
  const redis = await contentsOfRedis(engine.redis as Redis)
  expect(redis).toContain(open) // It was looked at where jobs are kept.
  for (const text of Object.values(canaries)) expect(redis).not.toContain(text)
  expect(lines.filter((line) => line.includes(afterwards))).toEqual([])
  expect(lines.some((line) => line.includes('user erased'))).toBe(true)

  const { body } = await ok(asService('GET', '/debug/callback-monitoring'))
  expect(body.inbound).toEqual({ ...counted, withOutcome: counted.withOutcome + 1 })
})
