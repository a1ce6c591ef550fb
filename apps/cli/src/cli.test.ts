import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { databaseClock, useSignInCode } from '@ringback/core'
import { connect, connectOnce } from '@ringback/db'
import { startRedis } from '@ringback/local'
import { createTestDatabase, type TestDatabase, testServices } from '@ringback/testing'
import { startRedisCluster } from '@ringback/testing/redis-cluster'
import { decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const secret = 'a secret of more than thirty-two characters'
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

function run(command: string, args: string[], env: Record<string, string>) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const file = join(import.meta.dirname, `${command}.ts`)
    const options = {
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, NO_COLOR: '1', ...env },
    }
    execFile(process.execPath, [file, ...args], options, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    )
  })
}

describe('./ringback token', () => {
  test('prints a token that the API accepts', async () => {
    const { out } = await run('token', ['--role', 'agent', '--agent', '7', '--expires-in', '15m'], {
      AUTH_JWT_SECRET: secret,
    })
    const { payload } = await jwtVerify(out.trim(), new TextEncoder().encode(secret))
    expect(payload).toMatchObject({ role: 'agent', agentId: 7, sub: 'agent-7' })
    expect(payload.exp! - payload.iat!).toBe(15 * 60)
  })

  test('is as long valid as the API allows, and never longer', async () => {
    const lifeOf = async (env: Record<string, string>) => {
      const { payload } = await jwtVerify(
        (await run('token', ['--role', 'service'], env)).out.trim(),
        new TextEncoder().encode(secret),
      )
      return payload.exp! - payload.iat!
    }
    expect(await lifeOf({ AUTH_JWT_SECRET: secret })).toBe(12 * 3_600)
    expect(await lifeOf({ AUTH_JWT_SECRET: secret, AUTH_MAX_TOKEN_HOURS: '2' })).toBe(2 * 3_600)
    const tooLong = await run('token', ['--role', 'service', '--expires-in', '13h'], { AUTH_JWT_SECRET: secret })
    expect(tooLong).toEqual({ code: 1, out: '', err: expect.stringContaining('--expires-in must be 12h or less') })
  })

  test('names its bearer, and no two alike unless it is told to', async () => {
    const subjectOf = async (...args: string[]) => {
      const { out } = await run('token', ['--role', 'service', ...args], { AUTH_JWT_SECRET: secret })
      return decodeJwt(out.trim()).sub!
    }
    expect(await subjectOf('--name', 'crm')).toBe('crm')
    const madeUp = await subjectOf()
    expect(madeUp).toMatch(/^service-.{36}$/)
    expect(await subjectOf()).not.toBe(madeUp)
  })

  test('has no agent for other roles', async () => {
    const { out } = await run('token', ['--role', 'supervisor'], { AUTH_JWT_SECRET: secret })
    expect(decodeJwt(out.trim())).not.toHaveProperty('agentId')
  })

  test.each([
    [['--role', 'king'], /--role must be one of agent, desk, service, viewer, supervisor/],
    [['--role', 'agent'], /needs --agent/],
    [['--role', 'service', '--agent', '1'], /no other role has one/],
    [['--rule', 'agent'], /Unknown option '--rule'/],
    [['--role', 'service', '--expires-in', 'soon'], /--expires-in must be like/],
  ])('%s is refused with the usage', async (args, message) => {
    const { code, out, err } = await run('token', args, { AUTH_JWT_SECRET: secret })
    expect(err).toMatch(message)
    expect(err).toContain('Usage: ./ringback token')
    expect({ code, out }).toEqual({ code: 1, out: '' })
  })

  test('names the secret that is missing or too short', async () => {
    expect((await run('token', ['--role', 'service'], {})).err).toContain('AUTH_JWT_SECRET: is not set')
    expect((await run('token', ['--role', 'service'], { AUTH_JWT_SECRET: 'short' })).err).toContain('32 characters')
  })
})

