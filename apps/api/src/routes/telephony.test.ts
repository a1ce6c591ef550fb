import { claimNextCall, getCallback } from '@ringback/core'
import { callSessions } from '@ringback/db'
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'
import { tokenOf } from '../testing/tokens.ts'

const token = '0123456789abcdef0123456789abcdef'
const previous = 'ffffffffffffffffffffffffffffffff'
const publicUrl = 'https://calls.example.com/ringback'
const path = '/api/telephony/twilio'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi({ TWILIO_AUTH_TOKEN: `${token}, ${previous}`, PUBLIC_URL: `${publicUrl}/` })
})
afterAll(() => api.close())

/** An agent who has claimed a callback. */
async function claimed() {
  const { engine } = api
  const agentId = await engine.addAgent('available')
  const { id: callbackId } = await engine.addCallback({ preferredAgentId: agentId })
  await engine.route(callbackId)
  const { callSessionId } = (await claimNextCall(engine.deps, { agentId }))!
  return { agentId, callbackId, callSessionId }
}
const call = (id: string) => callSessions.get(api.engine.sql, id)

interface Sent {
  query?: string
  signature?: string
  by?: string
  headers?: Record<string, string>
}

/** What Twilio sends when the status of a call changes. */
async function twilioSends(
  fields: Record<string, string>,
  { query = '', by = token, signature, headers }: Sent = {},
  to = api,
) {
  const url = path + query
  const signed = signature ?? getExpectedTwilioSignature(by, publicUrl + url, fields)
  return to.ask(undefined, 'POST', url, {
    body: new URLSearchParams(fields).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': signed,
      ...headers,
    },
  })
}

/** As Twilio has it. */
const status = (CallSid: string, CallStatus: string, more: Record<string, string> = {}) => ({
  AccountSid: 'AC0123456789abcdef0123456789abcdef',
  ApiVersion: '2010-04-01',
  CallSid,
  CallStatus,
  Direction: 'outbound-api',
  From: '+12025550199',
  To: '+12025550100',
  CallbackSource: 'call-progress-events',
  Timestamp: 'Mon, 02 Mar 2026 10:00:00 +0000',
  ...more,
})

