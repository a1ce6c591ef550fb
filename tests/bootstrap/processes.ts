import { readdirSync, readFileSync } from 'node:fs'

/** A living process and the command line that it was started with. */
export type Process = { pid: number; command: string }

/** All living processes that were started with this RINGBACK_HOME, the servers of its data among them. */
export function processesOf(home: string): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), command: read(name, 'cmdline').replaceAll('\0', ' ').trim() }))
    .filter(({ pid, command }) => command !== '' && belongsTo(home, String(pid), command))
}

// A zombie has no command line any more. Postgres and Redis are known by their data, all others by their environment.
function belongsTo(home: string, pid: string, command: string): boolean {
  return command.includes(home) || read(pid, 'environ').split('\0').includes(`RINGBACK_HOME=${home}`)
}

function read(pid: string, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return '' // ended meanwhile, or another user's
  }
}