describe('./ringback sign-in', () => {
  const signIn = (args: string[], env: Record<string, string> = {}) =>
    run('sign-in', args, { DATABASE_URL: database.url, AUTH_JWT_SECRET: secret, ...env })

  /** For whom an address is. */
  async function bearerOf(address: string) {
    const sql = connect(database.url, { max: 1, applicationName: 'ringback-test' })
    const clock = databaseClock(sql)
    await clock.ready()
    const code = address.trim().split('#code=')[1]!
    const use = await useSignInCode(sql, { code, secrets: [secret], now: clock.now() })
    await sql.end()
    return use.kind === 'used' ? use.bearer : use
  }

  test.each([
    [['--role', 'supervisor'], { role: 'supervisor', agentId: null, sub: 'supervisor' }],
    [['--role', 'viewer', '--name', 'wall'], { role: 'viewer', agentId: null, sub: 'wall' }],
    [['--role', 'agent', '--agent', '7'], { role: 'agent', agentId: 7, sub: 'agent-7' }],
  ])('%j prints an address that signs in %j', async (args, bearer) => {
    const { out } = await signIn(args)
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:3000\/sign-in#code=[\w-]{43}\n$/)
    expect(await bearerOf(out)).toEqual(bearer)
  })

  test('leads to where browsers reach Ringback', async () => {
    const start = async (args: string[], env: Record<string, string>) =>
      (await signIn(['--role', 'viewer', ...args], env)).out.split('#')[0]
    const PUBLIC_URL = 'https://ringback.example.com/calls/'
    expect(await start([], { API_PORT: '4000' })).toBe('http://127.0.0.1:4000/sign-in')
    expect(await start([], { PUBLIC_URL })).toBe('https://ringback.example.com/calls/sign-in')
    expect(await start(['--url', 'http://desk.example:8080'], { PUBLIC_URL })).toBe('http://desk.example:8080/sign-in')
  })

  test.each([
    [['--role', 'service'], /--role must be one of agent, viewer, supervisor/],
    [['--role', 'agent'], /needs --agent/],
    [['--role', 'viewer', '--agent', '1'], /no other role has one/],
    [['--role', 'viewer', '--url', 'ftp://x'], /--url must be like/],
  ])('%s is refused with the usage', async (args, message) => {
    const { code, out, err } = await signIn(args)
    expect(err).toMatch(message)
    expect(err).toContain('Usage: ./ringback sign-in')
    expect({ code, out }).toEqual({ code: 1, out: '' })
  })

  test('names what is missing, and what to do without the database', async () => {
    expect((await run('sign-in', ['--role', 'viewer'], {})).err).toMatch(/DATABASE_URL[^]*AUTH_JWT_SECRET/)
    const away = await signIn(['--role', 'viewer'], { DATABASE_URL: 'postgres://u:secret-word@127.0.0.1:9/none' })
    expect(away).toMatchObject({ code: 1, out: '', err: expect.stringContaining('To do: check DATABASE_URL') })
    expect(away.err).not.toContain('secret-word')
  })
})

