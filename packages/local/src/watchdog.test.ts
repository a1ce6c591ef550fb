import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from 'vitest'
import { isAlive } from './processes.ts'

type Started = { pids: number[]; directories: string[] }

const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

const module = JSON.stringify(join(import.meta.dirname, 'index.ts'))
const watchdog = JSON.stringify(join(import.meta.dirname, 'watchdog.ts'))

const servicesOwner = `
  import { startServices, startPostgres, startRedis } from ${module}
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const { readlinkSync } = await import('node:fs')
  const directories = process.platform === 'linux' ? [postgres.pid, redis.pid].map((pid) => readlinkSync('/proc/' + pid + '/cwd')) : []
  console.log(JSON.stringify({ pids: [postgres.pid, redis.pid], directories }))
  setInterval(() => {}, 1000)
`

/** A process that ignores its signal and has a child of its own, in one group. */
const stubbornOwner = `
  import { spawn } from 'node:child_process'
  import { guardProcess } from ${watchdog}
  const child = spawn('sh', ['-c', 'trap "" TERM; sleep 1000 & echo $!; wait; wait'], { detached: true })
  guardProcess({ pid: child.pid, signal: 'SIGTERM', graceMs: 200, group: true })
  child.stdout.on('data', (line) => console.log(JSON.stringify({ pids: [child.pid, Number(line)], directories: [] })))
`

async function own(script: string): Promise<{ owner: ChildProcess; started: Started }> {
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(owner)
  for await (const line of createInterface({ input: owner.stdout })) {
    return { owner, started: JSON.parse(line) as Started }
  }
  throw new Error('the owner ended before it had started anything')
}

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'Postgres and Redis end with an owner that dies of %s',
  async (signal) => {
    const { owner, started } = await own(servicesOwner)
    expect(started.pids.map(isAlive)).toEqual([true, true])
    owner.kill(signal)
    await expect.poll(() => started.pids.map(isAlive), { timeout: 10_000 }).toEqual([false, false])
    await expect.poll(() => started.directories.filter((path) => existsSync(path)), { timeout: 10_000 }).toEqual([])
  },
)

test('a group that does not listen is killed as a whole', async () => {
  const { owner, started } = await own(stubbornOwner)
  expect(started.pids.map(isAlive)).toEqual([true, true])
  owner.kill('SIGKILL')
  await expect.poll(() => started.pids.map(isAlive), { timeout: 10_000 }).toEqual([false, false])
})
