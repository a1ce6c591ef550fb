/** `pnpm endurance`: sends many callbacks through Ringback and holds what it uses then against what it used early on. */
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { laneKeys } from '@ringback/core'
import Table from 'cli-table3'
import { Redis } from 'ioredis'
import { Pool } from 'undici'
import { redisPrefix, startWorld, type World } from '../faults/world/world.ts'

const usage = `pnpm endurance [--callbacks 100000] [--first 10000]

  --callbacks  how many go through, from the promise to the outcome of the call
  --first      after how many the first look is taken; what is used at the end may be a tenth more`

const { values } = parseArgs({
  options: {
    callbacks: { type: 'string', default: '100000' },
    first: { type: 'string', default: '10000' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const [first, total] = [Number(values.first), Number(values.callbacks)]
if (!Number.isSafeInteger(first) || !(first > 0) || total % first !== 0) {
  console.error(`--callbacks must be a multiple of --first, a whole number\n\n${usage}`)
  process.exit(2)
}
const mayGrowBy = 1.1
const agentCount = 32
const settlesWithinMs = 20 * 60_000

const world = await startWorld()
try {
  const api = await openApi()
  const redis = new Redis(world.redis.url)
  const table = new Table({
    head: ['callbacks', 'seconds', 'Redis, MiB', ...world.workers.map((_, n) => `worker ${n + 1}, MiB`)],
  })
  const looks: number[][] = []
  for (let done = first; done <= total; done += first) {
    const before = performance.now()
    await api.putThrough(first)
    const seconds = Math.round((performance.now() - before) / 1_000)
    console.error(`${done} callbacks, the last ${first} in ${seconds} s`)
    if (done > first && done < total) continue
    await settle(redis)
    const look = await lookAt(world, redis)
    looks.push(look)
    table.push([done, seconds, ...look.map((bytes) => (bytes / 2 ** 20).toFixed(1))])
  }
  console.log(table.toString())
  redis.disconnect()
  const [early, late] = looks as [number[], number[]]
  const grown = late.map((bytes, index) => bytes / early[index]!)
  console.log(`Grown to ${grown.map((ratio) => ratio.toFixed(2)).join(', ')} times; ${mayGrowBy} is allowed.`)
  if (grown.some((ratio) => ratio > mayGrowBy)) process.exitCode = 1
} finally {
  await world.close()
}

/** Clients that promise callbacks and make the calls. */
async function openApi(): Promise<{ putThrough(count: number): Promise<void> }> {
  const pool = new Pool(world.apiUrl, { connections: agentCount })
  const service = await world.token({ role: 'service' })
  const agents = await Promise.all(
    Array.from({ length: agentCount }, async (_, index) => ({
      id: index + 1,
      token: await world.token({ role: 'agent', agentId: index + 1 }),
    })),
  )

  async function ask(asker: string, method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<Answer> {
    const response = await pool.request({
      method,
      path,
      headers: {
        authorization: `Bearer ${asker}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.body.text()
    if (response.statusCode >= 300) throw new Error(`${method} ${path} was answered ${response.statusCode}: ${text}`)
    return text === '' ? {} : (JSON.parse(text) as Answer)
  }

  for (const { id, token: own } of agents) {
    await ask(service, 'PUT', `/api/agents/${id}`, { firstName: 'Agent', lastName: String(id) })
    await ask(own, 'PUT', `/api/agents/${id}/session`, { status: 'available' })
  }

  return {
    async putThrough(count) {
      let promised = 0
      let called = 0
      await Promise.all(
        agents.map(async () => {
          while (promised < count) {
            const userId = String(++promised)
            await ask(service, 'PUT', `/api/users/${userId}`, { name: `User ${userId}`, phone: '+1 202 555 0100' })
            await ask(service, 'POST', '/api/callbacks', { userId, scheduledFor: new Date().toISOString() })
          }
        }),
      )
      await ask(service, 'POST', '/api/cron/callback-notifications')
      await Promise.all(
        agents.map(async ({ id, token: own }) => {
          while (called < count) {
            const { callSessionId } = await ask(own, 'POST', `/api/agents/${id}/next-call`)
            if (!callSessionId) {
              await pause(100)
              continue
            }
            called++
            await ask(own, 'POST', `/api/call-sessions/${callSessionId}/outcome`, { outcomeType: 'resolved' })
          }
        }),
      )
    },
  }
}

interface Answer {
  callSessionId?: string
}

/** Waits until the lanes have forgotten every entry that has ended. */
async function settle(redis: Redis): Promise<void> {
  const { ended } = laneKeys(redisPrefix)
  const until = performance.now() + settlesWithinMs
  while ((await redis.zcard(ended)) > 0) {
    if (performance.now() > until) throw new Error('The lanes remember entries that ended long ago')
    await pause(1_000)
  }
}

/** What Redis and each worker take up, in bytes. */
async function lookAt({ workers }: World, redis: Redis): Promise<number[]> {
  const usedMemory = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))![1])
  const kibibytes = workers.map(({ pid }) =>
    Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })),
  )
  return [usedMemory, ...kibibytes.map((size) => size * 1_024)]
}
