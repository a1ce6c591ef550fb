import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import {
  changeWebhook,
  createWebhook,
  getWebhook,
  listDeliveries,
  redeliver,
  rotateSecret,
  testWebhook,
  type RingbackEvent,
} from '@ringback/core'
import { openTestEngine, type TestEngine, patienceMs } from '@ringback/testing'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { webhookSender, type WebhookSender } from './sender.ts'

let engine: TestEngine
let sender: WebhookSender
let closing: (() => Promise<unknown>)[]
beforeEach(async () => {
  // By the clock of this machine: a receiver takes no message that is five minutes old.
  engine = await openTestEngine({ startsAt: new Date(), rules: { webhookAllowPrivate: true } })
  sender = webhookSender(engine)
  closing = []
})
afterEach(async () => {
  await sender.close()
  await Promise.all(closing.map((close) => close()))
  await engine.close()
})

interface Received {
  headers: IncomingHttpHeaders
  body: string
  event: RingbackEvent
}

type Answer = (response: ServerResponse, received: Received) => unknown
const status =
  (code: number, headers = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end()
const hang: Answer = () => {}
const reset: Answer = (response) => response.socket!.resetAndDestroy()

/** A receiver that answers with each of these in turn, and with the last from then on. */
async function receiver(...answers: Answer[]) {
  const received: Received[] = []
  const server = createServer((request, response) => void receive(request, response))
  async function receive(request: IncomingMessage, response: ServerResponse) {
    const body = await text(request)
    const one = { headers: request.headers, body, event: JSON.parse(body) as RingbackEvent }
    received.push(one)
    ;(answers.length > 1 ? answers.shift()! : answers[0]!)(response, one)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  const webhook = await createWebhook(engine.deps, { url })
  engine.time.advance(1)
  return { ...webhook, received, ids: () => received.map(({ headers }) => headers['webhook-id']) }
}

const deliveriesOf = async (id: string) => (await listDeliveries(engine.deps, id, { limit: 200 })).items
const deliveryOf = async (id: string) => (await deliveriesOf(id)).at(-1)

/** Tells again and again, until what is asked for is so. */
async function tellUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await expect
    .poll(
      async () => {
        await sender.tell()
        return isSo()
      },
      { timeout: patienceMs, interval: 20 },
    )
    .toBe(true)
}

const isSettled = async (id: string, attempts: number, of: string) => {
  const delivery = await deliveryOf(id)
  return (
    delivery?.attempts === attempts &&
    delivery.status === of &&
    (delivery.lastStatus !== null || delivery.lastError !== null)
  )
}

test('what happened is sent as it stands in the log, and a receiver verifies who sent it', async () => {
  const { id, secret, received } = await receiver(status(204))
  const callback = await engine.addCallback({ callbackReason: 'the canary' })
  await tellUntil(() => isSettled(id, 1, 'delivered'))
  const [{ headers, body }] = received as [Received]
  expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
    id: headers['webhook-id'],
    type: 'callback.scheduled',
    version: 1,
    data: { callbackId: callback.id, userId: callback.userId, sequence: expect.stringMatching(/^\d+$/) },
  })
  expect(headers['content-type']).toBe('application/json')
  expect(body).not.toMatch(/canary|User|555/)
  expect(received).toHaveLength(1)
  expect(await deliveryOf(id)).toMatchObject({
    status: 'delivered',
    attempts: 1,
    lastStatus: 204,
    deliveredAt: expect.any(Date),
  })
})

test.each([
  ['answers 500', status(500), { lastStatus: 500, lastError: 'answered 500' }],
  [
    'leads elsewhere',
    status(301, { location: 'http://127.0.0.1:1/' }),
    { lastStatus: 301, lastError: 'answered 301; redirects are not followed' },
  ],
  ['resets', reset, { lastStatus: null, lastError: 'no connection: ECONNRESET' }],
])('a receiver that %s is sent the same again, under the same id', async (_, answer, said) => {
  const { id, received, ids } = await receiver(answer, status(200))
  await engine.addCallback()
  await tellUntil(() => isSettled(id, 1, 'pending'))
  expect(await deliveryOf(id)).toMatchObject(said)
  expect(await getWebhook(engine.deps, id)).toMatchObject({ failingSince: expect.any(Date) })
  // Not before its time: 5 seconds, a fifth less or more.
  engine.time.advance(3_900)
  await sender.tell()
  expect(received).toHaveLength(1)
  engine.time.advance(2_200)
  await tellUntil(() => isSettled(id, 2, 'delivered'))
  expect(new Set(ids()).size).toBe(1)
  expect(received[0]!.body).toBe(received[1]!.body)
  expect(await getWebhook(engine.deps, id)).toMatchObject({ failingSince: null, isActive: true })
})

test('a receiver is left alone for as long as it asks for', async () => {
  const { id, received } = await receiver(status(503, { 'retry-after': '600' }), status(200))
  await engine.addCallback()
  await tellUntil(() => isSettled(id, 1, 'pending'))
  engine.time.advance(599_000)
  await sender.tell()
  expect(received).toHaveLength(1)
  engine.time.advance(2_000)
  await tellUntil(() => isSettled(id, 2, 'delivered'))
})

