/**
 * The entries that a claim of this process could not take, though they wait: a constraint refused what the claim would
 * write, or somebody else has held the row for long. Claims pass over them for a while, and take the next.
 */
export interface PassedOver {
  has(entryId: string): boolean
  ids(): string[]
  add(entryId: string, reason: string): void
  /** Those that nobody has been told of yet, which they are now. */
  takeUntold(): { entryId: string; reason: string }[]
}

const forMs = 5_000

export function passedOverEntries(): PassedOver {
  const entries = new Map<string, { until: number; reason: string; isTold: boolean }>()

  function forgetOld(): void {
    const now = performance.now()
    for (const [id, { until, isTold }] of entries) if (until <= now && isTold) entries.delete(id)
  }

  return {
    has: (entryId) => (entries.get(entryId)?.until ?? 0) > performance.now(),
    ids() {
      forgetOld()
      return [...entries.keys()]
    },
    add(entryId, reason) {
      entries.set(entryId, { until: performance.now() + forMs, reason, isTold: false })
    },
    takeUntold() {
      const untold = [...entries].filter(([, entry]) => !entry.isTold)
      for (const [, entry] of untold) entry.isTold = true
      return untold.map(([entryId, { reason }]) => ({ entryId, reason }))
    },
  }
}
