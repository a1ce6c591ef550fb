import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { describeExit, type Exit, type Service, spawnService } from '@ringback/local'

/** A Node program of Ringback, and what it is called in messages and log files. */
export type Program = { name: string; script: string }

/** What every child gets. `log` receives its output, `notice` what the person should know of its life. */
export type Surroundings = {
  cwd: string
  env: NodeJS.ProcessEnv
  log: (name: string, line: string) => void
  notice: (text: string) => void
}

/** How a child ended, and the last that it said. */
export type Death = { exit: Exit; lastLines: string[] }

/** A child that is started again when it dies. */
export type Child = {
  name: string
  /** The end of its first life, should it not have been told to end. */
  firstDeath: Promise<Death>
  stop(): Promise<void>
}

const graceMs = 3_000
const firstPauseMs = 500
const longestPauseMs = 30_000
const stableAfterMs = 60_000

/**
 * Runs a program until `stop`. When it dies it is started again, each time after twice as long a pause, until it has
 * run for a minute.
 */
export function keepRunning(program: Program, { cwd, env, log, notice }: Surroundings): Child {
  const stopping = new AbortController()
  const firstDeath = Promise.withResolvers<Death>()
  let current: Service | undefined

  const live = async (): Promise<void> => {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      const startedAt = performance.now()
      current = launch(program, cwd, env, log)
      const exit = await current.exited
      if (stopping.signal.aborted) return
      firstDeath.resolve({ exit, lastLines: current.lastLines() })
      if (performance.now() - startedAt > stableAfterMs) pauseMs = firstPauseMs
      notice(`${program.name} ended (${describeExit(exit)}); starting it again in ${pauseMs / 1000} s`)
      await pause(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
    }
  }
  const lived = live()
  const stop = async (): Promise<void> => {
    stopping.abort()
    await current?.stop()
    await lived
  }
  return { name: program.name, firstDeath: firstDeath.promise, stop }
}

/** Runs a program that ends by itself. Resolves with its end and its last lines of output. */
export async function runOnce(program: Program, { cwd, env, log }: Surroundings): Promise<Death> {
  const service = launch(program, cwd, env, log)
  const exit = await service.exited
  return { exit, lastLines: service.lastLines() }
}

function launch(program: Program, cwd: string, env: NodeJS.ProcessEnv, log: Surroundings['log']): Service {
  return spawnService({
    name: program.name,
    command: process.execPath,
    args: [program.script],
    cwd,
    env,
    channel: true,
    stopSignal: 'SIGTERM',
    graceMs,
    log: (line) => log(program.name, line),
  })
}
