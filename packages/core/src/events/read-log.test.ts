import { events, type Sql } from '@ringback/db'
import { createTestDatabase, openTestEngine, type TestEngine, patienceMs } from '@ringback/testing'
import postgres from 'postgres'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import {
  cancelCallback,
  claimNextCall,
  closeSession,
  parsePlaceId,
  placeId,
  putQueueUser,
  readLog,
  snoozeCallback,
  type LogPlace,
  type ToldEvent,
  startCall,
} from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

/** A page of the log, which holds the place. */
async function page(after: LogPlace | undefined, limit: number): Promise<ToldEvent[]> {
  const told = await readLog(engine.sql, after, limit)
  if (told === 'gap') throw new Error('the log does not hold the place')
  return told
}

/** What a reader is told who reads pages of `limit` until it has been told of `count` events: transactions of others may be in the way. */
async function readUntil(count: number, limit = 1_000): Promise<ToldEvent[]> {
  const told: ToldEvent[] = []
  let after: LogPlace | undefined
  await expect
    .poll(
      async () => {
        const read = await page(after, limit)
        after = read.at(-1)?.place ?? after
        return told.push(...read)
      },
      { timeout: patienceMs },
    )
    .toBeGreaterThanOrEqual(count)
  return told
}

const countEvents = async () => (await engine.sql<{ n: number }[]>`select count(*)::int as n from events`)[0]!.n

test('what happens is told in order, once, in pages of any size', async () => {
  const agentId = await engine.addAgent('available')
  const { id, userId } = await engine.addCallback({ preferredAgentId: agentId })
  await engine.route(id)
  await claimNextCall(engine.deps, { agentId })
  await closeSession(engine.deps, agentId)
  await putQueueUser(engine.deps, { userId: await engine.addUser(), queueType: 'unsigned_users', priorityScore: 3 })

  const count = await countEvents()
  const told = await readUntil(count)
  const types = told.map(({ event }) => event.type)
  expect(types).toEqual([
    'agent.changed',
    'callback.scheduled',
    'callback.queued',
    expect.anything(),
    expect.anything(),
    expect.anything(),
    expect.anything(),
    expect.anything(),
    expect.anything(),
    'queue.changed',
  ])
  expect(types.slice(3, 6).toSorted()).toEqual(['agent.changed', 'call.started', 'callback.claimed'])
  expect(types.slice(6, 9).toSorted()).toEqual(['agent.changed', 'call.ended', 'callback.released'])
  expect(told[2]).toMatchObject({
    event: { version: 1, data: { callbackId: id, userId, agentId, preferredAgentId: agentId, isSubstitute: false } },
    agentIds: new Set([agentId]),
  })
  for (const limit of [1, 2, 3, 7]) expect(await readUntil(count, limit)).toEqual(told)
})

test('a promise says for when it is made, and an agent who takes an inbound call is told of', async () => {
  const userId = await engine.addUser()
  const agentId = await engine.addAgent()
  const callback = await engine.addCallback({ userId, inMinutes: 90 })
  const call = { userId, direction: 'inbound', twilioCallSid: 'CA-taken' } as const
  const { session } = await startCall(engine.deps, call)
  await startCall(engine.deps, { ...call, agentId })
  const told = (await readUntil(await countEvents())).map(({ event }) => event)
  expect(told.find(({ type }) => type === 'callback.scheduled')).toMatchObject({
    data: { callbackId: callback.id, to: callback.scheduledFor.toISOString() },
  })
  expect(told.filter(({ type }) => type.startsWith('call.'))).toMatchObject([
    { type: 'call.started', data: { callSessionId: session.id, agentId: null } },
    { type: 'call.taken', data: { callSessionId: session.id, userId, agentId, direction: 'inbound' } },
  ])
})

test('16 writers who take their time are each heard of once, by readers who go on behind what they saw', async () => {
  const writers = 16
  const each = 30
  const write = (sql: Sql, name: string) => sql`insert into alerts (name, since) values (${name}, now())`
  const nameOf = ({ event }: ToldEvent) => (event.data as { name?: string }).name
  const reading = (async () => {
    const seen: ToldEvent[] = []
    while (seen.length === 0 || nameOf(seen.at(-1)!) !== 'the end') {
      seen.push(...(await page(seen.at(-1)?.place, 50)))
    }
    return seen.map(nameOf)
  })()
  const pool = engine.openPool({ max: writers, applicationName: 'writers' })
  const names = Array.from({ length: writers }, (_each, writer) =>
    Array.from({ length: each }, (_, n) => `${writer}-${n}`),
  )
  const writeSlowly = (name: string) =>
    pool.begin(async (tx) => {
      await write(tx, name)
      await tx`select pg_sleep(${Math.random() / 100})`
    })
  await Promise.all(
    names.map(async (ofWriter) => {
      for (const name of ofWriter) await writeSlowly(name)
    }),
  )
  await write(pool, 'the end')
  await pool.end()
  const heard = await reading
  expect(heard).toHaveLength(writers * each + 1)
  expect(new Set(heard)).toEqual(new Set([...names.flat(), 'the end']))
  // Their alerts are none that Ringback knows.
  await engine.owner`delete from events`
})

test('a transaction that is held open is not passed over', async () => {
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
  const { promise: hasWritten, resolve: written } = Promise.withResolvers<void>()
  const held = engine.owner.begin(async (tx) => {
    await tx`insert into alerts (name, since) values ('tick-late', now())`
    written()
    await mayEnd
  })
  await hasWritten
  await engine.addCallback()
  expect(await readLog(engine.sql, undefined, 10)).toEqual([])
  // Whoever begins now begins before it.
  expect(await events.last(engine.sql)).toBeUndefined()
  end()
  await held
  const told = await readUntil(2)
  expect(told.map(({ event }) => event.type)).toEqual(['alert.begins', 'callback.scheduled'])
})

