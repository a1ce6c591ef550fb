import { spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'

/** A process that must not outlive this one, and how to end it. */
export type Ward = { pid: number; signal: NodeJS.Signals; graceMs: number; group?: boolean }

/** What the watchdog has to do when this process is gone: end processes, then remove directories. */
export type Wards = { processes: Ward[]; directories: string[] }

const processes = new Map<number, Ward>()
const directories = new Set<string>()
let pipe: Socket | undefined

/**
 * Has `ward` ended when this process disappears, however it does: also by SIGKILL.
 *
 * A small child holds the other end of a pipe. The kernel closes our end when we die, and that end of file is the
 * order to clean up. Call it in the same turn as the spawn, so that there is no moment at which a child is unguarded.
 */
export function guardProcess(ward: Ward): void {
  processes.set(ward.pid, ward)
  report()
}

/** The process has ended; its number may soon belong to somebody else. */
export function releaseProcess(pid: number): void {
  if (processes.delete(pid)) report()
}

/** Has the directory removed, after all guarded processes have ended, when this process disappears. */
export function guardDirectory(path: string): void {
  directories.add(path)
  report()
}

/** The directory is gone, or is to stay. */
export function releaseDirectory(path: string): void {
  if (directories.delete(path)) report()
}

// The whole list every time: a watchdog that has to be started anew needs no history.
function report(): void {
  const wards: Wards = { processes: [...processes.values()], directories: [...directories] }
  pipe ??= startWatchdog()
  pipe.write(`${JSON.stringify(wards)}\n`)
}

// Detached: a Ctrl-C in the terminal reaches the whole process group, and must not reach the one who cleans up.
function startWatchdog(): Socket {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'watchdog-process.ts')], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const { stdin } = child
  if (!(stdin instanceof Socket)) throw new Error('the pipe to the watchdog is not a socket')

  // EPIPE means that the watchdog was killed; its exit, below, is what we act on.
  stdin.on('error', () => stdin.destroy())
  child.once('exit', () => {
    pipe = undefined
    if (processes.size > 0 || directories.size > 0) report()
  })
  child.unref()
  stdin.unref()
  return stdin
}
