import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'

/**
 * Sends `signal` (0 asks only whether anybody is there) to a process, or with a negative number to its group.
 *
 * @returns false when nobody is there any more.
 */
export function killIfAlive(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return false
    // Somebody else's process: it is there, though not ours to signal.
    if (isErrno(error, 'EPERM')) return true
    throw error
  }
}

/**
 * Whether a process runs. One that has ended and that its parent has not asked after (a zombie: PID 1 of a container
 * may never ask) does not.
 */
export function isAlive(pid: number): boolean {
  if (!killIfAlive(pid, 0)) return false
  if (process.platform !== 'linux') return true
  // "pid (command) state …", and the command may itself hold brackets.
  const state = readIfPresent(`/proc/${pid}/stat`)?.split(') ').at(-1)?.[0]
  return state !== undefined && state !== 'Z' && state !== 'X'
}

/** The command line of a process with its arguments joined by spaces; undefined when it does not exist. */
export function commandOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    return readIfPresent(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim() || undefined
  }
  if (!killIfAlive(pid, 0)) return undefined
  return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
}

/** The content of a text file, or undefined when there is none. */
export function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // A process that ends while its /proc file is being read answers ESRCH.
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ESRCH')) return undefined
    throw error
  }
}

/** Whether `error` is a failed system call with this code, such as ENOENT. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
