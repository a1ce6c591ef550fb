import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { migrate } from '@ringback/db'
import { openClient } from '../client.ts'
import type { Fault } from '../fault.ts'
import type { World } from '../world/world.ts'

const mebibyte = Buffer.alloc(1024 * 1024)

/** What may happen to Postgres itself. */
export const postgresFaults: Record<string, Fault> = {
  'Postgres is restarted': { inject: ({ postgres }) => postgres.crash(), recoversWithin: 15 },
  'the queue is locked': {
    inject: (world, { lastsMs }) => whileLocked(world, 'call_queue', () => pause(lastsMs)),
    recoversWithin: 60,
  },
  'all workers wait for a lock': {
    async inject(world, { lastsMs }) {
      // One of the load's agents; a claim that it gets here it resumes there.
      const agent = openClient(world, { role: 'agent', agentId: 1 })
      await whileLocked(world, 'cron_runs', async () => {
        for (const until = performance.now() + lastsMs; performance.now() < until; await pause(200)) {
          await agent.expect(200, 'GET', '/healthz')
          await agent.expect([200, 204, 409], 'POST', '/api/agents/1/next-call')
        }
      })
    },
    recoversWithin: 60,
  },
  'a migration runs while old processes work': {
    async inject({ postgres, sql }, { random }) {
      const column = `added_${random.below(1_000_000)}`
      const tables = ['callbacks', 'call_queue', 'call_sessions', 'agent_sessions', 'users', 'cron_runs']
      for (const table of tables) {
        await sql.unsafe(`alter table ${table} add column ${column} text; create index on ${table} (${column})`)
        await Promise.all([1, 2, 3, 4].map(() => migrate(postgres.url)))
        await pause(random.below(300))
      }
      for (const table of tables) await sql.unsafe(`alter table ${table} drop column ${column}`)
    },
    recoversWithin: 60,
  },
  'the disk of Postgres and Redis is full': {
    async inject({ home }, { lastsMs }) {
      const path = join(home, 'fills-the-disk')
      await fill(path)
      await pause(lastsMs)
      await rm(path)
    },
    world: { diskMiB: 500 },
    recoversWithin: 60,
  },
}

/** Keeps everybody else out of a table while `work` lasts. */
async function whileLocked({ sql }: World, table: string, work: () => Promise<unknown>): Promise<void> {
  await sql.begin(async (tx) => {
    await tx.unsafe(`lock table ${table} in access exclusive mode`)
    await work()
  })
}

async function fill(path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (;;) await file.write(mebibyte)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    await file.close()
  }
}
