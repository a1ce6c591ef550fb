import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import { ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common'
import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  RowBuilder,
  type Dashboard,
  type Panel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatPanelBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TimeseriesPanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'

/** A query and what its lines are called. */
type Query = [expr: string, legend: string]
type Unit = 'percentunit' | 's' | 'reqps' | 'ops' | 'short' | 'bytes'

const datasource = { type: 'prometheus', uid: '${datasource}' }
const height = 8

const percentiles = (histogram: string, labels = ''): Query[] =>
  ([0.5, 0.95, 0.99] as const).map((quantile) => [
    `histogram_quantile(${quantile}, sum by (le) (rate(${histogram}_bucket${labels}[$__rate_interval])))`,
    `p${quantile * 100}`,
  ])

/** The dashboard of ops/grafana/dashboards/ringback.json: promises, the floor, the engine, the API. */
export function dashboard(): Dashboard {
  return new DashboardBuilder('Ringback')
    .uid('ringback')
    .tags(['ringback'])
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .timezone('browser')
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))

    .withRow(new RowBuilder('Promises'))
    .withPanel(
      stat(
        'Queued within 60 s of their lead time',
        'percentunit',
        6,
        '1 - ringback:queued_late:ratio_rate6h',
      ).description('The objective is 99 %.'),
    )
    .withPanel(
      stat('Claims within 100 ms', 'percentunit', 6, '1 - ringback:claims_slow:ratio_rate6h').description(
        'The objective is 95 %.',
      ),
    )
    .withPanel(stat('Overdue', 'short', 4, 'max(ringback_callbacks_overdue)'))
    .withPanel(stat('Oldest due', 's', 4, 'max(ringback_oldest_due_seconds)'))
    .withPanel(stat('Alerts standing', 'short', 4, 'sum(max by (name) (ringback_alert))'))
    .withPanel(lines('Wait for a queue', 's', 8, percentiles('ringback_queued_wait_seconds', '{held_by="nothing"}')))
    .withPanel(lines('Wait for an agent', 's', 8, percentiles('ringback_claimed_wait_seconds')))
    .withPanel(
      lines('What happens to promises', 'ops', 8, [
        ['sum by (kind) (rate(ringback_callback_events_total[$__rate_interval]))', '{{kind}}'],
      ]),
    )
    .withPanel(
      lines('Outcomes', 'ops', 8, [
        ['sum by (outcome_type) (rate(ringback_outcomes_total[$__rate_interval]))', '{{outcome_type}}'],
      ]),
    )
    .withPanel(
      lines('Kept from being called', 'short', 8, [
        ['max(ringback_callbacks_overdue)', 'overdue'],
        ['max(ringback_callbacks_failing)', 'failing'],
        ['max(ringback_callbacks_escalated)', 'escalated'],
        ['max(ringback_callbacks_owner_missing)', 'owner missing'],
      ]),
    )
    .withPanel(
      lines('Health of the last day', 'percentunit', 8, [
        ['max(ringback_health_ratio)', 'calls with an outcome'],
        ['max(ringback_conversion_ratio)', 'promises made'],
        ['max(ringback_assignment_ratio)', 'queued with an agent'],
      ]),
    )
    .withPanel(
      lines('Calls of the last day without an outcome', 'short', 8, [['max(ringback_calls_without_outcome)', 'calls']]),
    )

    .withRow(new RowBuilder('Floor'))
    .withPanel(lines('Agents', 'short', 8, [['max by (status) (ringback_agents)', '{{status}}']]))
    .withPanel(
      lines('Waiting', 'short', 8, [
        ['max by (queue_type, class) (ringback_queue_entries)', '{{queue_type}}, {{class}}'],
      ]),
    )
    .withPanel(
      lines('Claims', 'ops', 8, [
        ['sum by (result, source) (rate(ringback_claims_total[$__rate_interval]))', '{{result}}, {{source}}'],
        ['sum(rate(ringback_stale_proposals_total[$__rate_interval]))', 'stale proposals'],
      ]),
    )
    .withPanel(lines('Time of a claim', 's', 8, percentiles('ringback_claim_duration_seconds')))
    .withPanel(
      lines('In calls', 'short', 8, [['max by (queue_type) (ringback_queue_claimed_entries)', '{{queue_type}}']]),
    )
    .withPanel(
      lines('Available agents', 'short', 8, [
        ['max by (queue_type) (ringback_queue_available_agents)', '{{queue_type}}'],
      ]),
    )

    .withRow(new RowBuilder('Engine'))
    .withPanel(
      lines('Ticks', 's', 8, [
        ...percentiles('ringback_tick_duration_seconds'),
        ['time() - max(ringback_tick_last_finished_timestamp_seconds)', 'since the last one'],
      ]),
    )
    .withPanel(
      lines('What ticks count', 'ops', 8, [
        ['sum by (result) (rate(ringback_tick_callbacks_total[$__rate_interval]))', '{{result}}'],
        ['sum(rate(ringback_ticks_abandoned_total[$__rate_interval]))', 'abandoned ticks'],
      ]),
    )
    .withPanel(lines('Jobs in BullMQ', 'short', 8, [['max by (queue, state) (ringback_jobs)', '{{queue}}, {{state}}']]))
    .withPanel(
      lines('Jobs done', 'ops', 8, [
        [
          'sum by (queue, result) (rate(ringback_job_duration_seconds_count[$__rate_interval]))',
          '{{queue}}, {{result}}',
        ],
        ['sum(rate(ringback_jobs_stalled_total[$__rate_interval]))', 'stalled'],
      ]),
    )
    .withPanel(
      lines('Tasks, p95', 's', 8, [
        [
          'histogram_quantile(0.95, sum by (le, task) (rate(ringback_task_duration_seconds_bucket[$__rate_interval])))',
          '{{task}}',
        ],
      ]),
    )
    .withPanel(
      lines('Lanes', 'short', 8, [
        ['max by (queue_type) (ringback_lane_entries)', '{{queue_type}}'],
        ['sum(increase(ringback_lane_differences_total[$__rate_interval]))', 'set right'],
        ['sum(increase(ringback_lane_rebuilds_total[$__rate_interval]))', 'built anew'],
        ['sum(increase(ringback_lane_failures_total[$__rate_interval]))', 'without an answer'],
      ]),
    )
    .withPanel(
      lines('Transactions', 's', 8, [
        ...percentiles('ringback_transaction_duration_seconds'),
        ['sum(rate(ringback_transaction_retries_total[$__rate_interval]))', 'begun again, a second'],
      ]),
    )
    .withPanel(
      lines('Connections to Postgres', 'short', 8, [
        ['max by (application, state) (ringback_postgres_connections)', '{{application}}, {{state}}'],
        ['sum(ringback_postgres_pool_limit)', 'most'],
        ['sum(ringback_standby_used)', 'APIs that read from the standby'],
      ]),
    )
    .withPanel(
      lines('Webhooks', 'ops', 8, [
        ['sum by (result) (rate(ringback_webhook_attempts_total[$__rate_interval]))', '{{result}}'],
        ['max(ringback_webhooks_failing)', 'failing'],
        ['max(ringback_webhooks_switched_off)', 'switched off'],
      ]),
    )

    .withRow(new RowBuilder('API and processes'))
    .withPanel(
      lines('Requests', 'reqps', 8, [
        [
          'sum by (http_response_status_code) (rate(http_server_request_duration_seconds_count[$__rate_interval]))',
          '{{http_response_status_code}}',
        ],
      ]),
    )
    .withPanel(
      lines('Time of a request, p95', 's', 8, [
        [
          'topk(10, histogram_quantile(0.95, sum by (le, http_request_method, http_route) (rate(http_server_request_duration_seconds_bucket[$__rate_interval]))))',
          '{{http_request_method}} {{http_route}}',
        ],
      ]),
    )
    .withPanel(
      lines('Event streams', 'short', 8, [
        ['sum(ringback_event_streams)', 'open'],
        ['sum by (reason) (increase(ringback_event_stream_resets_total[$__rate_interval]))', 'reset: {{reason}}'],
      ]),
    )
    .withPanel(
      lines('Event loop, p99', 's', 8, [['nodejs_eventloop_lag_p99_seconds{job=~"ringback-.*"}', '{{instance}}']]),
    )
    .withPanel(
      lines('Processor', 'percentunit', 8, [
        ['rate(process_cpu_seconds_total{job=~"ringback-.*"}[$__rate_interval])', '{{instance}}'],
      ]),
    )
    .withPanel(lines('Memory', 'bytes', 8, [['process_resident_memory_bytes{job=~"ringback-.*"}', '{{instance}}']]))
    .build()
}

function stat(title: string, unit: Unit, span: number, expr: string) {
  return new StatPanelBuilder()
    .title(title)
    .unit(unit)
    .datasource(datasource)
    .height(4)
    .span(span)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .withTarget(query([expr, title], 0))
}

function lines(title: string, unit: Unit, span: number, queries: Query[]): Builder<Panel> {
  const panel = new TimeseriesPanelBuilder()
    .title(title)
    .unit(unit)
    .datasource(datasource)
    .height(height)
    .span(span)
    .min(0)
  for (const [index, one] of queries.entries()) panel.withTarget(query(one, index))
  return panel
}

/** @param index which of its panel's queries it is: they are A, B, C, … */
function query([expr, legend]: Query, index: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(String.fromCodePoint(65 + index))
    .expr(expr)
    .legendFormat(legend)
}
