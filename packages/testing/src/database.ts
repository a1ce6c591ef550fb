import { urlOfDatabase } from './database-url.ts'
import { askForDatabase, testServices } from './services.ts'

/** A migrated, empty database. `url` is its owner's, `appUrl` that of the role of API and workers. */
export type TestDatabase = { url: string; appUrl: string; drop(): Promise<void> }

/** A new one, as nobody has used it before. `drop` it when done: whoever is still connected then is cut off. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return connectable(await askForDatabase('POST', 'new'))
}

/** The same, or one that another test had: as new but for the pages that its tables have. */
export async function borrowTestDatabase(): Promise<TestDatabase> {
  return connectable(await askForDatabase('POST', 'any'))
}

async function connectable(name: string): Promise<TestDatabase> {
  const { databaseUrl, appRole } = await testServices()
  const url = urlOfDatabase(databaseUrl, name)
  const appUrl = Object.assign(new URL(url), { username: appRole.name, password: appRole.password }).href
  return { url, appUrl, drop: async () => void (await askForDatabase('DELETE', name)) }
}
