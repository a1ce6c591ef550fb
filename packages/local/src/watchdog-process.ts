/**
 * The watchdog: run by watchdog.ts, never imported.
 *
 * Protocol: each line on stdin is the whole list of what is to be cleaned up (Wards, as JSON); the last complete line
 * counts. End of file says that the owner is gone. Then every process gets its signal, those that are still there
 * after their grace get SIGKILL, and the directories are removed.
 */
import { rm } from 'node:fs/promises'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { isAlive, killIfAlive } from './processes.ts'
import type { Ward, Wards } from './watchdog.ts'

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

let wards: Wards = { processes: [], directories: [] }
let unfinished = ''
process.stdin.setEncoding('utf8')
for await (const chunk of process.stdin) {
  const lines = (unfinished + String(chunk)).split('\n')
  unfinished = lines.pop() ?? ''
  const last = lines.at(-1)
  if (last !== undefined) wards = JSON.parse(last) as Wards
}

await Promise.all(wards.processes.map(end))
await Promise.all(wards.directories.map((path) => rm(path, { recursive: true, force: true, maxRetries: 5 })))

async function end({ pid, signal, graceMs, group = false }: Ward): Promise<void> {
  const target = group ? -pid : pid
  killIfAlive(target, signal)
  const deadline = Date.now() + graceMs
  while (isAlive(pid) && Date.now() < deadline) await pause(50)
  if (group || isAlive(pid)) killIfAlive(target, 'SIGKILL')
}
