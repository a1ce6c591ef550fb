import { z } from 'zod'

const port = 'must be a whole number from 0 to 65535; 0 serves no metrics'
const ratio = 'must be a number from 0 to 1'

/** Settings of the processes that tell what they do. Those of traces have the names that OpenTelemetry gives them. */
export const telemetrySettings = {
  METRICS_HOST: z.string().default('127.0.0.1'),
  METRICS_PORT: z.coerce.number(port).int(port).min(0, port).max(65_535, port).default(0),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be the URL of a collector of OpenTelemetry, like http://localhost:4318' })
    .optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number(ratio).min(0, ratio).max(1, ratio).default(0.05),
}
