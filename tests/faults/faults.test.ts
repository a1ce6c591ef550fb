import { afterAll, beforeAll, expect, test } from 'vitest'
import { faults, type FaultName } from './faults.ts'
import { countOpen, judge, lanesAreInSync } from './invariants.ts'
import { startLoad, type Load } from './load.ts'
import { startWorld, type World } from './world.ts'

let world: World
let load: Load
beforeAll(async () => {
  world = await startWorld()
  load = await startLoad(world)
})
afterAll(async () => {
  await load.stop()
  await world.close()
})

const isBusy = (more: number) =>
  expect.poll(() => load.outcomes.size, { timeout: 100_000, interval: 100 }).toBeGreaterThan(more)

test.each(Object.keys(faults) as FaultName[])(
  '%s, and work goes on with nothing lost and nothing doubled',
  async (name) => {
    await isBusy(load.outcomes.size + 5)
    await faults[name](world)
    await isBusy(load.outcomes.size + 20)
    expect(await judge(world, load)).toMatchObject({ lost: 0, doubled: 0, broken: [] })
    await expect.poll(() => lanesAreInSync(world), { timeout: 30_000, interval: 500 }).toBe(true)
  },
  180_000,
)

test('when no more promises are made, all are kept', async () => {
  load.stopPromising()
  await expect.poll(() => countOpen(world), { timeout: 120_000, interval: 250 }).toBe(0)
  const verdict = await judge(world, load)
  expect(verdict).toEqual({ promised: load.promised.size, lost: 0, doubled: 0, broken: [] })
  expect(verdict.promised).toBeGreaterThan(100)
}, 180_000)
