import { spawn } from 'node:child_process'
import process from 'node:process'
import { explain } from './report.mjs'

/**
 * Runs a command to its end. Its output is shown only when it fails, unless `show` is set; then it goes to stderr, for our
 * stdout is that of the program that is run in the end.
 *
 * @throws an explained error when it fails
 */
export function runStep(command, args, { cwd, env, show = false }) {
  return new Promise((resolve, reject) => {
    const stdio = show ? ['ignore', process.stderr, 'inherit'] : ['ignore', 'pipe', 'pipe']
    const child = spawn(command, args, { cwd, env, stdio })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    const end = (signal) => {
      child.kill(signal)
      process.exit(1)
    }
    process.once('SIGTERM', end).once('SIGINT', end).once('SIGHUP', end)
    const finish = (problem) => {
      process.off('SIGTERM', end).off('SIGINT', end).off('SIGHUP', end)
      if (problem === undefined) resolve(output)
      else reject(explain(`${command} ${args.join(' ')}: ${problem}\n${output}`))
    }
    child.once('error', (error) => finish(error.message))
    child.once('close', (code, signal) =>
      finish(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`),
    )
  })
}
