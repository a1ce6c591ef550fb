type Pickable = string | number | object

/** Repeatable chance: two sources with the same seed give the same values in the same order. */
export interface Random {
  /** A number from 0 (included) to 1 (excluded). */
  fraction(): number
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number
  /** True with the probability `share` (0 to 1). */
  chance(share: number): boolean
  /** One of `items`. Throws a RangeError when there is none. */
  pick<T extends Pickable>(items: readonly T[]): T
  /** One of the keys, each as likely as its weight is large; weights need not add up to 1. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K
  /** The time until the next of many independent events that come `mean` apart on average, in the unit of `mean`. */
  untilNext(mean: number): number
  /** A copy of `items` in random order. */
  shuffled<T>(items: readonly T[]): T[]
  /** A source of its own for one actor, so that its values do not depend on what the others do meanwhile. */
  fork(label: string): Random
}

/** Makes a source from a seed: a whole number, of which the low 32 bits count. */
export function seededRandom(seed: number): Random {
  const fraction = uniformFractions(seed)
  const integer = (min: number, max: number) => min + Math.floor(fraction() * (max - min + 1))

  const pick = <T extends Pickable>(items: readonly T[]): T => {
    const item = items[integer(0, items.length - 1)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  const weighted = <K extends string>(weights: Readonly<Record<K, number>>): K => {
    let rest = fraction() * Object.values<number>(weights).reduce((sum, weight) => sum + weight, 0)
    let last: K | undefined
    for (const key in weights) {
      if (weights[key] <= 0) continue
      rest -= weights[key]
      if (rest < 0) return key
      last = key
    }
    // Rounding may leave a rest of exactly 0 after the last choice.
    if (last === undefined) throw new RangeError('no weight above 0')
    return last
  }

  const shuffled = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, place: fraction() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ item }) => item)

  return {
    fraction,
    integer,
    chance: (share) => fraction() < share,
    pick,
    weighted,
    untilNext: (mean) => -mean * Math.log(1 - fraction()),
    shuffled,
    fork: (label) => seededRandom(seed ^ hashOf(label)),
  }
}

/** A Weyl sequence of 32 bits, each step scrambled by two rounds of multiply and shift. */
function uniformFractions(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let bits = state
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
  }
}

/** FNV-1a over UTF-16 code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