test('a transaction that is held open in another database of the server keeps nothing back', async () => {
  const elsewhere = await createTestDatabase()
  const other = postgres(elsewhere.url, { max: 1 })
  onTestFinished(async () => {
    await other.end()
    await elsewhere.drop()
  })
  await other.begin(async (tx) => {
    await tx`select pg_current_xact_id()`
    await engine.addCallback()
    expect((await readUntil(1)).map(({ event }) => event.type)).toEqual(['callback.scheduled'])
  })
})

test('nothing that somebody wrote is in the log', async () => {
  const agentId = await engine.addAgent('available')
  const callback = await engine.addCallback({ callbackReason: 'the canary' })
  await snoozeCallback(engine.deps, { callbackId: callback.id, agentId, minutes: 5 })
  await cancelCallback(engine.deps, { callbackId: callback.id, reason: 'the canary' })
  const rows = await engine.sql<{ row: string }[]>`select events::text as row from events`
  expect(rows.length).toBeGreaterThan(3)
  for (const { row } of rows) expect(row).not.toContain('canary')
})

test('a place is found as it was named, and not when the log never held it', async () => {
  await engine.addCallback()
  const [{ place }] = (await readUntil(1)) as [ToldEvent]
  const named = parsePlaceId(placeId(place))!
  expect(await events.find(engine.sql, named)).toEqual(place)
  expect(await readLog(engine.sql, place, 10)).toEqual([])
  for (const other of [{ at: new Date(0) }, { id: '999999' }, { tx: '5' }]) {
    expect(await events.find(engine.sql, { ...named, ...other })).toBeUndefined()
    expect(await readLog(engine.sql, { ...place, ...other }, 10)).toBe('gap')
  }
  for (const nonsense of ['', '1-2', '1-2-3-4', 'x-1-1', `${'9'.repeat(19)}-1-1`, '1-1-zzzzzzzzzz'])
    expect(parsePlaceId(nonsense)).toBeUndefined()
})

test('a day that is older than it is kept goes as a whole, and the days after it stay', async () => {
  await engine.addCallback()
  const [{ place }] = (await readUntil(1)) as [ToldEvent]
  const old = (place.slot + 40) % 64
  await engine.owner`
    insert into events (slot, type, at, data) select ${old}, 'alert.begins', ${new Date(0)}, '{"name": "tick-late"}'
    from generate_series(1, 3)`
  expect(await events.forget(engine.sql, new Date(1))).toBe(1)
  expect(await events.forget(engine.sql, new Date(1))).toBe(0)
  expect(await countEvents()).toBe(1)
})

/** Puts the log there as a dump brings it: under numbers of another server, which are so far `ahead` of this one. */
async function restoreLog(ahead: number): Promise<void> {
  await engine.owner.begin(async (tx) => {
    await tx`create table dumped as table events`
    await tx`delete from events`
    await tx`
      insert into events (slot, tx, id, type, at, callback_id, data) overriding system value
      select slot, (pg_current_xact_id()::text::bigint + ${ahead} + row_number() over (order by tx, id))::text::xid8,
        id, type, at, callback_id, data
      from dumped`
    await tx`drop table dumped`
  })
}

test.each([
  ['is about to give', 0],
  ['is far from', 1_000_000],
])('what a dump brought under numbers that this server %s is a gap, and never amid what is new', async (_, ahead) => {
  for (let n = 0; n < 20; n += 1) await engine.addCallback()
  const { id } = (await readUntil(20)).at(-1)!.place
  await restoreLog(ahead)
  const [place] = await engine.sql<LogPlace[]>`select slot, tx, id, at from events where id = ${id}`
  const isLost = async () => {
    expect(await events.find(engine.sql, place!)).toBeUndefined()
    expect(await readLog(engine.sql, place, 10)).toBe('gap')
  }
  await isLost()
  expect(await events.last(engine.sql)).toBeUndefined()
  expect(await readLog(engine.sql, undefined, 10)).toEqual([])

  const made: string[] = []
  for (let n = 0; n < 40; n += 1) made.push((await engine.addCallback()).id)
  const told = await readUntil(40)
  expect(told.map(({ event }) => (event.data as { callbackId: string }).callbackId)).toEqual(made)
  await isLost()
})

test('what was written after a savepoint is told in its place', async () => {
  await engine.owner.begin(async (tx) => {
    await tx`select pg_current_xact_id()`
    await tx.savepoint((inner) => inner`insert into alerts (name, since) values ('tick-late', now())`)
  })
  await engine.addCallback()
  expect((await readUntil(2)).map(({ event }) => event.type)).toEqual(['alert.begins', 'callback.scheduled'])
})

test('what a dump left ahead of this server goes when its time is over, and nothing that is new with it', async () => {
  const [restored] = await engine.owner<{ slot: number }[]>`
    insert into events (tx, type, at, data)
    select ('1' || pg_current_xact_id()::text)::xid8, 'alert.begins', ${new Date(0)}, '{}' returning slot`
  await engine.addCallback()
  const other = (restored!.slot + 40) % 64
  await engine.owner`
    insert into events (slot, tx, type, at, data) select ${other}, '3', 'alert.begins', ${new Date(0)}, '{}'`
  expect(await events.forget(engine.sql, new Date(1))).toBe(1)
  expect((await readUntil(1)).map(({ event }) => event.type)).toEqual(['callback.scheduled'])
  expect(await countEvents()).toBe(1)
})
