import { expect, test } from 'vitest'
import { together } from './together.ts'

/** Handles one batch at a time, each until `finish` is called. */
function gated() {
  const batches: string[][] = []
  let finish = () => {}
  const call = together<string, string>(
    async (inputs) => {
      batches.push(inputs)
      await new Promise<void>((resolve) => (finish = resolve))
      return inputs.map((input) => (input === 'bad' ? new Error('bad') : input.toUpperCase()))
    },
    { maxAtOnce: 1, maxSize: 3, keyOf: (input) => input },
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

test('a result that is an error fails its caller alone', async () => {
  const { batches, call, finish } = gated()
  const calls = Promise.allSettled([call('a'), call('bad')])
  await expect.poll(() => batches).toHaveLength(1)
  finish()
  expect((await calls).map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
})

test('when all fails, every caller hears it, and the next batch has its turn', async () => {
  let isDown = true
  const call = together<number, number>(
    async (inputs) => {
      if (isDown) throw new Error('down')
      return inputs
    },
    { maxAtOnce: 1, maxSize: 2, keyOf: (input) => input },
  )
  await expect(Promise.all([call(1), call(2)])).rejects.toThrow('down')
  isDown = false
  expect(await call(3)).toBe(3)
})
