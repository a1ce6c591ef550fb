import { cronRuns, idempotencyKeys } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'

const hourMs = 60 * 60_000
const idempotencyKeysLastMs = 24 * hourMs
/** As far back as monitoring can look. */
const runsLastMs = 720 * hourMs

/** Forgets what nobody can ask for any more. */
export async function prune(deps: Deps): Promise<void> {
  const now = deps.clock.now()
  await idempotencyKeys.prune(deps.sql, addMilliseconds(now, -idempotencyKeysLastMs))
  await cronRuns.prune(deps.sql, addMilliseconds(now, -runsLastMs))
}
