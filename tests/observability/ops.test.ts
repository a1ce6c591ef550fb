import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parser } from '@prometheus-io/lezer-promql'
import { alertNames, alertRules, metrics as catalogue } from '@ringback/core'
import { freePort } from '@ringback/local'
import { openTestEngine, patienceMs, startApp, startCommand } from '@ringback/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { testSecret } from '../../apps/api/src/testing/tokens.ts'
import { dashboard } from '../../ops/dashboard.ts'
import { generatedFiles } from '../../ops/generated.ts'
import { rules } from '../../ops/rules.ts'
import { readMetrics } from './open-metrics.ts'
import { findPrometheus } from './prometheus.ts'

const root = join(import.meta.dirname, '../..')
const ops = join(root, 'ops')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const run = promisify(execFile)

const allRules = rules().groups.flatMap((group) => group.rules)
const alerts = allRules.flatMap((rule) => ('alert' in rule ? [rule] : []))
const recorded = allRules.flatMap((rule) => ('record' in rule ? [rule.record] : []))
const panels = dashboard().panels as { type: string; title?: string; targets?: { expr: string; refId: string }[] }[]
const panelQueries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
/** As Grafana asks them. */
const queries = [
  ...allRules.map(({ expr }) => expr),
  ...panelQueries.map((expr) => expr.replaceAll('$__rate_interval', '1m')),
]

test.each(Object.entries(generatedFiles()))('ops/%s is what the code makes', (path, text) => {
  expect(readFileSync(join(ops, path), 'utf8') === text, 'run node ops/generate.ts').toBe(true)
})

test.each(queries)('it can be read: %s', (expr) => {
  const wrong: string[] = []
  parser.parse(expr).iterate({
    enter: (node) => {
      if (node.type.isError) wrong.push(`${expr.slice(0, node.from)} ⚠`)
    },
  })
  expect(wrong).toEqual([])
})

/** The metrics that a query names. */
function metricsOf(expr: string): string[] {
  const names: string[] = []
  parser.parse(expr).iterate({
    enter: (node) => {
      if (node.name === 'VectorSelector') names.push(/^[\w:]+/.exec(expr.slice(node.from, node.to))![0])
    },
  })
  return names
}

