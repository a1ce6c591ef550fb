import { once } from 'node:events'
import net from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import type postgres from 'postgres'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startProxy } from '../../../tests/faults/world/proxy.ts'
import { createTestDatabase, type TestDatabase } from '../../../tests/setup/index.ts'
import { connect, inTransaction, isDatabaseAway, isDatabaseUnavailable, type Sql } from './index.ts'

let database: TestDatabase
let pool: postgres.Sql
let other: postgres.Sql
beforeEach(async () => {
  database = await createTestDatabase()
  pool = connect(database.url, { max: 1 })
  other = connect(database.url, { max: 1 })
  await other`create table notes (text text)`
})
afterEach(async () => {
  await Promise.all([pool.end({ timeout: 1 }), other.end({ timeout: 1 })])
  await database.drop()
})

/** Ends the server's side of a connection, as a restart of Postgres does, and waits until the server has let go. */
async function cutOff(tx: Sql): Promise<void> {
  const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`
  await other`select pg_terminate_backend(${row!.pid})`
  const isGone = async () => (await other`select from pg_stat_activity where pid = ${row!.pid}`).length === 0
  await expect.poll(isGone, { interval: 5 }).toBe(true)
}

test('a transaction whose connection is lost between two statements fails, and the process and the pool live on', async () => {
  const lost = inTransaction(pool, async (tx) => {
    await tx`insert into notes values ('lost')`
    await cutOff(tx)
    await tx`insert into notes values ('too late')`
  })
  await expect(lost).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
  await setImmediate()
  expect(await pool`select * from notes`).toEqual([])
})

test.each(['idle', 'at work'])(
  'a statement that is sent when its %s connection was just reset fails, and no other one gets its answer',
  async (state) => {
    const sockets: net.Socket[] = []
    const { Socket } = net
    net.Socket = class extends Socket {
      constructor(options?: net.SocketConstructorOpts) {
        super(options)
        sockets.push(this)
      }
    }
    const sql = connect(database.url, { max: 1 })
    await sql`select 1`
    net.Socket = Socket

    const outcomes: Promise<unknown>[] = []
    const send = (statement: Promise<unknown>) =>
      outcomes.push(statement.catch((error: { code: string }) => error.code))
    if (state === 'at work') send(sql`select pg_sleep(60)`)
    await setImmediate()
    // Node closes a socket a moment after it has told of the error.
    const told = once(sockets[0]!, 'error').finally(() => {
      send(sql`select 'sent too late' as text`)
      send(sql`select ${7}::int as n, ${'t'}::text as t`)
    })
    sockets[0]!.destroy(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
    await told
    const later = Array.from({ length: 5 }, (_, n) => sql`select ${[n]}::int[] as numbers`)
    expect(await Promise.all(later)).toEqual(later.map((_, n) => [{ numbers: [n] }]))
    const lost = state === 'idle' ? [] : ['ECONNRESET']
    expect(await Promise.all(outcomes)).toEqual([...lost, 'CONNECTION_CLOSED', 'CONNECTION_CLOSED'])
    await sql.end({ timeout: 1 })
  },
)

test('it does not go on on the next life of its connection, in the middle of another transaction', async () => {
  const resume = new EventTarget()
  const resumed = once(resume, 'go')
  let straggler: Promise<unknown> | undefined
  const lost = inTransaction(pool, async (tx) => {
    await tx`insert into notes values ('lost')`
    await cutOff(tx)
    straggler = resumed.then(() => tx`insert into notes values ('straggler')`)
    await straggler
  })
  await expect(lost).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })

  await inTransaction(pool, async (tx) => {
    await tx`insert into notes values ('kept')`
    resume.dispatchEvent(new Event('go'))
    await expect(straggler).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
    await setImmediate()
  })
  expect(await other`select text from notes`).toEqual([{ text: 'kept' }])
})

test('statements that nobody waits for are part of the transaction: in order, and when one fails nothing remains', async () => {
  await inTransaction(pool, async (tx, pipeline) => {
    pipeline(tx`insert into notes values ('first')`)
    pipeline(undefined)
    pipeline(tx`update notes set text = text || ', then second'`)
  })
  expect(await other`select text from notes`).toEqual([{ text: 'first, then second' }])

  const failing = (afterwards: (tx: Sql) => Promise<unknown>) =>
    inTransaction(pool, async (tx, pipeline) => {
      await tx`delete from notes`
      pipeline(tx`select 1 / 0`)
      await afterwards(tx)
    })
  await expect(failing(async () => {})).rejects.toThrow('division by zero')
  await expect(failing((tx) => tx`select 1`)).rejects.toThrow('division by zero')
  expect(await other`select text from notes`).toHaveLength(1)
  expect(await pool`select 1 as one`).toEqual([{ one: 1 }])
})

test('a transaction is run again when a statement that nobody waits for collided', async () => {
  let runs = 0
  await inTransaction(pool, async (tx, pipeline) => {
    const code = ++runs === 1 ? '40001' : '00000'
    pipeline(
      tx.unsafe(`do $$ begin if '${code}' = '40001' then raise 'collision' using errcode = '${code}'; end if; end $$`),
    )
    pipeline(tx`insert into notes values ('kept')`)
  })
  expect(runs).toBe(2)
  expect(await other`select text from notes`).toEqual([{ text: 'kept' }])
})

test('a transaction whose statements were prepared before a migration is run again until all are prepared anew', async () => {
  const readAgainAndAgain = () =>
    inTransaction(pool, async (tx) => {
      for (let n = 0; n < 8; n++) await tx.unsafe(`select * from notes where ${n} = ${n}`, [], { prepare: true })
      return tx`select * from notes`
    })
  await other`insert into notes values ('kept')`
  expect(await readAgainAndAgain()).toEqual([{ text: 'kept' }])
  await other`alter table notes add column added int`
  expect(await readAgainAndAgain()).toEqual([{ text: 'kept', added: null }])
})

test('a statement that nobody waits for, prepared before a migration, is done once and inside its transaction', async () => {
  const add = (text: string) =>
    inTransaction(pool, async (tx, pipeline) => {
      await tx`insert into notes (text) values (${text})`
      pipeline(tx`insert into notes (text) values (${`about ${text}`}) returning *`)
    })
  await add('first')
  await other`alter table notes add column author text`
  await add('second')
  const rows = await other<{ text: string }[]>`select text from notes`
  expect(rows.map(({ text }) => text)).toEqual(['first', 'about first', 'second', 'about second'])
})

test('statements that are sent together, prepared before a migration, are done once and inside their transaction', async () => {
  const add = (text: string) =>
    inTransaction(pool, async (tx) => {
      const notes = ['a', 'b', 'c'].map((which) => `${text} ${which}`)
      await Promise.all(notes.map((note) => tx`insert into notes (text) values (${note}) returning *`))
      await Promise.all(notes.map((note) => tx`select * from notes where text = ${note}`))
    })
  await add('first')
  await other`alter table notes add column author text`
  await add('second')
  const rows = await other<{ text: string }[]>`select text from notes order by text`
  expect(rows.map(({ text }) => text)).toEqual(['first a', 'first b', 'first c', 'second a', 'second b', 'second c'])
})

test('a statement that the network swallows ends, also in a transaction, and the pool lives on', async () => {
  const proxy = await startProxy(Number(new URL(database.url).port))
  const url = new URL(database.url)
  url.port = String(proxy.port)
  const far = connect(url.href, { max: 2, statementTimeoutMs: 1_000 })
  await Promise.all([far`select pg_sleep(0.01)`, far`select pg_sleep(0.01)`])

  proxy.set({ kind: 'blackhole' })
  const swallowed = [far`select 1`, inTransaction(far, (tx) => tx`insert into notes values ('swallowed')`)]
  for (const { status } of await Promise.allSettled(swallowed)) expect(status).toBe('rejected')
  proxy.set({ kind: 'pass' })
  await expect.poll(() => far`select 1`.catch(() => []), { timeout: 20_000 }).toHaveLength(1)

  await far.end({ timeout: 1 })
  await proxy.close()
})

test('what is asked after a COPY is answered, also when its reader is slower than the last rows', async () => {
  // As many as fill the stream of the driver, which stops its socket then.
  const rows = Math.ceil(new Readable().readableHighWaterMark / 1_000)
  const copied = await pool
    .unsafe(`copy (select repeat('x', 999) from generate_series(1, ${rows})) to stdout`)
    .readable()
  const isSent = async () =>
    (await other`select from pg_stat_activity where query like 'copy%' and state = 'idle'`).length
  await expect.poll(isSent).toBe(1)

  expect((await text(copied)).length).toBe(rows * 1_000)
  expect(await pool`select 1`).toHaveLength(1)
})

test.each([
  ['the disk is full', '53100', 'away'],
  ['memory is short', '53200', 'away'],
  ['all connections are taken', '53300', 'away'],
  ['the disk fails', '58030', 'away'],
  ['Postgres is shut down', '57P01', 'away'],
  ['a statement took too long', '57014', 'unavailable'],
  ['a lock was not to be had', '55P03', 'unavailable'],
  ['a constraint is violated', '23514', 'there'],
  ['a statement is wrong', '42601', 'there'],
])('when %s (%s), Postgres is %s', async (_, code, kind) => {
  const raised = await pool
    .unsafe(`do $$ begin raise exception 'no' using errcode = '${code}'; end $$`)
    .catch((error: unknown) => error)
  expect(raised).toMatchObject({ code })
  expect(isDatabaseAway(raised)).toBe(kind === 'away')
  expect(isDatabaseUnavailable(raised)).toBe(kind !== 'there')
})

const staleStatement = '0A000'
const codeOf = ({ code }: { code?: string }) => code

test('statements that a migration made stale never come back without their rows', async () => {
  await other`create table changing (id int)`
  await other`insert into changing values (1)`
  const read = () => pool`select * from changing where id = ${1}`.execute()
  const readOther = (n: number) => pool`select ${n}::int as n`.execute()
  for (let round = 0; round < 50; round++) {
    await Promise.all([read(), readOther(1)])
    await other.unsafe(`alter table changing add column c${round} int`)
    const answers: Promise<number | string | undefined>[] = []
    for (let n = 0; n < 40; n++) {
      for (const asked of [read(), readOther(n)]) answers.push(asked.then((rows) => rows.length, codeOf))
      await setImmediate()
    }
    for (const answer of await Promise.all(answers)) expect([1, staleStatement]).toContain(answer)
  }
})
