import {
  alerts,
  cronRuns,
  laneMirror,
  overview,
  type CronRun,
  type LaneMirror,
  type queues,
  type ShownPromise,
} from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { atMostEvery } from '../memory/at-most-every.ts'
import type { StandingAlert } from '../monitoring/alerts.ts'
import { overdueAfterMs } from '../monitoring/figures.ts'
import { monitor } from '../monitoring/monitor.ts'
import { watchedHours } from '../monitoring/watch-alerts.ts'
import { listQueues } from '../queue/queues.ts'
import type { Reads } from '../reads/reads.ts'
import { dayMs } from '../rules.ts'
import { reportPromises, type PromiseGroup } from './promises.ts'

/** How a centre stands at a moment. */
export interface Overview {
  now: Date
  /** As they stood in the last seconds. */
  alerts: (StandingAlert & {
    /** Null while no worker has seen it. */
    since: Date | null
  })[]
  queues: queues.QueueFigures[]
  /** Those who are logged in, by id: the first thousand. */
  agents: overview.AgentAtWork[]
  /** Past due by what an alert begins with, and nobody is calling, by time: the first fifty. */
  overdue: ShownPromise[]
  /** The promises of the next hours that nobody is calling, by quarters of an hour; the first one has begun. */
  due: { from: Date; promises: number }[]
  /** Those that are due from five minutes ago on in these hours, and that nobody is calling, by time: the first hundred. */
  upcoming: ShownPromise[]
  /** Who comes first in each queue that somebody may be called from. */
  heads: overview.QueueHead[]
  /** How promises were kept, as of the last minute. */
  punctuality: { lastDay: PromiseGroup; dayBefore: PromiseGroup; weekBefore: PromiseGroup }
  /** What the reconciler has last seen; null when it never was there. */
  lanes: Pick<LaneMirror, 'reconciledUntil' | 'comparedAt' | 'differences' | 'differedAt'> | null
  lastTick: CronRun | null
}

const agentsShown = 1_000
const overdueShown = 50
const upcomingShown = 100
const quarterMs = 15 * 60_000
const quartersAhead = 16
/** Alerts follow from the figures of a day, which take longer to count than all the rest. */
const alertsEveryMs = 5_000
/** So do these, of three days. */
const punctualityEveryMs = 60_000

/**
 * Returns a look at everything that a wall shows. Figures of days are counted where `reads` says; who waits and who is at work
 * is as the events say, which come from the primary.
 */
export function overviewer(deps: Deps, reads: Reads): () => Promise<Overview> {
  const { sql } = deps
  const monitored = atMostEvery(alertsEveryMs, () => reads.run((from) => monitor(from, { hours: watchedHours })))

  const punctuality = atMostEvery(punctualityEveryMs, () => reads.run(readPunctuality))

  return async function readOverview() {
    const now = deps.clock.now()
    const from = new Date(Math.floor(now.getTime() / quarterMs) * quarterMs)
    const to = addMilliseconds(from, quartersAhead * quarterMs)
    const [{ alerts: standing }, begun, queueFigures, agents, overdue, upcoming, heads, kept, due, mirror, runs] =
      await Promise.all([
        monitored(),
        alerts.list(sql),
        listQueues(deps),
        overview.listAtWork(sql, agentsShown),
        overview.listOverdue(sql, addMilliseconds(now, -overdueAfterMs), overdueShown),
        overview.listUpcoming(sql, { from: addMilliseconds(now, -overdueAfterMs), to }, upcomingShown),
        overview.listHeads(sql, now),
        punctuality(),
        overview.countDue(sql, { from, to, stretchSeconds: quarterMs / 1_000 }),
        laneMirror.get(sql),
        cronRuns.list(sql, 1),
      ])
    const sinceOf = new Map(begun.map(({ name, since }) => [name, since]))
    const dueIn = new Map(due.map(({ stretch, due: promises }) => [stretch, promises]))
    return {
      now,
      alerts: standing.map((alert) => Object.assign({ since: sinceOf.get(alert.name) ?? null }, alert)),
      queues: queueFigures,
      agents,
      overdue,
      upcoming,
      heads,
      punctuality: kept,
      due: Array.from({ length: quartersAhead }, (_, quarter) => ({
        from: addMilliseconds(from, quarter * quarterMs),
        promises: dueIn.get(quarter) ?? 0,
      })),
      lanes: mirror ?? null,
      lastTick: runs[0] ?? null,
    }
  }
}

/** Of the last 24 hours, of those before them, and of the same ones a week ago: so much for the hours of a day in any zone. */
async function readPunctuality(deps: Deps): Promise<Overview['punctuality']> {
  const now = deps.clock.now()
  const dayThatEnds = async (daysAgo: number) => {
    const to = addMilliseconds(now, -daysAgo * dayMs)
    const { total } = await reportPromises(deps, {
      from: addMilliseconds(to, -dayMs),
      to,
      groupBy: 'result',
      timeZone: 'UTC',
    })
    return total
  }
  const [lastDay, dayBefore, weekBefore] = await Promise.all([dayThatEnds(0), dayThatEnds(1), dayThatEnds(7)])
  return { lastDay, dayBefore, weekBefore }
}
