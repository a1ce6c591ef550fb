import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'

/** Every executable of this name on the PATH and in `furtherDirectories`, in that order. */
export function findExecutables(name: string, furtherDirectories: string[] = []): string[] {
  const directories = (process.env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '')
  return [...directories, ...furtherDirectories].map((directory) => join(directory, name)).filter(isExecutable)
}

/** Whether we may execute the file at `path`. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
