import type { Random } from './random.ts'

const FIRST_MS = 250
const LONGEST_MS = 8_000

/**
 * How long to wait after the `failures`-th failure in a row (from 1), in milliseconds: twice as long each time up to a
 * limit, and between half and all of that by chance, so that those who failed together do not come back together.
 */
export function backoffMs(failures: number, random: Random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1))
  return Math.round(full * (0.5 + random.fraction() / 2))
}
