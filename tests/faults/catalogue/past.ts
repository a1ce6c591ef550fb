import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { copyDatabase, migrate } from '@ringback/db'
import { urlOfDatabase } from '@ringback/testing/database-url'
import { untilTrue } from '@ringback/testing/until-true'
import postgres from 'postgres'
import type { Circumstances, Fault } from '../fault.ts'
import { readKnown } from '../load/books.ts'
import { baseBackup } from '../world/base-backup.ts'
import { openEmptyPostgres } from '../world/dump.ts'
import { openPostgres, type DatabaseServer } from '../world/servers.ts'
import { openStandby } from '../world/standby.ts'
import type { World } from '../world/world.ts'
import { waitForCalls } from './waiting.ts'

const kept = 'kept'
const outcomesMeanwhile = 15

/**
 * Postgres becomes what it was before, while Redis stays. What was answered since is gone, and in the books as such; all
 * that the database knows is to be called.
 */
export const pastFaults: Record<string, Fault> = {
  'Postgres goes back to old data': {
    async inject(world, circumstances) {
      await waitForCalls(world, circumstances)
      await withoutClients(world, (admin, name) => admin.unsafe(`create database ${kept} template ${name}`))
      await workOn(world, circumstances)
      await withoutClients(world, async (admin, name) => {
        await forgetWhatIsUnknownTo(urlOfDatabase(world.postgres.url, kept), circumstances)
        await admin.unsafe(`drop database ${name}`)
        await admin.unsafe(`alter database ${kept} rename to ${name}`)
      })
    },
    recoversWithin: 60,
  },
  'a standby that lagged is promoted': {
    async inject(world, circumstances) {
      const primary = world.postgres
      const standby = await openStandby(primary, newDirectory(world))
      await waitForCalls(world, circumstances)
      await standby.catchUp()
      standby.cutOff()
      await workOn(world, circumstances)
      world.setNetwork('postgres', { kind: 'reset' })
      await primary.close()
      await standby.promote()
      await forgetWhatIsUnknownTo(standby.server.url, circumstances)
      world.replacePostgres(standby.server)
      world.setNetwork('postgres', { kind: 'pass' })
    },
    recoversWithin: 60,
  },
  'Postgres is restored from a base backup': {
    async inject(world, circumstances) {
      const { url, dataDir } = world.postgres
      const copy = newDirectory(world)
      await waitForCalls(world, circumstances)
      await baseBackup(url, dataDir, copy)
      await workOn(world, circumstances)
      await restore(world, circumstances, () => openPostgres(copy))
    },
    recoversWithin: 60,
  },
  'Postgres is restored from a dump into a new cluster': {
    async inject(world, circumstances) {
      const server = await openEmptyPostgres(newDirectory(world), world.postgres.url)
      await migrate(server.url)
      await waitForCalls(world, circumstances)
      await copyDatabase(world.postgres.url, server.url)
      await workOn(world, circumstances)
      await restore(world, circumstances, async () => server)
    },
    recoversWithin: 60,
  },
}

/** A restore, step by step as in docs/operations.md. */
async function restore(
  world: World,
  circumstances: Circumstances,
  openRestored: () => Promise<DatabaseServer>,
): Promise<void> {
  await Promise.all(world.apps.map((app) => app.stop()))
  await world.postgres.close()
  const server = await openRestored()
  await migrate(server.url)
  await forgetWhatIsUnknownTo(server.url, circumstances)
  world.replacePostgres(server)
  await Promise.all(world.workers.map((worker) => worker.start()))
  await world.api.start()
}

/** What waited is called and has ended, and others wait of whom the older data knows nothing. */
async function workOn(world: World, circumstances: Circumstances): Promise<void> {
  await circumstances.load.untilMoreOutcomes(outcomesMeanwhile)
  await pause(circumstances.lastsMs)
  await waitForCalls(world, circumstances)
}

/** Cuts the books at what a database knows. No client may reach it, nor the one before it. */
async function forgetWhatIsUnknownTo(url: string, { load: { books } }: Circumstances): Promise<void> {
  const sql = postgres(url, { max: 1 })
  try {
    const before = books.gone.size
    books.goBackTo(await readKnown(sql))
    if (books.gone.size === before) throw new Error('The database lost nothing when it went back')
  } finally {
    await sql.end({ timeout: 1 })
  }
}

function newDirectory({ home }: World): string {
  return join(home, `postgres-${randomUUID()}`)
}

/** Keeps everybody out of the database while `work` lasts. */
async function withoutClients(
  world: World,
  work: (admin: postgres.Sql, name: string) => Promise<unknown>,
): Promise<void> {
  const { url } = world.postgres
  const name = new URL(url).pathname.slice(1)
  const admin = postgres(urlOfDatabase(url, 'postgres'), { max: 1, onnotice: () => {} })
  world.setNetwork('postgres', { kind: 'reset' })
  try {
    await untilTrue(async () => {
      const left = await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`
      return left.length === 0
    }, 'nobody is in the database')
    await work(admin, name)
  } finally {
    world.setNetwork('postgres', { kind: 'pass' })
    await admin.end({ timeout: 1 })
  }
}