describe('with API, worker and Prometheus at work', () => {
  let targets: string[]
  let programs: string | undefined
  const closing = new AsyncDisposableStack()
  beforeAll(async () => {
    programs = await findPrometheus()
    const engine = closing.use(await openTestEngine({ startsAt: new Date() }))
    const [api, worker] = [await freePort(), await freePort()]
    targets = [`127.0.0.1:${api}`, `127.0.0.1:${worker}`]
    const apiEnv = { API_PORT: '0', AUTH_JWT_SECRET: testSecret, METRICS_PORT: String(api) }
    const apps = [
      await startApp(engine, 'api', 'api listens at', apiEnv),
      await startApp(engine, 'worker', 'worker started', { METRICS_PORT: String(worker) }),
    ]
    for (const app of apps) closing.defer(() => app.kill())
  })
  afterAll(() => closing.disposeAsync())

  test('every query names metrics that are told, or recorded', async () => {
    const families = (await Promise.all(targets.map((target) => readMetrics(`http://${target}/metrics`)))).flat()
    const suffixes: Record<string, string[]> = { histogram: ['_bucket', '_count', '_sum'], counter: ['_total'] }
    const told = families.flatMap(({ name, type }) => (suffixes[type] ?? ['']).map((suffix) => name + suffix))
    const known = new Set([...told, ...recorded, 'up'])
    expect(queries.flatMap(metricsOf).filter((name) => !known.has(name))).toEqual([])
  })

  test('every metric of Ringback that can be told is on the dashboard or watched', () => {
    const used = new Set(queries.flatMap(metricsOf).map((name) => name.replace(/_(?:bucket|count|sum)$/, '')))
    expect(Object.keys(catalogue).filter((name) => !used.has(name))).toEqual([])
  })

  test('Prometheus reads what they tell, and answers every query', async ({ annotate }) => {
    if (!programs) return void (await annotate('no Prometheus is to be had on this machine'))
    const place = mkdtempSync(join(tmpdir(), 'ringback-prometheus-'))
    onTestFinished(() => rmSync(place, { recursive: true, force: true }))
    const [apiTarget, workerTarget] = targets
    const scrape = (job: string, target: string) => ({ job_name: job, static_configs: [{ targets: [target] }] })
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [join(ops, 'prometheus/rules.yml')],
      scrape_configs: [scrape('ringback-api', apiTarget!), scrape('ringback-worker', workerTarget!)],
    }
    writeFileSync(join(place, 'prometheus.yml'), JSON.stringify(config)) // JSON is YAML.
    const port = await freePort()
    const prometheus = await startCommand(
      [
        join(programs, 'prometheus'),
        `--config.file=${place}/prometheus.yml`,
        `--storage.tsdb.path=${place}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      'Server is ready',
      { env: {} },
    )
    onTestFinished(() => prometheus.kill())

    const ask = async (expr: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expr)}`)
      return (await response.json()) as { status: string; data?: { result: { value: [number, string] }[] } }
    }
    const valueOf = async (expr: string) => Number((await ask(expr)).data?.result[0]?.value[1])
    await expect.poll(() => valueOf('sum(up)'), { timeout: patienceMs }).toBe(2)
    await expect.poll(() => valueOf('count(ringback_alert)'), { timeout: patienceMs }).toBe(alertNames.length)
    const refused: string[] = []
    for (const query of queries) if ((await ask(query)).status !== 'success') refused.push(query)
    expect(refused).toEqual([])
    const { stdout } = await run(process.execPath, [join(ops, 'panels.ts'), `http://127.0.0.1:${port}`])
    const shown = panels.map(({ type, title }) => (type === 'row' ? `\n${title}\n` : `\n${title}\n  `))
    expect(shown.filter((lines) => !`\n${stdout}`.includes(lines))).toEqual([])
    expect(stdout).toMatch(/^ {2}Alerts standing +\d/m)

    const groups = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/rules`)
      const answer = (await response.json()) as { data: { groups: { rules: { health: string }[] }[] } }
      return new Set(answer.data.groups.flatMap((group) => group.rules.map(({ health }) => health)))
    }
    await expect.poll(groups, { timeout: patienceMs }).toEqual(new Set(['ok']))
  })

  test('promtool has nothing against the rules, and each budget is watched as it should be', async ({ annotate }) => {
    if (!programs) return void (await annotate('no promtool is to be had on this machine'))
    const place = mkdtempSync(join(tmpdir(), 'ringback-promtool-'))
    onTestFinished(() => rmSync(place, { recursive: true, force: true }))
    const promtool = join(programs, 'promtool')
    const says = async (...args: string[]) => (await run(promtool, args)).stdout
    expect(await says('check', 'config', join(ops, 'prometheus/prometheus.yml'))).toContain(
      'SUCCESS: 1 rule files found',
    )
    writeFileSync(join(place, 'rules.test.yml'), JSON.stringify(ruleTests()))
    expect(await says('test', 'rules', join(place, 'rules.test.yml'))).toContain('SUCCESS')
  })
})

/** What promtool tries: the input as it comes minute by minute, and whether an alert fires after three hours. */
function ruleTests() {
  const queued = (late: number) => [
    { series: 'ringback_queued_wait_seconds_bucket{held_by="nothing",le="60"}', values: `0+${100 - late}x360` },
    { series: 'ringback_queued_wait_seconds_count{held_by="nothing"}', values: '0+100x360' },
  ]
  const claims = (slow: number) => [
    { series: 'ringback_claim_duration_seconds_bucket{le="0.1"}', values: `0+${100 - slow}x360` },
    { series: 'ringback_claim_duration_seconds_count', values: '0+100x360' },
  ]
  const found = (fromPostgres: number) => [
    { series: 'ringback_claims_total{result="found",source="postgres"}', values: `0+${fromPostgres}x360` },
    { series: 'ringback_claims_total{result="found",source="lanes"}', values: `0+${100 - fromPostgres}x360` },
  ]
  const cases: [alert: string, input: { series: string; values: string }[], fires: boolean][] = [
    ['RingbackQueuedLate', queued(20), true],
    ['RingbackQueuedLate', queued(1), false],
    ['RingbackQueuedLateForDays', queued(2), true],
    ['RingbackQueuedLateForDays', queued(0), false],
    ['RingbackClaimsSlow', claims(75), true],
    ['RingbackClaimsSlow', claims(5), false],
    ['RingbackClaimsSlowForDays', claims(6), true],
    ['RingbackClaimsSlowForDays', claims(4), false],
    ['RingbackClaimsFromPostgres', found(60), true],
    ['RingbackClaimsFromPostgres', found(40), false],
    ['RingbackTickLate', [{ series: 'ringback_alert{name="tick-late",severity="critical"}', values: '1x360' }], true],
    ['RingbackTickLate', [{ series: 'ringback_alert{name="tick-late",severity="critical"}', values: '0x360' }], false],
    ['RingbackDependencyDown', [{ series: 'ringback_redis_up', values: '0x360' }], true],
    ['RingbackDependencyDown', [{ series: 'ringback_redis_up', values: '1x360' }], false],
  ]
  return {
    rule_files: [join(ops, 'prometheus/rules.yml')],
    evaluation_interval: '1m',
    tests: cases.map(([alertname, input_series, fires]) => {
      const { labels, annotations } = alerts.find(({ alert }) => alert === alertname)!
      const expected = { exp_labels: labels, exp_annotations: annotations }
      return {
        interval: '1m',
        input_series,
        alert_rule_test: [{ eval_time: '3h', alertname, exp_alerts: fires ? [expected] : [] }],
      }
    }),
  }
}

test('there is a rule for each alert of Ringback, as severe as it is', () => {
  const own = alerts.filter(({ annotations: { runbook } }) => runbook.startsWith('docs/alerts.md'))
  expect(own.map(({ annotations, labels }) => [annotations.runbook, labels.severity])).toEqual(
    alertNames.map((name) => [`docs/alerts.md#${name}`, alertRules[name].severity]),
  )
})

