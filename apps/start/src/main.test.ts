import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { freePort } from '@ringback/local'
import { createTestDatabase } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'ringback-test-'))
})
afterEach(() => rmSync(place, { recursive: true }))

function start(env: Record<string, string>) {
  const home = join(place, 'home')
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { PATH: process.env['PATH'], RINGBACK_HOME: home, ...env },
    encoding: 'utf8',
  })
  return { status, stdout, said: stderr.trim().split('\n'), madeHome: existsSync(home) }
}

test.each([
  ['a misspelt setting', async () => ({ DEMOO: '0' }), 'DEMOO: is not a setting; DEMO is'],
  ['an address of nobody', async () => ({ API_HOST: '192.0.2.1' }), 'API_HOST 192.0.2.1 is no address'],
  [
    'a server to nowhere',
    async () => ({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` }),
    'REDIS_URL: no Redis to work with at 127.0.0.1',
  ],
  [
    'a server to nowhere, named in a file,',
    async () => {
      const file = join(place, 'database-url')
      writeFileSync(file, `postgres://127.0.0.1:${await freePort()}/ringback\n`)
      return { DATABASE_URL_FILE: file }
    },
    'DATABASE_URL: no Postgres to work with at 127.0.0.1',
  ],
  [
    'a secret in a file that is not there',
    async () => ({ ADMIN_PASSWORD_FILE: join(place, 'nowhere') }),
    'ADMIN_PASSWORD_FILE: ',
  ],
])('%s ends it with a line, before anything is made', async (_what, env, message) => {
  const { status, stdout, said, madeHome } = start(await env())
  expect(said.at(-1)).toContain(message)
  expect(said.length).toBeLessThanOrEqual(2)
  expect({ status, stdout, madeHome }).toEqual({ status: 1, stdout: '', madeHome: false })
})

test('without Redis, and without the right to install it, a line says what to run', async () => {
  const bin = join(place, 'bin')
  mkdirSync(bin)
  const database = await createTestDatabase()
  for (const [name, script] of [
    ['apt-get', 'exit 1'],
    ['sudo', 'exit 1'],
  ])
    writeFileSync(join(bin, name!), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  // Another account could not even read a checkout that is root's alone, and root may not run a Postgres.
  const asNobody = ['--import', 'data:text/javascript,process.getuid = () => 65534']
  const { status, stderr } = spawnSync(process.execPath, [...asNobody, join(import.meta.dirname, 'main.ts')], {
    env: { PATH: bin, RINGBACK_HOME: join(place, 'home'), HOME: place, DATABASE_URL: database.url },
    encoding: 'utf8',
  })
  await database.drop()
  expect(stderr.trim().split('\n')).toEqual([
    'Redis is missing. Run: sudo apt-get update -q && sudo apt-get install -q -y -o DPkg::Lock::Timeout=120 redis-server',
  ])
  expect(status).toBe(1)
})
