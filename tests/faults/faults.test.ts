import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faults, whyNotHere } from './catalogue/index.ts'
import { judge } from './invariants.ts'
import { startLoad, type Load } from './load.ts'
import { countOpen } from './recovery.ts'
import { runFault } from './run.ts'
import { startWorld, type World } from './world/world.ts'

const possible = Object.entries(faults).filter(([, fault]) => whyNotHere(fault) === undefined)
const byWorld = Map.groupBy(possible, ([, fault]) => JSON.stringify(fault.world ?? 'usual'))

describe.each([...byWorld.values()])('a world of its own kind (%#)', (...group) => {
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

  test.each(group)(
    '%s, and work goes on with nothing lost and nothing doubled',
    async (_, fault) => {
      const result = await runFault(fault, world, load, { seed: 1, size: 'short' })
      expect(result).toMatchObject({ lost: 0, doubled: 0, broken: [] })
    },
    300_000,
  )

  test('when no more promises are made, all are kept', async () => {
    load.stopPromising()
    await expect.poll(() => countOpen(world), { timeout: 120_000, interval: 250 }).toBe(0)
    const verdict = await judge(world, load)
    expect(verdict).toEqual({ promised: load.promised.size, lost: 0, doubled: 0, broken: [] })
    expect(verdict.promised).toBeGreaterThan(10)
  }, 180_000)
})
