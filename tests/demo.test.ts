import { freePort } from '@ringback/local'
import { openTestEngine, startApp, type AppProcess, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

const secret = 'the secret of the demonstration, which is long enough'

let engine: TestEngine
let processes: AppProcess[]
let demoEnv: Record<string, string>
beforeEach(async () => {
  engine = await openTestEngine({ startsAt: new Date() })
  const port = await freePort()
  demoEnv = { RINGBACK_API_URL: `http://127.0.0.1:${port}`, AUTH_JWT_SECRET: secret, DEMO_SPEED: '5' }
  processes = await Promise.all([
    startApp(engine, 'api', 'api listens', {
      API_PORT: String(port),
      AUTH_JWT_SECRET: secret,
      RATE_LIMIT_PER_MINUTE: '0',
    }),
    startApp(engine, 'worker', 'worker started'),
  ])
})
afterEach(async () => {
  await Promise.all(processes.map((process) => process.kill()))
  await engine.close()
})

async function count(table: string, condition = 'true'): Promise<number> {
  const [row] = await engine.sql.unsafe(`select count(*)::int as count from ${table} where ${condition}`)
  return row!.count as number
}

test('the demo fills an empty system and keeps it alive through the API alone', async () => {
  processes.push(await startApp(engine, 'demo', 'demo data ready', demoEnv))
  const kinds = ['queued', 'accepted', 'snoozed', 'claimed', 'completed']
  const seen = async () => {
    const rows = await engine.sql<{ kind: string }[]>`select distinct kind from callback_notifications`
    return rows.map((row) => row.kind)
  }
  await expect.poll(seen, { timeout: 150_000, interval: 500 }).toEqual(expect.arrayContaining(kinds))
  expect(await count('agents')).toBe(12)
  expect(await count('users')).toBe(500)
  expect(await count('call_queue', `queue_type = 'unsigned_users'`)).toBeGreaterThan(0)
  expect(await count('call_queue', `queue_type = 'outstanding_requests'`)).toBeGreaterThan(0)
  expect(await count('call_queue', `queue_type = 'premium_customers'`)).toBeGreaterThan(0)
  expect(await count('agents', `queue_types is not null`)).toBe(6)
  expect(await count('policies', `document ? 'retries' and document ->> 'openingHours' = 'demo-office'`)).toBe(1)
  expect(await count('call_sessions', `direction = 'inbound'`)).toBeGreaterThan(0)

  const toldByTelephony = () => count('call_sessions', 'outcome_from_telephony')
  await expect.poll(toldByTelephony, { timeout: 60_000, interval: 500 }).toBeGreaterThan(0)
  expect(await count('call_sessions', `twilio_call_sid is null and last_outcome_type is not null`)).toBe(0)

  const demo = processes.pop()!
  expect(await demo.stop()).toBe(0)
})
