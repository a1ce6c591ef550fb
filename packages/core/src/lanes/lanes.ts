import { priorityScores, type EntryPlace, type QueueType } from '@ringback/db'
import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleAll } from 'cockatiel'
import type { Logger } from 'pino'
import type { RedisConnection } from '../redis/connection.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { laneKeys, laneName, recordOf } from './keys.ts'
import { withLaneScripts, type LaneRedis } from './scripts.ts'

/** What the lanes say about the next call of an agent; Postgres decides. */
export type Proposal =
  | {
      kind: 'entry'
      id: string
      /** By which queue's share its claim counts: the first callback's, else its own. Left out where nobody takes turns. */
      countedIn?: QueueType | undefined
    }
  | { kind: 'empty' }
  | { kind: 'unavailable' }

export interface LaneQuery {
  agentId: number
  /** Of these it may have what waits for it, and what waits for nobody; */
  queueTypes: readonly QueueType[]
  /** and of these what waits for it alone. */
  otherQueueTypes?: readonly QueueType[]
  /** Given where callbacks and ordinary users take turns: the queues whose callbacks let ordinary users go first. */
  yielding?: ReadonlySet<QueueType> | undefined
  now: Date
}

/**
 * The lanes: Redis sorted sets that mirror waiting queue entries. They are a projection of rows in Postgres and are
 * never trusted: none of these operations throws when Redis is away, and what an operation could not write is written
 * later by the reconciler.
 */
export interface Lanes {
  /** Whether Redis answered lately. */
  isUp(): boolean
  /**
   * Brings changed entries to their places. Older versions than those known change nothing. What a process writes that does
   * not know yet that the lanes were built anew is compared with Postgres by the next pass of the reconciler.
   */
  apply(entries: EntryPlace[], now: Date): Promise<void>
  /** Like `apply`, and brings entries back that were taken, but not claimed. */
  putBack(entries: EntryPlace[], now: Date): Promise<void>
  /** Takes the first entry that an agent may have out of its lane. */
  take(query: LaneQuery): Promise<Proposal>
  /** Looks at the first entry that an agent may have. */
  peek(query: LaneQuery): Promise<Proposal>
}

const ofType = (type: QueueType, agentId: number | null) => ({ type, name: laneName(type, agentId) })

const scores = [priorityScores.callback, priorityScores.firstOrdinary]

const entriesPerCall = 500
const retryAfterMs = 1_000

/** The lanes below `prefix` on an impatient connection (see `impatient`). */
export function lanesOn(connection: RedisConnection, prefix: string, log: Logger, telemetry: Telemetry): Lanes {
  const redis = withLaneScripts(connection)
  const keys = laneKeys(prefix)
  // The first failure opens the circuit, so that a frozen Redis costs one timeout and not one a request.
  const circuit = circuitBreaker(handleAll, { halfOpenAfter: retryAfterMs, breaker: new ConsecutiveBreaker(1) })
  circuit.onBreak((why) => log.warn({ reason: 'error' in why ? String(why.error) : 'isolated' }, 'lanes unavailable'))
  circuit.onReset(() => log.info('lanes available again'))

  const attempt = async <T>(step: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await circuit.execute(() => telemetry.span(`lanes.${step}`, {}, work))
    } catch {
      telemetry.count('ringback_lane_failures_total', {})
      return undefined // Reported by the circuit when it opened.
    }
  }

  // Known from the write before: what was committed before the lanes were built is of another epoch.
  let epoch: string | undefined

  async function write(entries: EntryPlace[], now: Date, mode: 'put-back' | ''): Promise<void> {
    if (entries.length === 0) return
    await attempt(mode === '' ? 'apply' : 'put-back', async () => {
      epoch ??= (await redis.get(keys.epoch)) ?? ''
      const isOfThisEpoch = await writeEntries(redis, prefix, entries, now, mode, epoch)
      if (!isOfThisEpoch) epoch = undefined
    })
  }

  async function propose(
    { agentId, queueTypes, otherQueueTypes = [], yielding, now }: LaneQuery,
    mode: 'take' | 'peek',
  ): Promise<Proposal> {
    const lanes = [
      ...queueTypes.flatMap((type) => [ofType(type, agentId), ofType(type, null)]),
      ...otherQueueTypes.map((type) => ofType(type, agentId)),
    ]
    const turns = yielding?.size ? [...scores, ...lanes.map(({ type }) => (yielding.has(type) ? 1 : 0))] : []
    const scriptKeys = [
      keys.records,
      keys.claims,
      keys.pulse,
      ...lanes.flatMap(({ name }) => [keys.lane(name), keys.later(name)]),
    ]
    for (;;) {
      const args = [...scriptKeys, now.getTime(), mode, ...turns]
      const answer = await attempt(mode, () => redis.proposeEntry(scriptKeys.length, ...args))
      if (answer === undefined || answer[0] === 'unbuilt') return { kind: 'unavailable' }
      if (answer[0] === 'entry') {
        return { kind: 'entry', id: answer[1]!, countedIn: yielding && lanes[Number(answer[2])]!.type }
      }
      if (answer[0] === 'empty') return { kind: 'empty' }
    }
  }

  return {
    isUp: () => circuit.state !== CircuitState.Open && redis.status === 'ready',
    apply: (entries, now) => write(entries, now, ''),
    putBack: (entries, now) => write(entries, now, 'put-back'),
    take: (query) => propose(query, 'take'),
    peek: (query) => propose(query, 'peek'),
  }
}

/**
 * Writes entries into the lanes, many a call, the calls in one go. False when the lanes are of another epoch than the given
 * one: then the reconciler compares them with Postgres. Without one it is that of now. Throws when Redis fails.
 */
export async function writeEntries(
  redis: LaneRedis,
  prefix: string,
  entries: EntryPlace[],
  now: Date,
  mode: 'put-back' | '',
  epoch?: string,
): Promise<boolean> {
  const keys = laneKeys(prefix)
  const ofEpoch = epoch ?? (await redis.get(keys.epoch)) ?? ''
  const { records, ended, claims, names, never, doubtful, lanesPrefix } = keys
  const places = [records, ended, claims, names, keys.epoch, never, doubtful, lanesPrefix, now.getTime()]
  const calls: Promise<0 | 1>[] = []
  for (let start = 0; start < entries.length; start += entriesPerCall) {
    const args = entries.slice(start, start + entriesPerCall).flatMap((entry) => [entry.id, recordOf(entry)])
    calls.push(redis.applyEntries(...places, ofEpoch, mode, ...args))
  }
  return !(await Promise.all(calls)).includes(0)
}
