import { parseArgs } from 'node:util'
import { certificatesOf, databaseSettings, readSettings, SettingsError } from '@ringback/core'
import { copyDatabase, DatabaseNotEmptyError, migrate, migrationState } from '@ringback/db'

const usage = `Usage: ./ringback copy-database postgres://user:password@host:5432/database

Copies all that is in the database at DATABASE_URL into another one, which must be empty and is migrated first.
DATABASE_CA_FILE, DATABASE_CERT_FILE and DATABASE_KEY_FILE count for both.`

class UsageError extends Error {}

function readArguments(): { to: string; help: boolean } {
  try {
    const options = { help: { type: 'boolean', default: false } } as const
    const { positionals, values } = parseArgs({ allowPositionals: true, options })
    const [to = '', ...more] = positionals
    if (values.help && to === '') return { to, help: true }
    if (more.length === 0 && /^postgres(ql)?:\/\//.test(to)) return { to, help: values.help }
    throw new Error('one URL is needed, that of the other Postgres')
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`)
  }
}

async function copyTo(to: string): Promise<void> {
  const settings = readSettings(databaseSettings, process.env)
  const { DATABASE_URL } = settings
  const { database: certificates } = certificatesOf(settings)
  const { applied, known } = await migrationState(DATABASE_URL, certificates)
  if (applied !== known)
    throw new Error(`the database at DATABASE_URL has ${applied} of ${known} migrations; migrate it`)
  await migrate(to, { certificates })
  console.log(`Copied ${await copyDatabase(DATABASE_URL, to, certificates)} tables.`)
}

/** `./ringback copy-database`: takes the data to another Postgres, of whatever version. */
try {
  const { to, help } = readArguments()
  if (help) console.log(usage)
  else await copyTo(to)
} catch (error) {
  const { message } = error as Error
  if (error instanceof UsageError || error instanceof SettingsError) console.error(message)
  else if (error instanceof DatabaseNotEmptyError) console.error(`${message}. Nothing was copied; name an empty one.`)
  else console.error(`The database could not be copied: ${message}\nNothing was copied.`)
  process.exitCode = 1
}
