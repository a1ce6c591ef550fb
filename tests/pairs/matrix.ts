import { outOfOrder, wrongAfter } from './judge.ts'
import { isIdle, runInOrder, runPassingOver, runPassingOverUntil, runStopped, type Outcome, type Pair } from './run.ts'
import type { Scene } from './scene.ts'
import { isKeyed, isPossible, steps, type Step } from './steps.ts'
import type { Place } from './world/place.ts'

/** A run that went wrong. */
export interface Failure {
  state: string
  /** The names of the steps. */
  first: string
  second: string
  /** The number of the statement before which the first step was stopped; 0 when they ran one after the other. */
  stop: number
  /** The statement itself. */
  before: string
  hasWaited: boolean
  faults: string[]
}

/** Which part of the matrix is tried. */
export interface Filter {
  state: (name: string) => boolean
  first: (name: string) => boolean
  second: (name: string) => boolean
  /** `statements` is how many the first step sends. */
  stop: (number: number, statements: number) => boolean
}

/** Before its first statement a step has done nothing: to stop it there is to do it after the other one. */
export const firstStop = 2

const any = () => true
export const everything: Filter = { state: any, first: any, second: any, stop: any }

/** The ordered pairs of steps that are possible in a scene. */
export function pairsOf({ cast }: Pick<Scene, 'cast'>, { first, second }: Filter): Pair[] {
  const possible = steps.filter((step) => isPossible(step, cast))
  const pairs = possible.flatMap((one) => possible.map((other) => ({ first: one, second: other })))
  return pairs.filter((pair) => first(pair.first.name) && second(pair.second.name) && isWorthwhile(pair))
}

/**
 * The same without those that can show nothing: two steps of which each alone changes nothing, and one under a key that
 * changes nothing, which is tried without.
 */
export async function tellingPairsOf(place: Place, scene: Scene, filter: Filter): Promise<Pair[]> {
  const idle = new Set<Step>()
  for (const step of steps) if (isPossible(step, scene.cast) && (await isIdle(place, scene, step))) idle.add(step)
  return pairsOf(scene, filter).filter(
    ({ first, second }) => !idle.has(first) || (!idle.has(second) && !isKeyed(first)),
  )
}

/**
 * Of a request under a key nothing is different for the other step but that its statements are in one transaction with
 * the key, so it is tried as the first one beside all others, and beside itself.
 */
function isWorthwhile({ first, second }: Pair): boolean {
  return first === second || !isKeyed(second)
}

/**
 * Tries a pair, one step after the other and with the first one stopped before each of its statements. Yields for each
 * run what went wrong, or undefined.
 */
export async function* tryPair(
  place: Place,
  scene: Scene,
  pair: Pair,
  isTried: Filter['stop'],
): AsyncGenerator<Failure | undefined> {
  const names = { first: pair.first.name, second: pair.second.name }
  const failure = (stop: number, before: string, hasWaited: boolean, faults: string[]) =>
    faults.length > 0 ? { state: scene.state, ...names, stop, before, hasWaited, faults } : undefined

  const { statements, ...straight } = await runInOrder(place, scene, pair)
  const areOrdersTried = isTried(0, statements)
  const alone = areOrdersTried ? await wrongAfter(place, straight) : []
  const turned = await runInOrder(place, scene, pair, 'second')
  if (areOrdersTried) yield failure(0, '', false, [...alone, ...(await wrongAfter(place, turned))])

  const orders: Outcome[] = [straight, turned]
  let weaker: Promise<Outcome[]> | undefined
  const weakerEnds = () => (weaker ??= runWeaker(place, scene, pair))
  for (let number = firstStop; number <= statements; number++) {
    if (!isTried(number, statements)) continue
    const run = await runStopped(place, scene, pair, number)
    if (!run) return
    const wrong = await wrongAfter(place, run)
    const faults = wrong.length > 0 ? wrong : await outOfOrder(run, orders, weakerEnds)
    yield failure(number, run.stop.text, run.hasWaited, faults)
  }
}

/**
 * What else a pair may come to: one of its steps, of several transactions, has the other between two of them, or passes over
 * what the other has, or both.
 */
async function runWeaker(place: Place, scene: Scene, { first, second }: Pair): Promise<Outcome[]> {
  const turned = await weakerOf({ first: second, second: first })
  return [...(await weakerOf({ first, second })), ...turned.map(turnBack)]

  async function weakerOf(pair: Pair): Promise<Outcome[]> {
    const { inParts, passesOver } = pair.first
    if (!inParts) return passesOver ? [await runPassingOver(place, scene, pair)] : []
    const ends = await between(pair, runStopped)
    return passesOver ? [...ends, ...(await between(pair, runPassingOverUntil))] : ends
  }

  async function between(pair: Pair, runUntil: typeof runStopped | typeof runPassingOverUntil): Promise<Outcome[]> {
    const ends: Outcome[] = []
    for (let number = firstStop; ;) {
      const run = await runUntil(place, scene, pair, number, 'inTransaction')
      if (!run) return ends
      if (!run.stop?.isInTransaction) ends.push(run)
      if (!run.stop) return ends
      number = run.stop.number + 1
    }
  }

  function turnBack({ answers, state }: Outcome): Outcome {
    return { answers: { first: answers.second, second: answers.first }, state }
  }
}
