import type { Sql } from '@ringback/db'

/**
 * What clients were told: every entry is a 2xx answer, which must have its row. A database that goes back takes answers
 * with it; those are `gone`, and nobody holds them against anybody.
 */
export interface Books {
  /** Ids of callbacks that were promised. */
  promised: Set<string>
  /** Ids of callbacks that were taken back. */
  cancelled: Set<string>
  /** Ids of call sessions that claims opened. */
  claimed: Set<string>
  /** The outcomes that were recorded, by the id of their call session. */
  outcomes: Map<string, string>
  /** Ids of what was answered and is no more, since the database has gone back to before it. */
  gone: Set<string>
  /** Answers that no client should ever get, each with its request. */
  failures: string[]
  /** Grows when the database goes back: an answer that was asked for in an older age may speak of what is no more. */
  age: number
  /** A cancel is on its way; until it is answered the callback may be open or cancelled. */
  beginCancel(callbackId: string): PendingCancel
  /** Whether a callback that was promised may be cancelled. */
  mayBeCancelled(callbackId: string): boolean
  /** The database knows no more than this from now on. */
  goBackTo(known: Known): void
}

export interface PendingCancel {
  /** The cancel was answered, for certain: done, or refused and never done. */
  settle(isCancelled: boolean): void
}

/** What a database knows of what clients were told. */
export interface Known {
  callbacks: Set<string>
  cancelled: Set<string>
  calls: Set<string>
  outcomes: Set<string>
}

export function openBooks(): Books {
  const pending = new Set<{ callbackId: string }>()
  const books: Books = {
    promised: new Set(),
    cancelled: new Set(),
    claimed: new Set(),
    outcomes: new Map(),
    gone: new Set(),
    failures: [],
    age: 0,
    beginCancel(callbackId) {
      const cancel = { callbackId }
      pending.add(cancel)
      return {
        settle(isCancelled) {
          if (isCancelled) books.cancelled.add(callbackId)
          pending.delete(cancel)
        },
      }
    },
    mayBeCancelled: (callbackId) =>
      books.cancelled.has(callbackId) || [...pending].some((cancel) => cancel.callbackId === callbackId),
    goBackTo(known) {
      books.age++
      cut(books.promised, known.callbacks, books.gone)
      cut(books.cancelled, known.cancelled, books.gone)
      cut(books.claimed, known.calls, books.gone)
      cut(books.outcomes, known.outcomes, books.gone)
    },
  }
  return books
}

/** Moves from `told` into `gone` what is not known. */
function cut(told: Set<string> | Map<string, unknown>, known: Set<string>, gone: Set<string>): void {
  for (const id of told.keys()) {
    if (known.has(id)) continue
    told.delete(id)
    gone.add(id)
  }
}

/** Reads what a database knows. Nobody may write meanwhile. */
export async function readKnown(sql: Sql): Promise<Known> {
  const callbacks = await sql<{ id: string; isCancelled: boolean }[]>`
    select id, status = 'cancelled' as "isCancelled" from callbacks`
  const calls = await sql<{ id: string; hasOutcome: boolean }[]>`
    select id, last_outcome_type is not null as "hasOutcome" from call_sessions`
  return {
    callbacks: idsOf(callbacks),
    cancelled: idsOf(callbacks.filter((it) => it.isCancelled)),
    calls: idsOf(calls),
    outcomes: idsOf(calls.filter((it) => it.hasOutcome)),
  }
}

function idsOf(rows: { id: string }[]): Set<string> {
  return new Set(rows.map(({ id }) => id))
}
