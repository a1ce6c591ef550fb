import { createServer } from 'node:net'
import { isErrno } from './processes.ts'
import { StartError } from './start-error.ts'

const attempts = 5

/** A TCP port of 127.0.0.1 that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const port = await listenOnce(0)
  if (port === undefined) throw new StartError('no free port on 127.0.0.1')
  return port
}

/** Whether a server could listen on this port. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return (await listenOnce(port, host)) !== undefined
}

/**
 * Starts a server on a free port. Between finding the port and listening on it somebody else may take it: a start
 * that fails while its port is taken is tried again on another one.
 */
export async function onFreePort<T>(fixed: number | undefined, start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const port = fixed ?? (await freePort())
    try {
      return await start(port)
    } catch (error) {
      if (fixed !== undefined || attempt === attempts || (await isPortFree(port))) throw error
    }
  }
}

function listenOnce(port: number, host = '127.0.0.1'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => (isErrno(error, 'EADDRINUSE') ? resolve(undefined) : reject(error)))
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
    })
  })
}
