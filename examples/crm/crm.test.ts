import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { startApiProcess, tokenOf } from '@ringback/api/testing'
import { Ringback } from '@ringback/client'
import { openTestEngine, patienceMs } from '@ringback/testing'
import { startCommand } from '@ringback/testing/processes'
import { expect, onTestFinished, test } from 'vitest'

const tickets = 200
const settingUp = async () => {
  const engine = await openTestEngine({ startsAt: new Date() })
  onTestFinished(() => engine.close())
  const url = await startApiProcess(engine, { RATE_LIMIT_PER_MINUTE: '0' }).url()
  const place = mkdtempSync(join(tmpdir(), 'ringback-crm-'))
  onTestFinished(() => rmSync(place, { recursive: true }))
  const path = join(place, 'crm.db')
  const token = await tokenOf.service()
  const ringback = new Ringback({ url, token })

  const start = async (says: string, ...file: string[]) => {
    const env = { RINGBACK_URL: url, RINGBACK_TOKEN: token, CRM_DB: path }
    const main = join(import.meta.dirname, 'main.ts')
    const crm = await startCommand([process.execPath, main, ...file], says, { env })
    onTestFinished(() => crm.kill())
    return crm
  }
  const write = (rows: unknown) => {
    const file = join(place, 'tickets.json')
    writeFileSync(file, JSON.stringify(rows))
    return file
  }
  const query = (sql: string) => {
    const db = new DatabaseSync(path, { timeout: 30_000 })
    try {
      return db.prepare(sql).all()
    } finally {
      db.close()
    }
  }
  return { engine, ringback, start, write, query }
}

test('the CRM misses nothing and counts nothing twice, though it is killed in the middle', async () => {
  const { ringback, start, write, query } = await settingUp()
  const numbers = Array.from({ length: tickets }, (_, n) => String(5_000 + n))
  const file = write({
    customers: numbers.map((number) => ({ number, name: `Customer ${number}`, phone: `+1202555${number}` })),
    tickets: [
      ...numbers.map((number) => ({
        id: `ticket-${number}`,
        customer: number,
        callAt: '2031-11-24T15:00:00+01:00',
        about: 'A question',
      })),
      { id: 'ticket-of-nobody', customer: '99', callAt: '2031-11-24T15:00:00+01:00', about: 'Who is it?' },
    ],
  })
  let crm = await start('all tickets are with Ringback', file)
  const ids = () =>
    query('select callbackId as id from tickets where callbackId is not null').map(({ id }) => id as string)
  expect(ids()).toHaveLength(tickets)
  expect(query('select id, refused from tickets where refused is not null')).toEqual([
    { id: 'ticket-of-nobody', refused: 'unknown-user' },
  ])

  // Life goes on while it is killed, away, and there again.
  const callbackIds = ids()
  const heard = () => query('select count(*) as n from heard')[0]!['n'] as number
  let cancelled = 0
  const cancel = async (count: number) => {
    for (const callbackId of callbackIds.slice(cancelled, cancelled + count)) await ringback.callbacks.cancel({ callbackId })
    cancelled += count
  }
  for (const part of [60, 60, 40]) {
    const before = heard()
    const cancelling = cancel(part)
    await expect.poll(heard, { timeout: patienceMs, interval: 1 }).toBeGreaterThan(before)
    await crm.kill()
    await cancelling
    crm = await start('all tickets are with Ringback')
  }
  await cancel(tickets - cancelled)
  await expect
    .poll(() => query(`select count(*) as n from heard where type = 'callback.cancelled'`), { timeout: 3 * patienceMs })
    .toEqual([{ n: tickets }])

  // Of each promise both events, once and in their order; and each ticket says how it ended.
  expect(query('select type, count(*) as n, count(distinct callbackId) as promises from heard group by type')).toEqual([
    { type: 'callback.cancelled', n: tickets, promises: tickets },
    { type: 'callback.scheduled', n: tickets, promises: tickets },
  ])
  expect(
    query('select status, dueAt, count(*) as n from tickets where refused is null group by 1, 2'),
  ).toEqual([{ status: 'cancelled', dueAt: '2031-11-24T14:00:00.000Z', n: tickets }])
  expect(await crm.stop()).toBe(0)
})

test('what happened while events were lost is asked for, and a ticket that was pushed before is promised once', async () => {
  const { engine, ringback, start, write, query } = await settingUp()
  const rows = {
    customers: [{ number: '4711', name: 'Ada Example', phone: '+12025550171' }],
    tickets: [{ id: 'ticket-1', customer: '4711', callAt: '2031-11-24T15:00:00+01:00', about: 'A question' }],
  }
  // An earlier run was killed before it wrote down what Ringback answered.
  await ringback.users.put('4711', { name: 'Ada' })
  const { id } = await ringback.callbacks.schedule({
    userId: '4711',
    scheduledFor: rows.tickets[0]!.callAt,
    externalId: 'ticket-1',
  })
  let crm = await start('all tickets are with Ringback', write(rows))
  const stands = () => query('select callbackId as id, status from tickets')
  expect(stands()).toEqual([{ id, status: 'pending' }])
  expect(await engine.sql`select id from callbacks`).toHaveLength(1)

  await crm.stop()
  await ringback.callbacks.cancel({ callbackId: id })
  // A position of which the log knows nothing any more.
  query(`insert or replace into position values (1, '1-1-1')`)
  crm = await start('all tickets are with Ringback')
  await expect.poll(stands, { timeout: patienceMs }).toEqual([{ id, status: 'cancelled' }])
})
