import { certificatesOf, databaseSettings, readSettings, SettingsError, tlsRemedy } from '@ringback/core'
import { AppRoleError, migrate, migrationState } from '@ringback/db'
import { z } from 'zod'

/** API and workers get their account with their URL; only here it has a name. */
const migrateSettings = databaseSettings.extend({
  DATABASE_APP_ROLE: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]*$/, 'must be the name of a role in lower case, like ringback_app')
    .optional(),
})

function remedyOf(error: unknown): string {
  const remedy = tlsRemedy(error, 'DATABASE')
  return remedy === undefined ? 'Check DATABASE_URL, then run it again.' : `To do: ${remedy}.`
}

/** `./ringback migrate`: brings the database at DATABASE_URL to this version's schema. Safe to run any number of times. */
try {
  const settings = readSettings(migrateSettings, process.env)
  const { database: certificates } = certificatesOf(settings)
  const before = await migrationState(settings.DATABASE_URL, certificates)
  await migrate(settings.DATABASE_URL, { certificates, appRole: settings.DATABASE_APP_ROLE })
  const done = before.known - before.applied
  console.log(done > 0 ? `Applied ${done} of ${before.known} migrations.` : 'The database is up to date.')
} catch (error) {
  if (error instanceof SettingsError) console.error(error.message)
  else if (error instanceof AppRoleError) console.error(`DATABASE_APP_ROLE: ${error.message}. Nothing was changed.`)
  else
    console.error(
      `The database could not be migrated: ${(error as Error).message}\nNothing was changed by a migration that failed. ${remedyOf(error)}`,
    )
  process.exitCode = 1
}
