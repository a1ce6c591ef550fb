/**
 * Fetches what is opened later, one after the other and when nothing else is to be done: the connection may be lost by then. What
 * cannot be fetched is tried again when it is opened.
 *
 * @returns ends it
 */
export function loadWhenIdle(loads: readonly (() => Promise<unknown>)[]): () => void {
  // Safari has no idle callbacks.
  const isIdle = 'requestIdleCallback' in globalThis
  const wait = (then: () => void) => (isIdle ? requestIdleCallback(then) : setTimeout(then, 200))
  let waiting = wait(() => void next([...loads]))
  async function next([load, ...rest]: (() => Promise<unknown>)[]) {
    if (!load) return
    await load().catch(() => {})
    waiting = wait(() => void next(rest))
  }
  return () => (isIdle ? cancelIdleCallback(waiting as number) : clearTimeout(waiting))
}
