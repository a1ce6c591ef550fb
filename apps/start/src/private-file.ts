import { renameSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Writes a file that nobody but its owner can read, whatever mode one of that name had before: the new one takes its
 * place as a whole, and who reads meanwhile gets the old one.
 */
export function writePrivateFile(path: string, text: string): void {
  const unfinished = `${path}.new`
  rmSync(unfinished, { force: true })
  writeFileSync(unfinished, text, { mode: 0o600, flag: 'wx' })
  renameSync(unfinished, path)
}
