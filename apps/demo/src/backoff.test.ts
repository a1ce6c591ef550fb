import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'
import { seededRandom } from './random.ts'

test('the wait doubles up to a limit, and varies by up to a half', () => {
  const random = seededRandom(1)
  const full = [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]
  for (const [index, ms] of full.entries()) {
    const waits = Array.from({ length: 200 }, () => backoffMs(index + 1, random))
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(ms / 2)
    expect(Math.max(...waits)).toBeLessThanOrEqual(ms)
    expect(new Set(waits).size).toBeGreaterThan(50)
  }
})
