import { setTimeout as delay } from 'node:timers/promises'
import { agentWatch, doNotCall, events, findings, retention, signInCodes, type Sql } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { dayMs, shortestRetentionDays, type Rules } from '../rules.ts'

/** How many rows went, by what they were. */
export type Pruned = Record<
  'callbacks' | 'queueEntries' | 'callSessions' | 'agentSessions' | 'runs' | 'deliveries' | 'keys',
  number
>

type RemovePage = (sql: Sql, page: retention.Page) => Promise<retention.RemovedPage>

const pageSize = 500
/** So much longer than a page took is the pause after it: pruning is a quarter of one connection's work at most. */
const restFactor = 3
const idempotencyKeysLastMs = dayMs
/** So long what webhooks were told can be looked at, and told again. */
const deliveriesLastMs = 7 * dayMs
const findingsLastMs = 30 * dayMs
/** So long after it is over, an entry of the do-not-call list can still be read. */
const blocksLastMs = 30 * dayMs
/** So long whoever comes with a code that is over is told so. */
const signInCodesLastMs = dayMs

/**
 * Forgets what nobody can ask for any more, and what is older than it is to be kept. In short transactions with pauses
 * between them, so that nobody notices, however much there is; by one of all processes: who finds another one at it
 * leaves the rest to that one. Ends early when `signal` says so.
 */
export async function prune(deps: Deps, signal?: AbortSignal): Promise<Pruned> {
  const now = deps.clock.now()
  const pruned: Pruned = {
    callbacks: 0,
    queueEntries: 0,
    callSessions: 0,
    agentSessions: 0,
    runs: 0,
    deliveries: 0,
    keys: 0,
  }
  for (const { what, before, removePage } of worksOf(deps.rules, now)) {
    const isDone = await removeAll(deps, removePage, before, signal, (removed) => (pruned[what] += removed))
    if (!isDone) break
  }
  await agentWatch.prune(deps.sql, addMilliseconds(now, -dayMs))
  await findings.prune(deps.sql, addMilliseconds(now, -findingsLastMs))
  await events.forget(deps.sql, addMilliseconds(now, -deps.rules.eventRetentionMs))
  await doNotCall.prune(deps.sql, addMilliseconds(now, -blocksLastMs))
  await signInCodes.prune(deps.sql, addMilliseconds(now, -signInCodesLastMs))
  return pruned
}

/** What is to be removed, in this order: calls and entries go once the promise is gone that they were for. */
function worksOf({ retentionMs, runRetentionMs }: Rules, now: Date) {
  const works: { what: keyof Pruned; before: Date; removePage: RemovePage }[] = []
  const add = (what: keyof Pruned, keptMs: number, ...removals: RemovePage[]) => {
    const before = addMilliseconds(now, -keptMs)
    works.push(...removals.map((removePage) => ({ what, before, removePage })))
  }
  if (retentionMs > 0) {
    const keptMs = Math.max(retentionMs, shortestRetentionDays.ofCallbacks * dayMs)
    add('callbacks', keptMs, (sql, page) => retention.removeCallbacks(sql, 'completed', page))
    add('callbacks', keptMs, (sql, page) => retention.removeCallbacks(sql, 'cancelled', page))
    add('queueEntries', keptMs, retention.removeEntries)
    add('callSessions', keptMs, (sql, page) => retention.removeCalls(sql, 'inbound', page))
    add('callSessions', keptMs, (sql, page) => retention.removeCalls(sql, 'outbound', page))
    add('agentSessions', keptMs, retention.removeAgentSessions)
  }
  if (runRetentionMs > 0) {
    add('runs', Math.max(runRetentionMs, shortestRetentionDays.ofRuns * dayMs), retention.removeRuns)
  }
  add('deliveries', deliveriesLastMs, retention.removeWebhookDeliveries)
  add('keys', idempotencyKeysLastMs, retention.removeIdempotencyKeys)
  return works
}

/** Removes page after page; false when somebody else is at it, or this process is to stop. */
async function removeAll(
  { transact }: Deps,
  removePage: RemovePage,
  before: Date,
  signal: AbortSignal | undefined,
  count: (removed: number) => void,
): Promise<boolean> {
  let after: retention.Place | undefined
  for (;;) {
    if (signal?.aborted) return false
    const startedAt = performance.now()
    const page = await transact(async ({ sql }) =>
      (await retention.tryLock(sql)) ? removePage(sql, { before, after, limit: pageSize }) : undefined,
    )
    if (!page) return false
    count(page.removed)
    if (!page.last) return true
    after = page.last
    await rest((performance.now() - startedAt) * restFactor, signal)
  }
}

async function rest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}
