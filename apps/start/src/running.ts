import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { commandOf, isAlive, isErrno, readIfPresent, StartError } from '@ringback/local'

/** What is known of the run that works in a RINGBACK_HOME. Of one that is just starting, who and where alone. */
export type Running = {
  pid: number
  /** Its command line, so that a stranger who got its number later is not taken for it. */
  command: string
  apiUrl: string
}

const fileOf = (home: string): string => join(home, 'running.json')

/** The run that works in `home`; undefined when there is none, or its process is gone. */
export function findRunning(home: string): Running | undefined {
  const text = readIfPresent(fileOf(home))
  const running = text ? (JSON.parse(text) as Running) : undefined
  return running && isAlive(running.pid) && commandOf(running.pid) === running.command ? running : undefined
}

/** @throws StartError when a run works in `home` */
export function assertNotRunning(home: string): void {
  const running = findRunning(home)
  if (!running) return
  throw new StartError(
    `Ringback runs on this data already: process ${running.pid}, ${running.apiUrl}. ` +
      `Use that one (npm run status), stop it, or set RINGBACK_HOME to another directory for a second one`,
  )
}

/**
 * Notes that this process works in `home`, until the function that it returns is called. Two that begin in the same
 * instant beside the note of a killed one may both get through; the locks of the servers' data stop the second.
 *
 * @throws StartError when another one does
 */
export function claimHome(home: string, apiUrl: string): () => void {
  assertNotRunning(home)
  const file = fileOf(home)
  rmSync(file, { force: true })
  const running: Running = { pid: process.pid, command: commandOf(process.pid) ?? '', apiUrl }
  try {
    writeFileSync(file, JSON.stringify(running), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (isErrno(error, 'EEXIST')) assertNotRunning(home)
    throw error
  }
  return () => rmSync(file, { force: true })
}
