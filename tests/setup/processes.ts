import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { guardProcess, releaseProcess } from '@ringback/local/watchdog'
import type { TestEngine } from './engine.ts'

/** A process of Ringback that a test started. It does not outlive the test. */
export interface AppProcess {
  pid: number
  /** Kills the process outright. */
  kill(): Promise<void>
  /** Asks the process to end and returns its exit code. */
  stop(): Promise<number | null>
}

const startsWithinMs = 45_000

/** Starts `apps/<app>/src/main.ts` on a database and a Redis, and waits for the log line that says it has started. */
export async function startApp(
  { databaseUrl, redisUrl, redisPrefix }: Pick<TestEngine, 'databaseUrl' | 'redisUrl' | 'redisPrefix'>,
  app: 'api' | 'worker' | 'demo',
  startedMessage: string,
  env: Record<string, string> = {},
): Promise<AppProcess> {
  const main = join(import.meta.dirname, '../../apps', app, 'src/main.ts')
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      REDIS_PREFIX: redisPrefix,
      ...env,
    },
  })
  const pid = child.pid!
  guardProcess({ pid, signal: 'SIGKILL', graceMs: 0 })
  const exited = once(child, 'exit').then(() => releaseProcess(pid))
  await untilSaid(child, startedMessage)

  return {
    pid,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async stop() {
      child.kill('SIGTERM')
      await exited
      return child.exitCode
    },
  }
}

/** Waits for a line of output; what comes after it is thrown away. */
async function untilSaid(child: ChildProcess, message: string): Promise<void> {
  const said: string[] = []
  const timer = setTimeout(() => child.kill('SIGKILL'), startsWithinMs)
  for await (const line of createInterface(child.stdout!)) {
    said.push(line)
    if (line.includes(message)) break
  }
  clearTimeout(timer)
  if (!said.at(-1)?.includes(message)) {
    throw new Error(`The process ended before it said "${message}":\n${said.join('\n')}`)
  }
  child.stdout!.resume()
}
