import { DatabaseSync } from 'node:sqlite'
import type { Callback, RingbackEvent } from '@ringback/client'

export interface Customer {
  number: string
  name: string
  phone: string
}
export interface Ticket {
  id: string
  customer: string
  callAt: string
  about: string
}
export type CallbackEvent = Extract<RingbackEvent, { type: `callback.${string}` }>

/** The CRM's own database: what it knows by itself, what it has heard of Ringback, and up to where it has listened. */
export class Store {
  readonly #db: DatabaseSync

  constructor(path: string) {
    this.#db = new DatabaseSync(path)
    this.#db.exec(`
      create table if not exists customers (number text primary key, name text, phone text);
      create table if not exists tickets (id text primary key, customer text, call_at text, about text, callback_id text, refused text);
      create table if not exists promises (callback_id text primary key, status text, due_at text, events integer not null);
      create table if not exists heard (event_id text primary key, callback_id text, type text, at text);
      create table if not exists position (one integer primary key check (one = 1), last_event_id text)`)
  }

  add(customers: Customer[], tickets: Ticket[]): void {
    const customer = this.#db.prepare('insert or replace into customers values (:number, :name, :phone)')
    const ticket = this.#db.prepare(
      'insert or ignore into tickets (id, customer, call_at, about) values (:id, :customer, :callAt, :about)',
    )
    this.#whole(() => {
      for (const { number, name, phone } of customers) customer.run({ number, name, phone })
      for (const { id, customer: of, callAt, about } of tickets) ticket.run({ id, customer: of, callAt, about })
    })
  }

  customers(): Customer[] {
    return this.#db.prepare('select * from customers').all() as unknown as Customer[]
  }

  /** Those for which nothing is promised yet, as far as this system knows. */
  unpromised(): Ticket[] {
    const sql = 'select *, call_at as callAt from tickets where callback_id is null and refused is null'
    return this.#db.prepare(sql).all() as unknown as Ticket[]
  }

  promised(ticket: string, callbackId: string): void {
    this.#db.prepare('update tickets set callback_id = ? where id = ?').run(callbackId, ticket)
  }

  refused(ticket: string, code: string): void {
    this.#db.prepare('update tickets set refused = ? where id = ?').run(code, ticket)
  }

  /** The tickets of which something is promised. */
  ticketIds(): string[] {
    return this.#db.prepare('select id from tickets where callback_id is not null').all().map(({ id }) => id as string)
  }

  get lastEventId(): string | undefined {
    const row = this.#db.prepare('select last_event_id from position').get()
    return row?.['last_event_id'] as string | undefined
  }

  keepPosition(lastEventId: string): void {
    this.#db.prepare('insert or replace into position values (1, ?)').run(lastEventId)
  }

  /**
   * What an event says, and up to where was listened, are written together: whoever is killed between two events goes on with the
   * second, and none counts twice.
   */
  take(event: CallbackEvent, lastEventId: string): void {
    const { id, type, timestamp, data } = event
    this.#whole(() => {
      this.#db.prepare('insert into heard values (?, ?, ?, ?)').run(id, data.callbackId, type, timestamp)
      this.#stand(data.callbackId, statusAfter(event), 'to' in data ? (data.to ?? null) : null, 1)
      this.keepPosition(lastEventId)
    })
  }

  /** How a promise stands, as Ringback was asked. */
  stands({ id, status, result, scheduledFor }: Callback): void {
    this.#stand(id, result ?? status, scheduledFor, 0)
  }

  #stand(callbackId: string, status: string, dueAt: string | null, events: number): void {
    this.#db
      .prepare(
        `insert into promises values (?, ?, ?, ?) on conflict (callback_id) do update set
          status = excluded.status, due_at = coalesce(excluded.due_at, due_at), events = events + excluded.events`,
      )
      .run(callbackId, status, dueAt, events)
  }

  #whole(work: () => void): void {
    this.#db.exec('begin immediate')
    try {
      work()
      this.#db.exec('commit')
    } catch (error) {
      this.#db.exec('rollback')
      throw error
    }
  }
}

/** What a ticket says after an event: what became of the promise, else what happened last. */
function statusAfter(event: CallbackEvent): string {
  if (event.type === 'callback.completed' && event.data.result !== null) return event.data.result
  return event.type.slice('callback.'.length)
}
