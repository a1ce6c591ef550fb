import { events, type Sql } from '@ringback/db'
import { eventSchemas, eventVersion, type EventType, type RingbackEvent } from './catalogue.ts'

/** Where a reader is in the log: behind this event. */
export type LogPlace = events.FoundPlace

/** An event of the log, and the agents whom it concerns. */
export interface ToldEvent {
  event: RingbackEvent
  place: LogPlace
  agentIds: ReadonlySet<number>
}

/** A place as a client carries it. `at` is in it, so that a place of another history of the database is not taken for one of this. */
export function placeId({ tx, id, at }: events.EventPlace): string {
  return `${tx}-${id}-${at.getTime().toString(36)}`
}

/** The place that a client names, if it can be one. */
export function parsePlaceId(text: string): events.EventPlace | undefined {
  const [, tx, id, at] = /^(\d{1,18})-(\d{1,18})-([0-9a-z]{1,9})$/.exec(text) ?? []
  return tx === undefined ? undefined : { tx, id: id!, at: new Date(Number.parseInt(at!, 36)) }
}

/** Whether one place comes after another one. */
export function isBehind(place: events.EventPlace, other: events.EventPlace): boolean {
  const [tx, otherTx] = [BigInt(place.tx), BigInt(other.tx)]
  return tx === otherTx ? BigInt(place.id) > BigInt(other.id) : tx > otherTx
}

/**
 * The events behind `after`, at most `limit`, oldest first. Nothing comes between two that were read, whatever commits later; so
 * whoever goes on behind the last one misses nothing. `gap` when the log does not hold the event at `after`: it was forgotten, or
 * Postgres has gone back to a time before it, or was restored from a dump.
 */
export async function readLog(sql: Sql, after: LogPlace | undefined, limit: number): Promise<ToldEvent[] | 'gap'> {
  const today = new Date()
  if (!after) return (await events.listAfter(sql, after, { today, limit })).map(toldOf)
  const [held, ...rows] = await events.listFrom(sql, after, { today, limit: limit + 1 })
  const isHeld = held?.tx === after.tx && held.id === after.id && held.at.getTime() === after.at.getTime()
  if (isHeld) return rows.map(toldOf)
  // The line below which is read may step back for a moment; what was read before is no gap.
  return (await events.find(sql, after)) ? [] : 'gap'
}

/**
 * Of what a dump brought from another server, the events behind `place`, at most `limit`; when it does not hold that event, those
 * behind `moment`. Nobody else is told of them: whoever listened there has to fetch everything anew.
 */
export async function readRestored(
  sql: Sql,
  place: events.EventPlace,
  moment: Date,
  limit: number,
): Promise<ToldEvent[]> {
  return (await events.listRestored(sql, place, moment, limit)).map(toldOf)
}

function toldOf(row: events.LoggedEvent): ToldEvent {
  const { slot, tx, id, at } = row
  return { place: { slot, tx, id, at }, event: eventOf(row), agentIds: agentsOf(row) }
}

function eventOf(row: events.LoggedEvent): RingbackEvent {
  const { type, callbackId, userId, agentId, queueType, preferredAgentId, actor, data } = row
  const columns = { callbackId, userId, agentId, queueType, preferredAgentId, actor }
  const shape = Object.hasOwn(eventSchemas, type) ? eventSchemas[type as EventType].shape.data.shape : {}
  const known = Object.entries(columns).filter(([name]) => name in shape)
  return {
    id: placeId(row),
    type,
    version: eventVersion,
    timestamp: row.at.toISOString(),
    data: { sequence: row.id, ...Object.fromEntries(known), ...data },
  } as RingbackEvent
}

/** Its agent, the one who should call, and the one who had it before. */
function agentsOf({ agentId, preferredAgentId, data: { fromAgentId } }: events.LoggedEvent): Set<number> {
  const named = [agentId, preferredAgentId, fromAgentId]
  return new Set(named.filter((id) => typeof id === 'number'))
}
