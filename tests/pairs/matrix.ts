import { faultsOf } from './judge.ts'
import { runInOrder, runStopped, type Outcome, type Pair } from './run.ts'
import { buildScene, type Scene } from './scene.ts'
import { states } from './states.ts'
import { isPossible, steps } from './steps.ts'
import { keep } from './world/keeping.ts'
import type { Place } from './world/place.ts'

/** A run that went wrong. */
export interface Failure extends Pair {
  state: string
  /** The number of the statement before which the first step was stopped; 0 when they ran one after the other. */
  stop: number
  /** The statement itself. */
  before: string
  hasWaited: boolean
  faults: string[]
}

/** Whether a part of the matrix is tried. Left out, all of it is. */
export interface Filter {
  state?: (name: string) => boolean
  first?: (name: string) => boolean
  second?: (name: string) => boolean
  stop?: (number: number, of: number) => boolean
}

/** Before its first statement a step has done nothing: to stop it there is to do it after the other one. */
const firstStop = 2

export const all = () => true

/** Every state at a place, each built once. */
export async function buildScenes(place: Place, filter: Filter = {}): Promise<Scene[]> {
  const empty = await keep(place)
  const scenes: Scene[] = []
  for (const state of Object.keys(states).filter(filter.state ?? all))
    scenes.push(await buildScene(place, empty, state))
  return scenes
}

/** The ordered pairs of steps that are possible in a scene. */
export function pairsOf({ cast }: Scene, { first = all, second = all }: Filter = {}): Pair[] {
  const possible = Object.keys(steps).filter((name) => isPossible(steps[name]!, cast))
  return possible
    .filter(first)
    .flatMap((one) =>
      possible
        .filter((other) => second(other) && isWorthwhile(one, other))
        .map((other) => ({ first: one, second: other })),
    )
}

/**
 * Of a request under a key nothing is different for the other step but that its statements are in one transaction with
 * the key, so it is tried as the first one beside all others, and beside itself.
 */
function isWorthwhile(first: string, second: string): boolean {
  return first === second || !second.endsWith(', keyed')
}

/** Tries a pair with the first step stopped before each of its statements. Yields what went wrong, or undefined. */
export async function* tryPair(
  place: Place,
  scene: Scene,
  pair: Pair,
  { stop: isTried = all }: Filter = {},
): AsyncGenerator<Failure | undefined> {
  const { statements, ...straight } = await runInOrder(place, scene, pair)
  const orders: Outcome[] = [straight, await runInOrder(place, scene, pair, 'second')]
  const failure = (stop: number, before: string, hasWaited: boolean, faults: string[]) =>
    faults.length > 0 ? { state: scene.state, ...pair, stop, before, hasWaited, faults } : undefined
  const broken = orders.flatMap(({ wrong }) => wrong)
  yield failure(0, '', false, broken)

  for (let number = firstStop; number <= statements; number++) {
    if (!isTried(number, statements)) continue
    const run = await runStopped(place, scene, pair, number)
    if (!run) return
    yield failure(number, run.stop.text, run.hasWaited, faultsOf(scene.state, pair, run, orders))
  }
}
