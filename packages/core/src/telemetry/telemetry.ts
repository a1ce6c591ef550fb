import type { CounterName, GaugeName, HistogramName, LabelsOf } from './catalogue.ts'

/** Facts about one piece of work, for those who look at its trace: ids are allowed here. */
export type SpanFacts = Readonly<Record<string, string | number | boolean | undefined>>

/** A trace that goes on elsewhere, as W3C writes it (`traceparent`). */
export type TraceParent = string

/** A piece of work in a trace that begins and ends where nobody can wrap it in a function. */
export interface OpenSpan {
  /** Does something as a part of it. */
  within<T>(work: () => T): T
  end(name: string, facts: SpanFacts, error?: unknown): void
}

/**
 * To whom the engine tells what it does. It is told, and nothing follows from it: what is told must not wait or fail, and
 * while nobody listens (`noTelemetry`) it costs a call of a function that does nothing.
 */
export interface Telemetry {
  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by?: number): void
  /** @param value in seconds */
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void
  /** From now on the gauge shows what `read` returns. */
  watch<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, read: () => number): void

  /** Does work as a step of the trace that is under way, if any. */
  span<T>(name: string, facts: SpanFacts, work: () => Promise<T>): Promise<T>
  /** The same; where no trace is under way, one may begin. */
  begin<T>(name: string, facts: SpanFacts, work: () => Promise<T>): Promise<T>
  /** Does work for all who carried their traces here: as a step of the first trace, with a link to each other one. */
  resume<T>(name: string, carried: (TraceParent | undefined)[], facts: SpanFacts, work: () => Promise<T>): Promise<T>
  /** Opens what may be the beginning of a trace, or goes on with one from elsewhere; undefined when nobody records it. */
  open(name: string, from: TraceParent | undefined): OpenSpan | undefined
  /** The trace under way, to be carried elsewhere; undefined when there is none. */
  traceParent(): TraceParent | undefined
}

/** Nobody listens. */
export const noTelemetry: Telemetry = {
  count() {},
  observe() {},
  watch() {},
  span: (_name, _facts, work) => work(),
  begin: (_name, _facts, work) => work(),
  resume: (_name, _carried, _facts, work) => work(),
  open: () => undefined,
  traceParent: () => undefined,
}

/** Returns a function that tells how many seconds have passed since. */
export function stopwatch(): () => number {
  const began = performance.now()
  return () => (performance.now() - began) / 1_000
}
