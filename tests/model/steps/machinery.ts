import { planAnew, sweepLostAgents, takeOutClosed, tick as runTick } from '@ringback/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import * as hours from '../rules/hours.ts'
import { heartbeat, sweep as sweepWorld } from '../rules/presence.ts'
import * as routing from '../rules/routing.ts'
import { agentIds, type World } from '../rules/world.ts'
import type { System } from '../system.ts'
import { expectAnswer, often, step, type Step } from './step.ts'

const timeInput = {
  seconds: fc.constantFrom(1, 30, 60, 60, 90, 90, 240),
  silentAgent: fc.option(fc.constantFrom(...agentIds), { freq: 2 }),
}
type PassingTime = { seconds: number; silentAgent: number | null }

async function passTimeBoth(
  world: World,
  { engine, supervisor }: System,
  { seconds, silentAgent }: PassingTime,
): Promise<void> {
  world.now += seconds * 1_000
  engine.time.advance(seconds * 1_000)
  for (const agentId of agentIds.filter((each) => each !== silentAgent)) {
    expectAnswer(await supervisor.post(`/api/agents/${agentId}/heartbeat`), heartbeat(world, agentId))
  }
}

async function tickBoth(world: World, { engine }: System): Promise<void> {
  await runTick(engine.deps, { trigger: 'schedule' })
  routing.tick(world)
}

async function workBoth(world: World, { work }: System): Promise<void> {
  expect(await work()).toEqual(routing.work(world))
}

async function takeOutBoth(world: World, { engine }: System): Promise<void> {
  expect(await takeOutClosed(engine.deps)).toEqual(hours.takeOutClosed(world))
}

async function planBoth(world: World, { engine }: System): Promise<void> {
  expect(await planAnew(engine.deps)).toEqual(hours.planAnew(world))
}

async function sweepBoth(world: World, { engine }: System): Promise<void> {
  expect(await sweepLostAgents(engine.deps)).toEqual(sweepWorld(world))
}

async function flushRedisUnder(world: World, { flushRedis }: System): Promise<void> {
  await flushRedis()
  world.jobs.clear()
  world.areLanesBuilt = false
}

async function reconcileBoth(world: World, { engine }: System): Promise<void> {
  const { kind } = await engine.reconcile()
  expect(kind).toBe(world.areLanesBuilt ? 'caught-up' : 'rebuilt')
  world.areLanesBuilt = true
}

const passTime = step('time', timeInput, passTimeBoth)
const passTimeAndRoute = step('time, take out, tick and work', timeInput, async (world, system, input) => {
  await passTimeBoth(world, system, input)
  await takeOutBoth(world, system)
  await tickBoth(world, system)
  await workBoth(world, system)
})
const route = step('tick and work', {}, async (world, system) => {
  await tickBoth(world, system)
  await workBoth(world, system)
})
const tick = step('tick', {}, tickBoth)
const work = step('work', {}, workBoth)
const sweep = step('sweep', {}, sweepBoth)
const takeOut = step('take out what is closed', {}, takeOutBoth)
const plan = step('plan anew', {}, planBoth)
const flushRedis = step('flush Redis', {}, flushRedisUnder)
const reconcile = step('reconcile', {}, reconcileBoth)

/** What happens by itself. */
export const machinerySteps: Step[] = [
  ...often(5, passTime),
  ...often(12, passTimeAndRoute),
  ...often(4, route),
  tick,
  work,
  sweep,
  ...often(2, takeOut),
  ...often(2, plan),
  flushRedis,
  reconcile,
]