test('a receiver that is gone is switched off, and told no more', async () => {
  const { id, received } = await receiver(status(410))
  await engine.addCallback()
  await tellUntil(() => isSettled(id, 1, 'failed'))
  expect(await getWebhook(engine.deps, id)).toMatchObject({ isActive: false, offReason: 'gone' })
  await engine.addCallback()
  await sender.tell()
  expect(received).toHaveLength(1)
})

test('a receiver that takes nothing for three days is switched off, and not before', async () => {
  const { id, received } = await receiver(status(500))
  const began = engine.time.now().getTime()
  const isAllSent = async () => {
    const attempts = (await deliveriesOf(id)).reduce((sum, delivery) => sum + delivery.attempts, 0)
    return attempts > 0 && attempts === received.length
  }
  for (let hours = 0; (await getWebhook(engine.deps, id)).isActive; hours += 1) {
    if (hours % 24 === 0) await engine.addCallback()
    await tellUntil(isAllSent)
    engine.time.advance(60 * 60_000)
  }
  const days = (engine.time.now().getTime() - began) / (24 * 60 * 60_000)
  expect(days).toBeGreaterThanOrEqual(3)
  expect(days).toBeLessThan(4)
  expect(await getWebhook(engine.deps, id)).toMatchObject({ offReason: 'failing' })
  expect(engine.logged).toContainEqual(
    expect.objectContaining({ msg: 'webhook switched off', webhookId: id, reason: 'failing' }),
  )

  // Switched on again it is told of what is on its way, and has not failed.
  await changeWebhook(engine.deps, id, { isActive: true })
  expect(await getWebhook(engine.deps, id)).toMatchObject({ isActive: true, offReason: null, failingSince: null })
})

test('one that hangs slows no other', async () => {
  const dead = await receiver(hang)
  const live = await receiver(status(200))
  const callbacks = 60
  for (let n = 0; n < callbacks; n += 1) await engine.addCallback()
  await tellUntil(() => live.received.length === callbacks)
  expect(new Set(live.ids()).size).toBe(callbacks)
  expect(dead.received.length).toBeLessThanOrEqual(8)
  expect((await deliveriesOf(dead.id)).every((delivery) => delivery.status === 'pending')).toBe(true)
})

test('what was on its way when the worker stopped is sent by another one, under the same id', async () => {
  const { id, received, ids } = await receiver(hang, status(200))
  await engine.addCallback()
  await tellUntil(() => received.length === 1)
  await sender.close()
  expect(await deliveryOf(id)).toMatchObject({ status: 'pending', attempts: 0 })
  sender = webhookSender(engine)
  await tellUntil(() => isSettled(id, 1, 'delivered'))
  expect(new Set(ids()).size).toBe(1)
})

test('several workers send each delivery once', async () => {
  const { received, ids } = await receiver(status(200))
  const others = [webhookSender(engine), webhookSender(engine)]
  const callbacks = 50
  for (let n = 0; n < callbacks; n += 1) await engine.addCallback()
  await tellUntil(async () => {
    await Promise.all(others.map((other) => other.tell()))
    return received.length >= callbacks
  })
  await Promise.all(others.map((other) => other.close()))
  expect(received).toHaveLength(callbacks)
  expect(new Set(ids()).size).toBe(callbacks)
})

test('for a day after another secret both sign, and then the new one alone', async () => {
  const { id, secret, received } = await receiver(status(200))
  const { secret: newer } = await rotateSecret(engine.deps, id)
  const verifies = ({ body, headers }: Received, by: string) => {
    const signature = headers['webhook-signature'] as string
    return signature
      .split(' ')
      .includes(
        new Webhook(by).sign(
          headers['webhook-id'] as string,
          new Date(Number(headers['webhook-timestamp']) * 1_000),
          body,
        ),
      )
  }
  await engine.addCallback()
  await tellUntil(() => isSettled(id, 1, 'delivered'))
  engine.time.advance(24 * 60 * 60_000 + 1)
  await engine.addCallback()
  await tellUntil(() => received.length === 2)
  expect(received.map((one) => [verifies(one, secret), verifies(one, newer)])).toEqual([
    [true, true],
    [false, true],
  ])
})

test('one is tried out, and what was told is told again when somebody asks for it, under the same id', async () => {
  const { id, received, ids } = await receiver(status(200))
  await testWebhook(engine.deps, id)
  await tellUntil(() => isSettled(id, 1, 'delivered'))
  expect(received[0]!.event).toMatchObject({ type: 'webhook.test', data: { webhookId: id } })
  const { id: deliveryId } = (await deliveryOf(id))!
  await redeliver(engine.deps, { webhookId: id, deliveryId })
  await tellUntil(() => received.length === 2)
  expect(new Set(ids()).size).toBe(1)

  await changeWebhook(engine.deps, id, { isActive: false })
  await expect(testWebhook(engine.deps, id)).rejects.toMatchObject({ code: 'webhook-inactive' })
  await expect(redeliver(engine.deps, { webhookId: id, deliveryId })).rejects.toMatchObject({
    code: 'webhook-inactive',
  })
  await changeWebhook(engine.deps, id, { isActive: true })
  await expect(redeliver(engine.deps, { webhookId: id, deliveryId: '999' })).rejects.toMatchObject({
    code: 'delivery-not-found',
  })
})
