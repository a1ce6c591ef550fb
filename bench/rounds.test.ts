import { expect, test } from 'vitest'
import { compare, isMet, type Measure } from './rounds.ts'

const goals = { rate: { unit: 'callbacks/s', atLeast: 2 } }

/** A side that takes its figures from a list, and notes that it was asked. */
function side(name: string, figures: number[], asked: string[]): Measure<'rate'> {
  const left = [...figures]
  return async () => {
    asked.push(name)
    return { rate: left.shift()! }
  }
}

test('a side of several contests is measured once a round, the order is reversed, and the first round does not count', async () => {
  const asked: string[] = []
  const ours = side('ours', [1_000, 30, 40, 20], asked)
  const slow = side('slow', [1, 10, 20, 5], asked)
  const fast = side('fast', [1, 60, 40, 100], asked)
  const comparisons = await compare(3, [
    { name: 'against slow', ours, rival: slow, goals },
    { name: 'against fast', ours, rival: fast, goals },
  ])
  const forth = ['ours', 'slow', 'fast']
  const back = forth.toReversed()
  expect(asked).toEqual([...forth, ...back, ...forth, ...back])
  expect(comparisons).toEqual([
    { name: 'against slow', goal: goals.rate, ours: 30, rival: 10, ratio: 3, spread: [2, 4] },
    { name: 'against fast', goal: goals.rate, ours: 30, rival: 60, ratio: 0.5, spread: [0.2, 1] },
  ])
})

test('each metric is compared by itself, and an even number of rounds has the middle of the two middle ones', async () => {
  const figures = [1, 2, 4]
  const comparisons = await compare(2, [
    {
      name: 'both',
      ours: async () => ({ rate: figures.shift()!, latency: 10 }),
      rival: async () => ({ rate: 1, latency: 20 }),
      goals: { rate: { unit: 'a second', atLeast: 1 }, latency: { unit: 'ms', atMost: 1 } },
    },
  ])
  expect(comparisons).toMatchObject([
    { goal: { unit: 'a second' }, ours: 3, rival: 1, ratio: 3 },
    { goal: { unit: 'ms' }, ours: 10, rival: 20, ratio: 0.5 },
  ])
})

test.each([
  { ratio: 0.7, goal: { unit: '', atLeast: 0.7 }, tolerance: 1, met: true },
  { ratio: 0.69, goal: { unit: '', atLeast: 0.7 }, tolerance: 1, met: false },
  { ratio: 0.14, goal: { unit: '', atLeast: 0.7 }, tolerance: 5, met: true },
  { ratio: 0.13, goal: { unit: '', atLeast: 0.7 }, tolerance: 5, met: false },
  { ratio: 1.2, goal: { unit: '', atMost: 1.2 }, tolerance: 1, met: true },
  { ratio: 1.21, goal: { unit: '', atMost: 1.2 }, tolerance: 1, met: false },
  { ratio: 6, goal: { unit: '', atMost: 1.2 }, tolerance: 5, met: true },
  { ratio: 6.1, goal: { unit: '', atMost: 1.2 }, tolerance: 5, met: false },
])('a ratio of $ratio, goal $goal, tolerance $tolerance: met is $met', ({ ratio, goal, tolerance, met }) => {
  expect(isMet({ name: '', ours: 1, rival: 1, ratio, spread: [ratio, ratio], goal }, tolerance)).toBe(met)
})