const parts = ['What it means', 'What customers feel', 'How to look', 'What to do', 'When it clears']
const others = alerts.filter(({ annotations: { runbook } }) => !runbook.startsWith('docs/alerts.md'))

test.each(others.map(({ alert, annotations }) => [alert, annotations.runbook]))(
  'the run book has a whole section for %s',
  (alert, runbook) => {
    expect(runbook).toBe(`docs/observability.md#${alert.toLowerCase()}`)
    const section = read('docs/observability.md').split(`\n### \`${alert}\`\n`)[1]?.split(/\n##/)[0]
    expect([...(section ?? '').matchAll(/^\*\*([^*]+)\.\*\*\s+\S/gm)].map(([, part]) => part)).toEqual(parts)
  },
)

test('Grafana finds Prometheus and the dashboard where they are', () => {
  const sources = parse(read('ops/grafana/provisioning/datasources/ringback.yml')) as { datasources: { url: string }[] }
  expect(sources.datasources.map(({ url }) => url)).toEqual(['http://prometheus:9090'])
  const found = parse(read('ops/grafana/provisioning/dashboards/ringback.yml')) as {
    providers: { options: { path: string } }[]
  }
  const compose = read('docker-compose.yml')
  for (const { options } of found.providers) expect(compose).toContain(`./ops/grafana/dashboards:${options.path}:ro`)
})

test('every panel says what it shows, and its queries have names of their own', () => {
  const shown = panels.filter(({ type }) => type !== 'row')
  expect(new Set(shown.map(({ title }) => title)).size).toBe(shown.length)
  for (const { targets = [] } of shown) {
    expect(targets.length).toBeGreaterThan(0)
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length)
  }
})
