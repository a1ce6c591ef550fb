import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApiProcess } from './testing/process.ts'
import { sign, tokenOf } from './testing/tokens.ts'

const phone = '+15550199canary'
const reason = 'reason canary 8f1e'
const password = 'password canary 77aa'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine.close())

test('phones, reasons, tokens, passwords and statements show up in no log and no refusal', async () => {
  const api = startApiProcess(engine, { ADMIN_PASSWORD: password, LOG_LEVEL: 'trace' })
  const url = await api.url()
  const token = await tokenOf.supervisor()
  const refusals: string[] = []
  const send = async (method: string, path: string, authorization: string, body?: object | string) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization,
        ...(body !== undefined && { 'content-type': 'application/json', 'idempotency-key': 'canary' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const answer = await response.text()
    if (response.status >= 400) refusals.push(answer)
    return { status: response.status, answer }
  }
  const ask = (method: string, path: string, body?: object | string) => send(method, path, `Bearer ${token}`, body)

  // What is done as it should be.
  const agentId = await engine.addAgent('available')
  await ask('PUT', '/api/users/1', { name: 'Canary', phone })
  const { answer } = await ask('POST', '/api/callbacks', {
    userId: 1,
    scheduledFor: '2026-03-02T09:59:00Z',
    callbackReason: reason,
  })
  const { id: callbackId } = JSON.parse(answer) as { id: string }
  await ask('POST', `/api/agents/${agentId}/next-call`)
  // What is refused.
  await ask('POST', '/api/callbacks/cancel', { callbackId, reason })
  await ask('POST', '/api/callbacks', { userId: 1, scheduledFor: reason, callbackReason: phone })
  await ask('POST', '/api/callbacks', `{"userId": "${phone}`)
  await ask('GET', `/api/callbacks?status=${encodeURIComponent(reason)}&token=${token}`)
  await ask('GET', `/nothing?token=${token}`)
  await send('GET', '/api/agents', `Bearer ${token}x`)
  await send(
    'GET',
    '/api/agents',
    `Bearer ${await sign({ role: 'supervisor', sub: 'nina' }, { secret: `${phone}${reason}` })}`,
  )
  for (const secret of [password, `${password}?`]) {
    await send('GET', '/admin/queues/api/queues', `Basic ${Buffer.from(`supervisor:${secret}`).toString('base64')}`)
  }
  // What the database refuses, with parameters and rows in the error, in a request and beside one.
  await engine.owner`alter table users add constraint canary check (name <> 'Canary') not valid`
  expect((await ask('PUT', '/api/users/1', { name: 'Canary', phone })).status).toBe(500)
  await engine.owner`alter table agent_sessions rename to agent_sessions_away`
  await send('GET', '/api/callbacks', `Bearer ${await tokenOf.agent(agentId)}`)
  await expect.poll(() => api.output.log).toContain('heartbeat not written')
  api.signal('SIGTERM')
  await api.exited

  const { log, errors } = api.output
  expect(log).toContain('request failed')
  expect(errors).toBe('')
  expect(refusals.length).toBeGreaterThan(7)
  for (const secret of [
    phone,
    reason,
    password,
    token,
    token.split('.')[2]!,
    'insert into',
    'select *',
    'Failing row',
  ]) {
    expect.soft(log, `log holds ${secret}`).not.toContain(secret)
    expect.soft(refusals.join('\n'), `refusal holds ${secret}`).not.toContain(secret)
  }
  expect(refusals.join('\n')).not.toMatch(/ at .*\.ts:\d+|node_modules|constraint/)
})
