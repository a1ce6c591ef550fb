/** `pnpm pairs`: every two steps at once, the first one stopped before each of its statements. */
import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { migrate } from '@ringback/db'
import { startServices } from '@ringback/local'
import postgres from 'postgres'
import { urlOfDatabase } from '../setup/database-url.ts'
import { buildScenes, pairsOf, tryPair, type Failure, type Filter } from './matrix.ts'
import { openPlace } from './world/place.ts'

const { values } = parseArgs({
  options: {
    state: { type: 'string' },
    first: { type: 'string' },
    second: { type: 'string' },
    stop: { type: 'string' },
  },
})
const filter: Filter = {
  ...(values.state !== undefined && { state: (name) => name === values.state }),
  ...(values.first !== undefined && { first: (name) => name === values.first }),
  ...(values.second !== undefined && { second: (name) => name === values.second }),
  ...(values.stop !== undefined && { stop: (number) => number === Number(values.stop) }),
}

const services = await startServices(process.env)
const name = `ringback_pairs_${randomBytes(4).toString('hex')}`
const admin = postgres(services.databaseUrl, { max: 1, onnotice: () => {} })
await admin.unsafe(`create database ${name}`)
const databaseUrl = urlOfDatabase(services.databaseUrl, name)
await migrate(databaseUrl)
const place = await openPlace({ databaseUrl, redisUrl: services.redisUrl })
const failures: Failure[] = []
let runs = 0
const startedAt = performance.now()
for (const scene of await buildScenes(place, filter)) {
  const before = { runs, failures: failures.length, at: performance.now() }
  for (const pair of pairsOf(scene, filter)) {
    for await (const failure of tryPair(place, scene, pair, filter)) {
      runs++
      if (failure) {
        failures.push(failure)
        if (values.first) console.error(textOf(failure))
        else
          console.error(
            `${failure.state} | ${failure.first} | ${failure.second} | ${failure.stop} | ${failure.faults[0]!.split('\n')[0]}`,
          )
      }
    }
  }
  const ms = performance.now() - before.at
  console.error(
    `${scene.state}: ${runs - before.runs} runs, ${failures.length - before.failures} failed, ${Math.round(ms)} ms, ${(ms / (runs - before.runs)).toFixed(1)} ms each`,
  )
}
console.error(`${runs} runs, ${failures.length} failed, ${Math.round((performance.now() - startedAt) / 1000)} s`)
await place.close()
await admin.unsafe(`drop database ${name} with (force)`)
await admin.end()
await services.stop()
if (failures.length > 0) process.exitCode = 1

function textOf({ state, first, second, stop, before, hasWaited, faults }: Failure): string {
  return [
    `✗ ${state}: ${first}, ${second}; stopped at ${stop} (${before.trim().slice(0, 100)})${hasWaited ? ', waited' : ''}`,
    ...faults,
    `  again: pnpm pairs --state '${state}' --first '${first}' --second '${second}' --stop ${stop}`,
  ].join('\n')
}
