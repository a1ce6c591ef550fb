import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** What a network does to those who talk through it. */
export type Network =
  | { kind: 'pass' }
  /** Connections are reset, and new ones as well. */
  | { kind: 'reset' }
  /** Nothing comes through and nothing is said about it; what was sent arrives when it is over. */
  | { kind: 'blackhole' }
  | { kind: 'delay'; milliseconds: number }
  /** Each connection is cut after some bytes from the server, in the middle of an answer. */
  | { kind: 'cut'; afterBytes: number }

/** A TCP proxy in front of a service on 127.0.0.1. */
export interface Proxy {
  port: number
  set(network: Network): void
  /** Sends connections to another port from now on: the service has moved. */
  setTarget(port: number): void
  close(): Promise<void>
}

export async function startProxy(targetPort: number): Promise<Proxy> {
  let network: Network = { kind: 'pass' }
  let target = targetPort
  const sockets = new Set<Socket>()

  const server = createServer((client) => {
    if (network.kind === 'reset') return void client.resetAndDestroy()
    const upstream = connect(target, '127.0.0.1')
    let bytesLeft = network.kind === 'cut' ? network.afterBytes : Infinity
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.setNoDelay()
      if (network.kind === 'blackhole') from.pause()
      from.on('error', () => {}) // What breaks here is told to the other side, below.
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.on('data', (bytes) => {
        if (from === upstream && (bytesLeft -= bytes.length) < 0) return void client.resetAndDestroy()
        if (network.kind !== 'delay') return void to.write(bytes)
        setTimeout(() => to.writable && to.write(bytes), network.milliseconds)
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      network = next
      for (const socket of sockets) {
        if (next.kind === 'reset') socket.resetAndDestroy()
        else if (next.kind === 'blackhole') socket.pause()
        else socket.resume()
      }
    },
    setTarget: (port) => void (target = port),
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
