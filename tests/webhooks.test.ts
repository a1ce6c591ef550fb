import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cancelCallback, createWebhook, getWebhook, signedHeaders, type WebhookWithSecret } from '@ringback/core'
import { openTestEngine, startApp, type AppProcess, type TestEngine, patienceMs } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isLater, isSigned, receiver, type Event } from '../examples/webhook-receiver/receiver.ts'

let engine: TestEngine
let servers: Server[]
let workers: AppProcess[]
beforeEach(async () => {
  engine = await openTestEngine({ startsAt: new Date(), rules: { webhookAllowPrivate: true } })
  servers = []
  workers = []
})
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill()))
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await engine.close()
})

const startWorker = async () => {
  const worker = await startApp(engine, 'worker', 'worker started', { WEBHOOK_ALLOW_PRIVATE: '1' })
  workers.push(worker)
  return worker
}

async function listen(server: Server): Promise<string> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** What goes wrong on the way to a receiver, or on the way back. */
const faults = ['500', '301', 'reset', 'hang', 'lost answer'] as const

/**
 * The receiver of the examples behind a door that fails one time in three, each time in another way. `hang` is for ever:
 * only a worker that ends, or its patience, makes an end of it.
 */
async function faultyReceiver(eventTypes: Parameters<typeof createWebhook>[1]['eventTypes']) {
  const taken: Event[] = []
  /** Every message that came, by its id. */
  const came: string[] = []
  let webhook: WebhookWithSecret | undefined
  let count = 0
  const door = createServer()
  const inner = () => receiver(webhook!.secret, (event) => void taken.push(event))
  let behind: Server | undefined
  door.on('request', (request, response) => {
    behind ??= inner()
    came.push(request.headers['webhook-id'] as string)
    const fault = count % 3 === 0 ? faults[(count / 3) % faults.length] : undefined
    count += 1
    switch (fault) {
      case '500':
        response.writeHead(500).end()
        break
      case '301':
        response.writeHead(301, { location: '/elsewhere' }).end()
        break
      case 'reset':
        response.socket!.resetAndDestroy()
        break
      case 'hang':
        break
      case 'lost answer':
        response.writeHead = () => response
        response.end = () => response.socket!.resetAndDestroy() as never
        behind.emit('request', request, response)
        break
      case undefined:
        behind.emit('request', request, response)
    }
  })
  const url = await listen(door)
  webhook = await createWebhook(engine.deps, { url, eventTypes })
  return { id: webhook.id, taken, came }
}

/** Brings forward what is to be sent later: hours would pass. */
const hurry = () => engine.sql`
  update webhook_deliveries set next_attempt_at = now() where status = 'pending' and next_attempt_at > now() + interval '1 minute'`

test('whatever fails, nothing is lost, and what comes twice is known by its id', async () => {
  const { id, taken, came } = await faultyReceiver(['callback.scheduled', 'callback.cancelled'])
  const hanging = await createWebhook(engine.deps, { url: await listen(createServer(() => {})) })
  await startWorker()
  await startWorker()
  const callbackIds: string[] = []
  const promiseAndCancel = async (times: number) => {
    for (let n = 0; n < times; n += 1) {
      const { id: callbackId } = await engine.addCallback({ inMinutes: 600 })
      callbackIds.push(callbackId)
      await cancelCallback(engine.deps, { callbackId })
    }
  }
  await promiseAndCancel(20)
  // A worker dies in the middle of its work, with messages on their way, and another one comes.
  await expect.poll(() => came.length, { timeout: patienceMs }).toBeGreaterThan(2)
  await workers[0]!.kill()
  await startWorker()
  await promiseAndCancel(20)
  await expect
    .poll(
      async () => {
        await hurry()
        return taken.length
      },
      { timeout: 240_000, interval: 500 },
    )
    .toBe(callbackIds.length * 2)

  // Each once, though some came several times.
  expect(new Set(taken.map((event) => event.id)).size).toBe(taken.length)
  expect(came.length).toBeGreaterThan(taken.length)
  expect(new Set(came).size).toBe(taken.length)
  for (const callbackId of callbackIds) {
    const ofOne = taken.filter((event) => event.data.callbackId === callbackId)
    const [first, second] = ofOne.toSorted((a, b) => (isLater(a, b) ? 1 : -1))
    expect([first!.type, second!.type]).toEqual(['callback.scheduled', 'callback.cancelled'])
  }
  const count = async (status: string) => {
    const [row] = await engine.sql<{ count: number }[]>`
      select count(*)::int from webhook_deliveries where webhook_id = ${id} and status = ${status}`
    return row!.count
  }
  // Whose answer was lost is sent once more.
  await expect
    .poll(
      async () => {
        await hurry()
        return count('delivered')
      },
      { timeout: patienceMs, interval: 500 },
    )
    .toBe(taken.length)
  expect(await count('failed')).toBe(0)
  expect(await getWebhook(engine.deps, hanging.id)).toMatchObject({ isActive: true })
})

test('the receiver of the examples takes nothing that is not signed, changed, or old', async () => {
  const webhook = await createWebhook(engine.deps, { url: 'http://127.0.0.1:1/' })
  const headers = {
    'webhook-id': '1-1-1',
    'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
    'webhook-signature': 'v1,AAAA v2,BBBB',
  }
  expect(isSigned(headers, '{}', webhook.secret)).toBe(false)
  expect(isSigned({}, '{}', webhook.secret)).toBe(false)
  const message = { id: '1-1-1', timestamp: Math.floor(Date.now() / 1_000), body: '{"id":"1-1-1"}' }
  const signed = signedHeaders([webhook.secret], message)
  expect(isSigned(signed, message.body, webhook.secret)).toBe(true)
  expect(isSigned({ ...signed, 'webhook-id': '1-1-2' }, message.body, webhook.secret)).toBe(false)
  expect(isSigned(signed, `${message.body} `, webhook.secret)).toBe(false)
  expect(isSigned(signed, message.body, webhook.secret, Date.now() + 301_000)).toBe(false)
  expect(isSigned({ ...signed, 'webhook-timestamp': 'NaN' }, message.body, webhook.secret)).toBe(false)
})
