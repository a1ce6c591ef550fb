/** `./ringback pairs`: every two steps at once, the first one stopped before each of its statements. */
import process from 'node:process'
import { parseArgs } from 'node:util'
import { migrate } from '@ringback/db'
import { startServices } from '@ringback/local'
import { urlOfDatabase } from '@ringback/testing/database-url'
import postgres from 'postgres'
import { tellingPairsOf, tryPair, type Filter } from './matrix.ts'
import { addRun, linesOf, summaryOf, tableOf, type Summary } from './report.ts'
import { sceneBuilder } from './scene.ts'
import { states } from './states.ts'
import { steps } from './steps.ts'
import { openPlace } from './world/place.ts'

const usage = `Usage: ./ringback pairs [--state NAME] [--first NAME] [--second NAME] [--stop N] [--at-once 3]

  --state     only in this state; of this and the next two a part of the name is enough
  --first     only this step as the one that is stopped
  --second    only this step as the other one
  --stop      only before this statement of the first step; 0 does one after the other
  --at-once   how many states are tried at the same time, each in a database of its own (3)`

const { values } = parseArgs({
  options: {
    state: { type: 'string' },
    first: { type: 'string' },
    second: { type: 'string' },
    stop: { type: 'string' },
    'at-once': { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
})
const stepNames = steps.map(({ name }) => name)
const filter: Filter = {
  state: chosen('state', values.state, Object.keys(states)),
  first: chosen('first', values.first, stepNames),
  second: chosen('second', values.second, stepNames),
  stop: (number) => values.stop === undefined || number === Number(values.stop),
}
if (values.help) {
  console.log(usage)
  process.exit(0)
}

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
// Of our own, always: the Redis is flushed again and again.
const services = await startServices({}, { notice: (text) => console.error(text) })
const summaries: Summary[] = []
try {
  const waiting = Object.keys(states).filter(filter.state)
  const atOnce = Math.min(Number(values['at-once']), waiting.length)
  await Promise.all(Array.from({ length: atOnce }, (_, index) => work(index, waiting)))
} finally {
  await services.stop()
}
console.log(tableOf(summaries))
if (stopping.signal.aborted || summaries.some(({ failures }) => failures.length > 0)) process.exitCode = 1

/** Tries one state after the other that nobody else has taken, in a place of its own. */
async function work(index: number, waiting: string[]): Promise<void> {
  const databaseUrl = await createDatabase(`ringback_pairs_${index}`)
  const place = await openPlace({ databaseUrl, redisUrl: `${services.redisUrl}/${index}` })
  const build = await sceneBuilder(place)
  for (let state = waiting.shift(); state !== undefined && !stopping.signal.aborted; state = waiting.shift()) {
    const summary = summaryOf(state)
    summaries.push(summary)
    const scene = await build(state)
    for (const pair of await tellingPairsOf(place, scene, filter)) {
      if (stopping.signal.aborted) break
      summary.pairs++
      for await (const failure of tryPair(place, scene, pair, filter.stop)) addRun(summary, failure)
    }
    summary.seconds = (performance.now() - summary.beganAt) / 1_000
    console.error(`${state}: ${summary.runs} runs, ${summary.failures.length} failed`)
    for (const line of linesOf(summary)) console.error(line)
  }
  await place.close()
}

async function createDatabase(name: string): Promise<string> {
  const admin = postgres(services.databaseUrl, { max: 1, onnotice: () => {} })
  await admin.unsafe(`create database ${name}`)
  await admin.end({ timeout: 5 })
  const url = urlOfDatabase(services.databaseUrl, name)
  await migrate(url)
  return url
}

/** The names that are meant: the one that is the same, else all that hold the text. */
function chosen(option: string, text: string | undefined, names: string[]): (name: string) => boolean {
  if (text === undefined) return () => true
  const found = names.includes(text) ? [text] : names.filter((name) => name.includes(text))
  if (found.length > 0) return (name) => found.includes(name)
  console.error(`There is no ${option} "${text}". There are:\n  ${names.join('\n  ')}\n\n${usage}`)
  process.exit(2)
}
