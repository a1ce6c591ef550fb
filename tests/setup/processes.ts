import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestEngine } from './engine.ts'

/** A process of Ringback that a test started. */
export interface AppProcess {
  pid: number
  /** Kills the process outright. */
  kill(): Promise<void>
  /** Asks the process to end and returns its exit code. */
  stop(): Promise<number | null>
}

/** Starts `apps/<app>/src/main.ts` on the test's database and Redis, and waits for the log line that says it has. */
export async function startApp(
  engine: TestEngine,
  app: 'api' | 'worker' | 'demo',
  startedMessage: string,
  env: Record<string, string> = {},
): Promise<AppProcess> {
  const main = join(import.meta.dirname, '../../apps', app, 'src/main.ts')
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: engine.databaseUrl,
      REDIS_URL: engine.redisUrl,
      REDIS_PREFIX: engine.redisPrefix,
      ...env,
    },
  })
  const exited = once(child, 'exit')
  await new Promise<void>((resolve, reject) => {
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      if (output.includes(startedMessage)) return
      output += chunk.toString()
      if (output.includes(startedMessage)) resolve()
    })
    child.once('exit', (code) => reject(new Error(`${app} ended with ${code} before it had started:\n${output}`)))
    const tooLong = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`${app} has not said "${startedMessage}":\n${output}`))
    }, 45_000)
    child.once('exit', () => clearTimeout(tooLong))
    child.stdout.on('data', () => output.includes(startedMessage) && clearTimeout(tooLong))
  })
  return {
    pid: child.pid!,
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
