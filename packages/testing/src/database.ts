import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { urlOfDatabase } from './database-url.ts'
import { testServices } from './services.ts'

/** A migrated, empty database of one test file. `url` is its owner's, `appUrl` that of the role of API and workers. */
export type TestDatabase = { url: string; appUrl: string; drop(): Promise<void> }

/** Clones the migrated template. `drop` it when done: whoever is still connected then is cut off. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { databaseUrl: server, templateDatabase: template, appRole } = await testServices()
  const name = `${template}_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name} template ${template}`)
  const url = urlOfDatabase(server, name)
  const appUrl = Object.assign(new URL(url), { username: appRole.name, password: appRole.password }).href
  return {
    url,
    appUrl,
    drop: () => administer(server, `drop database if exists ${name} with (force)`),
  }
}

async function administer(server: string, statement: string): Promise<void> {
  const connection = postgres(server, { max: 1, onnotice: () => {} })
  try {
    await connection.unsafe(statement)
  } finally {
    await connection.end({ timeout: 5 })
  }
}
