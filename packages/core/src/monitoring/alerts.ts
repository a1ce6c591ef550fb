import { overdueAfterMs, ownerMissingAfterMs, webhookFailingAfterMs, type Figures } from './figures.ts'

export interface AlertRule {
  /** `critical`: promises are not kept, or will not be; look at once. `warning`: look today. */
  severity: 'critical' | 'warning'
  /** What the alert says while it stands; false while it does not. A rate without data raises none. */
  raisedBy: (figures: Figures) => string | false
}

const lowestHealthScore = 80
const lowestConversionRate = 50
const callsWithoutOutcome = 2
const tickLateAfterMs = 2 * 60_000

/** Every alert, in the order in which they are told. The sections of docs/alerts.md are these, and no others. */
export const alertRules = {
  'health-score-low': {
    severity: 'warning',
    raisedBy: ({ healthScore: score }) =>
      score !== null && score < lowestHealthScore && `${score.toFixed(1)} % of inbound calls have an outcome`,
  },
  'callback-conversion-low': {
    severity: 'warning',
    raisedBy: ({ callbackConversionRate: rate }) =>
      rate !== null && rate < lowestConversionRate && `${rate.toFixed(1)} % of promised callbacks were scheduled`,
  },
  'calls-without-outcome': {
    severity: 'warning',
    raisedBy: ({ problematicSessions: { count } }) =>
      count >= callsWithoutOutcome && `${counted(count, 'call', 'calls')} ended without an outcome`,
  },
  'tick-late': {
    severity: 'critical',
    raisedBy: ({ cron: { lastFinishedAt }, window }) =>
      isTickLate(lastFinishedAt, window.to) &&
      (lastFinishedAt ? `the last tick finished ${lastFinishedAt.toISOString()}` : 'no tick has finished yet'),
  },
  'callbacks-overdue': {
    severity: 'critical',
    raisedBy: ({ callbacks: { overdue } }) =>
      overdue > 0 && `${counted(overdue, 'callback is', 'callbacks are')} ${overdueAfterMs / 60_000} minutes past due`,
  },
  'callbacks-failing': {
    severity: 'critical',
    raisedBy: ({ callbacks: { failing } }) =>
      failing > 0 && `${counted(failing, 'callback', 'callbacks')} could not be routed, three times in a row or more`,
  },
  'callbacks-escalated': {
    severity: 'warning',
    raisedBy: ({ callbacks: { escalated } }) =>
      escalated > 0 &&
      `${counted(escalated, 'callback was', 'callbacks were')} left lying for too long, and open to all now`,
  },
  'owner-missing': {
    severity: 'critical',
    raisedBy: ({ callbacks: { ownerMissing } }) =>
      ownerMissing > 0 &&
      `${counted(ownerMissing, 'callback is', 'callbacks are')} ${ownerMissingAfterMs / 60_000} minutes past due and past the wait of their policy, and the only agent who may call is not there`,
  },
  'entries-unclaimable': {
    severity: 'critical',
    raisedBy: ({ integrity: { unclaimableEntries: count } }) =>
      count > 0 &&
      `${counted(count, 'queue entry', 'queue entries')} cannot be claimed; claims pass over what they cannot take`,
  },
  'rows-wrong': {
    severity: 'warning',
    raisedBy: ({ integrity: { wrongRows } }) =>
      wrongRows > 0 && `${counted(wrongRows, 'row is', 'rows are')} wrong, and could not be set right`,
  },
  'lanes-differ': {
    severity: 'warning',
    raisedBy: ({ integrity: { laneDifferences: count } }) =>
      count > 0 &&
      `${counted(count, 'entry was', 'entries were')} not in the right lane in the last minute, and set right`,
  },
  'tzdata-behind': {
    severity: 'warning',
    raisedBy: ({ tzData: { seen, behind } }) =>
      behind !== null &&
      `a process has tzdata ${behind || 'of no version'}, and others ${seen}; it promises nothing by local time`,
  },
  'webhooks-failing': {
    severity: 'warning',
    raisedBy: ({ webhooks: { switchedOff, failing } }) =>
      switchedOff + failing > 0 &&
      `${counted(failing, 'webhook has', 'webhooks have')} taken nothing for ${webhookFailingAfterMs / 60_000} minutes or more, and ${counted(switchedOff, 'is', 'are')} switched off for that`,
  },
  'queue-paused': {
    severity: 'warning',
    raisedBy: ({ pausedQueues }) =>
      pausedQueues !== null && pausedQueues.length > 0 && `no worker fetches jobs of ${pausedQueues.join(' and ')}`,
  },
} satisfies Record<string, AlertRule>

export type AlertName = keyof typeof alertRules
export const alertNames = Object.keys(alertRules) as AlertName[]

/** An alert that stands. `runBook` leads to its section, from the root of the repository. */
export interface StandingAlert {
  name: AlertName
  severity: AlertRule['severity']
  detail: string
  runBook: string
}

/** The alerts that follow from the figures. */
export function alertsOf(figures: Figures): StandingAlert[] {
  return alertNames.flatMap((name) => {
    const { severity, raisedBy } = alertRules[name]
    const detail = raisedBy(figures)
    return detail === false ? [] : { name, severity, detail, runBook: `docs/alerts.md#${name}` }
  })
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Whether no tick has finished for two minutes. */
export function isTickLate(lastFinishedAt: Date | null, now: Date): boolean {
  return lastFinishedAt === null || now.getTime() - lastFinishedAt.getTime() > tickLateAfterMs
}
