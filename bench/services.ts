import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServices, type Services } from '@ringback/local'
import { guardDirectory } from '@ringback/local/watchdog'
import postgres from 'postgres'

/** A Postgres and a Redis to measure on: those of DATABASE_URL and REDIS_URL, or our own, as durable as in production. */
export interface BenchServices extends Services {
  /** Databases that were made for benchmarks. */
  databases: string[]
}

export async function openServices(): Promise<BenchServices> {
  // With a directory for their data they keep it safely: Postgres waits for the disk, Redis appends to its file.
  const dataDir = mkdtempSync(join(tmpdir(), 'ringback-bench-'))
  guardDirectory(dataDir) // and so it is gone when this process is
  chmodSync(dataDir, 0o711) // servers that root starts are not root's
  return { ...(await startServices(process.env, { dataDir })), databases: [] }
}

/** Creates an empty database and returns its URL. */
export async function createDatabase(services: BenchServices, name: string): Promise<string> {
  const database = `ringback_bench_${name}_${process.pid}`
  await administer(services, `create database ${database}`)
  services.databases.push(database)
  const url = new URL(services.databaseUrl)
  url.pathname = `/${database}`
  return url.href
}

export async function closeServices(services: BenchServices): Promise<void> {
  for (const database of services.databases) await administer(services, `drop database ${database} with (force)`)
  await services.stop()
}

async function administer(services: BenchServices, statement: string): Promise<void> {
  const sql = postgres(services.databaseUrl, { max: 1, onnotice: () => {} })
  await sql.unsafe(statement)
  await sql.end()
}
