import Table from 'cli-table3'
import type { Fault } from './fault.ts'
import type { RunResult } from './run.ts'

/** What all runs of one fault came to. */
export interface Summary {
  name: string
  runs: number
  promised: number
  lost: number
  doubled: number
  /** The longest time to recover, and what is allowed, in seconds. */
  longestRecovery: number
  recoversWithin: number
  slowestAnswerMs: number
  failures: { seed: number; reason: string }[]
  /** Why it was not run at all. */
  notHere?: string | undefined
}

export function summarize(
  name: string,
  fault: Fault,
  results: RunResult[],
  failures: Summary['failures'],
  notHere?: string,
): Summary {
  const sum = (figure: 'promised' | 'lost' | 'doubled') => results.reduce((total, result) => total + result[figure], 0)
  const longest = (figure: 'recoveredInMs' | 'slowestAnswerMs') =>
    Math.max(0, ...results.map((result) => result[figure]))
  return {
    name,
    runs: results.length,
    promised: sum('promised'),
    lost: sum('lost'),
    doubled: sum('doubled'),
    longestRecovery: longest('recoveredInMs') / 1_000,
    recoversWithin: fault.recoversWithin,
    slowestAnswerMs: longest('slowestAnswerMs'),
    failures,
    notHere,
  }
}

export function tableOf(summaries: Summary[]): string {
  const table = new Table({
    head: ['fault', 'runs', 'promised', 'lost', 'doubled', 'longest recovery', 'allowed', 'slowest answer', ''],
    style: { head: [], border: [] },
  })
  for (const it of summaries) {
    if (it.notHere) table.push([it.name, { colSpan: 8, content: it.notHere }])
    else {
      table.push([
        it.name,
        it.runs,
        it.promised,
        it.lost,
        it.doubled,
        `${it.longestRecovery.toFixed(1)} s`,
        `${it.recoversWithin} s`,
        `${(it.slowestAnswerMs / 1_000).toFixed(1)} s`,
        it.failures.length === 0 ? 'green' : `${it.failures.length} failed`,
      ])
    }
  }
  return table.toString()
}
