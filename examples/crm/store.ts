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
    // A write for each event costs little so, and what is lost with the machine is heard once more.
    this.#db.exec(`
      pragma journal_mode = wal;
      pragma synchronous = normal;
      create table if not exists customers (number text primary key, name text, phone text);
      create table if not exists tickets (id text primary key, customer text, callAt text, about text,
        callbackId text unique, refused text, status text, dueAt text);
      create table if not exists heard (eventId text primary key, callbackId text, type text, at text);
      create table if not exists position (one integer primary key check (one = 1), lastEventId text)`)
  }

  add(customers: Customer[], tickets: Ticket[]): void {
    this.#whole(() => {
      for (const { number, name, phone } of customers) {
        this.#run('insert or replace into customers values (?, ?, ?)', number, name, phone)
      }
      for (const { id, customer, callAt, about } of tickets) {
        const sql = 'insert or ignore into tickets (id, customer, callAt, about) values (?, ?, ?, ?)'
        this.#run(sql, id, customer, callAt, about)
      }
    })
  }

  customers(): Customer[] {
    return this.#db.prepare('select * from customers').all() as unknown as Customer[]
  }

  /** Those for which nothing is promised yet, as far as this system knows. */
  unpromised(): Ticket[] {
    const sql = 'select * from tickets where callbackId is null and refused is null'
    return this.#db.prepare(sql).all() as unknown as Ticket[]
  }

  promised(ticket: string, callbackId: string): void {
    this.#run('update tickets set callbackId = ? where id = ?', callbackId, ticket)
  }

  refused(ticket: string, code: string): void {
    this.#run('update tickets set refused = ? where id = ?', code, ticket)
  }

  promisedTickets(): string[] {
    const rows = this.#db.prepare('select id from tickets where callbackId is not null').all()
    return rows.map(({ id }) => id as string)
  }

  get lastEventId(): string | undefined {
    return this.#db.prepare('select lastEventId from position').get()?.['lastEventId'] as string | undefined
  }

  keepPosition(lastEventId: string): void {
    this.#run('insert or replace into position values (1, ?)', lastEventId)
  }

  /**
   * What an event says, and up to where was listened, are written together: whoever is killed between two events goes on with the
   * second, and none counts twice.
   */
  take({ id, type, timestamp, data }: CallbackEvent, lastEventId: string): void {
    const result = 'result' in data ? data.result : undefined
    this.#whole(() => {
      this.#run('insert into heard values (?, ?, ?, ?)', id, data.callbackId, type, timestamp)
      this.#stand(data.callbackId, result ?? type.slice('callback.'.length), 'to' in data ? data.to : undefined)
      this.keepPosition(lastEventId)
    })
  }

  /** How a promise stands, as Ringback was asked. */
  stands({ id, status, result, scheduledFor }: Callback): void {
    this.#stand(id, result ?? status, scheduledFor)
  }

  #stand(callbackId: string, status: string, dueAt: string | null | undefined): void {
    const sql = 'update tickets set status = ?, dueAt = coalesce(?, dueAt) where callbackId = ?'
    this.#run(sql, status, dueAt ?? null, callbackId)
  }

  #run(sql: string, ...values: (string | null)[]): void {
    this.#db.prepare(sql).run(...values)
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
