import { laneEntries, queues, type laneMirror, type LaneMirror, type Sql } from '@ringback/db'
import { examination, type Findings } from './examine.ts'
import { laneName } from './keys.ts'
import type { LanePlace } from './place.ts'

/** How far the comparison has come: the last row, and the cursor in the records. */
type Progress = Pick<LaneMirror, 'comparedId' | 'comparedRecord'>

export type Comparison = Findings & Progress

/** Of rows, and of records, a pass. */
const comparedAtOnce = 2_500
const headsPerLane = 3
const mostAtOnce = 5_000
const mostLanesAskedFor = 10_000
/** A claim that Postgres has not confirmed by then has come to nothing. */
const claimSettlesWithinMs = 5_000
/** Counting takes a fiftieth of the time at most. */
const countsRestFor = 50
/** Counts that differ although nothing does were of entries that moved. */
const falseAlarmRestMs = 60_000

/**
 * Returns the standing comparison of lanes and Postgres. Each call looks at the heads of all lanes, at the entries that were
 * handed out and not claimed, at those that are doubtful (see `apply.lua`) or suspected by the caller, and at one page of
 * rows and one of records, and sets right what differs.
 *
 * It looks at everything at once when the lanes do not add up (see `survey.lua`), or when there were more of them than
 * waiting rows, or fewer, twice in succession. When they do not add up even then, they must be built anew.
 */
export function laneComparison(place: LanePlace) {
  const { redis, keys, keysForNow, clock, log } = place
  let lastImbalance = 0
  let countsAgainAt = 0

  return async function compare(
    tx: Sql,
    { openSince }: laneMirror.Present,
    progress: Progress,
    suspects: string[],
  ): Promise<Comparison> {
    const now = clock.now()
    const due = now.getTime() - claimSettlesWithinMs
    const { found, ...look } = examination(place, tx, openSince, due)

    const [unplaced, waiting, ...heads] = await survey(await lanesAskedFor(tx))
    const overdue = await redis.zrangebyscore(keys.claims, '-inf', due, 'LIMIT', 0, mostAtOnce)
    const doubtful = await redis.srandmember(keys.doubtful, mostAtOnce)
    const firsts = await laneEntries.listHeads(tx, now, headsPerLane)
    await look.examine([...new Set([...suspects, ...doubtful, ...overdue, ...heads, ...firsts])])
    if (doubtful.length > 0) await redis.srem(keys.doubtful, ...doubtful)
    const comparedId = await look.examineRows(progress.comparedId, comparedAtOnce)
    const comparedRecord = await look.examineRecords(progress.comparedRecord, comparedAtOnce)

    const isImbalanced = await imbalanceLasts(tx, waiting)
    if (isImbalanced || unplaced !== 0) {
      const before = found.differences
      await look.examineEverything()
      if (isImbalanced && found.differences === before) countsAgainAt = performance.now() + falseAlarmRestMs
      const [stillUnplaced] = await survey()
      found.isHopeless ||= stillUnplaced !== 0
    }
    const { differences, examples } = found
    if (differences > 0) log.error({ differences, examples }, 'lanes differed from Postgres')
    return { ...found, comparedId, comparedRecord }
  }

  function survey(lanesBesides: string[] = []) {
    return redis.surveyLanes(...keysForNow(), headsPerLane, ...lanesBesides)
  }

  /** Whether there are too many entries in the lanes, or too few, as there were when this was last asked. */
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

/**
 * The lanes from which somebody may be given a call, whether the lanes know of them or not. With many agents and many queues
 * they are those of some agents, of others each time.
 */
async function lanesAskedFor(tx: Sql): Promise<string[]> {
  const queueTypes = await queues.listTypes(tx)
  const agents = Math.ceil(mostLanesAskedFor / Math.max(queueTypes.length, 1))
  const loggedIn = await laneEntries.listAgentsLoggedIn(tx, agents)
  return queueTypes.flatMap((type) => [null, ...loggedIn].map((agentId) => laneName(type, agentId)))
}
