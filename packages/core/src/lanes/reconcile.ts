import { randomUUID } from 'node:crypto'
import { callQueue, laneEntries, laneMirror, type LaneMirror, type Sql } from '@ringback/db'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { RedisConnection } from '../redis/connection.ts'
import { buildLanes } from './build.ts'
import { laneComparison } from './compare.ts'
import { versionOf } from './keys.ts'
import { writeEntries } from './lanes.ts'
import { pageSize, throughPages } from './pages.ts'
import { lanePlace } from './place.ts'

/**
 * What a pass did: `left` when another process is at it or has just been, `rebuilt` when the lanes were built anew,
 * `caught-up` when only late changes had to be applied again, `repaired` when entries were not where their rows say and
 * were set right.
 */
export type ReconcileResult =
  | { kind: 'left' }
  | { kind: 'rebuilt' | 'caught-up'; entries: number }
  | { kind: 'repaired'; entries: number; differences: number }

export interface ReconcilerOptions {
  prefix: string
  clock: Clock
  log: Logger
  /** A pass is left out when the last one, whoever's it was, is younger than this. */
  restMs?: number
}

/** What a pass could keep of the lanes: how many entries differed, and what both agree on, unless they must be built. */
interface Kept {
  differences: number
  agreed?: Pick<LaneMirror, 'epoch' | 'pulse' | 'comparedId' | 'comparedRecord'> & { entries: number }
}

const nothingKept: Kept = { differences: 0 }
/** By then no write of an ended entry is still on its way; one that is all the same, the comparison finds. */
const forgetAfterMs = 10 * 60_000
const forgetAtOnce = 1_000

/**
 * Returns one pass of the reconciler, which keeps the lanes equal to Postgres whatever was lost on the way: a process
 * that died between commit and lane write, a flushed Redis, a failover of either to old data, a key that somebody deleted.
 *
 * One process works at a time. Each pass leaves a token of its own in both, Redis first. Where the next one finds another
 * in either, one of the two has forgotten passes that the other one remembers, and the lanes are built anew; so they are,
 * for nothing, when a process died between the two.
 */
export function reconciler(
  connection: RedisConnection,
  { prefix, clock, log, restMs = 0 }: ReconcilerOptions,
): (tx: Sql) => Promise<ReconcileResult> {
  const place = lanePlace(connection, prefix, clock, log)
  const { redis, keys } = place
  const compare = laneComparison(place)

  return async function reconcile(tx) {
    if (!(await laneMirror.tryLock(tx))) return { kind: 'left' }
    const mirror = await laneMirror.get(tx)
    const beganAt = clock.now()
    if (mirror && Math.abs(beganAt.getTime() - mirror.reconciledUntil.getTime()) < restMs) return { kind: 'left' }

    const present = await laneMirror.present(tx)
    const kept = mirror ? await keepWhatCanBe(tx, mirror, present) : nothingKept
    const { epoch, pulse, entries } = kept.agreed ?? (await build(tx))
    await laneMirror.set(tx, {
      ...present,
      epoch,
      pulse,
      reconciledUntil: beganAt,
      comparedId: kept.agreed?.comparedId ?? '0',
      comparedRecord: kept.agreed?.comparedRecord ?? '0',
      comparedAt: kept.agreed ? beganAt : (mirror?.comparedAt ?? null),
      ...(kept.differences > 0 ? { differences: kept.differences, differedAt: beganAt } : lastDifferences(mirror)),
    })
    if (!kept.agreed) return { kind: 'rebuilt', entries }
    return kept.differences > 0
      ? { kind: 'repaired', entries, differences: kept.differences }
      : { kind: 'caught-up', entries }
  }

  /** Brings lanes that are as the last pass left them up to date. Says nothing agreed when they have to be built anew. */
  async function keep(tx: Sql, mirror: LaneMirror, present: laneMirror.Present): Promise<Kept> {
    const { epoch, pulse } = mirror
    const found = await redis.mget(keys.epoch, keys.pulse)
    if (found[0] !== epoch || found[1] !== pulse || present.history !== mirror.history) {
      log.warn('lanes lost; building them from Postgres')
      return nothingKept
    }
    const { late, ahead } = await catchUp(tx, mirror)
    const { differences, returned, isHopeless, ...progress } = await compare(tx, present, mirror, ahead)
    if (isHopeless) {
      log.error({ differences }, 'lanes cannot be set right; building them from Postgres')
      return { differences }
    }
    await forgetEnded()
    const newPulse = randomUUID()
    if (!(await redis.setPulse(keys.pulse, keys.epoch, epoch, pulse, newPulse))) {
      log.warn('lanes lost meanwhile; building them from Postgres')
      return { differences }
    }
    const entries = late + returned + differences
    return { differences, agreed: { ...progress, epoch, pulse: newPulse, entries } }
  }

  /** The same, of which a key of another kind than it should be is no failure. */
  async function keepWhatCanBe(...args: Parameters<typeof keep>): Promise<Kept> {
    try {
      return await keep(...args)
    } catch (error) {
      if (!String(error).includes('WRONGTYPE')) throw error
      log.error({ err: error }, 'lanes cannot be read; building them from Postgres')
      return { differences: 1 }
    }
  }

  async function build(tx: Sql) {
    const built = await buildLanes(place, tx)
    log.info({ entries: built.entries }, 'lanes built')
    return built
  }

  /**
   * Applies what transactions changed that the last pass could not see, and is not in the lanes. As long as the pulse is
   * right, what that one applied is still there. Returns how many changes it looked at, and the entries of which the lanes
   * know a later version: they have moved since, or that version is of a history that Postgres has lost.
   */
  async function catchUp(tx: Sql, { epoch, openSince }: LaneMirror): Promise<{ late: number; ahead: string[] }> {
    const ahead: string[] = []
    const late = await throughPages<laneEntries.ChangedEntry>(
      (last) => laneEntries.listChanged(tx, openSince, last, pageSize),
      async (changed) => {
        const lag = await lagOf(changed)
        ahead.push(...changed.filter(({ id }) => lag.get(id)! < 0).map(({ id }) => id))
        const behind = changed.filter(({ id }) => lag.get(id)! > 0).map(({ id }) => id)
        await writeEntries(redis, prefix, await callQueue.listByIds(tx, behind), clock.now(), '', epoch)
      },
    )
    return { late, ahead }
  }

  /** How many versions the lanes are behind, by entry: below zero when they are ahead. */
  async function lagOf(entries: laneEntries.ChangedEntry[]): Promise<Map<string, number>> {
    const records = await redis.hmget(keys.records, ...entries.map(({ id }) => id))
    return new Map(entries.map(({ id, version }, index) => [id, version - (versionOf(records[index] ?? '') || 0)]))
  }

  async function forgetEnded(): Promise<void> {
    const before = clock.now().getTime() - forgetAfterMs
    while ((await redis.forgetEnded(keys.records, keys.ended, before, forgetAtOnce)) === forgetAtOnce);
  }
}

function lastDifferences(mirror: LaneMirror | undefined): Pick<LaneMirror, 'differences' | 'differedAt'> {
  return { differences: mirror?.differences ?? 0, differedAt: mirror?.differedAt ?? null }
}
