import { afterEach, expect, test, vi } from 'vitest'
import { atMostEvery } from './at-most-every.ts'

afterEach(() => void vi.restoreAllMocks())

test('what was found is given for so long, then it is looked for again', async () => {
  const time = vi.spyOn(performance, 'now').mockReturnValue(0)
  let looks = 0
  const found = atMostEvery(1_000, async () => (looks += 1))
  expect(await found()).toBe(1)
  time.mockReturnValue(999)
  expect(await found()).toBe(1)
  time.mockReturnValue(1_000)
  expect([await found(), await found()]).toEqual([2, 2])
})

test('who asks while a look goes on shares it, however long that takes', async () => {
  const time = vi.spyOn(performance, 'now').mockReturnValue(0)
  const looks: PromiseWithResolvers<string>[] = []
  const found = atMostEvery(1_000, () => {
    looks.push(Promise.withResolvers())
    return looks.at(-1)!.promise
  })
  const first = found()
  time.mockReturnValue(60_000)
  const second = found()
  expect(looks).toHaveLength(1)
  looks[0]!.resolve('once')
  expect(await Promise.all([first, second])).toEqual(['once', 'once'])
})

test('a failure is told to those who share it, and not kept', async () => {
  vi.spyOn(performance, 'now').mockReturnValue(0)
  let looks = 0
  const found = atMostEvery(1_000, async () => {
    looks += 1
    if (looks === 1) throw new Error('away')
    return 'back'
  })
  await Promise.all([expect(found()).rejects.toThrow('away'), expect(found()).rejects.toThrow('away')])
  expect(await found()).toBe('back')
})
