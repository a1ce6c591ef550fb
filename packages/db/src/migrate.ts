import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
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
 * @throws AppRoleError before anything is changed
 */
export async function migrate(url: string, { certificates, appRole }: MigrateOptions = {}): Promise<void> {
  // Loaded here, as it takes longer to load than all else together, and nobody else needs it.
  const { drizzle } = await import('drizzle-orm/postgres-js')
  const { migrate: applyMigrations } = await import('drizzle-orm/postgres-js/migrator')
  const connection = connectOnce(url, certificates)
  try {
    await connection`select pg_advisory_lock(${advisoryLocks.migration})`
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
    const [table] = await connection`select to_regclass('drizzle.__drizzle_migrations') as name`
    const [row] = table?.name ? await connection`select count(*)::int as applied from drizzle.__drizzle_migrations` : []
    return { applied: row?.applied ?? 0, known: await countKnown() }
  } finally {
    await connection.end({ timeout: 5 })
  }
}

async function countKnown(): Promise<number> {
  const journal = JSON.parse(await readFile(join(migrationsFolder, 'meta/_journal.json'), 'utf8')) as {
    entries: unknown[]
  }
  return journal.entries.length
}
