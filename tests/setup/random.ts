/** Chance that is the same for the same seed. */
export interface Random {
  /** A whole number from 0 to below `count`. */
  below(count: number): number
  pick<Item>(items: readonly Item[]): Item
  /** True `percent` times of a hundred. */
  chance(percent: number): boolean
}

/** Marsaglia's xorshift on 32 bits: enough for choosing among things. */
export function randomFrom(seed: number): Random {
  let state = seed | 0 || 1
  function below(count: number): number {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % count
  }
  return { below, pick: (items) => items[below(items.length)]!, chance: (percent) => below(100) < percent }
}
