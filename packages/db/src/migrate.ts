import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type postgres from 'postgres'
import { advisoryLocks } from './advisory-locks.ts'
import { assertAppRole, grantToAppRole } from './app-role.ts'
import { connectOnce } from './client.ts'
import type { Certificates } from './tls.ts'

const migrationsFolder = join(import.meta.dirname, '../migrations')

export interface MigrateOptions {
  certificates?: Certificates | undefined
  /** The role that API and workers use, when it is another one than that of `url`: it gets what they need. */
  appRole?: string | undefined
}

/**
 * Brings the database at `url` to this version's schema, forward only.
 *
 * Any number of processes may call it at the same moment: the advisory lock lets one through at a time, and those
 * behind it find nothing left to do. Lock and migration share one connection, or the lock would guard nothing.
 *
 * @throws AppRoleError, and Error for a database of before the first of these migrations; before anything is changed
 */
export async function migrate(url: string, { certificates, appRole }: MigrateOptions = {}): Promise<void> {
  // Loaded here, as it takes longer to load than all else together, and nobody else needs it.
  const { drizzle } = await import('drizzle-orm/postgres-js')
  const { migrate: applyMigrations } = await import('drizzle-orm/postgres-js/migrator')
  const connection = connectOnce(url, certificates)
  try {
    await connection`select pg_advisory_lock(${advisoryLocks.migration})`
    await assertOfThese(connection)
    if (appRole !== undefined) await assertAppRole(connection, appRole)
    await applyMigrations(drizzle(connection), { migrationsFolder })
    if (appRole !== undefined) await grantToAppRole(connection, appRole)
  } finally {
    await connection.end({ timeout: 5 })
  }
}

/** How many of this version's migrations the database at hand has seen, and how many there are. */
export async function migrationState(
  url: string,
  certificates?: Certificates,
): Promise<{ applied: number; known: number }> {
  const connection = connectOnce(url, certificates)
  try {
    return { applied: (await appliedTo(connection)).length, known: (await knownMigrations()).length }
  } finally {
    await connection.end({ timeout: 5 })
  }
}

/** When each migration that a database has seen was made, in milliseconds. */
async function appliedTo(connection: postgres.Sql): Promise<number[]> {
  const [table] = await connection`select to_regclass('drizzle.__drizzle_migrations') as name`
  if (!table?.name) return []
  const rows = await connection<{ madeAt: string }[]>`
    select created_at as "madeAt" from drizzle.__drizzle_migrations order by created_at`
  return rows.map(({ madeAt }) => Number(madeAt))
}

async function assertOfThese(connection: postgres.Sql): Promise<void> {
  const [firstApplied = Infinity] = await appliedTo(connection)
  const [first] = await knownMigrations()
  if (firstApplied >= first!.when) return
  throw new Error(
    'it is of a time before the first version, and no migration leads on from there. Begin with an empty one',
  )
}

async function knownMigrations(): Promise<{ when: number }[]> {
  const journal = await readFile(join(migrationsFolder, 'meta/_journal.json'), 'utf8')
  return (JSON.parse(journal) as { entries: { when: number }[] }).entries
}
