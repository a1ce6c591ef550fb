import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '@ringback/db'
import { startServices, type Services } from '@ringback/local'
import { guardDirectory } from '@ringback/local/watchdog'
import { urlOfDatabase } from '@ringback/testing/database-url'
import postgres from 'postgres'

/** A Postgres and a Redis to measure on: those of DATABASE_URL and REDIS_URL, or our own, as durable as in production. */
export interface BenchServices extends Services {
  /** A migrated database of which each benchmark gets copies. */
  template: string
  /** All databases that were made. */
  databases: string[]
}

export async function openServices(): Promise<BenchServices> {
  // With a directory for their data they keep it safely: Postgres waits for the disk, Redis appends to its file.
  const dataDir = mkdtempSync(join(tmpdir(), 'ringback-bench-'))
  guardDirectory(dataDir) // and so it is gone when this process is
  chmodSync(dataDir, 0o711) // servers that root starts are not root's
  const template = `ringback_bench_${process.pid}`
  const services = { ...(await startServices(process.env, { dataDir })), template, databases: [template] }
  await administer(services, `create database ${template}`)
  await migrate(urlOfDatabase(services.databaseUrl, template))
  return services
}

/** Creates a database without rows and returns its URL. */
export async function createDatabase(services: BenchServices, name: string): Promise<string> {
  const database = `${services.template}_${name.replaceAll('-', '_')}`
  await administer(services, `create database ${database} template ${services.template}`)
  services.databases.push(database)
  return urlOfDatabase(services.databaseUrl, database)
}

export async function closeServices(services: BenchServices): Promise<void> {
  for (const database of services.databases) await administer(services, `drop database ${database} with (force)`)
  await services.stop()
}

async function administer(services: Services, statement: string): Promise<void> {
  const sql = postgres(services.databaseUrl, { max: 1, onnotice: () => {} })
  await sql.unsafe(statement)
  await sql.end()
}
