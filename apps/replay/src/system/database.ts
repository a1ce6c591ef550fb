import { randomBytes } from 'node:crypto'
import { connect, migrate, type Certificates } from '@ringback/db'

/** A migrated, empty database of our own on somebody's server. */
export interface ReplayDatabase {
  url: string
  drop(): Promise<void>
}

const administrationMs = 60_000
const applicationName = 'ringback-replay'

/** Makes a database beside the one that `serverUrl` names, which is left alone. */
export async function createDatabase(serverUrl: string, certificates?: Certificates): Promise<ReplayDatabase> {
  const name = `ringback_replay_${randomBytes(6).toString('hex')}`
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const administer = async (statement: string) => {
    const sql = connect(serverUrl, { max: 1, statementTimeoutMs: administrationMs, applicationName, certificates })
    try {
      await sql.unsafe(statement)
    } finally {
      await sql.end({ timeout: 5 })
    }
  }
  const drop = () => administer(`drop database if exists ${name} with (force)`)
  await administer(`create database ${name}`)
  try {
    await migrate(url.href, { certificates })
  } catch (error) {
    await drop()
    throw error
  }
  return { url: url.href, drop }
}
