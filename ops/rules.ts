import { alertNames, alertRules } from '@ringback/core'

interface Recording {
  record: string
  expr: string
}

interface Alert {
  alert: string
  expr: string
  for?: string
  labels: { severity: 'critical' | 'warning' }
  annotations: { summary: string; runbook: string }
}

/** What Prometheus computes and watches, as its rule file has it. */
export interface RuleFile {
  groups: { name: string; rules: (Recording | Alert)[] }[]
}

/** What was promised of the whole, and the share of it that may go wrong. */
interface Objective {
  /** What the recorded shares and the alerts are called by. */
  record: string
  alert: string
  says: string
  budget: number
  /** The share of what went wrong within a window. */
  wrongWithin: (window: string) => string
}

/** How fast a budget of a month burns: what is told of at once, and what is told of today. */
const burning = {
  fast: [
    { rate: 14.4, long: '1h', short: '5m' },
    { rate: 6, long: '6h', short: '30m' },
  ],
  slow: [{ rate: 1, long: '3d', short: '6h' }],
} as const

const windows = ['5m', '30m', '1h', '6h', '3d']

/** Prometheus 3 writes the bound of a bucket as 60.0, and those before as they were told. */
const upTo60 = 'le=~"60(\\\\.0)?"'

const objectives: Objective[] = [
  {
    record: 'queued_late',
    alert: 'QueuedLate',
    says: '99 % of promises are in a queue within 60 s of their lead time',
    budget: 0.01,
    wrongWithin: (window) =>
      `1 - sum(rate(ringback_queued_wait_seconds_bucket{held_by="nothing",${upTo60}}[${window}])) / ` +
      `sum(rate(ringback_queued_wait_seconds_count{held_by="nothing"}[${window}]))`,
  },
  {
    record: 'claims_slow',
    alert: 'ClaimsSlow',
    says: '95 % of claims are answered within 100 ms',
    budget: 0.05,
    wrongWithin: (window) =>
      `1 - sum(rate(ringback_claim_duration_seconds_bucket{le="0.1"}[${window}])) / ` +
      `sum(rate(ringback_claim_duration_seconds_count[${window}]))`,
  },
]

/** The rules of ops/prometheus/rules.yml. */
export function rules(): RuleFile {
  return {
    groups: [
      { name: 'ringback objectives', rules: objectives.flatMap(recordings) },
      {
        name: 'ringback budgets',
        rules: objectives.flatMap((objective) => [burns(objective, 'fast'), burns(objective, 'slow')]),
      },
      { name: 'ringback alerts', rules: alertNames.map(standing) },
      { name: 'ringback from outside', rules: fromOutside },
    ],
  }
}

const recordOf = ({ record }: Objective, window: string) => `ringback:${record}:ratio_rate${window}`

function recordings(objective: Objective): Recording[] {
  return windows.map((window) => ({ record: recordOf(objective, window), expr: objective.wrongWithin(window) }))
}

function burns(objective: Objective, speed: keyof typeof burning): Alert {
  const isBurning = burning[speed].map(({ rate, long, short }) => {
    const limit = Number((rate * objective.budget).toFixed(3))
    return `(${recordOf(objective, long)} > ${limit} and ${recordOf(objective, short)} > ${limit})`
  })
  const alert = `Ringback${objective.alert}${speed === 'fast' ? '' : 'ForDays'}`
  const how = speed === 'fast' ? 'will be used up in days' : 'is being used up'
  return {
    alert,
    expr: isBurning.join(' or '),
    labels: { severity: speed === 'fast' ? 'critical' : 'warning' },
    annotations: { summary: `What may fall short of "${objective.says}" ${how}`, runbook: sectionOf(alert) },
  }
}

/** Those that Ringback finds itself. */
function standing(name: (typeof alertNames)[number]): Alert {
  return {
    alert: `Ringback${name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    expr: `max(ringback_alert{name="${name}"}) == 1`,
    labels: { severity: alertRules[name].severity },
    annotations: { summary: `${name} stands`, runbook: `docs/alerts.md#${name}` },
  }
}

/** What only somebody else can see, or nobody need be told of by Ringback. */
const fromOutside: Alert[] = [
  {
    alert: 'RingbackTargetDown',
    expr: 'up{job=~"ringback-.*"} == 0',
    for: '2m',
    labels: { severity: 'critical' },
    annotations: {
      summary: '{{ $labels.instance }} ({{ $labels.job }}) does not answer',
      runbook: sectionOf('RingbackTargetDown'),
    },
  },
  {
    alert: 'RingbackProcessMissing',
    expr: 'absent(ringback_build_info{process="api"}) or absent(ringback_build_info{process="worker"})',
    for: '5m',
    labels: { severity: 'critical' },
    annotations: { summary: 'No {{ $labels.process }} is to be seen', runbook: sectionOf('RingbackProcessMissing') },
  },
  {
    alert: 'RingbackDependencyDown',
    expr: 'max(ringback_postgres_up) == 0 or max(ringback_redis_up) == 0',
    for: '1m',
    labels: { severity: 'critical' },
    annotations: { summary: 'Postgres or Redis does not answer any API', runbook: sectionOf('RingbackDependencyDown') },
  },
  {
    alert: 'RingbackServerErrors',
    expr:
      'sum(rate(http_server_request_duration_seconds_count{http_response_status_code=~"5.."}[5m])) / ' +
      'sum(rate(http_server_request_duration_seconds_count[5m])) > 0.01',
    for: '5m',
    labels: { severity: 'warning' },
    annotations: { summary: 'More than 1 % of requests fail', runbook: sectionOf('RingbackServerErrors') },
  },
  {
    alert: 'RingbackClaimsFromPostgres',
    expr:
      'sum(rate(ringback_claims_total{result="found",source="postgres"}[5m])) / ' +
      'sum(rate(ringback_claims_total{result="found"}[5m])) > 0.5',
    for: '5m',
    labels: { severity: 'warning' },
    annotations: {
      summary: 'More than half of the calls are found without the lanes',
      runbook: sectionOf('RingbackClaimsFromPostgres'),
    },
  },
  {
    alert: 'RingbackStandbyUnused',
    expr: 'min(ringback_standby_used) == 0',
    for: '10m',
    labels: { severity: 'warning' },
    annotations: {
      summary: 'Reports and lists take the time of the primary',
      runbook: sectionOf('RingbackStandbyUnused'),
    },
  },
  {
    alert: 'RingbackStreamGaps',
    expr: 'sum(increase(ringback_event_stream_resets_total{reason="gap"}[15m])) > 50',
    for: '15m',
    labels: { severity: 'warning' },
    annotations: {
      summary: 'Readers of events miss what happened again and again',
      runbook: sectionOf('RingbackStreamGaps'),
    },
  },
  {
    alert: 'RingbackEventLoopBusy',
    expr: 'nodejs_eventloop_lag_p99_seconds{job=~"ringback-.*"} > 0.5',
    for: '10m',
    labels: { severity: 'warning' },
    annotations: {
      summary: '{{ $labels.instance }} has more to do than it can',
      runbook: sectionOf('RingbackEventLoopBusy'),
    },
  },
]

function sectionOf(alert: string): string {
  return `docs/observability.md#${alert.toLowerCase()}`
}