describe('a status callback of Twilio', () => {
  test.each([
    ['no-answer', {}, 'no_answer'],
    ['busy', {}, 'busy'],
    ['failed', {}, 'failed'],
    ['completed', { AnsweredBy: 'machine_end_beep', CallDuration: '9' }, 'voicemail'],
    ['completed', { AnsweredBy: 'human', CallDuration: '9' }, null],
    ['completed', { AnsweredBy: '', CallDuration: '' }, null],
    ['canceled', {}, null],
  ])('%s %j comes to the outcome %s', async (said, more, outcomeType) => {
    const { callSessionId, callbackId } = await claimed()
    const sid = `CA${callSessionId}`
    const query = `?callSessionId=${callSessionId}`
    const began = await twilioSends(status(sid, 'initiated', { SequenceNumber: '0' }), { query })
    expect(began).toMatchObject({ status: 204, text: '' })
    expect(await call(callSessionId)).toMatchObject({ status: 'in_progress', twilioCallSid: sid, telephonySequence: 0 })

    const ended = await twilioSends(status(sid, said, { SequenceNumber: '2', ...more }))
    expect(ended.status).toBe(204)
    expect(await call(callSessionId)).toMatchObject({
      status: 'completed',
      lastOutcomeType: outcomeType,
      outcomeFromTelephony: outcomeType !== null,
      durationSeconds: 'CallDuration' in more && more.CallDuration ? 9 : 0,
      telephonySequence: 2,
    })
    if (outcomeType === null) return
    const { history } = await getCallback(api.engine.deps, callbackId)
    expect(history.at(-1)).toMatchObject({ kind: 'completed', actor: { role: 'service', sub: 'twilio' } })
  })

  test('of an inbound call opens a session by the number, and ends it', async () => {
    await api.service.put('/api/users/7001', { name: 'Ada', phone: '+49 30 901820' })
    const inbound = { Direction: 'inbound', From: '+4930901820' }
    await twilioSends(status('CAin', 'in-progress', inbound))
    expect(await callSessions.getByTwilioSid(api.engine.sql, 'CAin')).toMatchObject({
      userId: '7001',
      direction: 'inbound',
      status: 'in_progress',
    })
    await twilioSends(status('CAin', 'completed', { ...inbound, CallDuration: '33' }))
    expect(await callSessions.getByTwilioSid(api.engine.sql, 'CAin')).toMatchObject({
      status: 'completed',
      durationSeconds: 33,
    })
  })

  test('of a call that is not Ringback’s, and from an unknown number, is answered like any other', async () => {
    expect((await twilioSends(status('CAother', 'completed'))).status).toBe(204)
    expect((await twilioSends(status('CAagent', 'ringing', { Direction: 'inbound', From: 'client:ada' }))).status).toBe(
      204,
    )
    expect(await callSessions.getByTwilioSid(api.engine.sql, 'CAagent')).toBeUndefined()
  })

  test('signed with the token that is going is good, too', async () => {
    expect((await twilioSends(status('CAold', 'ringing'), { by: previous })).status).toBe(204)
  })

  test('with another signature, or none, is refused, and nothing is done', async () => {
    const { callSessionId } = await claimed()
    const query = `?callSessionId=${callSessionId}`
    const fields = status('CAforged', 'no-answer')
    const wrong: Sent[] = [
      { query, by: 'another token, that is not this one' },
      { query, signature: '' },
      { query, signature: getExpectedTwilioSignature(token, publicUrl + path, fields) },
      { query, signature: getExpectedTwilioSignature(token, `http://localhost${path}${query}`, fields) },
      // What a proxy says of the address is nothing that anybody has signed.
      {
        query,
        signature: getExpectedTwilioSignature(token, `https://evil.example${path}${query}`, fields),
        headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      },
    ]
    for (const sent of wrong) {
      expect(await twilioSends(fields, sent)).toMatchObject({ status: 403, body: { code: 'signature-invalid' } })
    }
    expect(await call(callSessionId)).toMatchObject({ status: 'in_progress', twilioCallSid: null })
  })

  test('that came through a proxy counts by the address that Twilio called', async () => {
    const { callSessionId } = await claimed()
    const query = `?callSessionId=${callSessionId}`
    const headers = { host: 'ringback.internal:3000', 'x-forwarded-proto': 'http', 'x-forwarded-for': '203.0.113.9' }
    expect((await twilioSends(status('CAproxy', 'busy'), { query, headers })).status).toBe(204)
    expect(await call(callSessionId)).toMatchObject({ lastOutcomeType: 'busy' })
  })

  test.each([
    ['no status', { CallSid: 'CA1' }, '', 'body.CallStatus'],
    ['no call', { CallStatus: 'busy' }, '', 'body.CallSid'],
    ['a sequence that is none', status('CA1', 'busy', { SequenceNumber: '-1' }), '', 'body.SequenceNumber'],
    ['a misspelt query string', status('CA1', 'busy'), '?callSession=1', 'querystring'],
  ])('that says %s is refused with what is wrong', async (_, fields, query, where) => {
    const { status: code, body } = await twilioSends(fields, { query })
    expect({ code, paths: body.errors.map((error: { path: string }) => error.path) }).toEqual({
      code: 400,
      paths: [where],
    })
  })

  test('about a call session that there is not is refused', async () => {
    const query = '?callSessionId=00000000-0000-4000-8000-000000000000'
    const answer = await twilioSends(status('CA1', 'busy'), { query })
    expect(answer).toMatchObject({ status: 422, body: { code: 'unknown-call-session' } })
  })

  test('is a form, and a short one', async () => {
    const json = await api.ask(undefined, 'POST', path, { body: status('CA1', 'busy') })
    expect(json).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } })
    const long = await twilioSends(status('CA1', 'busy', { Note: 'x'.repeat(65_536) }))
    expect(long).toMatchObject({ status: 413, body: { code: 'body-too-large' } })
  })
})

test('no other route reads forms', async () => {
  const answer = await api.ask(await tokenOf.service(), 'POST', '/api/telephony/events', {
    body: 'status=busy&externalCallId=CA1',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } })
})

test('without a token of Twilio there is no such route', async () => {
  await using other = await openTestApi()
  const answer = await twilioSends(status('CA1', 'busy'), {}, other)
  expect(answer).toMatchObject({ status: 404, body: { code: 'route-not-found' } })
  const { body } = await other.ask(undefined, 'GET', '/openapi.json')
  expect(Object.keys(body.paths)).not.toContain(path)
})

test('the document says what the route reads, and that no token is needed', async () => {
  const { body: document } = await api.ask(undefined, 'GET', '/openapi.json')
  const { post } = document.paths[path]
  expect(post).toMatchObject({ security: [], requestBody: { required: true } })
  expect(Object.keys(post.requestBody.content)).toEqual(['application/x-www-form-urlencoded'])
  expect(Object.keys(post.responses)).toEqual(expect.arrayContaining(['204', '403', '429']))
})

