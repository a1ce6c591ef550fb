/** `npm start`: all of Ringback on this machine, until Ctrl-C. */
import { join } from 'node:path'
import process from 'node:process'
import { SettingsError, withSecretsOfFiles } from '@ringback/core'
import { isRoot, noteInLedger, StartError } from '@ringback/local'
import { runRingback } from './run.ts'
import { loadSettings } from './settings.ts'

const stopDeadlineMs = 10_000
const checkout = join(import.meta.dirname, '../../..')
const app = (name: string, path: string) => ({ name, script: join('apps', path) })

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

const print = (text: string): void => void process.stdout.write(`${text}\n`)

try {
  const env = withSecretsOfFiles(process.env)
  const settings = await loadSettings(env, checkout, print)
  // What root's starts share goes with the last of their homes.
  if (isRoot()) noteInLedger({ home: settings.home })
  await runRingback({
    checkout,
    env,
    settings,
    programs: {
      apps: ['apps/cli', 'apps/api', 'apps/worker', 'apps/demo'],
      files: ['apps/console/dist'],
      build: { name: 'build', script: 'scripts/build-console.mjs' },
      migrate: app('migrate', 'cli/src/migrate.ts'),
      api: app('api', 'api/src/main.ts'),
      workers: [app('worker-1', 'worker/src/main.ts'), app('worker-2', 'worker/src/main.ts')],
      demo: app('demo', 'demo/src/main.ts'),
    },
    print,
    stopped: stopping.signal,
  })
  process.exit(0)
} catch (error) {
  console.error(error instanceof StartError || error instanceof SettingsError ? error.message : error)
  process.exit(1)
}
