import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { openTestEngine, startApp, startRedis, type AppProcess } from '@ringback/testing'
import { startProxy, type Proxy } from '@ringback/testing/proxy'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentAfterMs } from './beat.ts'

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ringback-health-'))
})
afterAll(() => rmSync(home, { recursive: true }))

interface Health {
  code: number
  said: string
}

function askHealth(beatFile?: string): Promise<Health> {
  const env = beatFile === undefined ? {} : { WORKER_BEAT_FILE: beatFile }
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, 'health.ts')], { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), said: out + err }),
    )
  })
}

test('a worker that has never beaten is not healthy, nor one that nobody can ask', async () => {
  const beatFile = join(home, 'none')
  expect(await askHealth(beatFile)).toEqual({ code: 1, said: `No worker has beaten in ${beatFile} yet.\n` })
  expect(await askHealth()).toEqual({ code: 1, said: expect.stringContaining('WORKER_BEAT_FILE is not set') })
})

test.each([
  ['too old', -silentAfterMs - 1_000],
  ['of a clock that was set back since', silentAfterMs + 60_000],
])('a beat that is %s is none', async (_, fromNowMs) => {
  const beatFile = join(home, 'beat')
  writeFileSync(beatFile, '')
  expect((await askHealth(beatFile)).code).toBe(0)
  const beatAt = new Date(Date.now() + fromNowMs)
  utimesSync(beatFile, beatAt, beatAt)
  expect(await askHealth(beatFile)).toEqual({ code: 1, said: expect.stringContaining(beatAt.toISOString()) })
})

interface RunningParts {
  postgres: Proxy
  redis: Awaited<ReturnType<typeof startRedis>>
  worker: AppProcess
}

/** Starts a worker on a Redis of its own, and on Postgres through a proxy of its own. */
async function startParts(beatFile: string, parts: AsyncDisposableStack): Promise<RunningParts> {
  const redis = await startRedis()
  parts.defer(() => redis.stop())
  const engine = await openTestEngine({ redisUrl: redis.url, startsAt: new Date() })
  parts.defer(() => engine.close())
  const url = new URL(engine.databaseUrl)
  const postgres = await startProxy(Number(url.port))
  parts.defer(() => postgres.close())
  url.port = String(postgres.port)
  const places = { ...engine, databaseUrl: url.href }
  const worker = await startApp(places, 'worker', 'worker started', { WORKER_BEAT_FILE: beatFile })
  parts.defer(() => worker.kill())
  return { postgres, redis, worker }
}

test.concurrent.for<[string, (parts: RunningParts) => void, (parts: RunningParts) => void]>([
  [
    'Postgres does not answer it',
    ({ postgres }) => postgres.set({ kind: 'blackhole' }),
    ({ postgres }) => postgres.set({ kind: 'pass' }),
  ],
  [
    'Redis does not answer it',
    ({ redis }) => process.kill(redis.pid, 'SIGSTOP'),
    ({ redis }) => process.kill(redis.pid, 'SIGCONT'),
  ],
  [
    'it is stuck',
    ({ worker }) => process.kill(worker.pid, 'SIGSTOP'),
    ({ worker }) => process.kill(worker.pid, 'SIGCONT'),
  ],
])(
  'a running worker is not healthy while %s, and is afterwards',
  // The global expect belongs to the test that began last.
  async ([reason, breaks, mends], one) => {
    await using stack = new AsyncDisposableStack()
    const file = join(home, reason)
    const parts = await startParts(file, stack)
    const expectHealth = (code: number) =>
      one.expect.poll(async () => (await askHealth(file)).code, { timeout: 60_000, interval: 500 }).toBe(code)

    await expectHealth(0)
    breaks(parts)
    stack.defer(() => mends(parts))
    await expectHealth(1)
    mends(parts)
    await expectHealth(0)
  },
)
