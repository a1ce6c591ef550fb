/** How long clients waited for their answers. */
export interface Timing {
  /** The longest time that an answer took since the last `reset`, in milliseconds. Lost answers do not count. */
  slowestAnswerMs: number
  /** The longest time from an agent's first try to claim to the answer, lost ones and those to come included. */
  slowestClaimMs(): number
  reset(): void
  /** A client begins to ask for something, once or again and again until it is answered. */
  begin(path: string): Waiting
}

export interface Waiting extends Disposable {
  /** What was sent at `askedAt` has been answered. */
  answered(askedAt: number): void
}

export function startTiming(): Timing {
  const claims = new Set<{ since: number }>()
  let slowestClaimMs = 0
  const timing: Timing = {
    slowestAnswerMs: 0,
    slowestClaimMs: () => Math.max(slowestClaimMs, ...[...claims].map(({ since }) => performance.now() - since)),
    reset() {
      timing.slowestAnswerMs = 0
      slowestClaimMs = 0
      for (const claim of claims) claim.since = performance.now()
    },
    begin(path) {
      const claim = { since: performance.now() }
      if (path.endsWith('/next-call')) claims.add(claim)
      return {
        answered(askedAt) {
          const now = performance.now()
          timing.slowestAnswerMs = Math.max(timing.slowestAnswerMs, now - askedAt)
          if (claims.has(claim)) slowestClaimMs = Math.max(slowestClaimMs, now - claim.since)
        },
        [Symbol.dispose]: () => void claims.delete(claim),
      }
    },
  }
  return timing
}
