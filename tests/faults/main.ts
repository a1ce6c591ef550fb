/** `./ringback faults`: breaks Ringback in every way that it must survive, many times, and says what came of it. */
import process from 'node:process'
import { parseArgs } from 'node:util'
import { MultiBar, type SingleBar } from 'cli-progress'
import { faults, whyNotHere } from './catalogue/index.ts'
import { isSound } from './invariants.ts'
import { startLoad, type Load } from './load.ts'
import { summarize, tableOf, type Summary } from './report.ts'
import { runFault, type RunResult } from './run.ts'
import { startWorld, type World, type WorldOptions } from './world/world.ts'

const usage = `Usage: ./ringback faults [--fault NAME]… [--seeds 20] [--seed N] [--minutes N] [--at-once 2]

  --fault     only this fault (may be given again); a part of its name is enough
  --seeds     how many times each fault is run (20)
  --seed      the first seed; run k has seed + k - 1 (1)
  --minutes   how long what goes on and on lasts: the soak, two ticks at once
  --at-once   how many faults are run at the same time, each in a world of its own (2)`

/** The reconciler looks every two seconds; a process that was killed needs some to be there again. */
const lanesAgreeWithinMs = 15_000

const { values } = parseArgs({
  options: {
    fault: { type: 'string', multiple: true, default: [] },
    seeds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    'at-once': { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
})
const seeds = wholeNumber('seeds', values.seeds)
const firstSeed = wholeNumber('seed', values.seed)
const lastsMs = values.minutes === undefined ? undefined : wholeNumber('minutes', values.minutes) * 60_000
const chosen = chooseFaults(values.fault)
const atOnce = wholeNumber('at-once', values['at-once'])
if (values.help) {
  console.log(usage)
  process.exit(0)
}

const bars = new MultiBar({ format: '{name} {bar} {value}/{total} {state}', barsize: 20, hideCursor: true })
const open = new Set<() => Promise<void>>()
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

const summaries: Summary[] = []
const waiting = [...chosen]
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let name = waiting.shift(); name !== undefined && !stopping.signal.aborted; name = waiting.shift()) {
      summaries.push(await runMany(name))
    }
  }),
)
if (process.stderr.isTTY) bars.stop()
for (const close of open) await close()

const inOrder = chosen.flatMap((name) => summaries.filter((summary) => summary.name === name))
console.log(tableOf(inOrder))
for (const { name, failures } of inOrder) {
  for (const { seed, reason } of failures) {
    console.error(`✗ ${name}: ${reason}\n  again: ./ringback faults --fault '${name}' --seeds 1 --seed ${seed}`)
  }
}
if (stopping.signal.aborted || summaries.some(({ failures }) => failures.length > 0)) process.exitCode = 1

/** Runs a fault with each seed in a world of its own; after a failure it goes on in a new one. */
async function runMany(name: string): Promise<Summary> {
  const fault = faults[name]!
  const why = whyNotHere(fault)
  if (why) return summarize(name, fault, [], [], why)
  const bar = bars.create(seeds, 0, { name: name.padEnd(60), state: '' })
  const results: RunResult[] = []
  const failures: Summary['failures'] = []
  let place: Place | undefined

  for (let seed = firstSeed; seed < firstSeed + seeds && !stopping.signal.aborted; seed++) {
    bar.update({ state: `seed ${seed}` })
    try {
      place ??= await openPlace(fault.world)
      const result = await runFault(fault, place.world, place.load, { seed, lastsMs, size: 'full' })
      results.push(result)
      if (!isSound(result)) throw new Error(JSON.stringify(result))
      if (result.lanesAgreedInMs > lanesAgreeWithinMs) {
        throw new Error(`the lanes equalled Postgres only after ${Math.round(result.lanesAgreedInMs)} ms`)
      }
      if (result.recoveredInMs > fault.recoversWithin * 1_000) {
        throw new Error(
          `took ${Math.round(result.recoveredInMs)} ms to recover, and may take ${fault.recoversWithin} s`,
        )
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      failures.push({ seed, reason })
      if (!process.stderr.isTTY) console.error(`${name}, seed ${seed}: ${reason}`)
      await place?.close()
      place = undefined
    }
    bar.increment()
  }
  await place?.close()
  finish(bar, name, failures.length)
  return summarize(name, fault, results, failures)
}

interface Place {
  world: World
  load: Load
  close(): Promise<void>
}

async function openPlace(options: WorldOptions | undefined): Promise<Place> {
  const world = await startWorld(options)
  const load = await startLoad(world)
  const close = async () => {
    open.delete(close)
    await load.stop()
    await world.close()
  }
  open.add(close)
  return { world, load, close }
}

function finish(bar: SingleBar, name: string, failed: number): void {
  const state = failed === 0 ? 'green' : `${failed} failed`
  if (process.stderr.isTTY) {
    bar.update({ state })
    bar.stop()
  } else {
    console.error(`${name}: ${state}`)
  }
}

function chooseFaults(wanted: string[]): string[] {
  const names = Object.keys(faults)
  // The soak alone takes half an hour: it is run when it is asked for.
  if (wanted.length === 0) return names.filter((name) => name !== 'soak')
  const found = wanted.map((part) => names.filter((name) => name === part || name.includes(part)))
  const unknown = wanted.filter((_, index) => found[index]!.length === 0)
  if (unknown.length > 0) {
    console.error(`There is no fault "${unknown.join('", "')}". There are:\n  ${names.join('\n  ')}\n\n${usage}`)
    process.exit(2)
  }
  return [...new Set(found.flat())]
}

function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  console.error(`--${option} is "${text}"; it must be a whole number, 1 or more\n\n${usage}`)
  process.exit(2)
}
