import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { migrate } from '@ringback/db'
import { startServices } from '@ringback/local'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { urlOfDatabase } from './database-url.ts'

/**
 * One Postgres and one Redis for all test files: those of DATABASE_URL and REDIS_URL, or our own. The template is
 * migrated once; after that nobody can connect to it, so it can be cloned at any moment.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const services = await startServices(process.env, { notice: (text) => console.error(text) })
  const run = `ringback_test_${randomBytes(4).toString('hex')}`
  const admin = postgres(services.databaseUrl, { max: 1, onnotice: () => {} })
  try {
    await admin.unsafe(`create database ${run}`)
    await migrate(urlOfDatabase(services.databaseUrl, run))
    await admin.unsafe(`alter database ${run} with allow_connections false`)
  } catch (error) {
    await admin.end({ timeout: 1 })
    await services.stop()
    throw error
  }
  project.provide('databaseUrl', services.databaseUrl)
  project.provide('templateDatabase', run)
  project.provide('redisUrl', services.redisUrl)

  return async () => {
    const left = await admin<{ datname: string }[]>`select datname from pg_database where starts_with(datname, ${run})`
    for (const { datname } of left) await admin.unsafe(`drop database ${datname} with (force)`)
    await admin.end({ timeout: 5 })
    await services.stop()
  }
}
