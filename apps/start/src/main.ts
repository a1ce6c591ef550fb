/** `npm start`: all of Ringback on this machine, until Ctrl-C. */
import { join } from 'node:path'
import process from 'node:process'
import { StartError } from '@ringback/local'
import { runRingback } from './run.ts'
import { loadSettings } from './settings.ts'

const stopDeadlineMs = 10_000
const checkout = join(import.meta.dirname, '../../..')
const app = (name: string, path: string) => ({ name, script: join(checkout, 'apps', path) })

const stopping = new AbortController()
const stop = (): void => {
  if (stopping.signal.aborted) return
  stopping.abort()
  // The watchdog ends whatever is still there then.
  setTimeout(() => process.exit(1), stopDeadlineMs).unref()
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
process.once('disconnect', stop)
// The terminal, or the program that reads our output, is gone.
process.stdout.on('error', stop)

try {
  await runRingback({
    checkout,
    env: process.env,
    settings: await loadSettings(process.env, checkout),
    programs: {
      migrate: app('migrate', 'cli/src/migrate.ts'),
      api: app('api', 'api/src/main.ts'),
      workers: [app('worker-1', 'worker/src/main.ts'), app('worker-2', 'worker/src/main.ts')],
      demo: app('demo', 'demo/src/main.ts'),
    },
    print: (text) => void process.stdout.write(`${text}\n`),
    stopped: stopping.signal,
  })
  process.exit(0)
} catch (error) {
  console.error(error instanceof StartError ? error.message : error)
  process.exit(1)
}
