import { cronRuns, findings, laneMirror, monitoring, type CallSession } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'

export type AlertName =
  | 'health-score-low'
  | 'callback-conversion-low'
  | 'calls-without-outcome'
  | 'tick-late'
  | 'callbacks-overdue'
  | 'callbacks-failing'
  | 'callbacks-escalated'
  | 'entries-unclaimable'
  | 'rows-wrong'
  | 'lanes-differ'
  | 'queue-paused'

export interface Monitoring {
  window: { hours: number; from: Date; to: Date }
  inbound: { total: number; withOutcome: number; callbackScheduled: number }
  callbacks: {
    createdFromInbound: number
    due: number
    completed: number
    open: number
    overdue: number
    /** Those whose routing failed three times in a row or more. */
    failing: number
    /** Those that their agent left lying, and that are open to all. */
    escalated: number
  }
  /** What must not be. */
  integrity: { unclaimableEntries: number; wrongRows: number; laneDifferences: number }
  /** The queues of BullMQ that somebody has paused; null while Redis is away. */
  pausedQueues: string[] | null
  /** Percent; null without data. */
  healthScore: number | null
  callbackConversionRate: number | null
  agentAssignmentSuccessRate: number | null
  problematicSessions: { count: number; newest: CallSession[] }
  alerts: { name: AlertName; detail: string }[]
  cron: { lastStartedAt: Date | null; lastFinishedAt: Date | null; runs: number; processed: number }
  recentInboundCalls: CallSession[]
}

const hourMs = 60 * 60_000
const tickLateAfterMs = 2 * 60_000
const overdueAfterMs = 5 * 60_000
/** What no claim has met, and no look has found wrong, for so long is well. */
const standsForMs = 10 * 60_000
const lanesDifferForMs = 60_000
const shown = 50

/** Whether promises are kept: the figures of the last `hours`, and the alerts that follow from them. */
export async function monitor(deps: Deps, { hours }: { hours: number }): Promise<Monitoring> {
  const { sql } = deps
  const to = deps.clock.now()
  const from = addMilliseconds(to, -hours * hourMs)
  const [calls, problematic, recent, routing, callbacks, ticks, standing, mirror, pausedQueues] = await Promise.all([
    monitoring.countCalls(sql, from, to),
    monitoring.listProblematic(sql, from, to, shown),
    monitoring.listRecentInbound(sql, from, to, shown),
    monitoring.countRouting(sql, from),
    monitoring.countCallbacks(sql, from, to, addMilliseconds(to, -overdueAfterMs)),
    cronRuns.latest(sql),
    findings.countStanding(sql, addMilliseconds(to, -standsForMs)),
    laneMirror.get(sql),
    deps.pausedQueues.list().catch(() => null),
  ])
  const haveLanesDiffered = mirror?.differedAt && to.getTime() - mirror.differedAt.getTime() <= lanesDifferForMs
  const figures = {
    window: { hours, from, to },
    inbound: {
      total: calls.inbound,
      withOutcome: calls.inboundWithOutcome,
      callbackScheduled: calls.inboundWithCallback,
    },
    callbacks: {
      createdFromInbound: calls.callbacksCreated,
      due: callbacks.scheduled,
      completed: callbacks.completed,
      open: callbacks.open,
      overdue: callbacks.overdue,
      failing: callbacks.failing,
      escalated: callbacks.escalated,
    },
    integrity: {
      unclaimableEntries: standing.unclaimable,
      wrongRows: standing.wrong,
      laneDifferences: haveLanesDiffered ? mirror.differences : 0,
    },
    pausedQueues,
    healthScore: percent(calls.inboundWithOutcome, calls.inbound),
    callbackConversionRate: percent(calls.callbacksCreated, calls.inboundWithCallback),
    agentAssignmentSuccessRate: percent(routing.queuedWithAgent, routing.processed),
    problematicSessions: problematic,
    cron: {
      lastStartedAt: ticks.startedAt,
      lastFinishedAt: ticks.finishedAt,
      runs: routing.runs,
      processed: routing.processed,
    },
    recentInboundCalls: recent,
  }
  return { ...figures, alerts: alertsOf(figures) }
}

/** A rate in percent, null when there is nothing to divide by. */
function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : (part / whole) * 100
}

/** The alerts that follow from the figures. A rate without data raises none. */
export function alertsOf(figures: Omit<Monitoring, 'alerts'>): Monitoring['alerts'] {
  const { healthScore, callbackConversionRate, problematicSessions, cron, callbacks, integrity, window } = figures
  const pausedQueues = figures.pausedQueues ?? []
  const alerts: Monitoring['alerts'] = []
  if (healthScore !== null && healthScore < 80) {
    alerts.push({ name: 'health-score-low', detail: `${healthScore.toFixed(1)} % of inbound calls have an outcome` })
  }
  if (callbackConversionRate !== null && callbackConversionRate < 50) {
    const rate = callbackConversionRate.toFixed(1)
    alerts.push({ name: 'callback-conversion-low', detail: `${rate} % of promised callbacks were scheduled` })
  }
  if (problematicSessions.count >= 2) {
    alerts.push({
      name: 'calls-without-outcome',
      detail: `${problematicSessions.count} calls ended without an outcome`,
    })
  }
  if (isTickLate(cron.lastFinishedAt, window.to)) {
    alerts.push({
      name: 'tick-late',
      detail: `the last tick finished ${cron.lastFinishedAt?.toISOString() ?? 'never'}`,
    })
  }
  if (callbacks.overdue > 0) {
    alerts.push({ name: 'callbacks-overdue', detail: `${callbacks.overdue} callbacks are 5 minutes past due` })
  }
  if (callbacks.failing > 0) {
    alerts.push({
      name: 'callbacks-failing',
      detail: `${callbacks.failing} callbacks could not be routed, three times in a row or more`,
    })
  }
  if (callbacks.escalated > 0) {
    const detail = `${callbacks.escalated} callbacks were left lying by their agents, and are open to all`
    alerts.push({ name: 'callbacks-escalated', detail })
  }
  if (integrity.unclaimableEntries > 0) {
    const detail = `${integrity.unclaimableEntries} queue entries cannot be claimed; claims pass over them`
    alerts.push({ name: 'entries-unclaimable', detail })
  }
  if (integrity.wrongRows > 0) {
    alerts.push({ name: 'rows-wrong', detail: `${integrity.wrongRows} rows are wrong, and could not be set right` })
  }
  if (integrity.laneDifferences > 0) {
    const detail = `${integrity.laneDifferences} entries were not in their lanes in the last minute, and were set right`
    alerts.push({ name: 'lanes-differ', detail })
  }
  if (pausedQueues.length > 0) {
    alerts.push({ name: 'queue-paused', detail: `no worker fetches jobs of ${pausedQueues.join(' and ')}` })
  }
  return alerts
}

/** Whether no tick has finished for two minutes. */
export function isTickLate(lastFinishedAt: Date | null, now: Date): boolean {
  return lastFinishedAt === null || now.getTime() - lastFinishedAt.getTime() > tickLateAfterMs
}
