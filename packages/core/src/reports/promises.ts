import { promises, type QueueType } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { percent } from '../monitoring/figures.ts'
import { reportPolicy } from '../policies/policy.ts'
import type { Reads } from '../reads/reads.ts'
import { localSpans } from './local-spans.ts'

export const groupings = ['queueType', 'agent', 'hour', 'day', 'result'] as const

export interface PromiseReportInput {
  /** Promised for this moment or later … */
  from: Date
  /** … and before this one. */
  to: Date
  groupBy: (typeof groupings)[number]
  /** IANA; whose days and hours they are. */
  timeZone: string
  /** Only promises of this queue. */
  queueType?: QueueType | undefined
  /** Only promises of the agent who made the first attempt, else who is preferred. */
  agentId?: number | undefined
}

/** Of some promises. Each is one of kept, early, late, broken, open, cancelled and reached inbound. */
export interface PromiseGroup {
  promised: number
  /** The first attempt began within the `punctualWithinMinutes` of its policy of the moment that was promised … */
  kept: number
  /** … before that, … */
  early: number
  /** … or after it. */
  late: number
  /** Not called when it ought to have been, or only then taken back, or settled by the customer who called. */
  broken: number
  /** Still to be called, or being called for the first time. */
  open: number
  /** Taken back before its moment. */
  cancelled: number
  /** The customer called first, and in time. */
  reachedInbound: number
  /** Percent that was kept of what was kept, early, late or broken; null without such. */
  punctuality: number | null
  /** Of the first attempts; negative is early, null without any. */
  latenessSeconds: { p50: number | null; p90: number | null; p95: number | null }
  /** Of those called; null without any. */
  attemptsPerPromise: number | null
  /** Percent that was reached of those that were called and are over; null without such. */
  reachedRate: number | null
}

export interface PromiseReport {
  window: { from: Date; to: Date; timeZone: string }
  total: PromiseGroup
  /** Only groups that have promises. The key is null where there is none: nobody's, or without a result. */
  groups: (PromiseGroup & { key: string | null })[]
}

/**
 * How the promises of a window were kept, by the first attempt of each; of all, or of a queue, or an agent. What was put off
 * counts by the time that the customer was told, and what is punctual is as the policy of its queue says now.
 *
 * @throws RangeError for a time zone that does not exist
 */
export async function reportPromises(deps: Deps, input: PromiseReportInput): Promise<PromiseReport> {
  const { from, to, timeZone } = input
  const { grouping, nameOf } = groupsOf(input)
  const rows = await promises.summarize(deps.sql, await windowOf(deps, input), grouping)
  const total = rows.find(({ isTotal }) => isTotal)!
  const groups = rows
    .filter(({ isTotal }) => !isTotal)
    .map((row) => Object.assign(groupOf(row), { key: nameOf(row.key) }))
  return { window: { from, to, timeZone }, total: groupOf(total), groups }
}

const pageSize = 1_000

/** The same promises one by one, a page at a time, by the moment that was promised. */
export async function* listPromises(reads: Reads, input: PromiseReportInput): AsyncGenerator<promises.JudgedPromise[]> {
  const window = await reads.run((deps) => windowOf(deps, input))
  const { grouping, nameOf } = groupsOf(input)
  let after: promises.PromiseCursor | undefined
  do {
    const page = await reads.run(({ sql }) => promises.list(sql, window, grouping, after, pageSize))
    if (page.promises.length > 0) {
      yield page.promises.map((promise) => Object.assign(promise, { key: nameOf(promise.key) }))
    }
    after = page.next
  } while (after)
}

async function windowOf(
  deps: Deps,
  { from, to, queueType, agentId }: PromiseReportInput,
): Promise<promises.PromiseWindow> {
  const { punctualWithinMinutes } = reportPolicy
  const stored = [...(await deps.policies.all(deps.sql))].map(
    ([name, policy]) => [name, policy.punctualWithinMinutes] as const,
  )
  const others = stored.filter(([, minutes]) => minutes !== punctualWithinMinutes)
  return {
    from,
    to,
    now: deps.clock.now(),
    punctualWithinMinutes,
    punctualByQueue: Object.fromEntries(others),
    defaultQueueType: deps.rules.defaultQueueType,
    queueType,
    agentId,
  }
}

/** How Postgres groups the promises, and how what it calls a group is called. */
function groupsOf({ groupBy, timeZone, from, to }: PromiseReportInput) {
  const asItIs = (key: string | null) => key
  if (groupBy !== 'hour' && groupBy !== 'day') return { grouping: groupBy, nameOf: asItIs }
  const spans = localSpans(groupBy, timeZone, from, to)
  const names = [...new Set(spans.map(({ key }) => key))]
  const numbers = new Map(names.map((name, number) => [name, number]))
  const grouping = {
    starts: spans.map(({ start }) => start.toISOString()),
    groups: spans.map(({ key }) => numbers.get(key)!),
  }
  return { grouping, nameOf: (key: string | null) => names[Number(key)]! }
}

function groupOf(figures: promises.PromiseFigures): PromiseGroup {
  const { promised, kept, early, late, broken, open, cancelled, reachedInbound } = figures
  const { p50, p90, p95, called, attempts, decided, reached } = figures
  return {
    promised,
    kept,
    early,
    late,
    broken,
    open,
    cancelled,
    reachedInbound,
    punctuality: percent(kept, kept + early + late + broken),
    latenessSeconds: { p50, p90, p95 },
    attemptsPerPromise: called === 0 ? null : attempts / called,
    reachedRate: percent(reached, decided),
  }
}
