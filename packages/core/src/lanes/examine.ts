import { callQueue, laneEntries, type EntryPlace, type Sql } from '@ringback/db'
import { recordOf, versionOf } from './keys.ts'
import { pageSize } from './pages.ts'
import type { LanePlace } from './place.ts'

/** What an examination has found so far, and set right. */
export interface Findings {
  /** Entries that were handed out and never claimed, and are back: what becomes of a process that died. */
  returned: number
  /** Entries that were not where their rows say. */
  differences: number
  /** Some of them. */
  examples: string[]
  /** Whether the lanes must be built anew: too much differs, or what was set right differs again. */
  isHopeless: boolean
}

const inspectedPerCall = 500
const mostExamples = 5
/** More than these are built faster than they are set right. */
const mostDifferences = 1_000
/** What was set right and differs again within this time does so for a reason. */
const differsAgainWithinMs = 60_000

/**
 * Compares entries with Postgres and sets each right that differs. Redis is asked first and Postgres afterwards: what is
 * newer in the lanes than its row is then was never committed, or is no more. What is older may be on its way, when it was
 * changed since `openSince`; the next pass catches up with that.
 *
 * @param due entries that were handed out before this moment should have been claimed
 */
export function examination({ redis, keys, keysForNow, clock }: LanePlace, tx: Sql, openSince: string, due: number) {
  const found: Findings = { returned: 0, differences: 0, examples: [], isHopeless: false }

  /** Examines the entries with these ids, of which the rows may be at hand. */
  async function examine(ids: string[], rows?: EntryPlace[], thoroughly = false): Promise<void> {
    if (found.isHopeless) return
    const expected = expectedOf(ids, rows ?? (await callQueue.listByIds(tx, ids.filter(isId))))
    const suspects = await inspect(expected, thoroughly)
    if (suspects.size === 0) return
    const suspectIds = [...suspects.keys()]
    const rowsNow = await laneEntries.list(tx, suspectIds.filter(isId), openSince)
    const onTheirWay = new Set(rowsNow.filter((row) => isOnItsWay(row, suspects.get(row.id)!)).map(({ id }) => id))
    const wrong = expectedOf(suspectIds, rowsNow).filter(([id]) => !onTheirWay.has(id))
    await correct(wrong.map(([id, record]) => [id, suspects.get(id)!, record]))
  }

  /** What was seen of those entries that are not where they belong, by id. */
  async function inspect(expected: [id: string, record: string][], thoroughly: boolean): Promise<Map<string, string>> {
    const calls: Promise<string[]>[] = []
    for (let start = 0; start < expected.length; start += inspectedPerCall) {
      const entries = expected.slice(start, start + inspectedPerCall).flat()
      calls.push(redis.inspectEntries(...keysForNow(), due, thoroughly ? 'thorough' : '', ...entries))
    }
    const seen = (await Promise.all(calls)).flat()
    return new Map(seen.flatMap((id, index) => (index % 2 === 0 ? [[id, seen[index + 1]!]] : [])))
  }

  async function correct(entries: [id: string, sighting: string, record: string][]): Promise<void> {
    if (entries.length === 0) return
    const lately = clock.now().getTime() - differsAgainWithinMs
    const answers = await redis.correctEntries(...keysForNow(keys.corrected), due, lately, ...entries.flat())
    const differing = entries.filter((_, index) => answers[index] === 'corrected' || answers[index] === 'again')
    note(
      differing.length,
      differing.map(([id]) => id),
    )
    found.returned += answers.filter((answer) => answer === 'returned').length
    found.isHopeless ||= answers.includes('again')
  }

  function note(differences: number, ids: string[] = []): void {
    found.differences += differences
    found.examples.push(...ids.slice(0, mostExamples - found.examples.length))
    found.isHopeless ||= found.differences > mostDifferences
  }

  /** Examines a page of waiting rows. Returns where the next one begins: '0' after the last. */
  async function examineRows(afterId: string, atOnce: number, thoroughly = false): Promise<string> {
    const rows = await callQueue.listWaitingAfter(tx, afterId, atOnce)
    const ids = rows.map(({ id }) => id)
    await examine(ids, rows, thoroughly)
    return rows.length < atOnce ? '0' : ids.at(-1)!
  }

  /** Examines a page of records: those that say something else than their rows. Returns where the next one begins. */
  async function examineRecords(cursor: string, atOnce: number): Promise<string> {
    const [next, fieldsAndValues] = await redis.hscan(keys.records, cursor, 'COUNT', atOnce)
    const ids = fieldsAndValues.filter((_, index) => index % 2 === 0)
    const rows = await callQueue.listByIds(tx, ids.filter(isId))
    const expected = new Map(expectedOf(ids, rows))
    await examine(ids.filter((id, index) => expected.get(id) !== fieldsAndValues[2 * index + 1]))
    return next
  }

  /** Drops what is in a lane, or among those that ended, and has no record that says so. */
  async function sweep(lane: string, kind: 'lane' | 'later' | ''): Promise<void> {
    for (let start = 0; ;) {
      const [members, dropped] = await redis.sweepLane(...keysForNow(), lane, kind, start, pageSize)
      note(dropped)
      if (members < pageSize) return
      start += members - dropped
    }
  }

  async function examineEverything(): Promise<void> {
    let row = '0'
    do row = await examineRows(row, pageSize, true)
    while (row !== '0' && !found.isHopeless)
    let record = '0'
    do record = await examineRecords(record, pageSize)
    while (record !== '0' && !found.isHopeless)
    await examine(await redis.zrange(keys.claims, 0, '-1'))
    for (const lane of await redis.smembers(keys.names)) {
      await sweep(lane, 'lane')
      await sweep(lane, 'later')
    }
    await sweep('-', '')
  }

  return { found, examine, examineRows, examineRecords, examineEverything }
}

/** What the lanes should have of each: the record that follows from its row, or '' without one. */
function expectedOf(ids: string[], rows: EntryPlace[]): [id: string, record: string][] {
  const records = new Map(rows.map((row) => [row.id, recordOf(row)]))
  return ids.map((id) => [id, records.get(id) ?? ''])
}

function isOnItsWay(row: laneEntries.SettledEntry, sighting: string): boolean {
  const seenVersion = versionOf(sighting) // Not a number without a record.
  return !row.isSettled && !(seenVersion >= row.version)
}

/** Anything may stand in Redis; Postgres can be asked for these. */
function isId(id: string): boolean {
  return /^\d{1,19}$/.test(id) && BigInt(id) < 2n ** 63n
}
