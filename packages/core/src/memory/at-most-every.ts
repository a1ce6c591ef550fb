/**
 * Returns a function that gives what `compute` has found in the last `ms`. It begins anew no more often than that, and never
 * beside itself: whoever asks meanwhile shares what it is at. What has failed is not kept.
 */
export function atMostEvery<T>(ms: number, compute: () => Promise<T>): () => Promise<T> {
  let held: { found: Promise<T>; until: number } | undefined

  return async function found() {
    const now = performance.now()
    if (held && now < held.until) return held.found
    const look = { found: compute(), until: Infinity }
    held = look
    look.found.then(
      () => (look.until = now + ms),
      () => (look.until = -Infinity),
    )
    return look.found
  }
}
