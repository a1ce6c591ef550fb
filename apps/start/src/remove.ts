/** `npm run remove`: tells what `npm start` made on this machine; with `--yes` it is taken away. */
import { join } from 'node:path'
import process from 'node:process'
import { planRemoval, StartError } from '@ringback/local'
import { assertNotRunning } from './running.ts'
import { homeOf } from './settings.ts'

try {
  const home = homeOf(process.env, join(import.meta.dirname, '../../..'))
  assertNotRunning(home)
  const plan = planRemoval(home)
  const isMeant = process.argv[2] === '--yes'
  if (plan.length === 0) console.log('There is nothing to remove.')
  else console.log([isMeant ? 'Removing:' : 'This would go:', ...plan.map(({ what }) => `  ${what}`)].join('\n'))
  if (isMeant) for (const { run } of plan) run()
  else if (plan.length > 0) console.log('For good, with all data: npm run remove -- --yes')
} catch (error) {
  if (!(error instanceof StartError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
