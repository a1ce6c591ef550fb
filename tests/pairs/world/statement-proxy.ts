import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { messageReader, stringsOf, type Message } from './messages.ts'

/** A client that is about to send a statement. */
export interface Stop {
  /** The statement. */
  text: string
  /** Its number, from 1. */
  number: number
  /** Whether a transaction is at work, and so may have seen something, or hold locks. */
  isInTransaction: boolean
}

/** Counts the statements of a client from the moment at which it was set, and holds one of them back. */
export interface Watch {
  /** How many have passed until now. */
  passed(): number
  /** Resolves when the statement is held, and the server has answered all that came before it. */
  reached: Promise<Stop>
  /** Lets everything go on, and holds nothing any more. */
  letGo(): void
}

/**
 * A TCP proxy between a client and Postgres that knows where a statement begins: with the first message after a Sync or
 * a simple query. Whatever a client sends without waiting for answers is taken apart as well.
 *
 * What opens a transaction is no statement of its own, since it does nothing; COMMIT is one.
 */
export interface StatementProxy {
  port: number
  /**
   * Ends the watch before. Without `hold`, it only counts; else the statement of this number (from 1) is held; or the next one
   * that is not surely `inTransaction`, if that is to be passed by.
   */
  watch(hold?: number, passBy?: 'inTransaction'): Watch
  close(): Promise<void>
}

interface Connection {
  upstream: Socket
  /** What waits for `letGo`, in order. */
  heldBack: Message[]
  /** Whether a statement has begun to pass, and its Sync is still to come. */
  isMidway: boolean
  /** How many answers the server owes. */
  owed: number
  isInTransaction: boolean
  /** Whether the transaction has but begun. */
  isFresh: boolean
  /** Prepared statements by name. */
  texts: Map<string, string>
}

const noStatement = /^\s*begin\b|\bpg_catalog\.pg_type\b/i

export async function startStatementProxy(host: string, targetPort: number): Promise<StatementProxy> {
  const sockets = new Set<Socket>()
  const connections = new Set<Connection>()
  let passed = 0
  let holdAt = Infinity
  let passesBy: 'inTransaction' | undefined
  /** The text of the statement that is held. */
  let held: string | undefined
  let onReached: (stop: Stop) => void = () => {}

  function receive(connection: Connection, message: Message): void {
    if (connection.heldBack.length > 0) return void connection.heldBack.push(message)
    const begins = !connection.isMidway && isOfStatement(message)
    if (begins && mustWait(connection, message)) return void connection.heldBack.push(message)
    pass(connection, message)
  }

  /** Counts a statement that is about to pass; whether it, and so everything of this client, has to wait. */
  function mustWait(connection: Connection, message: Message): boolean {
    if (held !== undefined) return true
    const text = textOf(connection, message)
    if (noStatement.test(text)) {
      connection.isFresh = true
      return false
    }
    if (passed + 1 < holdAt || (passesBy === 'inTransaction' && isInTransaction() && !isOwed())) {
      connection.isFresh = false
      passed++
      return false
    }
    held = text
    tellWhenReached()
    return true
  }

  function pass(connection: Connection, message: Message): void {
    if (message.type === 'P') textOf(connection, message)
    if (isOfStatement(message)) {
      connection.isMidway = !endsStatement(message)
      if (!connection.isMidway) connection.owed++
    }
    if (connection.upstream.writable) connection.upstream.write(message.bytes)
  }

  /** The statement is held only when nothing before it is still at work. */
  function tellWhenReached(): void {
    if (held !== undefined && !isOwed()) {
      onReached({ text: held, number: passed + 1, isInTransaction: isInTransaction() })
    }
  }

  function isOwed(): boolean {
    return [...connections].some(({ owed }) => owed > 0)
  }

  function isInTransaction(): boolean {
    return [...connections].some((connection) => connection.isInTransaction && !connection.isFresh)
  }

  const server = createServer((client) => {
    const upstream = connect(targetPort, host)
    // The server says once by itself that it is ready.
    const connection: Connection = {
      upstream,
      heldBack: [],
      isMidway: false,
      owed: 1,
      isInTransaction: false,
      isFresh: false,
      texts: new Map(),
    }
    connections.add(connection)
    const fromClient = messageReader({ startsUntyped: true })
    const fromServer = messageReader({ startsUntyped: false })
    client.on('data', (bytes) => {
      for (const message of fromClient(bytes)) receive(connection, message)
    })
    upstream.on('data', (bytes) => {
      client.write(bytes)
      for (const { type, bytes: ready } of fromServer(bytes)) {
        if (type !== 'Z') continue
        connection.owed--
        connection.isInTransaction = ready.toString('latin1', 5) !== 'I'
      }
      tellWhenReached()
    })
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.setNoDelay()
      from.on('error', () => {}) // What breaks here is told to the other side, below.
      from.on('close', () => {
        sockets.delete(from)
        connections.delete(connection)
        to.destroy()
        tellWhenReached()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  function letGo(): void {
    held = undefined
    holdAt = Infinity
    for (const connection of connections) {
      for (const message of connection.heldBack.splice(0)) receive(connection, message)
    }
  }

  return {
    port: (server.address() as AddressInfo).port,
    watch(hold = Infinity, passBy) {
      letGo()
      passed = 0
      holdAt = hold
      passesBy = passBy
      const { promise: reached, resolve } = Promise.withResolvers<Stop>()
      onReached = resolve
      return { passed: () => passed, reached, letGo }
    },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

/** Messages of the extended protocol and simple queries; not what starts or ends a connection. */
function isOfStatement({ type }: Message): boolean {
  return type !== undefined && 'PBDECHSQ'.includes(type)
}

function endsStatement({ type }: Message): boolean {
  return type === 'S' || type === 'Q'
}

/** The text of a statement that begins with this message. */
function textOf({ texts }: Connection, message: Message): string {
  if (message.type === 'Q') return stringsOf(message, 1)[0]!
  if (message.type === 'B') return texts.get(stringsOf(message, 2)[1]!) ?? ''
  if (message.type !== 'P') return ''
  const [name, text] = stringsOf(message, 2) as [string, string]
  texts.set(name, text)
  return text
}
