import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { guardProcess, releaseProcess } from '@ringback/local/watchdog'
import type { TestEngine } from './engine.ts'

/** A process of Ringback that a test started. It does not outlive the test. */
export interface AppProcess {
  pid: number
  /** Resolves with the exit code, null when a signal ended it. */
  exited: Promise<number | null>
  /** Kills the process outright. */
  kill(): Promise<void>
  /** Asks the process to end and returns its exit code. */
  stop(): Promise<number | null>
}

const startsWithinMs = 120_000

type Places = Pick<TestEngine, 'databaseUrl' | 'redisUrl' | 'redisPrefix'>

/**
 * Starts `apps/<app>/src/main.ts` on a database and a Redis, and waits for the log line that says it has started.
 * `onLine` gets everything that it prints.
 */
export async function startApp(
  { databaseUrl, redisUrl, redisPrefix }: Places,
  app: 'api' | 'worker' | 'demo',
  startedMessage: string,
  env: Record<string, string> = {},
  onLine: (line: string) => void = () => {},
): Promise<AppProcess> {
  const main = join(import.meta.dirname, '../../../apps', app, 'src/main.ts')
  const places = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, REDIS_PREFIX: redisPrefix }
  return startProcess(main, startedMessage, { ...places, ...env }, onLine)
}

/** Starts a program of Node with this environment and no other, as `startApp` starts an app. */
export async function startProcess(
  main: string,
  startedMessage: string,
  env: Record<string, string>,
  onLine: (line: string) => void = () => {},
): Promise<AppProcess> {
  return startCommand([process.execPath, main], startedMessage, { env }, onLine)
}

/** Starts any program with this environment and no other, as `startApp` starts an app. */
export async function startCommand(
  [program, ...args]: string[],
  startedMessage: string,
  { env, cwd }: { env: Record<string, string>; cwd?: string },
  onLine: (line: string) => void = () => {},
): Promise<AppProcess> {
  const child = spawn(program!, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
  })
  const pid = child.pid!
  guardProcess({ pid, signal: 'SIGKILL', graceMs: 0 })
  const exited = once(child, 'exit').then(([code]) => {
    releaseProcess(pid)
    return code as number | null
  })
  const said: string[] = []
  const started = new Promise<boolean>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        onLine(line)
        if (said.length < 100) said.push(line)
        if (line.includes(startedMessage)) resolve(true)
      })
    }
    void exited.then(() => resolve(false))
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), startsWithinMs)
  const hasStarted = await started
  clearTimeout(timer)
  if (!hasStarted) throw new Error(`The process ended before it said "${startedMessage}":\n${said.join('\n')}`)

  return {
    pid,
    exited,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    stop() {
      child.kill('SIGTERM')
      return exited
    },
  }
}
