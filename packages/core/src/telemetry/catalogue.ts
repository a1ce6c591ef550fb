/** A metric. Times are in seconds; the name ends with the unit, and that of a counter with `_total`. */
export interface Metric {
  type: 'counter' | 'gauge' | 'histogram'
  /** What it says, as it stands in docs/metrics.md. */
  help: string
  labels: readonly string[]
  /** The upper bounds of a histogram's buckets. */
  buckets?: readonly number[]
}

const ofRequests = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const ofWork = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300]
const ofWaits = [1, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600]

/**
 * Every metric of Ringback, and nowhere else. A label has few values that are known beforehand: never an id of a callback, a user,
 * an agent or a run, and of queues at most the first hundred.
 */
export const metrics = {
  ringback_build_info: {
    type: 'gauge',
    help: '1, of which process, version and Node.js this is',
    labels: ['process', 'version', 'node'],
  },

  http_server_request_duration_seconds: {
    type: 'histogram',
    help: 'Requests, from their headers to the end of the answer; not event streams',
    labels: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: ofRequests,
  },
  ringback_event_streams: { type: 'gauge', help: 'Event streams that are open', labels: [] },
  ringback_event_stream_resets_total: {
    type: 'counter',
    help: 'Readers of events who were told to fetch everything anew: when they came, or because of a gap',
    labels: ['reason'],
  },

  ringback_queued_wait_seconds: {
    type: 'histogram',
    help: 'How long after its lead time, or after it was last changed, a due promise was put into a queue; held_by says what kept it back by the rules',
    labels: ['held_by'],
    buckets: ofWaits,
  },
  ringback_claimed_wait_seconds: {
    type: 'histogram',
    help: 'How long after its time a promise was claimed, by its preferred agent or a substitute; before its time is 0',
    labels: ['agent'],
    buckets: ofWaits,
  },
  ringback_callback_events_total: {
    type: 'counter',
    help: 'What happened to promises, by the kinds of their history',
    labels: ['kind'],
  },
  ringback_outcomes_total: { type: 'counter', help: 'Outcomes of calls', labels: ['outcome_type', 'direction'] },

  ringback_claims_total: {
    type: 'counter',
    help: 'Claims that were answered: found, empty or resumed, and whether the lanes or Postgres had the answer',
    labels: ['result', 'source'],
  },
  ringback_claim_duration_seconds: {
    type: 'histogram',
    help: 'Claims, from the request to the answer, with the wait for others that are claimed together',
    labels: [],
    buckets: ofRequests,
  },
  ringback_stale_proposals_total: {
    type: 'counter',
    help: 'Entries that the lanes proposed and Postgres refused',
    labels: [],
  },

  ringback_tick_duration_seconds: {
    type: 'histogram',
    help: 'Ticks, from their start to the end of their last job',
    labels: ['trigger'],
    buckets: ofWork,
  },
  ringback_tick_callbacks_total: {
    type: 'counter',
    help: 'What ticks have counted, by the names of their figures',
    labels: ['result'],
  },
  ringback_ticks_abandoned_total: { type: 'counter', help: 'Ticks whose jobs were lost', labels: [] },

  ringback_job_duration_seconds: {
    type: 'histogram',
    help: 'Attempts of jobs, from their start to their end',
    labels: ['queue', 'result'],
    buckets: ofWork,
  },
  ringback_jobs_stalled_total: {
    type: 'counter',
    help: 'Jobs whose worker went silent, and that another one took over',
    labels: ['queue'],
  },
  ringback_task_duration_seconds: {
    type: 'histogram',
    help: 'Runs of the tasks that a worker repeats',
    labels: ['task', 'result'],
    buckets: ofWork,
  },
  ringback_webhook_attempts_total: {
    type: 'counter',
    help: 'Messages sent to webhooks, by what came of it',
    labels: ['result'],
  },

  ringback_lane_differences_total: {
    type: 'counter',
    help: 'Entries that were not where their rows say, and were set right',
    labels: [],
  },
  ringback_lane_rebuilds_total: { type: 'counter', help: 'How often the lanes were built anew', labels: [] },
  ringback_lane_failures_total: { type: 'counter', help: 'Calls to the lanes that Redis did not answer', labels: [] },
  ringback_transaction_duration_seconds: {
    type: 'histogram',
    help: 'Changes, from waiting for a connection to COMMIT, with all attempts',
    labels: [],
    buckets: ofRequests,
  },
  ringback_transaction_retries_total: {
    type: 'counter',
    help: 'Changes that were begun again because another transaction was in the way',
    labels: [],
  },

  ringback_postgres_up: { type: 'gauge', help: '1 while Postgres answers this API', labels: [] },
  ringback_redis_up: { type: 'gauge', help: '1 while Redis answers this API', labels: [] },
  ringback_postgres_connections: {
    type: 'gauge',
    help: 'Connections of Ringback to the database, by application and state',
    labels: ['application', 'state'],
  },
  ringback_standby_used: {
    type: 'gauge',
    help: '1 while reports and lists are read from the standby, 0 while they are not; absent without one',
    labels: [],
  },
  ringback_postgres_pool_limit: {
    type: 'gauge',
    help: 'How many connections this process may open for its work',
    labels: [],
  },

  ringback_alert: {
    type: 'gauge',
    help: '1 while the alert stands, else 0',
    labels: ['name', 'severity'],
  },
  ringback_callbacks_overdue: {
    type: 'gauge',
    help: 'Promises five minutes or more past due that nobody is calling',
    labels: [],
  },
  ringback_oldest_due_seconds: {
    type: 'gauge',
    help: 'How long the oldest due promise that nobody is calling is past its time; 0 when there is none',
    labels: [],
  },
  ringback_callbacks_failing: {
    type: 'gauge',
    help: 'Promises whose routing failed three times in a row or more',
    labels: [],
  },
  ringback_callbacks_escalated: {
    type: 'gauge',
    help: 'Promises that were left lying, and are open to all',
    labels: [],
  },
  ringback_callbacks_owner_missing: {
    type: 'gauge',
    help: 'Promises that wait for too long for the only agent who may call',
    labels: [],
  },
  ringback_health_ratio: {
    type: 'gauge',
    help: 'Inbound calls of the last day with an outcome, as a share of 1; absent without calls',
    labels: [],
  },
  ringback_conversion_ratio: {
    type: 'gauge',
    help: 'Callbacks made from inbound calls of the last day that promised one, as a share of 1; absent without such calls',
    labels: [],
  },
  ringback_assignment_ratio: {
    type: 'gauge',
    help: 'Callbacks queued with an agent, of those that ticks of the last day processed, as a share of 1; absent without any',
    labels: [],
  },
  ringback_calls_without_outcome: {
    type: 'gauge',
    help: 'Calls of the last day that were completed without an outcome',
    labels: [],
  },
  ringback_queue_entries: {
    type: 'gauge',
    help: 'Entries that wait in queues, by class: accepted, callback or ordinary',
    labels: ['queue_type', 'class'],
  },
  ringback_queue_claimed_entries: { type: 'gauge', help: 'Entries that somebody has claimed', labels: ['queue_type'] },
  ringback_queue_available_agents: {
    type: 'gauge',
    help: 'Agents who are available and serve the queue',
    labels: ['queue_type'],
  },
  ringback_agents: { type: 'gauge', help: 'Agents who are logged in, by status', labels: ['status'] },
  ringback_lane_entries: { type: 'gauge', help: 'Entries in the lanes of a queue', labels: ['queue_type'] },
  ringback_jobs: { type: 'gauge', help: 'Jobs in BullMQ, by state', labels: ['queue', 'state'] },
  ringback_tick_last_finished_timestamp_seconds: {
    type: 'gauge',
    help: 'When a tick last finished; absent before the first',
    labels: [],
  },
  ringback_webhooks_failing: {
    type: 'gauge',
    help: 'Webhooks that have taken nothing for an hour or more',
    labels: [],
  },
  ringback_webhooks_switched_off: {
    type: 'gauge',
    help: 'Webhooks that were switched off because they took nothing',
    labels: [],
  },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof metrics
type NamesOf<Type extends Metric['type']> = {
  [Name in MetricName]: (typeof metrics)[Name]['type'] extends Type ? Name : never
}[MetricName]

export type CounterName = NamesOf<'counter'>
export type GaugeName = NamesOf<'gauge'>
export type HistogramName = NamesOf<'histogram'>
export type LabelsOf<Name extends MetricName> = Record<(typeof metrics)[Name]['labels'][number], string>
