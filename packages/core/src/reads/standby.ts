import { replication, type Sql } from '@ringback/db'
import type { Logger } from 'pino'

/** How a standby stands to its primary. */
export type StandbyState =
  /** It has all that its primary had committed `agoMs` ago, and that is recent enough. */
  { isUsed: true; agoMs: number } | { isUsed: false; why: string }

/**
 * Watches how far a standby is behind its primary. It goes by how far each of them is in the log of their history, so a
 * standby that is cut off and has applied all that it got is known to be behind, one with nothing to do is not, and the clocks
 * of the servers say nothing.
 */
export interface Standby {
  state(): StandbyState
  /** Something could not be read from it: it is not used until it has been looked at again. */
  hasFailed(): void
  /** Rejects when it is not used any more: who waits for its answer need wait no longer. */
  untilUnused(): Promise<never>
  stop(): Promise<void>
}

export interface StandbyOptions {
  /** A pool of its own on the primary … */
  primary: Sql
  /** … and on the standby, so that neither waits for a connection. */
  standby: Sql
  /** How old what it tells may be. */
  maxLagMs: number
  log: Logger
}

const lookEveryMs = 1_000
/** A server that says nothing for so long is away, whatever it may be at. */
const answersWithinMs = 2_000

/** What the primary had written at a moment. */
interface Mark {
  at: number
  position: replication.Position
}

export function watchStandby({ primary, standby, maxLagMs, log }: StandbyOptions): Standby {
  /** Those that the standby had not reached when it was last looked at, and that are not too old to matter. */
  let marks: Mark[] = []
  /** Of when it is known to have all. */
  let knownUntil = -Infinity
  let obstacle: string | undefined = 'it has not been looked at yet'
  let unused = Promise.withResolvers<never>()
  let toldToBeUsed: boolean | undefined
  const metAt = performance.now()
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  unused.promise.catch(() => {})

  function state(): StandbyState {
    const agoMs = performance.now() - knownUntil
    if (obstacle !== undefined) return { isUsed: false, why: obstacle }
    if (agoMs > maxLagMs) return { isUsed: false, why: behind(agoMs) }
    return { isUsed: true, agoMs }
  }

  /** Says so once when it begins and ends to be used, and lets go whoever waits for it. */
  function tell(): void {
    const now = state()
    if (now.isUsed === toldToBeUsed) return
    // One that has just been met may still have to catch up.
    const isNew = toldToBeUsed === undefined && performance.now() - metAt <= maxLagMs
    if (isNew && !now.isUsed && obstacle === undefined) return
    toldToBeUsed = now.isUsed
    if (now.isUsed) {
      log.info('reports and lists are read from the standby')
      return
    }
    log.warn({ reason: now.why }, 'reports and lists are read from the primary, not from the standby')
    unused.reject(new Error(now.why))
    unused = Promise.withResolvers()
    unused.promise.catch(() => {})
  }

  /** Looks at both servers; returns what is in the way of reading from the standby, other than that it is behind. */
  async function look(): Promise<string | undefined> {
    const at = performance.now()
    // The primary first: what it has now, the standby may have a moment later.
    const wanted = await answerOf('the primary', replication.positionOfPrimary(primary))
    marks.push({ at, position: wanted })
    const got = await answerOf('the standby', replication.positionOfStandby(standby))
    if (!got) return 'DATABASE_READ_URL leads to a server that follows no other one'
    if (got.cluster !== wanted.cluster) return 'it is of another cluster than the primary'
    if (got.timeline !== wanted.timeline) {
      return 'it follows another history than that of the primary, or has just begun to follow it'
    }
    const hasReached = ({ position: { cluster, timeline, bytes } }: Mark) =>
      cluster === got.cluster && timeline === got.timeline && bytes <= got.bytes
    knownUntil = marks.findLast(hasReached)?.at ?? knownUntil
    marks = marks.filter((mark) => mark.at > knownUntil && at - mark.at <= maxLagMs)
    return undefined
  }

  async function run(): Promise<void> {
    obstacle = await look().catch((error: Error) => error.message)
    tell()
    if (!isStopped) timer = setTimeout(start, lookEveryMs)
  }
  function start() {
    running = run()
  }
  let running = run()

  return {
    state,
    hasFailed() {
      obstacle = 'it did not answer'
      tell()
    },
    untilUnused: () => unused.promise,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}

function behind(agoMs: number): string {
  if (agoMs === Infinity) return 'it has not caught up yet'
  return `it is ${Math.ceil(agoMs / 1_000)} s behind`
}

async function answerOf<T>(whose: string, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${whose} does not answer`)), answersWithinMs)
  })
  const asked = answer.catch((error: Error) => Promise.reject(new Error(`${whose} cannot be asked`, { cause: error })))
  return Promise.race([asked, deadline]).finally(() => clearTimeout(timer))
}
