import { engineFacts, events, inTransaction, webhookDeliveries, webhooks, type Sql } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Engine } from '../engine.ts'
import { parsePlaceId, placeId, readLog, readRestored, type ToldEvent } from '../events/read-log.ts'
import { messageOf } from './message.ts'

export interface FannedOut {
  /** How many events were read, and how many deliveries they make. */
  events: number
  deliveries: number
  /** Whether there may be more in the log. */
  isBehind: boolean
  /** Whether any webhook is on. */
  isAnyActive: boolean
}

const pageSize = 500
/** More than a transaction lasts: what happened so long before the last event that was told was told, too. */
const overlapMs = 5 * 60_000

/**
 * Reads a page of the log behind the event that webhooks were told of last, and writes down what each is to be told: each
 * event exactly once for each webhook. One process at a time does it; who finds another one at it leaves it to that one.
 *
 * Whoever reads the log is not woken by it, and no lane is changed: it would wake itself.
 */
export async function fanOut(engine: Pick<Engine, 'sql' | 'deps'>): Promise<FannedOut> {
  const now = engine.deps.clock.now()
  return inTransaction(engine.sql, async (sql) => {
    const nothing = { events: 0, deliveries: 0, isBehind: false }
    const told = await engineFacts.tryLock(sql, 'webhooks-told', now)
    if (told === undefined) return { ...nothing, isAnyActive: true }
    const { isAnyActive, eventTypes } = await webhooks.listEventTypesAsked(sql)
    if (!isAnyActive) {
      if (told !== '') await engineFacts.note(sql, 'webhooks-told', '', now)
      return { ...nothing, isAnyActive }
    }

    const page = await readBehind(sql, told, now)
    const last = page.at(-1)
    if (!last) return { ...nothing, isAnyActive }
    const asked = page.filter(({ event: { type } }) => eventTypes === null || eventTypes.includes(type))
    const deliveries = await webhookDeliveries.addForAll(sql, asked.map(messageOf), now)
    await engineFacts.note(sql, 'webhooks-told', placeId(last.place), now)
    return { events: page.length, deliveries, isBehind: page.length === pageSize, isAnyActive }
  })
}

/**
 * The events behind the one that was told last. When the log does not hold that one any more, be it that its day is over, that
 * Postgres has gone back to an earlier time, or that it was restored from a dump, it goes on a little before the moment of that
 * one: first with what the dump brought, then with what has happened since. What is told already is not told again.
 */
async function readBehind(sql: Sql, told: string, now: Date): Promise<ToldEvent[]> {
  const known = parsePlaceId(told)
  const place = known && (await events.find(sql, known))
  const page = place ? await readLog(sql, place, pageSize) : 'gap'
  if (page !== 'gap') return page
  const moment = addMilliseconds(known?.at ?? now, -overlapMs)
  const restored = known ? await readRestored(sql, known, moment, pageSize) : []
  if (restored.length > 0) return restored
  const rest = await readLog(sql, await events.lastBefore(sql, moment), pageSize)
  return rest === 'gap' ? [] : rest
}
