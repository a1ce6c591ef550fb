import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'
import type { TestEngine } from '@ringback/testing'
import { onTestFinished, vi } from 'vitest'
import { testSecret } from './tokens.ts'

/** The API as a process of its own, on the database and Redis of a test, which it does not outlive. */
export interface ApiProcess {
  /** Where it listens, once it does. */
  url(): Promise<string>
  /** What it has written: its log, and what it says when it does not start. */
  output: { log: string; errors: string }
  signal(name: NodeJS.Signals): void
  exited: Promise<[code: number | null, signal: string | null]>
}

/** @param openFiles how many files it may have open; as many as the test when left out */
export function startApiProcess(
  engine: TestEngine,
  env: Record<string, string> = {},
  { openFiles }: { openFiles?: number } = {},
): ApiProcess {
  const limit = openFiles === undefined ? '' : `ulimit -n ${openFiles} && `
  const main = join(import.meta.dirname, '../main.ts')
  const child = spawn('sh', ['-c', `${limit}exec "$0" "$1"`, process.execPath, main], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      DATABASE_URL: engine.databaseUrl,
      REDIS_URL: engine.redisUrl,
      REDIS_PREFIX: engine.redisPrefix,
      AUTH_JWT_SECRET: testSecret,
      API_PORT: '0',
      ...env,
    },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = { log: '', errors: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.log += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.errors += chunk.toString()))
  // Closed, and not only ended: by then everything that it wrote has been read.
  const exited = once(child, 'close') as ApiProcess['exited']
  return {
    url: () => vi.waitUntil(() => /api listens at (http[^"]+)/.exec(output.log)?.[1], { timeout: 45_000 }),
    output,
    signal: (name) => void child.kill(name),
    exited,
  }
}
