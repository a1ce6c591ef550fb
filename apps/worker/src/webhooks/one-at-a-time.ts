/** Runs `work` one at a time: asked for while it is at work, it is done once more, for all who asked meanwhile. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let isAskedAgain = false

  async function run() {
    do {
      isAskedAgain = false
      await work()
    } while (isAskedAgain)
  }

  return () => {
    if (running) isAskedAgain = true
    running ??= run().finally(() => (running = undefined))
    return running
  }
}
