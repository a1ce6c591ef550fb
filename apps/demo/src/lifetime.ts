import { fstatSync } from 'node:fs'

const STDIN = 0

/**
 * A signal that aborts when the demo has to end: on SIGINT and SIGTERM, and when the process that started it is gone,
 * seen by its end of the IPC channel or of a pipe on standard input. Any other standard input (a terminal, a file, none)
 * says nothing about a parent and is left alone.
 */
export function untilStopped(): AbortSignal {
  const stopped = new AbortController()
  const stop = () => stopped.abort()

  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  process.once('disconnect', stop)
  if (isPipe(STDIN)) {
    process.stdin.once('end', stop).once('close', stop).once('error', stop)
    process.stdin.resume()
  }
  return stopped.signal
}

function isPipe(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor)
    return stat.isFIFO() || stat.isSocket()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EBADF') return false
    throw error
  }
}
