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

type Side = 'client' | 'server'

/** A TCP proxy between one process and a service, both on 127.0.0.1. */
export interface Proxy {
  port: number
  set(network: Network): void
  /** Leads to another port from now on; who talks through it is cut off. */
  aim(targetPort: number): void
  /**
   * Watches for `text` from one side. The first piece that holds it stays here, with all that follows from that side on
   * its connection, until it is let go: the moment just before the other side would learn of it.
   */
  hold(from: Side, text: string): Held
  close(): Promise<void>
}

export interface Held {
  /** Resolves when the text has come by. */
  reached: Promise<void>
  letGo: () => void
  /** Ends the connection; what is held is lost, as when its sender dies. */
  cut: () => void
}

/** What is held, once it has come by. */
type Piece = Pick<Held, 'letGo' | 'cut'>

interface Watch {
  from: Side
  text: string
  onReached: (piece: Piece) => void
}

export async function startProxy(firstTarget: number): Promise<Proxy> {
  let targetPort = firstTarget
  let network: Network = { kind: 'pass' }
  const sockets = new Set<Socket>()
  const watches = new Set<Watch>()

  const server = createServer((client) => {
    if (network.kind === 'reset') return void client.resetAndDestroy()
    const upstream = connect(targetPort, '127.0.0.1')
    let bytesLeft = network.kind === 'cut' ? network.afterBytes : Infinity

    const late = { client: lateBytes(upstream), server: lateBytes(client) }

    function passOn(side: Side, to: Socket, bytes: Buffer): void {
      if (side === 'server' && (bytesLeft -= bytes.length) < 0) return void client.resetAndDestroy()
      if (network.kind === 'delay') late[side].add(bytes, network.milliseconds)
      else if (late[side].some()) late[side].add(bytes, 0)
      else to.write(bytes)
    }

    for (const [side, from, to] of [
      ['client', client, upstream],
      ['server', upstream, client],
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
        const watch = [...watches].find((it) => it.from === side && bytes.includes(it.text))
        if (!watch) return passOn(side, to, bytes)
        watches.delete(watch)
        from.pause()
        watch.onReached({
          letGo() {
            if (to.writable) passOn(side, to, bytes)
            from.resume()
          },
          cut: () => from.destroy(),
        })
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
    aim(next) {
      targetPort = next
      for (const socket of sockets) socket.resetAndDestroy()
    },
    hold(from, text) {
      const { promise: reached, resolve } = Promise.withResolvers<void>()
      let piece: Piece | undefined
      const watch: Watch = {
        from,
        text,
        onReached(it) {
          piece = it
          resolve()
        },
      }
      watches.add(watch)
      return {
        reached,
        letGo() {
          watches.delete(watch)
          piece?.letGo()
        },
        cut() {
          watches.delete(watch)
          piece?.cut()
        },
      }
    },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

/** Bytes on their way to a socket. None overtakes those before it, also when the way has become shorter since. */
function lateBytes(to: Socket): { some(): boolean; add(bytes: Buffer, forMs: number): void } {
  const waiting: { bytes: Buffer; at: number }[] = []
  const sendFirst = () => {
    const { bytes } = waiting.shift()!
    if (to.writable) to.write(bytes)
    waitForFirst()
  }
  const waitForFirst = () => {
    const [first] = waiting
    if (first) setTimeout(sendFirst, Math.max(0, first.at - performance.now()))
  }
  return {
    some: () => waiting.length > 0,
    add(bytes, forMs) {
      waiting.push({ bytes, at: performance.now() + forMs })
      if (waiting.length === 1) waitForFirst()
    },
  }
}
