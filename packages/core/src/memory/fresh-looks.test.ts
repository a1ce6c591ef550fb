import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { freshLooks } from './fresh-looks.ts'

/** Looks that end when they are told to. */
function looksAt(ms: number) {
  const begun: PromiseWithResolvers<string>[] = []
  const look = freshLooks(ms, () => {
    begun.push(Promise.withResolvers())
    return begun.at(-1)!.promise
  })
  return { begun, look }
}

test('who asks while a look goes on is given the next one, which all share who do', async () => {
  const { begun, look } = looksAt(0)
  const first = look()
  await turn()
  expect(begun).toHaveLength(1)
  const others = [look(), look()]
  await turn()
  expect(begun).toHaveLength(1)
  begun[0]!.resolve('before')
  expect(await first).toBe('before')
  await expect.poll(() => begun.length).toBe(2)
  begun[1]!.resolve('after')
  expect(await Promise.all(others)).toEqual(['after', 'after'])
})

test('looks begin some time apart, and the first one at once', async () => {
  const begunAt: number[] = []
  const look = freshLooks(50, async () => begunAt.push(performance.now()))
  await look()
  await look()
  await look()
  expect(begunAt[1]! - begunAt[0]!).toBeGreaterThan(48) // A timer counts whole milliseconds.
  expect(begunAt[2]! - begunAt[1]!).toBeGreaterThan(48)
})

test('one that fails is told to those who wait for it, and the next one is made', async () => {
  const { begun, look } = looksAt(0)
  const failing = [look(), look()]
  await turn()
  begun[0]!.reject(new Error('away'))
  for (const one of failing) await expect(one).rejects.toThrow('away')
  const next = look()
  await expect.poll(() => begun.length).toBe(2)
  begun[1]!.resolve('back')
  expect(await next).toBe('back')
})
