import { randomUUID } from 'node:crypto'
import { callQueue, laneMirror, type EntryPlace, type LaneMirror, type Sql } from '@ringback/db'
import type { Logger } from 'pino'
import { addMilliseconds, type Clock } from '../clock.ts'
import { laneKeys, versionOf } from './keys.ts'
import { writeEntries } from './lanes.ts'
import { withLaneScripts, type RedisConnection } from './redis.ts'

/**
 * What a pass did: `left` when another process is at it or has just been, `rebuilt` when the lanes had been lost,
 * `caught-up` when only late changes had to be applied again.
 */
export type ReconcileResult = { kind: 'left' } | { kind: 'rebuilt' | 'caught-up'; entries: number }

export interface ReconcilerOptions {
  prefix: string
  clock: Clock
  log: Logger
  /** A pass is left out when the last one, whoever's it was, is younger than this. */
  restMs?: number
}

const pageSize = 5_000
/**
 * A transaction's changes carry the time at which it began. Postgres lets it idle for 30 seconds, as when its process is
 * frozen, and a statement take 15.
 */
const overlapMs = 45_000
/** A claim that Postgres has not confirmed by then has come to nothing. */
const claimSettlesWithinMs = 5_000
/** By then no write of an ended entry is still on its way. */
const forgetAfterMs = 10 * 60_000
const forgetAtOnce = 1_000

/**
 * Returns one pass of the reconciler, which keeps the lanes equal to Postgres whatever was lost on the way: a process
 * that died between commit and lane write, a flushed Redis, a failover to old data.
 *
 * One process works at a time. The pulse is written into Redis first and Postgres second, so a Redis that is behind
 * Postgres has lost writes.
 */
export function reconciler(
  connection: RedisConnection,
  { prefix, clock, log, restMs = 0 }: ReconcilerOptions,
): (tx: Sql) => Promise<ReconcileResult> {
  const redis = withLaneScripts(connection)
  const keys = laneKeys(prefix)

  return async function reconcile(tx) {
    if (!(await laneMirror.tryLock(tx))) return { kind: 'left' }
    const mirror = await laneMirror.get(tx)
    const beganAt = clock.now()
    if (mirror && Math.abs(beganAt.getTime() - mirror.reconciledUntil.getTime()) < restMs) return { kind: 'left' }

    const openSince = await laneMirror.oldestOpenTransaction(tx)
    const pulse = await redis.get(keys.pulse)
    const isIntact = mirror && pulse !== null && Number(pulse) >= mirror.pulse
    const newPulse = (isIntact ? Number(pulse) : (mirror?.pulse ?? 0)) + 1
    if (mirror && !isIntact) log.warn('lanes lost; building them from Postgres')
    const entries = isIntact ? await catchUp(tx, mirror) : await rebuild(tx, newPulse)
    const healed = await healClaims(tx)
    await forgetEnded()
    if (isIntact) await redis.set(keys.pulse, newPulse)
    await laneMirror.set(tx, {
      pulse: newPulse,
      reconciledUntil: beganAt,
      // Lanes that were just built know nothing of ended entries, whose last waiting version may still be on its way.
      openSince: isIntact ? openSince : null,
    })
    return { kind: isIntact ? 'caught-up' : 'rebuilt', entries: entries + healed }
  }

  /**
   * Applies what changed since the last pass and is not in the lanes. Not what that one could see: as long as the pulse is
   * right, what it applied is still there.
   */
  async function catchUp(tx: Sql, { reconciledUntil, openSince }: LaneMirror): Promise<number> {
    const start = { updatedAt: addMilliseconds(reconciledUntil, -overlapMs), id: '0' }
    return throughPages<callQueue.ChangedEntry>(
      (last) => callQueue.listUpdated(tx, last ?? start, openSince, pageSize),
      async (changed) => write(await callQueue.listByIds(tx, await idsBehind(changed))),
    )
  }

  /** The ids of those entries of which the lanes have seen no version, or only older ones. */
  async function idsBehind(entries: callQueue.ChangedEntry[]): Promise<string[]> {
    const ids = entries.map(({ id }) => id)
    const records = await redis.hmget(keys.records, ...ids)
    return ids.filter((_, index) => {
      const record = records[index] ?? null
      return record === null || versionOf(record) < entries[index]!.version
    })
  }

  /** Builds the lanes from Postgres: first what Redis still holds is set right, then all waiting entries are added. */
  async function rebuild(tx: Sql, newPulse: number): Promise<number> {
    const token = randomUUID()
    await redis.multi().del(keys.pulse).set(keys.building, token).exec()
    await correctRecords(tx)
    const entries = await throughPages<EntryPlace>(
      (last) => callQueue.listWaitingAfter(tx, last?.id ?? '0', pageSize),
      write,
    )
    const isComplete = await redis.setPulse(keys.pulse, keys.building, token, newPulse)
    if (!isComplete) throw new Error('The lanes were lost again while they were being built')
    log.info({ entries }, 'lanes built')
    return entries
  }

  async function correctRecords(tx: Sql): Promise<void> {
    let cursor = '0'
    do {
      const [next, fieldsAndValues] = await redis.hscan(keys.records, cursor, 'COUNT', pageSize)
      const ids = fieldsAndValues.filter((_, index) => index % 2 === 0)
      if (ids.length > 0) await write(await callQueue.listByIds(tx, ids))
      cursor = next
    } while (cursor !== '0')
  }

  /** Brings back entries that were handed out and never claimed, and lets go of those that were. */
  async function healClaims(tx: Sql): Promise<number> {
    const before = clock.now().getTime() - claimSettlesWithinMs
    const ids = await redis.zrangebyscore(keys.claims, '-inf', before, 'LIMIT', 0, pageSize)
    if (ids.length === 0) return 0
    const entries = await callQueue.listByIds(tx, ids)
    await writeEntries(redis, prefix, entries, clock.now(), 'put-back')
    await redis.zrem(keys.claims, ...ids)
    return entries.length
  }

  async function forgetEnded(): Promise<void> {
    const before = clock.now().getTime() - forgetAfterMs
    while ((await redis.forgetEnded(keys.records, keys.ended, before, forgetAtOnce)) === forgetAtOnce);
  }

  /** Handles page after page; the next one is read in the meantime. Returns how many rows there were. */
  async function throughPages<Row>(
    read: (last: Row | undefined) => Promise<Row[]>,
    handle: (page: Row[]) => Promise<void>,
  ): Promise<number> {
    let count = 0
    for (let page = await read(undefined); page.length > 0;) {
      count += page.length
      const isLast = page.length < pageSize
      const [next] = await Promise.all([isLast ? [] : read(page.at(-1)), handle(page)])
      page = next
    }
    return count
  }

  function write(entries: EntryPlace[]): Promise<void> {
    return writeEntries(redis, prefix, entries, clock.now(), '')
  }
}
