import { webhookDeliveries } from '@ringback/db'
import { openTestEngine, type TestEngine, patienceMs } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  changeWebhook,
  createWebhook,
  deleteUser,
  fanOut,
  getWebhook,
  listDeliveries,
  monitor,
  settleDelivery,
  testWebhook,
} from '../index.ts'

let engine: TestEngine
let webhookId: string
beforeEach(async () => {
  engine = await openTestEngine()
  webhookId = (await createWebhook(engine.deps, { url: 'https://crm.example.com/' })).id
  engine.time.advance(1)
})
afterEach(() => engine.close())

const list = async () => (await listDeliveries(engine.deps, webhookId, { limit: 100 })).items
const take = (perWebhook = 8) => {
  const leaseUntil = new Date(engine.time.now().getTime() + 45_000)
  return webhookDeliveries.take(
    engine.sql,
    { limit: 100, perWebhook, onTheirWay: new Map(), leaseUntil },
    engine.time.now(),
  )
}
const fails = { kind: 'failed', status: 500, error: 'answered 500', retryAfterMs: undefined } as const

/** Sends an event by which the webhook is tried out, and settles it. */
async function send(result: Parameters<typeof settleDelivery>[2]) {
  await testWebhook(engine.deps, webhookId)
  const [taken] = await take()
  await settleDelivery(engine, taken!, result)
  return taken!
}

test('what was told of a user goes with the user; what is on its way is sent first', async () => {
  const { userId } = await engine.addCallback()
  const { userId: other } = await engine.addCallback()
  await expect.poll(() => fanOut(engine).then(list), { timeout: patienceMs }).toHaveLength(2)
  const [ofOther, ofUser] = await list()
  for (const { id } of [ofUser!, ofOther!])
    await webhookDeliveries.noteDelivered(engine.sql, id, 200, engine.time.now())
  await deleteUser(engine.deps, userId)
  expect(await list()).toEqual([expect.objectContaining({ id: ofOther!.id, userId: other })])

  const late = await engine.addCallback()
  await expect
    .poll(() => fanOut(engine).then(list), { timeout: patienceMs })
    .toContainEqual(expect.objectContaining({ userId: late.userId, status: 'pending' }))
  await deleteUser(engine.deps, late.userId)
  expect(await list()).toContainEqual(expect.objectContaining({ userId: late.userId, status: 'pending' }))
})

test('a worker that took too long settles nothing that another one has taken meanwhile, but what was delivered', async () => {
  await testWebhook(engine.deps, webhookId)
  const [first] = await take()
  expect(await take(), 'taken by somebody').toEqual([])
  engine.time.advance(45_000)
  const [second] = await take()
  expect(second).toMatchObject({ id: first!.id, eventId: first!.eventId, attempts: 2 })
  const [leased] = await list()
  await settleDelivery(engine, first!, fails)
  expect((await list())[0]).toEqual(leased)
  await settleDelivery(engine, first!, { kind: 'delivered', status: 200 })
  expect((await list())[0]).toMatchObject({ status: 'delivered' })
  await settleDelivery(engine, second!, fails)
  expect((await list())[0]).toMatchObject({ status: 'delivered' })
})

test('to a webhook that failed last one is on its way at a time, to others a few', async () => {
  for (let n = 0; n < 12; n += 1) await testWebhook(engine.deps, webhookId)
  const taken = await take(3)
  expect(taken).toHaveLength(3)
  await settleDelivery(engine, taken[0]!, fails)
  expect(await take(3)).toHaveLength(1)
  await settleDelivery(engine, taken[1]!, { kind: 'delivered', status: 200 })
  expect(await take(3)).toHaveLength(3)
})

test('somebody is told when a webhook has failed for an hour, and when it was switched off, until it is set right', async () => {
  const standing = async () => {
    const { webhooks, alerts } = await monitor(engine.deps, { hours: 1 })
    return [webhooks, alerts.some(({ name }) => name === 'webhooks-failing')]
  }
  await send(fails)
  expect(await standing()).toEqual([{ switchedOff: 0, failing: 0 }, false])
  engine.time.advance(60 * 60_000)
  expect(await standing()).toEqual([{ switchedOff: 0, failing: 1 }, true])
  const [again] = await take()
  await settleDelivery(engine, again!, { kind: 'delivered', status: 200 })
  expect(await standing()).toEqual([{ switchedOff: 0, failing: 0 }, false])

  await send({ kind: 'gone', status: 410 })
  expect(await getWebhook(engine.deps, webhookId)).toMatchObject({ isActive: false, offReason: 'gone' })
  expect(await standing()).toEqual([{ switchedOff: 1, failing: 0 }, true])
  await changeWebhook(engine.deps, webhookId, { isActive: false })
  expect(await standing()).toEqual([{ switchedOff: 0, failing: 0 }, false])
})
