import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { OpenSpan, SpanFacts, Telemetry, TraceParent } from '@ringback/core'
import type postgres from 'postgres'
import { followStatements } from './statements.ts'

export interface Traces {
  telemetry: Pick<Telemetry, 'span' | 'begin' | 'resume' | 'open' | 'traceParent'>
  logMixin: () => object
  /** Has the statements of these connections told as well. */
  follow(sql: postgres.Sql): void
  close(): Promise<void>
}

/** A collector that does not answer keeps nobody from ending. */
const closeWithinMs = 2_000

/**
 * Traces, sent to a collector of OpenTelemetry by OTLP over HTTP. Of those that begin here a share is recorded, by `ratio`; one
 * from elsewhere is recorded when it is there.
 */
export function openTraces(process: string, { endpoint, ratio }: { endpoint: string; ratio: number }): Traces {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `ringback-${process}`, 'service.namespace': 'ringback' }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  })
  const tracer = provider.getTracer('ringback')

  function start(name: string, facts: SpanFacts, parent: Context, kind = SpanKind.INTERNAL, links: SpanContext[] = []) {
    return tracer.startSpan(
      name,
      { kind, attributes: { ...facts }, links: links.map((linked) => ({ context: linked })) },
      parent,
    )
  }

  async function run<T>(span: Span, parent: Context, work: () => Promise<T>): Promise<T> {
    try {
      return await context.with(trace.setSpan(parent, span), work)
    } catch (error) {
      noteFailure(span, error)
      throw error
    } finally {
      span.end()
    }
  }

  return {
    telemetry: {
      span: (name, facts, work) =>
        activeSpan() ? run(start(name, facts, context.active()), context.active(), work) : work(),
      begin: (name, facts, work) => run(start(name, facts, context.active()), context.active(), work),
      resume(name, carried, facts, work) {
        const [first, ...others] = carried.flatMap((text) => spanContextOf(text) ?? [])
        // Whatever was under way where this is called, it is not what is resumed.
        if (!first) return context.with(ROOT_CONTEXT, work)
        const parent = trace.setSpanContext(ROOT_CONTEXT, first)
        return run(start(name, facts, parent, SpanKind.CONSUMER, others), parent, work)
      },
      open(name, from): OpenSpan | undefined {
        const remote = spanContextOf(from)
        const parent = remote ? trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true }) : ROOT_CONTEXT
        const span = start(name, {}, parent, SpanKind.SERVER)
        if (!span.isRecording()) return undefined
        const inside = trace.setSpan(parent, span)
        return {
          within: (work) => context.with(inside, work),
          end(finalName, facts, error) {
            span.updateName(finalName)
            span.setAttributes({ ...facts })
            if (error !== undefined) noteFailure(span, error)
            span.end()
          },
        }
      },
      traceParent() {
        const span = activeSpan()
        return span && traceParentOf(span.spanContext())
      },
    },
    logMixin() {
      const span = activeSpan()
      return span ? { traceId: span.spanContext().traceId } : {}
    },
    follow: (sql) => followStatements(sql, tracer, activeSpan),
    async close() {
      const timeout = new Promise((resolve) => setTimeout(resolve, closeWithinMs).unref())
      await Promise.race([provider.shutdown().catch(() => {}), timeout])
      context.disable()
    },
  }
}

/** The span under way, when its trace is recorded. It may be over: of a batch some go on by themselves. */
function activeSpan(): Span | undefined {
  const span = trace.getSpan(context.active())
  return span && trace.isSpanContextValid(span.spanContext()) && isSampled(span.spanContext()) ? span : undefined
}

function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0
}

/** The kind of error and no more: its message may hold what somebody said. */
function noteFailure(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR })
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error)
}

function traceParentOf({ traceId, spanId, traceFlags }: SpanContext): TraceParent {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

const traceParentPattern = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})/

/** The span that a traceparent names; undefined when it is none. */
function spanContextOf(text: TraceParent | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = traceParentPattern.exec(text ?? '') ?? []
  if (traceId === undefined || spanId === undefined) return undefined
  const named = { traceId, spanId, traceFlags: Number.parseInt(flags!, 16), isRemote: true }
  return trace.isSpanContextValid(named) ? named : undefined
}
