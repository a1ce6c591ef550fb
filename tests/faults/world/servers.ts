import { readdirSync, readFileSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { startPostgres, startRedis } from '@ringback/local'

/** A server that can be broken. Whenever it ends it is started again, on the same port with the same data. */
export interface Server {
  url: string
  /** Stops every process of it, as a machine that hangs does. */
  freeze(): void
  thaw(): void
  /** Ends it at once, as a crash does. Returns when it runs again. */
  crash(): Promise<void>
  close(): Promise<void>
}

/** A Postgres, and where its data lies. */
export interface DatabaseServer extends Server {
  dataDir: string
}

/** A Redis that can go back to what it held before. */
export interface RedisServer extends Server {
  /** Remembers the data of now. */
  keepCopy(): Promise<void>
  /** Ends it and starts it on the data that was remembered. */
  crashIntoCopy(): Promise<void>
}

interface Running {
  pid: number
  url: string
  port: number
  exited: Promise<unknown>
  stop(): Promise<void>
}

export async function openPostgres(dataDir: string): Promise<DatabaseServer> {
  return { ...(await restartable('SIGQUIT', (port) => startPostgres({ dataDir, ...port }))), dataDir }
}

export async function openRedis(dataDir: string): Promise<RedisServer> {
  let password: string | undefined
  const copyDir = `${dataDir}-copy`
  const server = await restartable('SIGKILL', async (port) => {
    const running = await startRedis({ dataDir, ...port, ...(password && { password }) })
    password = new URL(running.url).password
    return running
  })
  return {
    ...server,
    keepCopy: () => cp(`${dataDir}/appendonlydir`, copyDir, { recursive: true, force: true }),
    crashIntoCopy: () =>
      server.crash(async () => {
        await rm(`${dataDir}/appendonlydir`, { recursive: true })
        await cp(copyDir, `${dataDir}/appendonlydir`, { recursive: true })
      }),
  }
}

async function restartable(crashSignal: NodeJS.Signals, start: (port: { port?: number }) => Promise<Running>) {
  let running = await start({})
  const { port, url } = running
  let isWanted = true
  let beforeRestart: (() => Promise<void>) | undefined
  let restarting: Promise<void> = Promise.resolve()

  function supervise(): void {
    void running.exited.then(() => (isWanted ? (restarting = restart()) : undefined))
  }
  async function restart(): Promise<void> {
    await beforeRestart?.()
    beforeRestart = undefined
    running = await start({ port })
    supervise()
  }
  supervise()

  return {
    url,
    freeze: () => signalAll(running.pid, 'SIGSTOP'),
    thaw: () => signalAll(running.pid, 'SIGCONT'),
    async crash(prepare?: () => Promise<void>) {
      beforeRestart = prepare
      process.kill(running.pid, crashSignal)
      await running.exited
      await restarting
    },
    async close() {
      isWanted = false
      await restarting
      await running.stop()
    },
  }
}

/** Parent first, so that it makes no child that would be missed; a child that has just ended needs no signal. */
function signalAll(parent: number, signal: NodeJS.Signals): void {
  process.kill(parent, signal)
  for (const pid of childrenOf(parent)) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(Number).filter((pid) => parentOf(pid) === parent)
}

function parentOf(pid: number): number | undefined {
  try {
    // The name of the program stands in parentheses and may hold anything; the parent is the second field after it.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1])
  } catch {
    return undefined // It has ended since.
  }
}
