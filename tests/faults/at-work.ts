import { connect } from '@ringback/db'
import { freePort } from '@ringback/local'
import { SignJWT } from 'jose'
import { expect } from 'vitest'
import { createTestDatabase, startApp } from '../setup/index.ts'
import { countOpen, judge, lanesAreInSync, type Verdict } from './invariants.ts'
import { startLoad } from './load.ts'
import type { World } from './world.ts'

const secret = 'the secret of those at work while Redis is broken'
const workerCount = 2

/** What the judge says when all is well. */
export const allWell = { lost: 0, doubled: 0, broken: [] }

/** An API and two workers on some Redis, with clients at work. */
export interface AtWork {
  world: Pick<World, 'apiUrl' | 'token' | 'sql'>
  /** Waits until so many more calls have had an outcome. */
  goesOn(calls: number): Promise<void>
  /** Has something happen while work is done, sees work go on and the lanes equal Postgres, and judges. */
  through(fault: () => Promise<void>): Promise<Verdict>
  /** Waits until all promises are kept, with no more being made, and judges. */
  toTheEnd(): Promise<Verdict>
  stop(): Promise<void>
}

export async function startWorkOn(redisUrl: string, redisPrefix: string): Promise<AtWork> {
  const database = await createTestDatabase()
  const sql = connect(database.url, { max: 2 })
  const apiPort = await freePort()
  const place = { databaseUrl: database.url, redisUrl, redisPrefix }
  const env = {
    API_PORT: String(apiPort),
    AUTH_JWT_SECRET: secret,
    AGENT_TIMEOUT_SECONDS: '20',
    RATE_LIMIT_PER_MINUTE: '0',
  }
  const apps = await Promise.all([
    startApp(place, 'api', 'api listens', env),
    ...Array.from({ length: workerCount }, () => startApp(place, 'worker', 'worker started', env)),
  ])
  // Load and judge use no more of a world than this.
  const world = {
    apiUrl: `http://127.0.0.1:${apiPort}`,
    sql,
    token: (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime('2h')
        .sign(new TextEncoder().encode(secret)),
  } as World
  const load = await startLoad(world)
  const goesOn = (calls: number) =>
    expect.poll(() => load.outcomes.size, { timeout: 60_000, interval: 50 }).toBeGreaterThan(load.outcomes.size + calls)

  return {
    world,
    goesOn,
    async through(fault) {
      await goesOn(10)
      await fault()
      await goesOn(20)
      await expect.poll(() => lanesAreInSync(world), { timeout: 30_000, interval: 250 }).toBe(true)
      return judge(world, load)
    },
    async toTheEnd() {
      load.stopPromising()
      await expect.poll(() => countOpen(world), { timeout: 90_000, interval: 250 }).toBe(0)
      return judge(world, load)
    },
    async stop() {
      await load.stop()
      await Promise.all(apps.map((app) => app.kill()))
      await sql.end({ timeout: 1 })
      await database.drop()
    },
  }
}
