import { join } from 'node:path'
import { type Exit, keepAlive, type Service, type ServiceUser, spawnService } from '@ringback/local'

/** A Node program of Ringback, and what it is called in messages and log files. `script` is a path in the checkout. */
export type Program = { name: string; script: string }

/**
 * What every child gets. It runs in `cwd`, where its script is, by `node` and as `user`, or as ourselves. `log` receives its output, `notice` what the person should know of its life, `onLife` its process
 * whenever it has been started, and undefined when it died.
 */
export type Surroundings = {
  cwd: string
  node: string
  user: ServiceUser | undefined
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

/** Runs a program that ends by itself, or with `opened`. Resolves with its end and its last lines of output. */
export async function runOnce(
  program: Program,
  surroundings: Surroundings,
  opened: AsyncDisposableStack,
): Promise<Death> {
  const service = launch(program, surroundings)
  opened.defer(() => service.stop())
  const exit = await service.exited
  return { exit, lastLines: service.lastLines() }
}

function launch({ name, script }: Program, { cwd, node, user, env, log }: Surroundings): Service {
  return spawnService({
    name,
    command: node,
    args: [join(cwd, script)],
    cwd,
    env,
    user,
    channel: true,
    stopSignal: 'SIGTERM',
    graceMs,
    log: (line) => log(name, line),
  })
}
