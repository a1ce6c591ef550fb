import { destination, pino, type Logger } from 'pino'

/**
 * A logger that writes JSON lines to standard output. Of an error it writes name, code, message and stack, never the
 * fields in which a database error carries statements, parameters or rows. Where Postgres refuses a value its very message
 * repeats it, and only the code is written.
 *
 * @param mixin what each line has besides
 */
export function createLogger(name: string, level: string, mixin?: () => object): Logger {
  return pino(
    { name, level, serializers: { err: serializeError }, ...(mixin && { mixin }) },
    destination({ dest: 1, sync: false }),
  )
}

/** Data exceptions. */
const refusesValue = /^22/

function serializeError(error: unknown) {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message, stack } = error
  const { code } = error as { code?: unknown }
  if (name !== 'PostgresError' || !refusesValue.test(String(code))) return { name, code, message, stack }
  return { name, code, message: 'a value was refused', stack: stack?.replace(message, '…') }
}
