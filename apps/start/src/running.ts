import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { commandOf, isAlive, isErrno, readIfPresent, StartError } from '@ringback/local'
import { writePrivateFile } from './private-file.ts'
import type { Settings } from './settings.ts'

/** A part that was started here: its process, null while there is none, and how often it died. */
export type Part = { pid: number | null; deaths: number }

/** All that there is to know of a run; it holds secrets. */
export type RunDetails = Settings & {
  startedAt: string
  databaseUrl: string
  redisUrl: string
  envFile: string
  parts: Record<string, Part>
}

/** The run that works in a RINGBACK_HOME. */
export type Running = {
  pid: number
  /** Its command line, so that a stranger who got its number later is not taken for it. */
  command: string
  apiUrl: string
  /** Missing while it is just starting. */
  details?: RunDetails
}

/** The note that a run keeps of itself; only the owner of the run can read it. */
export type RunNote = { write(details: RunDetails): void; remove(): void }

const fileOf = (home: string): string => join(home, 'running.json')

/**
 * The run that works in `home`; undefined when there is none, or its process is gone.
 *
 * @throws StartError when it belongs to somebody else
 */
export function findRunning(home: string): Running | undefined {
  const text = readNote(fileOf(home))
  const running = text ? (JSON.parse(text) as Running) : undefined
  return running && isAlive(running.pid) && commandOf(running.pid) === running.command ? running : undefined
}

/** @throws StartError when a run works in `home` */
export function assertNotRunning(home: string): void {
  const running = findRunning(home)
  if (!running) return
  throw new StartError(
    `Ringback runs on this data already: process ${running.pid}, ${running.apiUrl}. ` +
      `Use that one (./ringback status), stop it, or set RINGBACK_HOME to another directory for a second one`,
  )
}

/**
 * Notes that this process works in `home`. Two that begin in the same instant beside the note of a killed one may both
 * get through; the locks of the servers' data stop the second.
 *
 * @throws StartError when another one does
 */
export function claimHome(home: string, apiUrl: string): RunNote {
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
  return {
    write: (details) => writePrivateFile(file, JSON.stringify({ ...running, details })),
    remove: () => rmSync(file, { force: true }),
  }
}

function readNote(file: string): string | undefined {
  try {
    return readIfPresent(file)
  } catch (error) {
    if (isErrno(error, 'EACCES')) throw new StartError(`${file} belongs to another account; do this as that one`)
    throw error
  }
}
