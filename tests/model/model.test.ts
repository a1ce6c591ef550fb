import fc from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { callSteps } from './steps/calls.ts'
import { machinerySteps } from './steps/machinery.ts'
import { peopleSteps } from './steps/people.ts'
import { promiseSteps } from './steps/promises.ts'
import { openSystem, type System } from './system.ts'

const numRuns = Number(process.env['RINGBACK_MODEL_RUNS'] ?? 20)
const seed = Number(process.env['RINGBACK_MODEL_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))
const stepsPerRun = 140
/** So long a counterexample is looked for that is shorter than the one found. */
const looksForShorterMs = 120_000

let system: System
beforeAll(async () => {
  system = await openSystem()
})
afterAll(() => system.close())

test(`whatever happens in whatever order, the API answers as the rules foresee (RINGBACK_MODEL_SEED=${seed})`, async () => {
  const steps = fc.commands([...promiseSteps, ...callSteps, ...peopleSteps, ...machinerySteps], {
    maxCommands: stepsPerRun,
    size: 'max',
  })
  const property = fc.asyncProperty(steps, async (drawn) => {
    const world = await system.reset()
    await fc.asyncModelRun(() => ({ model: world, real: system }), drawn)
  })
  const found = await fc.check(property, { seed, numRuns, unbiased: true, endOnFailure: true })
  if (!found.failed) return
  const again = { seed, path: found.counterexamplePath!, unbiased: true }
  await fc.assert(property, { ...again, interruptAfterTimeLimit: looksForShorterMs })
  const report = await fc.asyncDefaultReportMessage(found)
  throw new Error(`It went well when the same steps were taken again. ${report}`, { cause: found.errorInstance })
}, 0)
