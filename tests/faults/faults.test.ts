import { randomFrom } from '@ringback/testing/random'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faults, whyNotHere } from './catalogue/index.ts'
import { judge } from './invariants.ts'
import { startLoad, type Load } from './load.ts'
import { recover } from './recovery.ts'
import { startWorld, type World } from './world/world.ts'

const count = Number(process.env['RINGBACK_FAULTS'] ?? 16)
const seed = Number(process.env['RINGBACK_FAULTS_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))

const possible = Object.entries(faults).filter(([, fault]) => whyNotHere(fault) === undefined)
const chosen = new Set(randomFrom(seed).shuffled(possible).slice(0, count))
const inOrder = possible.filter((fault) => chosen.has(fault))
const byWorld = Map.groupBy(inOrder, ([, { world = {} }]) => JSON.stringify(world))
const allWell = { lost: 0, doubled: 0, broken: [] }
const outageMs = 500

// A part of the faults that follows from a seed, one after the other, whether or not all is well again after the last one;
// `./ringback faults` runs each by itself.
describe.each([...byWorld])(`in a world of its kind: %s (RINGBACK_FAULTS_SEED=${seed})`, (_, group) => {
  let world: World
  let load: Load
  beforeAll(async () => {
    world = await startWorld(group[0]![1].world)
    load = await startLoad(world)
  })
  afterAll(async () => {
    await load.stop()
    await world.close()
  })

  test.each(group)('%s, and work goes on with nothing lost and nothing doubled', async (_name, fault) => {
    await fault.inject(world, { random: randomFrom(1), load, lastsMs: outageMs, size: 'short' })
    await load.untilMoreOutcomes(3)
    expect(await judge(world, load)).toMatchObject(allWell)
  })

  test('when no more promises are made, all are kept, and everybody has heard of all that happened', async () => {
    await expect.poll(() => load.books.promised.size, { timeout: 60_000 }).toBeGreaterThan(3)
    load.stopPromising()
    await recover(world)
    expect(await load.listeners.untilAllIsTold()).toEqual([])
    expect(await judge(world, load)).toEqual({ promised: load.books.promised.size, ...allWell })
  })
})
