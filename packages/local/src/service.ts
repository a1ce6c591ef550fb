import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import type { ServiceUser } from './service-user.ts'
import { StartError } from './start-error.ts'
import { guardProcess, releaseProcess } from './watchdog.ts'

/** How a process ended. */
export type Exit = { code: number | null; signal: NodeJS.Signals | null }

/** A child process that ends when it is told to and never outlives this process. */
export type Service = {
  name: string
  pid: number
  exited: Promise<Exit>
  /** The last lines that it printed, for an error message. */
  lastLines(): string[]
  /** Asks it to end, kills it after its grace, resolves when it is gone. May be called any number of times. */
  stop(): Promise<void>
}

/** What to run and how to end it. `user` needs root. */
export type ServiceSpec = {
  name: string
  command: string
  args: string[]
  cwd: string
  env?: NodeJS.ProcessEnv
  user?: ServiceUser | undefined
  input?: string
  /** A Node program that ends when its IPC channel closes: one more way for it to notice that we are gone. */
  channel?: boolean
  stopSignal: NodeJS.Signals
  graceMs: number
  log?: ((line: string) => void) | undefined
}

const keptLines = 30
const lastWordsMs = 200

/**
 * Starts a service in a session of its own, so that a Ctrl-C in the terminal does not reach it: it is stopped by
 * `stop`, in an order that its owner decides, or by the watchdog.
 *
 * @throws when the command cannot be started at all.
 */
export function spawnService(spec: ServiceSpec): Service {
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env ?? process.env,
    detached: true,
    stdio: spec.channel ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['pipe', 'pipe', 'pipe'],
    ...(spec.user && { uid: spec.user.uid, gid: spec.user.gid }),
  })
  // Without a listener a failed spawn would end this process; the missing pid says the same.
  child.on('error', () => {})
  const { pid } = child
  if (pid === undefined)
    throw new StartError(`${spec.name} cannot be started: ${spec.command} is missing or not allowed`)
  guardProcess({ pid, signal: spec.stopSignal, graceMs: spec.graceMs })

  const exited = exitOf(child)
  const lines = collectLines(child, spec.log)
  void exited.then(() => releaseProcess(pid))
  // A child that ends before it has read its input breaks the pipe; its exit says so better.
  child.stdin?.on('error', () => child.stdin?.destroy())
  child.stdin?.end(spec.input ?? '')

  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => (stopping ??= stopChild(child, exited, spec))
  return { name: spec.name, pid, exited, lastLines: () => [...lines], stop }
}

/**
 * Waits until `isReady` answers true.
 *
 * @throws when the service ends before, or is not ready within `deadlineMs`; it has ended in both cases.
 */
export async function untilReady(
  service: Service,
  isReady: () => Promise<boolean> | boolean,
  deadlineMs: number,
): Promise<void> {
  let exit: Exit | undefined
  void service.exited.then((it) => (exit = it))
  const deadline = Date.now() + deadlineMs
  while (Date.now() < deadline) {
    if (exit)
      throw new StartError(`${service.name} ended while it was starting (${describeExit(exit)})${tail(service)}`)
    if (await isReady()) return
    await pause(20)
  }
  await service.stop()
  throw new StartError(`${service.name} was not ready within ${deadlineMs / 1000} s${tail(service)}`)
}

/** How a process ended, in words. */
export function describeExit(exit: Exit): string {
  return exit.signal ? `signal ${exit.signal}` : `exit code ${exit.code}`
}

function tail(service: Service): string {
  return service
    .lastLines()
    .map((line) => `\n  ${line}`)
    .join('')
}

// Its last words may still be on the way when a process has ended; grandchildren may hold the pipe open for ever.
function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
    child.once('exit', (code, signal) => void pause(lastWordsMs).then(() => resolve({ code, signal })))
  })
}

function collectLines(child: ChildProcess, log: ((line: string) => void) | undefined): string[] {
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      if (lines.length > keptLines) lines.shift()
      log?.(line)
    })
  }
  return lines
}

async function stopChild(child: ChildProcess, exited: Promise<Exit>, spec: ServiceSpec): Promise<void> {
  child.kill(spec.stopSignal)
  const grace = new AbortController()
  const killer = pause(spec.graceMs, undefined, { signal: grace.signal }).then(
    () => child.kill('SIGKILL'),
    () => {},
  )
  await exited
  grace.abort()
  await killer
}
