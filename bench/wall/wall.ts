import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { putSession, scheduleCallback } from '@ringback/core'
import { freePort } from '@ringback/local'
import { startApp } from '@ringback/testing/processes'
import { launchChromium } from '../../apps/console/src/testing/chromium.ts'
import { heapOf } from '../../apps/console/src/testing/heap.ts'
import { buildConsole } from '../../scripts/build-console.mjs'
import type { BenchOptions } from '../benchmarks.ts'
import { openBenchEngine, type BenchEngine } from '../engine.ts'
import { agentCount, seedAgents, seedUsers } from '../http/people.ts'
import { tokenOfSupervisor, tokenSecret } from '../http/tokens.ts'
import { compare, quantile, type Comparison } from '../rounds.ts'
import { seedRows } from '../seed.ts'

const promises = 10_000
const eventsPerSecond = 200
/** Between two promises whose pictures are waited for; not in step with what the wall does by itself. */
const pauseMs = 370
const root = join(import.meta.dirname, '../..')

/**
 * The wall of a supervisor in a real Chromium, with 10,000 promises and 200 events a second: how long after a promise is asked for
 * its row is painted, against half a second; the longest time in a row in which each frame took more than 50 ms, against a
 * second; and what the page's heap holds at the end, against what it held after the first seconds.
 */
export async function wall({ services, isQuick, isWhole }: BenchOptions): Promise<Comparison[]> {
  const seconds = isQuick ? 5 : isWhole ? 600 : 60
  await using opened = new AsyncDisposableStack()
  await buildConsole(root)
  const engine = await openBenchEngine(services, 'wall')
  opened.defer(() => engine.close())
  await seedRows(engine.databaseUrl, async (sql) => {
    await seedAgents(sql)
    await seedUsers(sql, promises)
    // From twenty minutes ago until in 220.
    await sql`
      insert into callbacks (user_id, scheduled_for, callback_reason, preferred_agent_id, created_at, updated_at)
      select id, now() + (id % 240 - 20) * interval '1 minute', 'Contract questions', 1 + id % ${agentCount}::int, now(), now()
      from users`
  })
  const port = await freePort()
  const env = { API_PORT: String(port), AUTH_JWT_SECRET: tokenSecret, AGENT_TIMEOUT_SECONDS: '0' }
  const api = await startApp(engine, 'api', 'api listens at', env)
  opened.defer(async () => void (await api.stop()))
  const url = `http://127.0.0.1:${port}`

  const browser = await launchChromium({ isWhole: true })
  opened.defer(() => browser.close())
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const signedIn = await context.request.post(`${url}/api/session`, { data: { token: await tokenOfSupervisor() } })
  if (!signedIn.ok()) throw new Error(`POST /api/session was answered ${signedIn.status()}`)
  const page = await context.newPage()
  await page.addInitScript({ path: join(import.meta.dirname, 'page.js') })
  await page.goto(`${url}/wall`)
  await page.getByText('Live', { exact: true }).waitFor()
  const heapMb = await heapOf(page)

  const late = Date.now() - 60 * 60_000
  let shown = 0
  /** Promises a call that is the latest of all, so that its row is the first, and says how long it took to be painted. */
  async function millisecondsToPicture(): Promise<number> {
    const userId = String((shown += 1))
    const name = `Measured ${userId}`
    await engine.sql`update users set name = ${name} where id = ${userId}`
    const askedAt = Date.now()
    const scheduledFor = new Date(late - shown * 1_000)
    await scheduleCallback(engine.deps, { userId, scheduledFor, allowDuplicate: true })
    return (await page.evaluate<number>(`measured.painted(${JSON.stringify(name)})`)) - askedAt
  }

  async function takePictures(forSeconds: number): Promise<number[]> {
    const until = performance.now() + forSeconds * 1_000
    const pictures: number[] = []
    while (performance.now() < until) {
      pictures.push(await millisecondsToPicture())
      await delay(pauseMs)
    }
    return pictures
  }

  let rounds = 0
  let heapBefore = Number.NaN
  async function atWork() {
    const isWarmUp = rounds === 0
    rounds += 1
    await page.evaluate('measured.longestStallMs = 0')
    let isOver = false
    const [pictures] = await Promise.all([
      takePictures(isWarmUp ? 5 : seconds).finally(() => (isOver = true)),
      keepHappening(engine, () => isOver),
    ])
    const stall = await page.evaluate<number>('measured.longestStallMs')
    const heap = await heapMb()
    if (isWarmUp) heapBefore = heap
    return { picture: quantile(pictures, 0.95), stall, heap }
  }

  return await compare(1, [
    {
      name: 'wall',
      ours: atWork,
      rival: async () => ({ picture: 500, stall: 1_000, heap: heapBefore }),
      goals: {
        picture: { unit: 'ms to the picture, p95', atMost: 1 },
        stall: { unit: 'ms of long frames', atMost: 1 },
        heap: { unit: 'MB of heap', atMost: 1.1 },
      },
    },
  ])
}

/** Agents change their status, 200 a second in turn, until it is over. */
async function keepHappening({ deps }: BenchEngine, isOver: () => boolean): Promise<void> {
  const began = performance.now()
  const changing = new Set<Promise<unknown>>()
  for (let n = 0; !isOver(); n += 1) {
    await delay(Math.max(0, began + (n * 1_000) / eventsPerSecond - performance.now()))
    const status = Math.floor(n / agentCount) % 2 === 0 ? 'away' : 'busy'
    const change = putSession(deps, { agentId: 1 + (n % agentCount), status })
    changing.add(change)
    void change.finally(() => changing.delete(change))
  }
  await Promise.all(changing)
}
