/** `./ringback endurance`: sends many callbacks through Ringback and holds what it uses then against what it used early on. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { laneKeys } from '@ringback/core'
import Table from 'cli-table3'
import { Redis } from 'ioredis'
import { openClient } from '../faults/client.ts'
import type { App } from '../faults/world/app.ts'
import { redisPrefix, startWorld } from '../faults/world/world.ts'

const usage = `Usage: ./ringback endurance [--callbacks 100000] [--first 10000]

  --callbacks  how many go through, from the promise to the outcome of the call
  --first      after how many the first look is taken; what is used at the end may be a tenth more`

const { values } = parseArgs({
  options: {
    callbacks: { type: 'string', default: '100000' },
    first: { type: 'string', default: '10000' },
    help: { type: 'boolean', default: false },
  },
})
const [first, total] = [Number(values.first), Number(values.callbacks)]
if (!Number.isSafeInteger(first) || !(first > 0) || !(total > first) || total % first !== 0) {
  console.error(`--callbacks must be a multiple of --first, which is a whole number, and greater\n\n${usage}`)
  process.exit(2)
}
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const mayGrowBy = 1.1
const agentCount = 32
const settlesWithinMs = 20 * 60_000
const collectsWithinMs = 5_000

const world = await startWorld()
const redis = new Redis(world.redis.url)
try {
  await Promise.all(world.workers.map(startCollectable))
  const clients = openClients()
  await clients.addPeople()
  const table = new Table({
    head: ['callbacks', 'seconds', 'Redis, MiB', ...world.workers.map((_, n) => `worker ${n + 1}, MiB`)],
  })
  const looks: number[][] = []
  for (let done = first; done <= total; done += first) {
    const before = performance.now()
    await clients.putThrough()
    const seconds = Math.round((performance.now() - before) / 1_000)
    console.error(`${done} callbacks, the last ${first} in ${seconds} s`)
    if (done > first && done < total) continue
    await settle()
    const look = await lookAt()
    looks.push(look)
    table.push([done, seconds, ...look.map((bytes) => (bytes / 2 ** 20).toFixed(1))])
  }
  console.log(table.toString())
  const [early, late] = looks as [number[], number[]]
  const grown = late.map((bytes, index) => bytes / early[index]!)
  console.log(`Grown to ${grown.map((ratio) => ratio.toFixed(2)).join(', ')} times; ${mayGrowBy} is allowed.`)
  if (grown.some((ratio) => ratio > mayGrowBy)) process.exitCode = 1
} finally {
  redis.disconnect()
  await world.close()
}

/** Starts a worker that collects its garbage when told to. */
async function startCollectable(worker: App): Promise<void> {
  await worker.stop()
  await worker.start({ NODE_OPTIONS: `--import ${join(import.meta.dirname, 'collect-garbage.ts')}` })
}

/** Clients that promise `first` callbacks and make the calls. */
function openClients() {
  const service = openClient(world, { role: 'service' })
  const agents = Array.from({ length: agentCount }, (_, index) => ({
    id: index + 1,
    client: openClient(world, { role: 'agent', agentId: index + 1 }),
  }))
  return {
    async addPeople() {
      for (const { id } of agents) await service.put(`/api/agents/${id}`, { firstName: 'Agent', lastName: String(id) })
      for (let userId = 1; userId <= first; userId++)
        await service.put(`/api/users/${userId}`, { name: `User ${userId}`, phone: '+1 202 555 0100' })
    },
    async putThrough() {
      let promised = 0
      let called = 0
      await Promise.all(
        agents.map(async () => {
          while (promised < first) {
            const userId = String(++promised)
            const body = { userId, scheduledFor: new Date().toISOString() }
            await service.expect(201, 'POST', '/api/callbacks', { body })
          }
        }),
      )
      for (const { id, client } of agents) await client.put(`/api/agents/${id}/session`, { status: 'available' })
      await service.expect([200, 202], 'POST', '/api/cron/callback-notifications')
      await Promise.all(
        agents.map(async ({ id, client }) => {
          while (called < first) {
            const answer = await client.expect([200, 204], 'POST', `/api/agents/${id}/next-call`)
            if (answer === '') {
              await pause(100)
              continue
            }
            called++
            const { callSessionId } = JSON.parse(answer) as { callSessionId: string }
            const body = { outcomeType: 'resolved' }
            await client.expect([200, 201], 'POST', `/api/call-sessions/${callSessionId}/outcome`, { body })
          }
        }),
      )
    },
  }
}

/** Waits until the lanes have forgotten every entry that has ended. */
async function settle(): Promise<void> {
  const { ended } = laneKeys(redisPrefix)
  const until = performance.now() + settlesWithinMs
  while ((await redis.zcard(ended)) > 0) {
    if (performance.now() > until) throw new Error('The lanes remember entries that ended long ago')
    await pause(1_000)
  }
}

/**
 * What Redis and each worker take up, in bytes. A process of Node keeps the memory of garbage for the next burst, and
 * how much depends on the last one; what it cannot give back is what tells of a leak.
 */
async function lookAt(): Promise<number[]> {
  for (const { pid } of world.workers) process.kill(pid, 'SIGIO')
  await pause(collectsWithinMs)
  const usedMemory = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))![1])
  const kibibytes = world.workers.map(({ pid }) =>
    Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })),
  )
  return [usedMemory, ...kibibytes.map((size) => size * 1_024)]
}
