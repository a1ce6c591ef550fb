import { describe, expect, test } from 'vitest'
import { type Random, seededRandom } from './random.ts'

const draw = (count: number, next: () => number) => Array.from({ length: count }, next)
const fractions = (count: number, random: Random) => draw(count, () => random.fraction())

describe('a seeded source', () => {
  test('gives the same values for the same seed, and others for another', () => {
    const values = fractions(50, seededRandom(7))
    expect(fractions(50, seededRandom(7))).toEqual(values)
    expect(fractions(50, seededRandom(8))).not.toEqual(values)
  })

  test('spreads its fractions evenly from 0 to 1', () => {
    const tenths = Array.from({ length: 10 }, () => 0)
    for (const value of fractions(20_000, seededRandom(1))) {
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThan(1)
      const tenth = Math.floor(value * 10)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200)
  })

  test('reaches both ends of a range of whole numbers', () => {
    const random = seededRandom(3)
    expect(new Set(draw(500, () => random.integer(4, 7)))).toEqual(new Set([4, 5, 6, 7]))
  })

  test('draws keys by their weight, and never one of weight 0', () => {
    const random = seededRandom(5)
    const drawn = Array.from({ length: 10_000 }, () => random.weighted({ often: 3, seldom: 1, never: 0 }))
    const share = drawn.filter((key) => key === 'often').length / drawn.length
    expect(share).toBeCloseTo(0.75, 1)
    expect(drawn).not.toContain('never')
    expect(() => random.weighted({ never: 0 })).toThrow(RangeError)
  })

  test('waits for the mean on average', () => {
    const random = seededRandom(9)
    const waits = draw(20_000, () => random.untilNext(30))
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0)
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length
    expect(mean).toBeGreaterThan(29)
    expect(mean).toBeLessThan(31)
  })

  test('shuffles without losing anything and leaves the original alone', () => {
    const items = fractions(100, seededRandom(2))
    const before = [...items]
    const shuffled = seededRandom(2).shuffled(items)
    expect(items).toEqual(before)
    expect(shuffled).not.toEqual(items)
    expect(shuffled).toHaveLength(items.length)
    expect(new Set(shuffled)).toEqual(new Set(items))
  })

  test('refuses to pick from nothing', () => {
    expect(() => seededRandom(1).pick([])).toThrow(RangeError)
  })
})

test('a fork does not depend on what its origin has drawn, only on its label', () => {
  const origin = seededRandom(11)
  const early = fractions(20, origin.fork('agent 1'))
  origin.fraction()
  expect(fractions(20, origin.fork('agent 1'))).toEqual(early)
  expect(fractions(20, origin.fork('agent 2'))).not.toEqual(early)
})
