import { noTelemetry, type Engine, type Telemetry } from '@ringback/core'
import type { Logger } from 'pino'
import type { MetricsServer } from './server.ts'

/** The settings that say what is told, and to whom (see `telemetrySettings`). */
export interface TelemetryConfig {
  METRICS_HOST: string
  METRICS_PORT: number
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined
  OTEL_TRACES_SAMPLER_ARG: number
}

/** What a process tells of itself. */
export interface OpenTelemetry {
  telemetry: Telemetry
  /** What lines of the log have besides: the trace that they belong to. Undefined while there are no traces. */
  logMixin: (() => object) | undefined
  /**
   * Serves the metrics, if that is wanted, on a port of their own. An API (`knowsAll`) adds what Postgres and Redis tell of
   * the whole installation.
   */
  serve(engine: Engine, log: Logger, options: { knowsAll: boolean }): Promise<MetricsServer | undefined>
  /** Sends what is left to be sent. */
  close(): Promise<void>
}

/** Opens what the settings ask for. What is off is not even loaded. */
export async function openTelemetry(process: 'api' | 'worker', config: TelemetryConfig): Promise<OpenTelemetry> {
  const { METRICS_PORT: port, METRICS_HOST: host, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = config
  const metrics = port === 0 ? undefined : (await import('./metrics.ts')).openMetrics(process)
  const traces =
    endpoint === undefined
      ? undefined
      : (await import('./traces.ts')).openTraces(process, { endpoint, ratio: config.OTEL_TRACES_SAMPLER_ARG })
  return {
    telemetry: { ...noTelemetry, ...metrics?.telemetry, ...traces?.telemetry },
    logMixin: traces?.logMixin,
    async serve(engine, log, { knowsAll }) {
      traces?.follow(engine.sql)
      if (!metrics) return undefined
      if (knowsAll) {
        const { installationFigures } = await import('./figures.ts')
        metrics.readBefore(installationFigures(engine, metrics.set))
      }
      const { serveMetrics } = await import('./server.ts')
      return serveMetrics(metrics, { host, port, log })
    },
    close: async () => traces?.close(),
  }
}
