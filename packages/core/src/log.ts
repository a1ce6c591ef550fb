import { destination, pino, type Logger } from 'pino'

/**
 * A logger that writes JSON lines to standard output. Of an error it writes name, code, message and stack, never the
 * fields in which a database error carries statements, parameters or rows.
 */
export function createLogger(name: string, level: string): Logger {
  return pino({ name, level, serializers: { err: serializeError } }, destination({ dest: 1, sync: false }))
}

function serializeError(error: unknown) {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message, stack } = error
  return { name, code: (error as { code?: unknown }).code, message, stack }
}
