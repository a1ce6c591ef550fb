import type { Outcome, Pair, StoppedRun } from './run.ts'

interface Case {
  state: string
  pair: Pair
  run: StoppedRun
  /** What the two orders come to. */
  orders: Outcome[]
}

/** An end to which neither order comes and that is right all the same. */
interface Allowance {
  why: string
  allows(it: Case): boolean
}

/** All of them. Each is as narrow as it can be, and says why. */
export const allowances: Allowance[] = []
