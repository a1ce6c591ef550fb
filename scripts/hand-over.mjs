import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import process from 'node:process'

/**
 * Runs the program that does the work, in the directory of whoever called us, and waits for its end; signals to us go on
 * to it.
 *
 * It gets a session of its own: a Ctrl-C then reaches it once, from us, and not a second time from the terminal. The
 * IPC channel is how it notices that we were killed with SIGKILL: it is closed then.
 *
 * @returns {Promise<number>} its exit code; 128 + the signal's number when it was killed
 */
export function handOver(command, args, { env }) {
  const child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let asked = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // npm passes on a Ctrl-C that the terminal has given us already; one is enough.
    process.on(signal, () => {
      if (!asked) child.kill(signal)
      asked = true
    })
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : code))
  })
}
