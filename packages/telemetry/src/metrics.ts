import { readFileSync } from 'node:fs'
import process from 'node:process'
import {
  metrics as catalogue,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  type Metric,
  type Telemetry,
} from '@ringback/core'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry, type OpenMetricsContentType } from 'prom-client'

/** Sets a gauge to what it shows until it is set again: a value for each combination of labels. */
export type SetGauge = <Name extends GaugeName>(name: Name, values: [LabelsOf<Name>, number][]) => void

export interface Metrics {
  telemetry: Pick<Telemetry, 'count' | 'observe' | 'watch'>
  set: SetGauge
  /** Reads something before metrics are told. */
  readBefore(read: () => Promise<void>): void
  /** All that is known, as OpenMetrics. */
  tell(): Promise<{ contentType: string; body: string }>
}

/** What prom-client tells of Node.js besides: parts of what is told as a whole, and gauges that are named like counters. */
const isLeftOut =
  /^(?:process_cpu_(?:user|system)_|process_(?:virtual_memory|heap)_|nodejs_(?:active|heap_space|version)_)/

/** The metrics of this process, each of the catalogue, and those of Node.js. */
export function openMetrics(name: string): Metrics {
  const registry = new Registry<OpenMetricsContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  collectDefaultMetrics({ register: registry as unknown as Registry })
  for (const metric of registry.getMetricsAsArray())
    if (isLeftOut.test(metric.name)) registry.removeSingleMetric(metric.name)
  const instruments = new Map<string, Counter | Gauge | Histogram>()
  for (const [metric, described] of Object.entries<Metric>(catalogue)) {
    instruments.set(metric, instrumentOf(metric, described, registry))
  }
  const counterOf = (metric: CounterName) => instruments.get(metric) as Counter
  const gaugeOf = (metric: GaugeName) => instruments.get(metric) as Gauge
  const histogramOf = (metric: HistogramName) => instruments.get(metric) as Histogram
  const watched: (() => void)[] = []
  const reads: (() => Promise<void>)[] = []

  gaugeOf('ringback_build_info').set({ process: name, version: versionOfRingback(), node: process.versions.node }, 1)

  return {
    telemetry: {
      count: (metric, labels, by = 1) => counterOf(metric).inc(labels, by),
      observe: (metric, labels, value) => histogramOf(metric).observe(labels, value),
      watch: (metric, labels, read) => void watched.push(() => gaugeOf(metric).set(labels, read())),
    },
    set(metric, values) {
      const gauge = gaugeOf(metric)
      forget(gauge, catalogue[metric].labels)
      for (const [labels, value] of values) gauge.set(labels, value)
    },
    readBefore: (read) => void reads.push(read),
    async tell() {
      for (const read of watched) read()
      await Promise.all(reads.map((read) => read()))
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
  }
}

function instrumentOf(
  name: string,
  { type, help, labels, buckets }: Metric,
  registry: Registry<OpenMetricsContentType>,
) {
  const options = { name, help, labelNames: [...labels], registers: [registry] }
  if (type === 'counter') return new Counter(options)
  if (type === 'histogram') return new Histogram({ ...options, buckets: [...buckets!] })
  const gauge = new Gauge(options)
  forget(gauge, labels)
  return gauge
}

/** A gauge without labels that is reset shows 0, which nobody has said. */
function forget(gauge: Gauge, labels: readonly string[]): void {
  gauge.reset()
  if (labels.length === 0) gauge.remove()
}

function versionOfRingback(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
