import { callsToTheEnd, differencesAfterPass, differencesOfLanes } from './aftermath.ts'
import { brokenRules } from './invariants.ts'
import { hasFailed, isRefusal } from './observe.ts'
import type { Outcome, StoppedRun } from './run.ts'
import type { Place } from './world/place.ts'

const shown = 8

/** What stood in the way after ends that were looked at before, by their state: what comes after follows from it. */
const knownEnds = new Map<string, string[]>()

/** What must not be after a run that has just ended at a place, whatever the order. Nothing is as it was then. */
export async function wrongAfter(place: Place, { answers, state }: Outcome): Promise<string[]> {
  const [broken, differences] = await Promise.all([brokenRules(place), differencesOfLanes(place)])
  const errors = Object.values(answers).filter(hasFailed)
  const lanes = differences.length > 0 ? await differencesAfterPass(place) : []
  const stuck = knownEnds.get(state) ?? (await callsToTheEnd(place))
  knownEnds.set(state, stuck)
  return [...errors, ...broken, ...lanes, ...stuck]
}

/**
 * Says so when a run came to what it should not. `orders` are what the two steps come to one after the other; `weakerEnds`
 * gives the further ends that are right for a step of several transactions, or one that passes over what others have, and is asked only when needed.
 */
export async function outOfOrder(
  run: StoppedRun,
  orders: Outcome[],
  weakerEnds: () => Promise<Outcome[]>,
): Promise<string[]> {
  const isLike = (order: Outcome) => isSame(order, run)
  if (orders.some(isLike) || (await weakerEnds()).some(isLike)) return []
  return ['came to what neither order comes to:', ...orders.map((order, index) => differenceOf(run, order, index))]
}

function isSame(one: Outcome, other: Outcome): boolean {
  return (
    one.state === other.state &&
    one.answers.first === other.answers.first &&
    one.answers.second === other.answers.second
  )
}

/** What an order has that the run has not (-), and the other way round (+). */
function differenceOf(run: Outcome, order: Outcome, index: number): string {
  const [is, was] = [linesOf(run), linesOf(order)]
  const missing = was.filter((line) => !is.includes(line))
  const surplus = is.filter((line) => !was.includes(line))
  const beside = `  beside ${index === 0 ? 'first, second' : 'second, first'}:`
  return [beside, ...shorten('-', missing), ...shorten('+', surplus)].join('\n')
}

function shorten(sign: string, lines: string[]): string[] {
  const first = lines.slice(0, shown).map((line) => `    ${sign} ${line}`)
  return lines.length > shown ? [...first, `    ${sign} and ${lines.length - shown} lines more`] : first
}

function linesOf({ answers: { first, second }, state }: Outcome): string[] {
  return [...leavesOf('first', first), ...leavesOf('second', second), ...state.split('\n')]
}

/** An answer, a line for each value in it. */
function leavesOf(name: string, answer: string): string[] {
  const lines: string[] = []
  const walk = (path: string, value: unknown): void => {
    if (value === null || typeof value !== 'object') lines.push(`${path}: ${JSON.stringify(value)}`)
    else for (const [key, item] of Object.entries(value)) walk(`${path}.${key}`, item)
  }
  walk(name, isRefusal(answer) || hasFailed(answer) ? answer : JSON.parse(answer))
  return lines
}
