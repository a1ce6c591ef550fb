/**
 * `node ops/panels.ts http://127.0.0.1:9090`: what the panels of the dashboard show just now, in words, for whoever has a Prometheus
 * and no Grafana.
 */
import process from 'node:process'
import { dashboard } from './dashboard.ts'

interface Panel {
  type: string
  title: string
  targets?: { expr: string; legendFormat: string }[]
  fieldConfig?: { defaults: { unit: string } }
}

interface Sample {
  metric: Record<string, string>
  value: [at: number, value: string]
}

/** Over how long rates are taken: several ticks. */
const rateInterval = '5m'
const labelWidth = 44

const [prometheusUrl] = process.argv.slice(2)
if (prometheusUrl === undefined) {
  console.error('Usage: node ops/panels.ts URL-OF-PROMETHEUS')
  process.exit(1)
}

const lines: string[] = []
for (const { type, title, targets = [], fieldConfig } of dashboard().panels as Panel[]) {
  lines.push(type === 'row' ? `\n${title}\n` : title)
  for (const { expr, legendFormat } of targets) {
    const samples = await ask(expr.replaceAll('$__rate_interval', rateInterval))
    for (const { metric, value } of samples) {
      const figure = shown(Number(value[1]), fieldConfig!.defaults.unit)
      lines.push(`  ${labelOf(legendFormat, metric).padEnd(labelWidth)} ${figure}`)
    }
    if (samples.length === 0) lines.push(`  ${labelOf(legendFormat, {}).padEnd(labelWidth)} none`)
  }
}

console.log(lines.join('\n'))

function labelOf(legendFormat: string, metric: Record<string, string>): string {
  return legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => metric[name] ?? '–')
}

async function ask(query: string): Promise<Sample[]> {
  const url = new URL('/api/v1/query', prometheusUrl)
  url.searchParams.set('query', query)
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${prometheusUrl} answered ${answer.status} to ${query}`)
  const { data } = (await answer.json()) as { data: { result: Sample[] } }
  return data.result
}

function shown(value: number, unit: string): string {
  if (Number.isNaN(value)) return 'none' // Nothing has happened of which it is a share.
  const digits = (of: number) => String(Number(of.toPrecision(3)))
  switch (unit) {
    case 'percentunit':
      return `${digits(value * 100)} %`
    case 's':
      return value < 1 ? `${digits(value * 1_000)} ms` : `${digits(value)} s`
    case 'bytes':
      return `${digits(value / 2 ** 20)} MiB`
    case 'ops':
    case 'reqps':
      return `${digits(value)} a second`
    default:
      return digits(value)
  }
}
