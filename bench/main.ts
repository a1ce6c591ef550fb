import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import type { Comparison } from './rounds.ts'
import { scanGrowth } from './scan-growth.ts'
import { closeServices, openServices, type BenchServices } from './services.ts'

const benchmarks: Record<string, (services: BenchServices) => Promise<Comparison>> = {
  'scan-growth': scanGrowth,
}

/** `pnpm bench [NAME…] [--json FILE]`: measures, prints a table of ratios, and fails when a goal is not met. */
const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } })
const unknown = positionals.filter((name) => !(name in benchmarks))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}`)
  process.exit(1)
}

const services = await openServices()
const results: Comparison[] = []
try {
  for (const [name, run] of Object.entries(benchmarks)) {
    if (positionals.length === 0 || positionals.includes(name)) results.push(await run(services))
  }
} finally {
  await closeServices(services)
}

const table = new Table({ head: ['name', 'ours ms', 'rival ms', 'ratio', 'spread', 'goal', ''] })
for (const { name, oursMs, rivalMs, ratio, spread, goal, isMet } of results) {
  const [min, max] = spread.map((value) => value.toFixed(2))
  table.push([
    name,
    oursMs.toFixed(2),
    rivalMs.toFixed(2),
    ratio.toFixed(2),
    `${min} – ${max}`,
    goal,
    isMet ? 'met' : 'missed',
  ])
}
console.log(table.toString())
if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`)
if (results.some((result) => !result.isMet)) process.exitCode = 1