describe('./ringback doctor', () => {
  test('finds a whole system healthy', async () => {
    const redis = await startRedis()
    const env = { DATABASE_URL: database.appUrl, REDIS_URL: redis.url, API_PORT: '0' }
    const { code, out } = await run('doctor', [], env)
    const found = Array.from(out.matchAll(/^✓ (.{18})/gm), ([, what]) => what!.trimEnd())
    expect(found.slice(0, 7)).toEqual([
      'Node',
      'Postgres',
      'Migrations',
      'Clock',
      'Postgres account',
      'Postgres TLS',
      'Redis',
    ])
    expect(found).toContain('Redis memory')
    expect(found).toContain('Redis TLS')
    expect(code).toBe(0)
    await redis.stop()
  })

  test('says for each failure what to do', async () => {
    const redis = await startRedis({ args: ['--maxmemory-policy', 'allkeys-lru'] })
    const { databaseUrl: unmigrated } = await testServices()
    const { code, out } = await run('doctor', [], { DATABASE_URL: unmigrated, REDIS_URL: redis.url, API_PORT: '0' })
    expect(out).toMatch(/✗ Migrations .*\n\s+→ run \.\/ringback migrate/)
    expect(out).toMatch(/✗ Redis memory .*allkeys-lru\n\s+→ set maxmemory-policy noeviction/)
    expect(code).toBe(1)
    await redis.stop()
  })

  test('tells the owner of the tables from a role that may not change them', async () => {
    const of = async (url: string) =>
      (await run('doctor', [], { DATABASE_URL: url, REDIS_URL: 'redis://127.0.0.1:9' })).out
    expect(await of(database.url)).toMatch(/! Postgres account +owns the tables\n +→ .*DATABASE_APP_ROLE/)
    expect(await of(database.appUrl)).toMatch(/✓ Postgres account +does not own the tables\n/)

    const [owner, { appRole }] = [connectOnce(database.url), await testServices()]
    await owner`revoke usage on schema drizzle from ${owner(appRole.name)}`
    await owner.end()
    const env = { DATABASE_URL: database.url, DATABASE_APP_ROLE: appRole.name }
    expect(await of(database.appUrl)).toMatch(/✗ Postgres +permission denied.*\n +→ migrate as the owner/)
    expect((await run('migrate', [], env)).code).toBe(0)
    expect(await of(database.appUrl)).toMatch(/✓ Migrations/)
  })

  test('looks at every node of a cluster', async () => {
    const cluster = await startRedisCluster('{doctor}')
    const env = { DATABASE_URL: database.url, REDIS_URL: cluster.url, API_PORT: '0' }
    const { out } = await run('doctor', [], env)
    const found = Array.from(
      out.matchAll(/✓ Redis +version \S+ at 127\.0\.0\.1:(\d+)\n✓ Redis memory /g),
      ([, port]) => port,
    )
    expect(new Set(found)).toEqual(new Set(Array.from(cluster.url.matchAll(/127\.0\.0\.1:(\d+)/g), ([, port]) => port)))
    await cluster.stop()
  })

  test('tells that neither Postgres nor Redis is there', async () => {
    const env = { DATABASE_URL: 'postgres://127.0.0.1:9/none', REDIS_URL: 'redis://127.0.0.1:9' }
    const { code, out } = await run('doctor', [], env)
    expect(out).toMatch(/✗ Postgres .*\n\s+→ start Postgres and check DATABASE_URL/)
    expect(out).toMatch(/✗ Redis .*\n\s+→ start Redis and check REDIS_URL/)
    expect(code).toBe(1)
  })
})

describe('./ringback migrate', () => {
  test('says when there is nothing to do, and what is wrong when it fails', async () => {
    expect((await run('migrate', [], { DATABASE_URL: database.url })).out).toBe('The database is up to date.\n')
    expect((await run('migrate', [], {})).err).toContain('DATABASE_URL: is not set')
    const { code, err } = await run('migrate', [], { DATABASE_URL: 'postgres://127.0.0.1:9/none' })
    expect(err).toContain('could not be migrated')
    expect(code).toBe(1)
  })

  test('gives the role of API and workers what they need, or says what is wrong with it', async () => {
    const { appRole } = await testServices()
    const env = { DATABASE_URL: database.url, DATABASE_APP_ROLE: appRole.name }
    expect(await run('migrate', [], env)).toMatchObject({ code: 0, out: 'The database is up to date.\n' })
    const missing = await run('migrate', [], { ...env, DATABASE_APP_ROLE: 'ringback_nobody' })
    expect(missing.err).toMatch(
      /^DATABASE_APP_ROLE: there is no role ringback_nobody\. .*create role.*Nothing was changed/,
    )
    expect(missing.code).toBe(1)
    const malformed = await run('migrate', [], { ...env, DATABASE_APP_ROLE: 'x; drop' })
    expect(malformed.err).toContain('DATABASE_APP_ROLE: must be the name of a role')
  })
})
