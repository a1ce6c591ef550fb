import { engineSettings, readSettings, SettingsError } from '@ringback/core'
import { migrate, migrationState } from '@ringback/db'

/** `./ringback migrate`: brings the database at DATABASE_URL to this version's schema. Safe to run any number of times. */
try {
  const { DATABASE_URL } = readSettings(engineSettings.pick({ DATABASE_URL: true }), process.env)
  const before = await migrationState(DATABASE_URL)
  await migrate(DATABASE_URL)
  const done = before.known - before.applied
  console.log(done > 0 ? `Applied ${done} of ${before.known} migrations.` : 'The database is up to date.')
} catch (error) {
  if (error instanceof SettingsError) console.error(error.message)
  else
    console.error(
      `The database could not be migrated: ${(error as Error).message}\nNothing was changed by a migration that failed. Check DATABASE_URL, then run it again.`,
    )
  process.exitCode = 1
}
