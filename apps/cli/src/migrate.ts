import { certificatesOf, databaseSettings, readSettings, SettingsError, tlsRemedy } from '@ringback/core'
import { migrate, migrationState } from '@ringback/db'

function remedyOf(error: unknown): string {
  const remedy = tlsRemedy(error, 'DATABASE')
  return remedy === undefined ? 'Check DATABASE_URL, then run it again.' : `To do: ${remedy}.`
}

/** `pnpm migrate`: brings the database at DATABASE_URL to this version's schema. Safe to run any number of times. */
try {
  const settings = readSettings(databaseSettings, process.env)
  const { database } = certificatesOf(settings)
  const before = await migrationState(settings.DATABASE_URL, database)
  await migrate(settings.DATABASE_URL, database)
  const done = before.known - before.applied
  console.log(done > 0 ? `Applied ${done} of ${before.known} migrations.` : 'The database is up to date.')
} catch (error) {
  if (error instanceof SettingsError) console.error(error.message)
  else
    console.error(
      `The database could not be migrated: ${(error as Error).message}\nNothing was changed by a migration that failed. ${remedyOf(error)}`,
    )
  process.exitCode = 1
}
