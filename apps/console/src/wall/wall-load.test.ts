import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectClean, openTestConsole, type TestConsole } from '../testing/console.ts'
import { heapOf } from '../testing/heap.ts'

const promises = 10_000
const atOnce = 5_000
/** Beyond those that the engine of a test gives out. */
const firstUser = 1_000_000
const bursts = 100
const inABurst = 20
const minute = 60_000
/** Bounds of the lists in an overview: overdue and upcoming ones, and the line above them. */
const mostRows = 50 + 100 + 1
const pauseMs = 250
const everyMs = 3_000

let console: TestConsole
beforeAll(async () => {
  console = await openTestConsole()
})
afterAll(() => console.close())

async function schedule(from: number, count: number, inMinutes: (index: number) => number): Promise<void> {
  const now = console.api.engine.time.now().getTime()
  const items = Array.from({ length: count }, (_, index) => ({
    userId: String(firstUser + from + index),
    scheduledFor: new Date(now + inMinutes(index) * minute).toISOString(),
    allowDuplicate: true,
  }))
  expect(await console.api.service.post('/api/callbacks/bulk', { items })).toMatchObject({ status: 200 })
}

test('ten thousand promises and two thousand things that happen leave the wall as small and as quick as it was', async () => {
  const { service, engine } = console.api
  for (let from = 0; from < promises; from += atOnce) {
    const items = Array.from({ length: atOnce }, (_, index) => ({
      userId: String(firstUser + from + index),
      name: `User ${from + index}`,
    }))
    expect(await service.post('/api/users/bulk', { items })).toMatchObject({ status: 200 })
    await schedule(from, atOnce, (index) => (index % 240) - 20)
  }

  const visitor = await console.supervisor()
  const { page } = visitor
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByRole('row').nth(100).waitFor()
  expect(await page.getByRole('row').count()).toBeLessThanOrEqual(mostRows)
  const heapMb = await heapOf(page)
  const before = await heapMb()

  let asked = 0
  page.on('request', (request) => {
    if (request.url().endsWith('/api/overview')) asked += 1
  })
  const begunAt = performance.now()
  for (let burst = 0; burst < bursts; burst += 1) await schedule(burst * inABurst, inABurst, () => 300)
  const last = await engine.addUser()
  await service.put(`/api/users/${last}`, { name: 'Whoever comes last' })
  await engine.addCallback({ userId: last, inMinutes: -60 })
  await page.getByRole('row').filter({ hasText: 'Whoever comes last' }).waitFor()
  const elapsedMs = performance.now() - begunAt

  expect(asked).toBeLessThanOrEqual(elapsedMs / pauseMs + elapsedMs / everyMs + 2)
  expect(await page.getByRole('row').count()).toBeLessThanOrEqual(mostRows)
  expect((await heapMb()) - before).toBeLessThan(10)
  await expectClean(visitor)
})
