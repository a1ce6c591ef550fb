import { engineFacts, webhookDeliveries, type Sql, type WebhookDelivery } from '@ringback/db'
import { openTestEngine, type TestEngine, patienceMs } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  cancelCallback,
  changeWebhook,
  createWebhook,
  deleteWebhook,
  fanOut,
  listDeliveries,
  type WebhookInput,
} from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

const url = 'https://crm.example.com/ringback'
const add = async (input: Partial<WebhookInput> = {}) => (await createWebhook(engine.deps, { url, ...input })).id

/** What a webhook is told, the oldest first. */
async function toldOf(webhookId: string): Promise<WebhookDelivery[]> {
  return (
    await webhookDeliveries.list(engine.sql, webhookId, { status: undefined, before: undefined, limit: 10_000 })
  ).toReversed()
}

const typesOf = async (webhookId: string) => (await toldOf(webhookId)).map(({ type }) => type)

/** Reads until `count` deliveries of a webhook are there: transactions of other tests may be in the way for a moment. */
async function fanOutUntil(webhookId: string, count: number): Promise<void> {
  await expect
    .poll(
      async () => {
        await fanOut(engine)
        return (await toldOf(webhookId)).length
      },
      { timeout: patienceMs },
    )
    .toBeGreaterThanOrEqual(count)
}

test('each webhook is told of what it asks for, of what happens from then on, in order and once', async () => {
  await engine.addCallback()
  engine.time.advance(1)
  const all = await add()
  const some = await add({ eventTypes: ['callback.cancelled'] })
  const off = await add({ isActive: false })
  engine.time.advance(1)
  const { id, userId } = await engine.addCallback()
  await cancelCallback(engine.deps, { callbackId: id, reason: 'the canary' })
  await fanOutUntil(all, 2)
  expect(await typesOf(all)).toEqual(['callback.scheduled', 'callback.cancelled'])
  expect(await typesOf(some)).toEqual(['callback.cancelled'])
  expect(await typesOf(off)).toEqual([])

  const [scheduled] = await toldOf(all)
  const body = JSON.parse(scheduled!.body)
  expect(body).toMatchObject({
    id: scheduled!.eventId,
    type: 'callback.scheduled',
    version: 1,
    data: { callbackId: id, userId },
  })
  expect(JSON.stringify(await toldOf(all))).not.toContain('canary')
  expect(await fanOut(engine)).toMatchObject({ events: 0, deliveries: 0, isBehind: false })
})

test('one that is switched on again is told of what happens from then on', async () => {
  const id = await add()
  await engine.addCallback()
  await fanOutUntil(id, 1)
  await changeWebhook(engine.deps, id, { isActive: false })
  expect(await fanOut(engine)).toMatchObject({ isAnyActive: false })
  engine.time.advance(1)
  await engine.addCallback()
  engine.time.advance(1)
  await changeWebhook(engine.deps, id, { isActive: true })
  const { id: callbackId } = await engine.addCallback()
  await fanOutUntil(id, 2)
  expect((await toldOf(id)).map(({ body }) => JSON.parse(body).data.callbackId).at(-1)).toBe(callbackId)
  expect(await toldOf(id)).toHaveLength(2)
})

test('a webhook that is made while the last one goes misses nothing', async () => {
  const first = await add()
  await fanOut(engine)
  const meeting = await engine.owner.begin(async (tx) => {
    // Somebody reads, and is about to find no webhook that is on.
    await tx`select from engine_facts where name = 'webhooks-told' for update`
    await tx`delete from webhooks where id = ${first}`
    await tx`update engine_facts set value = '' where name = 'webhooks-told'`
    const made = add()
    await engine.untilWaiting(1)
    return { made }
  })
  const id = await meeting.made
  await engine.addCallback()
  await fanOutUntil(id, 1)
  expect(await typesOf(id)).toEqual(['callback.scheduled'])
})

test('16 writers who take their time, and several processes that read: each event once for each webhook', async () => {
  const writers = 16
  const each = 20
  const ids = [await add(), await add()]
  engine.time.advance(1)
  const writing = new AbortController()
  const reading = Promise.all(
    [1, 2, 3].map(async () => {
      while (!writing.signal.aborted) await fanOut(engine)
    }),
  )
  const pool = engine.openPool({ max: writers, applicationName: 'writers' })
  const write = (sql: Sql, name: string) => sql`insert into alerts (name, since) values (${name}, now())`
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let n = 0; n < each; n += 1) {
        await pool.begin(async (tx) => {
          await write(tx, `${writer}-${n}`)
          await tx`select pg_sleep(${Math.random() / 100})`
        })
      }
    }),
  )
  await pool.end()
  writing.abort()
  await reading
  for (const id of ids) {
    await fanOutUntil(id, writers * each)
    const names = (await toldOf(id)).map(({ body }) => JSON.parse(body).data.name as string)
    const expected = Array.from({ length: writers * each }, (_, index) => `${Math.floor(index / each)}-${index % each}`)
    expect(names.toSorted()).toEqual(expected.toSorted())
  }
  // Their alerts are none that Ringback knows.
  await engine.owner`delete from events`
})

test('when the log has lost the place, what happened since is told all the same, and nothing twice', async () => {
  const id = await add()
  await engine.addCallback()
  await fanOutUntil(id, 1)
  engine.time.advance(60 * 60_000)
  await engine.addCallback()
  await fanOutUntil(id, 2)
  // The row of the last event is gone, as when its day was emptied.
  await engine.owner`delete from events where id = (select max(id) from events)`
  engine.time.advance(1)
  await engine.addCallback()
  await fanOutUntil(id, 3)
  expect(await toldOf(id)).toHaveLength(3)
})

test('when Postgres is restored from a dump, what it had not told is told, then what is new, and nothing twice', async () => {
  const id = await add()
  await engine.addCallback()
  await fanOutUntil(id, 1)
  const made: string[] = []
  for (let n = 0; n < 3; n += 1) made.push((await engine.addCallback()).id)
  await engine.owner`update events set tx = ('1' || tx::text)::xid8`
  const [fact] = await engineFacts.list(engine.sql)
  await engineFacts.note(engine.sql, 'webhooks-told', `1${fact!.value}`, engine.time.now())
  engine.time.advance(1)
  made.push((await engine.addCallback()).id)
  await fanOutUntil(id, 5)
  engine.time.advance(1)
  made.push((await engine.addCallback()).id)
  await fanOutUntil(id, 6)
  expect((await toldOf(id)).slice(1).map(({ body }) => JSON.parse(body).data.callbackId)).toEqual(made)
})

test('a dump that does not hold the event that was told last is told from a little before it', async () => {
  const id = await add()
  await engine.addCallback()
  await engine.owner`update events set tx = ('1' || tx::text)::xid8`
  engine.time.advance(1)
  await engine.addCallback()
  await fanOutUntil(id, 2)
  expect(await fanOut(engine)).toMatchObject({ events: 0 })
  expect(await toldOf(id)).toHaveLength(2)
})

test('a webhook is deleted at once, and its deliveries are sent to nobody', async () => {
  const id = await add()
  await engine.addCallback()
  await fanOutUntil(id, 1)
  await deleteWebhook(engine.deps, id)
  const taking = { limit: 10, perWebhook: 8, onTheirWay: new Map(), leaseUntil: new Date(Date.now() + 60_000) }
  expect(await webhookDeliveries.take(engine.sql, taking, engine.time.now())).toEqual([])
  await expect(listDeliveries(engine.deps, id, { limit: 10 })).rejects.toMatchObject({ code: 'webhook-not-found' })
})
