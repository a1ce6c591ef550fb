import {
  callQueue,
  laneEntries,
  queueTypes,
  type EntryPlace,
  type laneMirror,
  type LaneMirror,
  type Sql,
} from '@ringback/db'
import { laneName, recordOf, versionOf } from './keys.ts'
import { pageSize } from './pages.ts'
import type { LanePlace } from './place.ts'

/** What a comparison found and set right. */
export interface Comparison {
  /** Entries that were handed out and never claimed, and are back: what becomes of a process that died. */
  returned: number
  /** Entries that were not where their rows say. */
  differences: number
  /** Whether the lanes must be built anew: too much differs, or what was set right differs again. */
  isHopeless: boolean
  /** Where the next comparison goes on. */
  comparedId: string
  comparedRecord: string
}

type Progress = Pick<LaneMirror, 'comparedId' | 'comparedRecord'>

const headsPerLane = 5
const mostExamples = 5
const inspectedPerCall = 500
/** More than these are built faster than they are set right. */
const mostDifferences = 1_000
/** A claim that Postgres has not confirmed by then has come to nothing. */
const claimSettlesWithinMs = 5_000
/** What was set right and differs again within this time does so for a reason. */
const differsAgainWithinMs = 60_000
/** Counting takes this part of the time at most. */
const countsRestFor = 50
/** A difference of counts that a look at everything did not explain was entries that moved. */
const falseAlarmRestMs = 60_000

/**
 * Returns the standing comparison of lanes and Postgres. Each call looks at the heads of all lanes, at the entries that were
 * handed out and not claimed, and at one page of rows and one of records; of what differs it sets each entry right.
 *
 * It looks at everything at once when the lanes do not add up (see `survey.lua`), or when twice in succession there are more
 * or fewer of them than waiting rows.
 *
 * Only rows that the catch-up before it had to know of are compared, so that an entry that moves is no difference.
 */
