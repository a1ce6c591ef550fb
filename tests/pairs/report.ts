import Table from 'cli-table3'
import type { Failure } from './matrix.ts'

/** What all runs in one state came to. */
export interface Summary {
  state: string
  pairs: number
  runs: number
  failures: Failure[]
  beganAt: number
  seconds: number
}

export function summaryOf(state: string): Summary {
  return { state, pairs: 0, runs: 0, failures: [], beganAt: performance.now(), seconds: 0 }
}

export function addRun(summary: Summary, failure: Failure | undefined): void {
  summary.runs++
  if (failure) summary.failures.push(failure)
}

export function tableOf(summaries: Summary[]): string {
  const table = new Table({ head: ['state', 'pairs', 'runs', 'seconds', ''], style: { head: [], border: [] } })
  const sum = (figure: 'pairs' | 'runs') => summaries.reduce((total, summary) => total + summary[figure], 0)
  for (const { state, pairs, runs, seconds, failures } of summaries) {
    table.push([state, pairs, runs, seconds.toFixed(0), failures.length === 0 ? 'green' : `${failures.length} failed`])
  }
  table.push(['all', sum('pairs'), sum('runs'), '', ''])
  return table.toString()
}

/** The failures of each pair once: what came of the first one, where the others are, and how to have it again. */
export function linesOf({ failures }: Summary): string[] {
  const byPair = Map.groupBy(failures, ({ first, second }) => `${first}, ${second}`)
  return [...byPair.values()].map((ofPair) => describe(ofPair[0]!, ofPair.slice(1)))
}

export function describe(
  { state, first, second, stop, before, hasWaited, faults }: Failure,
  more: Failure[] = [],
): string {
  const statement = before.replaceAll(/\s+/g, ' ').slice(0, 90)
  const where =
    stop === 0 ? 'one after the other' : `stopped at ${stop} (${statement})${hasWaited ? ', the second waited' : ''}`
  const also = more.length > 0 ? [`  also at ${more.map((failure) => failure.stop).join(', ')}`] : []
  return [
    `✗ ${state}: ${first}, ${second}; ${where}`,
    ...faults.map((fault) => `  ${fault}`),
    ...also,
    `  again: ./ringback pairs --state '${state}' --first '${first}' --second '${second}' --stop ${stop}`,
  ].join('\n')
}
