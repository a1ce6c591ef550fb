import process from 'node:process'
import {
  certificateSettings,
  certificatesOf,
  databaseClock,
  makeSignInCode,
  readSettings,
  reasonOf,
  type CodeBearer,
} from '@ringback/core'
import { connect } from '@ringback/db'
import type { RunDetails } from './running.ts'

const people = {
  'agent 1': { role: 'agent', agentId: 1, sub: 'agent-1' },
  supervisor: { role: 'supervisor', agentId: null, sub: 'banner' },
} as const satisfies Record<string, CodeBearer>

/** Addresses by which a browser signs in once, for each of `people`; why there is none, when there cannot be. */
export async function signInLinks({
  databaseUrl,
  jwtSecret,
  consoleUrl,
}: Pick<RunDetails, 'databaseUrl' | 'jwtSecret' | 'consoleUrl'>): Promise<Record<keyof typeof people, string>> {
  const { database: certificates } = certificatesOf(readSettings(certificateSettings, process.env))
  const sql = connect(databaseUrl, { max: 1, applicationName: 'ringback-start', certificates })
  try {
    const clock = databaseClock(sql)
    await clock.ready()
    const linkFor = async (bearer: CodeBearer) =>
      `${consoleUrl}/sign-in#code=${await makeSignInCode(sql, { bearer, secret: jwtSecret, now: clock.now() })}`
    return { 'agent 1': await linkFor(people['agent 1']), supervisor: await linkFor(people.supervisor) }
  } catch (error) {
    const none = `none now (${reasonOf(error)}); a token below signs in as well`
    return { 'agent 1': none, supervisor: none }
  } finally {
    await sql.end({ timeout: 1 })
  }
}