export function laneComparison(place: LanePlace) {
  const { redis, keys, keysForNow, clock, log } = place
  let lastImbalance = 0
  let countsAgainAt = 0

  return async function compare(tx: Sql, { openSince }: laneMirror.Present, progress: Progress): Promise<Comparison> {
    const found = { returned: 0, differences: 0, isHopeless: false }
    const examples: string[] = []
    const due = clock.now().getTime() - claimSettlesWithinMs

    /** Compares the entries with these ids, of which the rows may be at hand. */
    async function examine(ids: string[], rows?: EntryPlace[]): Promise<void> {
      const suspects = await inspect(ids, rows ?? (await callQueue.listByIds(tx, ids.filter(isId))))
      if (suspects.size === 0 || found.isHopeless) return
      // Read after the entries were seen: what is newer in the lanes than here was never committed.
      const rowsNow = await laneEntries.list(tx, [...suspects.keys()].filter(isId), openSince)
      const byId = new Map(rowsNow.map((row) => [row.id, row]))
      const wrong = [...suspects].filter(([id, sighting]) => !isOnItsWay(byId.get(id), sighting))
      await correct(wrong.map(([id, sighting]) => [id, sighting, expectedOf(byId.get(id))]))
    }

    /** What was seen of the entries that are not where they belong. */
    async function inspect(ids: string[], rows: EntryPlace[]): Promise<Map<string, string>> {
      const byId = new Map(rows.map((row) => [row.id, row]))
      const entries = ids.map((id) => [id, expectedOf(byId.get(id))])
      const calls: Promise<string[]>[] = []
      for (let start = 0; start < entries.length; start += inspectedPerCall) {
        calls.push(redis.inspectEntries(...keysForNow(), due, ...entries.slice(start, start + inspectedPerCall).flat()))
      }
      const wrong = (await Promise.all(calls)).flat()
      return new Map(wrong.flatMap((id, index) => (index % 2 === 0 ? [[id, wrong[index + 1]!]] : [])))
    }

    async function correct(entries: [id: string, sighting: string, record: string][]): Promise<void> {
      if (entries.length === 0) return
      const lately = clock.now().getTime() - differsAgainWithinMs
      const answers = await redis.correctEntries(...keysForNow(keys.corrected), due, lately, ...entries.flat())
      const differing = entries.filter((_, index) => answers[index] === 'corrected' || answers[index] === 'again')
      examples.push(...differing.slice(0, mostExamples - examples.length).map(([id]) => id))
      found.returned += answers.filter((answer) => answer === 'returned').length
      found.differences += differing.length
      found.isHopeless ||= answers.includes('again') || found.differences > mostDifferences
    }

    async function examineRows(afterId: string): Promise<string> {
      const rows = await callQueue.listWaitingAfter(tx, afterId, pageSize)
      await examine(
        rows.map(({ id }) => id),
        rows,
      )
      return rows.length < pageSize ? '0' : rows.at(-1)!.id
    }

    async function examineRecords(cursor: string): Promise<string> {
      const [next, fieldsAndValues] = await redis.hscan(keys.records, cursor, 'COUNT', pageSize)
      await examine(fieldsAndValues.filter((_, index) => index % 2 === 0))
      return next
    }

    /** Drops what is in a place and has no record that says so. */
    async function sweep(lane: string, kind: 'lane' | 'later' | ''): Promise<void> {
      for (let start = 0; ;) {
        const [members, dropped] = await redis.sweepLane(...keysForNow(), lane, kind, start, pageSize)
        found.differences += dropped
        if (members < pageSize) return
        start += members - dropped
      }
    }

    async function examineEverything(): Promise<void> {
      let [row, record] = ['0', '0']
      do row = await examineRows(row)
      while (row !== '0' && !found.isHopeless)
      do record = await examineRecords(record)
      while (record !== '0' && !found.isHopeless)
      await examine(await redis.zrange(keys.claims, 0, '-1'))
      for (const lane of await redis.smembers(keys.names)) {
        await sweep(lane, 'lane')
        await sweep(lane, 'later')
      }
      await sweep('-', '')
    }

    const asked = await lanesAskedFor(tx)
    const [unplaced, waiting, ...heads] = await survey(asked)
    const overdue = await redis.zrangebyscore(keys.claims, '-inf', due, 'LIMIT', 0, pageSize)
    const now = clock.now()
    await examine([...new Set([...overdue, ...heads, ...(await laneEntries.listHeads(tx, now, headsPerLane))])])
    const next = {
      comparedId: await examineRows(progress.comparedId),
      comparedRecord: await examineRecords(progress.comparedRecord),
    }
    const isImbalanced = await imbalanceLasts(tx, waiting)
    if (!found.isHopeless && (isImbalanced || unplaced !== 0)) {
      const before = found.differences
      await examineEverything()
      if (isImbalanced && found.differences === before) countsAgainAt = performance.now() + falseAlarmRestMs
      const [stillUnplaced] = await survey()
      if (stillUnplaced !== 0) found.isHopeless = true
    }
    if (found.differences > 0) log.error({ differences: found.differences, examples }, 'lanes differed from Postgres')
    return { ...found, ...next }
  }

  function survey(asked: string[] = []) {
    return redis.surveyLanes(...keysForNow(), headsPerLane, ...asked)
  }

  /** Whether there were already too many, or too few, entries in the lanes when this was last asked. */
  async function imbalanceLasts(tx: Sql, waitingBefore: number): Promise<boolean> {
    const startedAt = performance.now()
    if (startedAt < countsAgainAt) return false
    const inPostgres = await laneEntries.countWaiting(tx)
    countsAgainAt = performance.now() + (performance.now() - startedAt) * countsRestFor
    const [, waitingAfter] = await survey()
    const isTooFew = inPostgres > Math.max(waitingBefore, waitingAfter)
    const isTooMany = inPostgres < Math.min(waitingBefore, waitingAfter)
    const imbalance = Number(isTooMany) - Number(isTooFew)
    const lasts = imbalance !== 0 && imbalance === lastImbalance
    lastImbalance = imbalance
    return lasts
  }
}

/** The lanes from which somebody may be given a call, whether the lanes know of them or not. */
async function lanesAskedFor(tx: Sql): Promise<string[]> {
  const loggedIn = await laneEntries.listAgentsLoggedIn(tx)
  return queueTypes.flatMap((type) => [null, ...loggedIn].map((agentId) => laneName(type, agentId)))
}

/** The record that follows from a row. */
function expectedOf(row: EntryPlace | undefined): string {
  return row ? recordOf(row) : ''
}

/** Whether the lanes have not seen a change that the catch-up before this comparison need not have known of either. */
function isOnItsWay(row: laneEntries.SettledEntry | undefined, sighting: string): boolean {
  return row !== undefined && !row.isSettled && !(versionOf(sighting) >= row.version)
}

/** Anything may stand in Redis; Postgres can be asked for these. */
function isId(id: string): boolean {
  return /^\d{1,19}$/.test(id) && BigInt(id) < 2n ** 63n
}
