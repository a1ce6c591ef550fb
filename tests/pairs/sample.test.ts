import { expect, test } from 'vitest'
import { everything, pairsOf } from './matrix.ts'
import { samplesOf, type Sample } from './sample.ts'

const scenes = [
  { cast: {} },
  { cast: { promise: 'p' } },
  { cast: { promise: 'p', second: 's', call: 'c', entry: '1' } },
]
const namesOf = ({ pair }: Sample<unknown>) => `${pair.first.name}, ${pair.second.name}`
const meetings = new Set(
  scenes.flatMap((scene) => pairsOf(scene, everything)).map(({ first, second }) => `${first.name}, ${second.name}`),
).size

test('every two steps that a state allows meet before any meet again', () => {
  const names = [...samplesOf(scenes, 1, meetings)].map(namesOf)
  expect(new Set(names).size).toBe(meetings)
  expect([...samplesOf(scenes, 1, 2 * meetings)].map(namesOf).toSorted()).toEqual([...names, ...names].toSorted())
})

test('the same seed gives the same part, another seed another one', () => {
  const partOf = (seed: number) =>
    [...samplesOf(scenes, seed, 50)].map((sample) => [
      namesOf(sample),
      scenes.indexOf(sample.scene as never),
      [2, 3, 4, 5, 6, 7, 8].find((number) => sample.isTried(number, 8)),
    ])
  expect(partOf(7)).toEqual(partOf(7))
  expect(partOf(7)).not.toEqual(partOf(8))
})

test('a step is stopped once, wherever it may be stopped', () => {
  const stops = [...samplesOf(scenes, 3, 500)].map(({ isTried }) => [2, 3, 4, 5].filter((number) => isTried(number, 5)))
  for (const stop of stops) expect(stop).toHaveLength(1)
  expect(new Set(stops.flat())).toEqual(new Set([2, 3, 4, 5]))
})
