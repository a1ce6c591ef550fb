/**
 * `./ringback test`: every check, one after the other, until one fails. `./ringback test FILE…` runs these tests and nothing
 * else: the arguments are vitest's, paths as they are where it is called.
 */
import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { styleText } from 'node:util'
import { guardProcess, releaseProcess } from '@ringback/local/watchdog'

type Step = { name: string; command: [string, ...string[]]; cwd?: string; live?: boolean }
type Outcome = { passed: boolean; output: string }

const wanted = process.argv.slice(2)
const root = join(import.meta.dirname, '..')
const tests: Step = {
  name: 'tests',
  command: ['vitest', 'run', '--root', root, ...wanted],
  cwd: process.cwd(),
  live: true,
}
const everything: Step[] = [
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware'] },
  { name: 'unused code', command: ['knip', '--no-progress'] },
  {
    name: 'types',
    command: ['turbo', 'run', 'typecheck', '--continue', '--output-logs=errors-only', '--no-update-notifier'],
  },
  tests,
]
const steps = wanted.length > 0 ? [tests] : everything

const env = {
  ...process.env,
  PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
}
const graceMs = 5_000
let current: number | undefined
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => endWith(signal))
process.once('disconnect', () => endWith('SIGTERM'))

for (const [index, step] of steps.entries()) {
  const startedAt = performance.now()
  console.log(step.live ? `… ${step.name}` : `… ${step.name} (${index + 1} of ${steps.length})`)
  const { passed, output } = await run(step)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  if (passed) {
    console.log(`${styleText('green', '✓')} ${step.name} ${styleText('dim', `${seconds} s`)}`)
    continue
  }
  console.error(output)
  console.error(`${styleText('red', '✗')} ${step.name} failed after ${seconds} s: ${step.command.join(' ')}`)
  process.exit(1)
}
if (steps === everything) console.log(styleText('green', 'Everything passed.'))
process.exit(0)

// In a process group of its own: ended as a whole when we are told to end, by the watchdog when we are killed.
function run({ command: [program, ...args], cwd = root, live }: Step): Promise<Outcome> {
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', ...outputs(live)] })
  let output = ''
  child.stdout?.on('data', (chunk) => (output += String(chunk)))
  child.stderr?.on('data', (chunk) => (output += String(chunk)))
  if (child.pid !== undefined) guardProcess({ pid: child.pid, signal: 'SIGTERM', graceMs, group: true })
  current = child.pid
  return new Promise((resolve) => {
    const finish = (outcome: Outcome): void => {
      if (child.pid !== undefined) releaseProcess(child.pid)
      current = undefined
      resolve(outcome)
    }
    child.once('error', (error) => finish({ passed: false, output: `${program}: ${error.message}` }))
    child.once('close', (code) => finish({ passed: code === 0, output }))
  })
}

function outputs(live = false): ['inherit', 'inherit'] | ['pipe', 'pipe'] {
  return live ? ['inherit', 'inherit'] : ['pipe', 'pipe']
}

// The watchdog waits for the group to end, and kills what does not.
function endWith(signal: NodeJS.Signals): void {
  if (current !== undefined) process.kill(-current, signal)
  process.exit(1)
}
