import { certificatesOf, databaseSettings, readSettings, SettingsError } from '@ringback/core'
import { copyDatabase, DatabaseNotEmptyError, migrate, migrationState } from '@ringback/db'

const usage = `Usage: npm run copy-database -- postgres://user:password@host:5432/database

Copies all that is in the database at DATABASE_URL into another one, which must be empty and is migrated first.
DATABASE_CA_FILE, DATABASE_CERT_FILE and DATABASE_KEY_FILE count for both.`

class UsageError extends Error {}

/** `npm run copy-database`: takes the data to another Postgres, of whatever version. */
try {
  const [to, ...more] = process.argv.slice(2)
  const settings = readSettings(databaseSettings, process.env)
  const { DATABASE_URL } = settings
  const { database: certificates } = certificatesOf(settings)
  if (!to || more.length > 0 || !/^postgres(ql)?:\/\//.test(to)) throw new UsageError(usage)
  const { applied, known } = await migrationState(DATABASE_URL, certificates)
  if (applied !== known)
    throw new Error(`the database at DATABASE_URL has ${applied} of ${known} migrations; migrate it`)
  await migrate(to, { certificates })
  console.log(`Copied ${await copyDatabase(DATABASE_URL, to, certificates)} tables.`)
} catch (error) {
  const { message } = error as Error
  if (error instanceof UsageError || error instanceof SettingsError) console.error(message)
  else if (error instanceof DatabaseNotEmptyError) console.error(`${message}. Nothing was copied; name an empty one.`)
  else console.error(`The database could not be copied: ${message}\nNothing was copied.`)
  process.exitCode = 1
}
