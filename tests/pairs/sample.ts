import { randomFrom } from '@ringback/testing/random'
import { everything, firstStop, pairsOf, type Filter } from './matrix.ts'
import type { Pair } from './run.ts'
import type { Scene } from './scene.ts'

/** A pair in a state, and where the first step is stopped. */
export interface Sample<Of> {
  scene: Of
  pair: Pair
  isTried: Filter['stop']
}

/**
 * A part of the matrix that is spread evenly: every two steps meet as soon as any meet again, in a state and with a stop
 * that chance chooses. It is the same for the same seed; the first ones of a longer part are those of a shorter one.
 */
export function* samplesOf<Of extends Pick<Scene, 'cast'>>(
  scenes: Of[],
  seed: number,
  count: number,
): Generator<Sample<Of>> {
  const random = randomFrom(seed)
  const meetings = new Map<string, { scene: Of; pair: Pair }[]>()
  for (const scene of scenes) {
    for (const pair of pairsOf(scene, everything)) {
      const key = `${pair.first.name}, ${pair.second.name}`
      meetings.set(key, [...(meetings.get(key) ?? []), { scene, pair }])
    }
  }
  let left = count
  for (;;) {
    for (const places of random.shuffled([...meetings.values()])) {
      if (left-- === 0) return
      const chance = random.below(1_000_000)
      const stopOf = (statements: number) => firstStop + (chance % Math.max(1, statements - 1))
      yield { ...random.pick(places), isTried: (number, statements) => number === stopOf(statements) }
    }
  }
}
