import { afterEach, expect, test, vi } from 'vitest'
import { batcher } from './batcher.ts'

afterEach(() => void vi.useRealTimers())

test('calls at the same time are handled together, and each gets its own result', async () => {
  const batches: number[][] = []
  const double = batcher<number, number>(
    async (inputs) => {
      batches.push(inputs)
      return inputs.map((n) => (n === 3 ? new Error('three') : n * 2))
    },
    { maxSize: 4, waits: { quietMs: 1, atMostMs: 10 }, atOnce: 2 },
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

test('a batch that is not full waits until nothing has come for a while, and not for ever', async () => {
  vi.useFakeTimers()
  const batches: number[][] = []
  const call = batcher<number, number>(
    async (inputs) => {
      batches.push(inputs)
      return inputs
    },
    { maxSize: 100, atOnce: 2, waits: { quietMs: 10, atMostMs: 35 } },
  )
  for (const n of [1, 2, 3, 4, 5, 6]) {
    expect(batches).toEqual(n < 6 ? [] : [[1, 2, 3, 4, 5]])
    void call(n)
    vi.advanceTimersByTime(9)
  }
  vi.advanceTimersByTime(1)
  expect(batches).toEqual([[1, 2, 3, 4, 5], [6]])
})

test('whose result takes longer keeps no other batch waiting', async () => {
  const call = batcher<number, number>(async ([n]) => [n === 1 ? new Promise(() => {}) : n!], { maxSize: 1, atOnce: 1 })
  void call(1)
  expect(await call(2)).toBe(2)
})

test('when all fails, every caller hears it', async () => {
  const call = batcher<number, number>(() => Promise.reject(new Error('down')), {
    maxSize: 2,
    waits: { quietMs: 1, atMostMs: 10 },
    atOnce: 1,
  })
  await expect(call(1)).rejects.toThrow('down')
})

test('while as many groups as may be are at work, the next one grows', async () => {
  const begun: number[][] = []
  const ends: (() => void)[] = []
  const call = batcher<number, number>(
    (inputs) => {
      begun.push(inputs)
      return new Promise((resolve) => void ends.push(() => resolve(inputs)))
    },
    { maxSize: 3, waits: { quietMs: 1, atMostMs: 10 }, atOnce: 1 },
  )
  const first = call(1)
  await expect.poll(() => begun).toEqual([[1]])
  const others = [2, 3, 4, 5].map(call)
  ends[0]!()
  await first
  await expect.poll(() => begun).toEqual([[1], [2, 3, 4]])
  ends[1]!()
  await expect.poll(() => begun).toEqual([[1], [2, 3, 4], [5]])
  ends[2]!()
  expect(await Promise.all(others)).toEqual([2, 3, 4, 5])
})

/** Handles one batch at a time, each until `finish` is called. */
function gated() {
  const batches: string[][] = []
  let finish = () => {}
  const call = batcher<string, string>(
    async (inputs) => {
      batches.push(inputs)
      await new Promise<void>((resolve) => (finish = resolve))
      return inputs.map((input) => input.toUpperCase())
    },
    { atOnce: 1, maxSize: 3, keyOf: (input) => input },
  )
  return { batches, call, finish: () => finish() }
}

test('calls of the same moment are handled together, and those that come meanwhile when they are done', async () => {
  const { batches, call, finish } = gated()
  const first = [call('a'), call('b')]
  await expect.poll(() => batches).toEqual([['a', 'b']])
  const second = [call('c'), call('d'), call('e'), call('f')]
  finish()
  expect(await Promise.all(first)).toEqual(['A', 'B'])
  await expect.poll(() => batches[1]).toEqual(['c', 'd', 'e'])
  finish()
  await expect.poll(() => batches[2]).toEqual(['f'])
  finish()
  expect(await Promise.all(second)).toEqual(['C', 'D', 'E', 'F'])
})

test('calls of the same key are never in one batch', async () => {
  const { batches, call, finish } = gated()
  const calls = [call('a'), call('a'), call('b')]
  await expect.poll(() => batches).toEqual([['a', 'b']])
  finish()
  await expect.poll(() => batches[1]).toEqual(['a'])
  finish()
  expect(await Promise.all(calls)).toEqual(['A', 'A', 'B'])
})

test('when all fails, every caller hears it, and the next batch has its turn', async () => {
  let isDown = true
  const call = batcher<number, number>(
    async (inputs) => {
      if (isDown) throw new Error('down')
      return inputs
    },
    { atOnce: 1, maxSize: 2, keyOf: (input) => input },
  )
  await expect(Promise.all([call(1), call(2)])).rejects.toThrow('down')
  isDown = false
  expect(await call(3)).toBe(3)
})
