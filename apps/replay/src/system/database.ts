import { randomBytes } from 'node:crypto'
import { connect, migrate } from '@ringback/db'

/** A migrated, empty database of our own on somebody's server. */
export interface ReplayDatabase {
  url: string
  drop(): Promise<void>
}

const administrationMs = 60_000

/** Makes a database beside the one that `serverUrl` names, which is left alone. */
export async function createDatabase(serverUrl: string): Promise<ReplayDatabase> {
  const name = `ringback_replay_${randomBytes(6).toString('hex')}`
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const drop = () => administer(serverUrl, `drop database if exists ${name} with (force)`)
  await administer(serverUrl, `create database ${name}`)
  try {
    await migrate(url.href)
  } catch (error) {
    await drop()
    throw error
  }
  return { url: url.href, drop }
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const sql = connect(serverUrl, { max: 1, statementTimeoutMs: administrationMs, applicationName: 'ringback-replay' })
  try {
    await sql.unsafe(statement)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
