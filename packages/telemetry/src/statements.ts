import { context, SpanKind, SpanStatusCode, type Span, type Tracer } from '@opentelemetry/api'
import type postgres from 'postgres'

/** What of a query of postgres.js is used here, which its types leave out. */
interface Query extends Promise<unknown> {
  executed: boolean
  /** Known once it was sent: its text, with numbers in the place of values. */
  statement: { string: string } | null
  handle: (this: Query) => Promise<void>
}

const followed = new WeakSet<object>()

/**
 * Makes each statement of postgres.js a span of the trace that it is sent in. The library tells nobody of its statements, so
 * this takes the one function through which each of them is sent, once for all connections of the process; outside of a trace
 * it only asks whether there is one. A span holds the statement as it is prepared and never a value.
 */
export function followStatements(sql: postgres.Sql, tracer: Tracer, activeSpan: () => Span | undefined): void {
  const prototype = Object.getPrototypeOf(sql`select`) as Query
  if (followed.has(prototype)) return
  followed.add(prototype)
  const { handle: send }: { handle: (this: Query) => Promise<void> } = prototype

  prototype.handle = function sendAsSpan(this: Query) {
    if (!this.executed && activeSpan()) follow(this)
    return send.call(this)
  }

  function follow(query: Query): void {
    const attributes = { 'db.system.name': 'postgresql' }
    const span = tracer.startSpan('SQL', { kind: SpanKind.CLIENT, attributes }, context.active())
    const end = () => {
      const text = query.statement?.string.trim().replaceAll(/\s+/g, ' ')
      if (text !== undefined) {
        span.updateName(operationOf(text))
        span.setAttribute('db.query.text', text)
      }
      span.end()
    }
    // Not by `then` of its own, which would send it.
    void Promise.prototype.then.call(query, end, (error: { code?: unknown }) => {
      span.setStatus({ code: SpanStatusCode.ERROR })
      if (typeof error.code === 'string') span.setAttribute('db.response.status_code', error.code)
      end()
    })
  }
}

/** `SELECT`, `UPDATE`, …: few enough to group by. */
function operationOf(text: string): string {
  return `SQL ${/^\w+/.exec(text)?.[0].toUpperCase() ?? ''}`.trim()
}