test('whoever cannot sign is held off after some attempts, and Twilio, from elsewhere, is not', async () => {
  await using other = await openTestApi({
    TWILIO_AUTH_TOKEN: token,
    PUBLIC_URL: publicUrl,
    AUTH_FAILURES_PER_MINUTE: '3',
    API_TRUSTED_PROXIES: '127.0.0.0/8',
  })
  const from = async (address: string, by: string) =>
    (await twilioSends(status('CA1', 'busy'), { by, headers: { 'x-forwarded-for': address } }, other)).status
  const forged = 'a token that nobody here has'
  for (const expected of [403, 403, 403, 429]) expect(await from('203.0.113.1', forged)).toBe(expected)
  expect(await from('203.0.113.1', token)).toBe(429)
  expect(await from('203.0.113.2', token)).toBe(204)
})

test('what is signed counts against one limit, and what is not against none', async () => {
  await using other = await openTestApi({
    TWILIO_AUTH_TOKEN: token,
    PUBLIC_URL: publicUrl,
    RATE_LIMIT_SERVICE_PER_MINUTE: '3',
  })
  const sends = (by = token) => twilioSends(status('CA1', 'busy'), { by }, other)
  // Nobody is counted until the connection stands.
  await vi.waitUntil(async () => (await sends()).headers['x-ratelimit-limit'] === '3')
  for (let i = 0; i < 5; i++) expect((await sends('a token that nobody here has')).status).toBe(403)
  const answers = []
  for (let i = 0; i < 30 && answers.at(-1)?.status !== 429; i++) answers.push(await sends())
  expect(answers.at(-1)).toMatchObject({ status: 429, body: { code: 'rate-limited' } })
  expect((await other.service.get('/api/agents')).status).toBe(200)
})

describe('POST /api/telephony/events', () => {
  test('says what it made of the event', async () => {
    const { callSessionId } = await claimed()
    const url = '/api/telephony/events'
    const rings = await api.service.post(url, { callSessionId, externalCallId: 'x-1', status: 'ringing', sequence: 1 })
    expect(rings).toMatchObject({
      status: 200,
      body: {
        callSession: { id: callSessionId, twilioCallSid: 'x-1', status: 'in_progress' },
        applied: true,
        reason: null,
      },
    })
    const ended = await api.service.post(url, { externalCallId: 'x-1', status: 'no_answer', sequence: 2 })
    expect(ended.body).toMatchObject({
      callSession: { lastOutcomeType: 'no_answer', outcomeFromTelephony: true },
      applied: true,
    })
    const late = await api.service.post(url, { externalCallId: 'x-1', status: 'in_progress', sequence: 1 })
    expect(late.body).toMatchObject({ applied: false, reason: 'late', callSession: { id: callSessionId } })
    const unknown = await api.service.post(url, { externalCallId: 'x-2', status: 'busy' })
    expect(unknown).toMatchObject({ status: 200, body: { callSession: null, applied: false, reason: 'unknown-call' } })
  })

  test('is refused without an id, and by an id that there is not', async () => {
    const none = await api.service.post('/api/telephony/events', { status: 'busy' })
    expect(none).toMatchObject({ status: 400, body: { errors: [{ path: 'body.externalCallId' }] } })
    const callSessionId = '00000000-0000-4000-8000-000000000000'
    const unknown = await api.service.post('/api/telephony/events', { callSessionId, status: 'busy' })
    expect(unknown).toMatchObject({ status: 422, body: { code: 'unknown-call-session' } })
  })

  test('tells the agent who comes later what stands, and takes its notes', async () => {
    const { callSessionId, agentId } = await claimed()
    await api.service.post('/api/telephony/events', { callSessionId, status: 'no_answer' })
    const outcome = `/api/call-sessions/${callSessionId}/outcome`
    const other = await api.as(agentId).post(outcome, { outcomeType: 'resolved' })
    expect(other).toMatchObject({ status: 409, body: { code: 'outcome-recorded' } })
    expect(other.body.detail).toContain('no_answer')
    const same = await api.as(agentId).post(outcome, { outcomeType: 'no_answer', notes: 'rang out' })
    expect(same).toMatchObject({ status: 200, body: { callSession: { outcomeNotes: 'rang out' } } })
  })
})
