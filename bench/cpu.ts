import { readdir, readFile } from 'node:fs/promises'
import type { BenchEngine } from './engine.ts'

const msPerClockTick = 10

interface ProcessTimes {
  parent: number
  /** The processor time that it has used, and that of its children that have ended. */
  own: number
  ended: number
}

/** The processor time that a process has used, in milliseconds. */
export async function cpuMs(pid: number): Promise<number> {
  return (await timesOf(pid)).own
}

/**
 * Tells the processor time that Postgres, with all of its processes, and Redis have used, in milliseconds.
 *
 * @throws when they are not on this machine
 */
export async function serversCpu({ sql, patientRedis }: BenchEngine): Promise<() => Promise<number>> {
  const [backend] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
  const { parent: postmaster } = await timesOf(backend!.pid)
  const redis = Number(/^process_id:(\d+)/m.exec(await patientRedis.info('server'))![1])
  return async () => (await treeCpuMs(postmaster)) + (await cpuMs(redis))
}

/** Of a process and its children, those that have ended included. */
async function treeCpuMs(root: number): Promise<number> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0)
  // One that has ended meanwhile is counted by its parent.
  const times = await Promise.all(pids.map((pid) => timesOf(pid).catch(() => undefined)))
  const children = times.filter((each) => each?.parent === root)
  const { own, ended } = await timesOf(root)
  return children.reduce((sum, child) => sum + child!.own, own + ended)
}

/** By what `proc(5)` says of the fields of `stat` behind the name of the program, which may hold anything. */
async function timesOf(pid: number): Promise<ProcessTimes> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8'))
    .replace(/^.*\) /s, '')
    .split(' ')
    .map(Number)
  const [user, system, endedUser, endedSystem] = fields.slice(11, 15) as [number, number, number, number]
  return {
    parent: fields[1]!,
    own: (user + system) * msPerClockTick,
    ended: (endedUser + endedSystem) * msPerClockTick,
  }
}
