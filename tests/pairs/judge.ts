import { allowances } from './allowances.ts'
import type { Outcome, Pair, StoppedRun } from './run.ts'

/** Why a run is not as it should be; empty when it is. */
export function faultsOf(state: string, pair: Pair, run: StoppedRun, orders: Outcome[]): string[] {
  if (run.wrong.length > 0) return run.wrong
  if (orders.some((order) => isSame(order, run))) return []
  if (allowances.some((allowance) => allowance.allows({ state, pair, run, orders }))) return []
  return [`came to what neither order comes to:\n${differencesOf(run, orders)}`]
}

function isSame(one: Outcome, other: Outcome): boolean {
  return (
    one.state === other.state &&
    one.answers.first === other.answers.first &&
    one.answers.second === other.answers.second
  )
}

/** What a run has that an order has not (+), and the other way round (-). */
function differencesOf(run: Outcome, orders: Outcome[]): string {
  const lines = linesOf(run)
  return orders
    .map((order, index) => {
      const ordered = linesOf(order)
      const surplus = lines.filter((line) => !ordered.includes(line)).map((line) => `    + ${line}`)
      const missing = ordered.filter((line) => !lines.includes(line)).map((line) => `    - ${line}`)
      return [`  beside ${index === 0 ? 'first, second' : 'second, first'}:`, ...missing, ...surplus].join('\n')
    })
    .join('\n')
}

function linesOf({ answers, state }: Outcome): string[] {
  return [`first: ${answers.first}`, `second: ${answers.second}`, ...state.split('\n')]
}
