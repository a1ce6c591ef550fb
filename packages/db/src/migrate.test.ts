import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { testServices, urlOfDatabase } from '@ringback/testing'
import postgres from 'postgres'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate, migrationState } from './migrate.ts'

const run = promisify(execFile)
const packageFolder = join(import.meta.dirname, '..')
const name = `ringback_migrations_${process.pid}`
const server = (await testServices()).databaseUrl
const url = urlOfDatabase(server, name)
const admin = postgres(server, { max: 1, onnotice: () => {} })

beforeEach(() => admin.unsafe(`create database ${name}`))
afterEach(() => admin.unsafe(`drop database ${name} with (force)`))

test('four processes that migrate at once all succeed, and once more changes nothing', async () => {
  const script = `import { migrate } from '${join(import.meta.dirname, 'migrate.ts')}'; await migrate(process.argv[1])`
  const migrateInProcess = () => run(process.execPath, ['--input-type=module-typescript', '--eval', script, url])
  await Promise.all([1, 2, 3, 4].map(migrateInProcess))
  await migrate(url)
  const { applied, known } = await migrationState(url)
  expect(known).toBeGreaterThan(0)
  expect(applied).toBe(known)
})

test('the state of a database that was never migrated is told', async () => {
  expect(await migrationState(url)).toMatchObject({ applied: 0 })
})

test('a database of before the first migration is refused, and left as it is', async () => {
  await migrate(url)
  const old = postgres(url, { max: 1 })
  const { count } = await old`update drizzle.__drizzle_migrations set created_at = created_at - 1`
  await expect(migrate(url)).rejects.toThrow('Begin with an empty one')
  expect(await old`select from drizzle.__drizzle_migrations`).toHaveLength(count)
  await old.end()
})

test('the migrations build exactly what the schema describes', async () => {
  const out = await mkdtemp(join(tmpdir(), 'ringback-migrations-'))
  await cp(join(packageFolder, 'migrations'), out, { recursive: true })
  const before = await readdir(out)
  const kit = join(packageFolder, 'node_modules/.bin/drizzle-kit')
  const options = ['--dialect=postgresql', '--casing=snake_case', '--schema=./src/schema/index.ts', `--out=${out}`]
  await run(kit, ['generate', ...options], { cwd: packageFolder })
  expect(await readdir(out)).toEqual(before)
  await rm(out, { recursive: true })
})
