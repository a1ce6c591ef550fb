import { expect, test } from 'vitest'
import { batcher } from './batcher.ts'

test('calls at the same time are handled together, and each gets its own result', async () => {
  const batches: number[][] = []
  const double = batcher<number, number>(
    async (inputs) => {
      batches.push(inputs)
      return inputs.map((n) => (n === 3 ? new Error('three') : n * 2))
    },
    { maxSize: 4, waitMs: 1 },
  )
  const results = await Promise.allSettled([1, 2, 3, 4, 5].map(double))
  expect(batches).toEqual([[1, 2, 3, 4], [5]])
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'refused'))).toEqual([
    2,
    4,
    'refused',
    8,
    10,
  ])
})

test('when all fails, every caller hears it', async () => {
  const call = batcher<number, number>(() => Promise.reject(new Error('down')), { maxSize: 2, waitMs: 1 })
  await expect(call(1)).rejects.toThrow('down')
})
