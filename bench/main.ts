import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { benchmarks } from './benchmarks.ts'
import { isMet, millisecondsOf, type Comparison, type Goal } from './rounds.ts'
import { closeServices, openServices } from './services.ts'

const usage = 'Usage: ./ringback bench [NAME…] [--quick] [--whole] [--json FILE]'
/** A quick run only finds out what became many times slower: it is too short to tell more. */
const quickTolerance = 5

/** Measures, prints a table of ratios, and fails when a goal is not met. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    whole: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const known = benchmarks.flatMap(({ names }) => names)
const unknown = positionals.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${known.join(', ')}\n${usage}`)
  process.exit(1)
}
if (values.help) {
  console.log(usage)
  process.exit(0)
}

const services = await openServices()
const results: Comparison[] = []
try {
  for (const { names, run } of benchmarks) {
    if (positionals.length > 0 && !names.some((name) => positionals.includes(name))) continue
    const tookMs = await millisecondsOf(async () => {
      results.push(...(await run({ services, isQuick: values.quick, isWhole: values.whole })))
    })
    console.error(`${names.join(', ')}: ${Math.round(tookMs / 1_000)} s`)
  }
} finally {
  await closeServices(services)
}

const tolerance = values.quick ? quickTolerance : 1
const table = new Table({ head: ['name', 'unit', 'ours', 'rival', 'ratio', 'spread', 'goal', ''] })
for (const result of results) {
  const { name, ours, rival, ratio, spread, goal } = result
  table.push([
    name,
    goal.unit,
    shown(ours),
    shown(rival),
    ratio.toFixed(2),
    spread.map((value) => value.toFixed(2)).join(' – '),
    goalText(goal),
    isMet(result, tolerance) ? 'met' : 'missed',
  ])
}
console.log(table.toString())
if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`)
if (results.some((result) => !isMet(result, tolerance))) process.exitCode = 1

function goalText(goal: Goal): string {
  return 'atMost' in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
