/**
 * Runs in the page whose wall is measured, and knows when a row was first painted, by what it says, and the longest time in a row
 * in which each frame took too long.
 */
const longFrameMs = 50

globalThis.measured = { painted, longestStallMs: 0 }

/** By name, when it was painted by the clock, and who waits for that. */
const paintedAt = new Map()
const waiting = new Map()

function painted(name) {
  return paintedAt.get(name) ?? new Promise((resolve) => waiting.set(name, resolve))
}

let frameBefore = performance.now()
let stallBegan
requestAnimationFrame(function onFrame(at) {
  if (at - frameBefore > longFrameMs) {
    stallBegan ??= frameBefore
    globalThis.measured.longestStallMs = Math.max(globalThis.measured.longestStallMs, at - stallBegan)
  } else {
    stallBegan = undefined
  }
  frameBefore = at
  requestAnimationFrame(onFrame)
})

new MutationObserver((changes) => {
  const added = changes.flatMap(({ addedNodes }) => [...addedNodes].map(({ textContent }) => textContent ?? ''))
  const names = added.flatMap((text) => text.match(/Measured \d+/g) ?? [])
  if (names.length === 0) return
  // What is posted from within a frame comes after it was painted.
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      for (const name of names) {
        if (!paintedAt.has(name)) paintedAt.set(name, Date.now())
        waiting.get(name)?.(paintedAt.get(name))
      }
    })
    port1.start()
    port2.postMessage(undefined)
  })
}).observe(document, { childList: true, subtree: true })
