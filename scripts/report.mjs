import process from 'node:process'

/** An error for the person at the terminal: shown as this text alone, without a stack trace. */
export function explain(explanation) {
  return Object.assign(new Error(explanation), { explanation })
}

/**
 * Shows that a long step goes on: a line with the seconds that have passed, rewritten every second on a terminal,
 * printed every ten seconds elsewhere.
 *
 * @returns a function that ends the display
 */
export function showProgress(title) {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  const live = process.stderr.isTTY
  process.stderr.write(live ? `${title} …` : `${title} …\n`)
  const timer = setInterval(
    () => process.stderr.write(live ? `\r${title} … ${seconds()} s` : `  … ${seconds()} s\n`),
    live ? 1_000 : 10_000,
  )
  return () => {
    clearInterval(timer)
    if (live) process.stderr.write(`\r${title} … done in ${seconds()} s\n`)
  }
}
