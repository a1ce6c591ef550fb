import { statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'

/** How often a worker beats, when Postgres and Redis answer. */
export const beatEveryMs = 5_000
/** Longer than a statement may take, so that a busy Postgres makes no worker look dead. */
export const silentAfterMs = 20_000

/** Leaves a beat in `file`: its date is that of the last one. */
export async function noteBeat(file: string): Promise<void> {
  await writeFile(file, `${new Date().toISOString()}\n`)
}

/**
 * Whether the worker that beats in `file` has done so lately, and a sentence that says so. A beat of the future is none:
 * the clock was set back, and a living worker beats again at once.
 */
export function checkBeat(file: string): { isAlive: boolean; detail: string } {
  const beatAt = statSync(file, { throwIfNoEntry: false })?.mtime
  if (!beatAt) return { isAlive: false, detail: `No worker has beaten in ${file} yet.` }
  const isAlive = Math.abs(Date.now() - beatAt.getTime()) <= silentAfterMs
  const last = `The last beat was at ${beatAt.toISOString()}`
  if (isAlive) return { isAlive, detail: `${last}.` }
  return { isAlive, detail: `${last}: the worker is stuck, or Postgres or Redis does not answer it. See its log.` }
}
