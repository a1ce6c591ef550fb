/** `./ringback remove`: tells what `start` made on this machine; with `--yes` it is taken away. */
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { planRemoval, StartError } from '@ringback/local'
import { assertNotRunning } from './running.ts'
import { homeOf } from './settings.ts'

const usage = 'Usage: ./ringback remove [--yes]'

function readArguments() {
  try {
    const flag = { type: 'boolean', default: false } as const
    return parseArgs({ options: { yes: flag, help: flag } }).values
  } catch (error) {
    throw new StartError(`${(error as Error).message}\n${usage}`)
  }
}

function remove(isMeant: boolean): void {
  const home = homeOf(process.env, join(import.meta.dirname, '../../..'))
  assertNotRunning(home)
  const plan = planRemoval(home)
  if (plan.length === 0) console.log('There is nothing to remove.')
  else console.log([isMeant ? 'Removing:' : 'This would go:', ...plan.map(({ what }) => `  ${what}`)].join('\n'))
  if (isMeant) for (const { run } of plan) run()
  else if (plan.length > 0) console.log('For good, with all data: ./ringback remove --yes')
}

try {
  const { yes, help } = readArguments()
  if (help) console.log(usage)
  else remove(yes)
} catch (error) {
  if (!(error instanceof StartError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
