import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { openPostgres, type DatabaseServer } from './servers.ts'

/** A Postgres of its own with an empty database, that takes the password of another one. */
export async function openEmptyPostgres(dataDir: string, urlOfOther: string): Promise<DatabaseServer> {
  const server = await openPostgres(dataDir)
  const { password } = new URL(urlOfOther)
  const sql = postgres(server.url, { max: 1 })
  await sql.unsafe(`alter role current_user password '${password}'`)
  await sql.end()
  await writeFile(join(dataDir, 'password'), `${password}\n`)
  const url = new URL(server.url)
  url.password = password
  return { ...server, url: url.href }
}
