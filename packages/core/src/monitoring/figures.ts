import { cronRuns, engineFacts, findings, laneMirror, monitoring, webhooks, type CallSession } from '@ringback/db'
import { knownTzData, type KnownTzData } from '../callbacks/follow-tz-data.ts'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'

/** What of the last hours, and of this moment, tells whether promises are kept. */
export interface Figures {
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
    /** Those that nobody took for too long, and that are open to all. */
    escalated: number
    /** Those that wait for the only agent who may call, and who was not there for too long. */
    ownerMissing: number
  }
  /** What must not be. */
  integrity: { unclaimableEntries: number; wrongRows: number; laneDifferences: number }
  /** The queues of BullMQ that somebody has paused; null while Redis is away. */
  pausedQueues: string[] | null
  tzData: KnownTzData
  webhooks: {
    /** Those that the engine has switched off. */
    switchedOff: number
    /** Those that are on, and have taken nothing for an hour or more. */
    failing: number
  }
  /** Percent; null without data. */
  healthScore: number | null
  callbackConversionRate: number | null
  agentAssignmentSuccessRate: number | null
  problematicSessions: { count: number; newest: CallSession[] }
  cron: { lastStartedAt: Date | null; lastFinishedAt: Date | null; runs: number; processed: number }
  recentInboundCalls: CallSession[]
}

const hourMs = 60 * 60_000
export const overdueAfterMs = 5 * 60_000
/** So long past its time, and past what its policy waits, a callback may wait for its only agent before somebody is told. */
export const ownerMissingAfterMs = 5 * 60_000
/** So long a webhook may fail before somebody is told. */
export const webhookFailingAfterMs = 60 * 60_000
/** What no claim has met, and no look has found wrong, for so long is well. */
const standsForMs = 10 * 60_000
const lanesDifferForMs = 60_000
const shown = 50

/** Counts what the last `hours` tell, and what is so now. */
export async function readFigures(deps: Deps, { hours }: { hours: number }): Promise<Figures> {
  const { sql } = deps
  const to = deps.clock.now()
  const from = addMilliseconds(to, -hours * hourMs)
  const [calls, problematic, recent, routing, callbacks, ticks, standing, mirror, facts, troubled, pausedQueues] =
    await Promise.all([
      monitoring.countCalls(sql, from, to),
      monitoring.listProblematic(sql, from, to, shown),
      monitoring.listRecentInbound(sql, from, to, shown),
      monitoring.countRouting(sql, from),
      monitoring.countCallbacks(sql, from, to, {
        overdueBefore: addMilliseconds(to, -overdueAfterMs),
        ownerMissingBefore: addMilliseconds(to, -ownerMissingAfterMs),
      }),
      cronRuns.latest(sql),
      findings.countStanding(sql, addMilliseconds(to, -standsForMs)),
      laneMirror.get(sql),
      engineFacts.list(sql),
      webhooks.countTroubled(sql, addMilliseconds(to, -webhookFailingAfterMs)),
      deps.pausedQueues.list().catch(() => null),
    ])
  const haveLanesDiffered = mirror?.differedAt && to.getTime() - mirror.differedAt.getTime() <= lanesDifferForMs
  return {
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
      ownerMissing: callbacks.ownerMissing,
    },
    integrity: {
      unclaimableEntries: standing.unclaimable,
      wrongRows: standing.wrong,
      laneDifferences: haveLanesDiffered ? mirror.differences : 0,
    },
    pausedQueues,
    tzData: knownTzData(facts, to),
    webhooks: troubled,
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
}

/** A rate in percent, null when there is nothing to divide by. */
export function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : (part / whole) * 100
}
