import { databaseClock, useSignInCode } from '@ringback/core'
import { connect } from '@ringback/db'
import { freePort } from '@ringback/local'
import { createTestDatabase, type TestDatabase } from '@ringback/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signInLinks } from './sign-in-links.ts'

const jwtSecret = 'a secret of tests, long enough for HS256'
const consoleUrl = 'http://127.0.0.1:3000'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test('each link signs in whom it names, once; the next ones are others', async () => {
  const details = { databaseUrl: database.url, jwtSecret, consoleUrl }
  const links = await signInLinks(details)
  expect(await signInLinks(details)).not.toEqual(links)
  const sql = connect(database.url, { max: 1, applicationName: 'ringback-test' })
  const clock = databaseClock(sql)
  await clock.ready()
  const use = (link: string) => {
    const [, code] = /^http:\/\/127\.0\.0\.1:3000\/sign-in#code=([\w-]{43})$/.exec(link)!
    return useSignInCode(sql, { code: code!, secrets: [jwtSecret], now: clock.now() })
  }
  const bearers = {
    'agent 1': { role: 'agent', agentId: 1, sub: 'agent-1' },
    supervisor: { role: 'supervisor', agentId: null, sub: 'banner' },
  }
  expect(Object.keys(links)).toEqual(Object.keys(bearers))
  for (const [who, bearer] of Object.entries(bearers)) {
    const link = links[who as keyof typeof links]
    expect(await use(link)).toEqual({ kind: 'used', bearer })
    expect(await use(link)).toEqual({ kind: 'refused', because: 'spent' })
  }
  await sql.end()
})

test('without Postgres it is said that there are none, and why', async () => {
  const databaseUrl = `postgres://ringback:secret@127.0.0.1:${await freePort()}/ringback`
  const links = Object.values(await signInLinks({ databaseUrl, jwtSecret, consoleUrl }))
  for (const link of links) expect(link).toMatch(/^none now \(.*ECONNREFUSED\); a token below signs in as well$/)
  expect(links.join('')).not.toContain('secret')
})
