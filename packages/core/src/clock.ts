import type { Sql } from '@ringback/db'

/** Where `now` comes from. Decisions never ask the process for the time; they ask the clock they are given. */
export interface Clock {
  now(): Date
}

/** A clock that stands still until it is moved, for tests and for replaying a day. */
export interface ManualClock extends Clock {
  set(now: Date): void
  advance(milliseconds: number): void
}

export function manualClock(start: Date): ManualClock {
  let time = start.getTime()
  return {
    now: () => new Date(time),
    set: (now) => void (time = now.getTime()),
    advance: (milliseconds) => void (time += milliseconds),
  }
}

/** The database's clock, the same for all processes, whatever the time on their machines. */
export interface DatabaseClock extends Clock {
  /** Resolves once the clock has been read from the database; throws when it cannot be reached. */
  ready(): Promise<void>
  /** Reads the database's clock again; between two readings the process's monotonic clock counts on. */
  sync(): Promise<void>
}

export function databaseClock(sql: Sql): DatabaseClock {
  let origin: number | undefined

  async function read() {
    const before = performance.now()
    const [row] = await sql<{ now: Date }[]>`select clock_timestamp() as now`
    const after = performance.now()
    return { origin: row!.now.getTime() - (before + after) / 2, tookMs: after - before }
  }

  /** Of some readings the quickest is the most exact one; the first may have had to connect. */
  async function sync() {
    const readings = [await read(), await read(), await read()]
    origin = readings.toSorted((a, b) => a.tookMs - b.tookMs)[0]!.origin
  }

  return {
    sync,
    ready: async () => {
      if (origin === undefined) await sync()
    },
    now: () => {
      if (origin === undefined) throw new Error('The clock was asked for the time before it was ready')
      return new Date(origin + performance.now())
    },
  }
}

/** Until here ISO 8601 writes a year with four digits, and clients, Postgres and lanes read the same. */
export const latestMoment = new Date('9999-12-31T23:59:59.999Z')

export function addMilliseconds(time: Date, milliseconds: number): Date {
  return new Date(time.getTime() + milliseconds)
}
