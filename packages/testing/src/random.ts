/** Chance that is the same for the same seed. */
export interface Random {
  /** A whole number from 0 to below `count`. */
  below(count: number): number
  pick<Item>(items: readonly Item[]): Item
  /** True `percent` times of a hundred. */
  chance(percent: number): boolean
  /** The same items in an order that chance chooses. */
  shuffled<Item>(items: readonly Item[]): Item[]
}

/** Makes seeds that are neighbours begin far from each other. */
const goldenRatio = 0x9e3779b1

/** Marsaglia's xorshift on 32 bits: enough for choosing among things. */
export function randomFrom(seed: number): Random {
  let state = Math.imul(seed, goldenRatio) || 1
  function below(count: number): number {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % count
  }
  function shuffled<Item>(items: readonly Item[]): Item[] {
    const mixed = [...items]
    for (let last = mixed.length - 1; last > 0; last--) {
      const other = below(last + 1)
      ;[mixed[last], mixed[other]] = [mixed[other]!, mixed[last]!]
    }
    return mixed
  }
  return { below, pick: (items) => items[below(items.length)]!, chance: (percent) => below(100) < percent, shuffled }
}
