import process from 'node:process'
import { type Exit, keepAlive, type Service, spawnService } from '@ringback/local'

/** A Node program of Ringback, and what it is called in messages and log files. */
export type Program = { name: string; script: string }

/**
 * What every child gets. `log` receives its output, `notice` what the person should know of its life, `onLife` its process
 * whenever it has been started, and undefined when it died.
 */
export type Surroundings = {
  cwd: string
  env: NodeJS.ProcessEnv
  log: (name: string, line: string) => void
  notice: (text: string) => void
  onLife: (name: string, pid: number | undefined) => void
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

/** Runs a program until `stop`, and starts it again whenever it dies. */
export function keepRunning(program: Program, surroundings: Surroundings): Child {
  const { name } = program
  const { firstDeath, stop } = keepAlive({
    name,
    start: () => launch(program, surroundings),
    notice: surroundings.notice,
    onLife: (pid) => surroundings.onLife(name, pid),
  })
  return { name, firstDeath: firstDeath.then(({ life, exit }) => ({ exit, lastLines: life.lastLines() })), stop }
}

/** Runs a program that ends by itself. Resolves with its end and its last lines of output. */
export async function runOnce(program: Program, surroundings: Surroundings): Promise<Death> {
  const service = launch(program, surroundings)
  const exit = await service.exited
  return { exit, lastLines: service.lastLines() }
}

function launch({ name, script }: Program, { cwd, env, log }: Surroundings): Service {
  return spawnService({
    name,
    command: process.execPath,
    args: [script],
    cwd,
    env,
    channel: true,
    stopSignal: 'SIGTERM',
    graceMs,
    log: (line) => log(name, line),
  })
}
