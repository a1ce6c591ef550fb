import { setTimeout as pause } from 'node:timers/promises'

const withinMs = 60_000
const everyMs = 50

/** Asks until the answer is true; throws when it takes longer than anything that still works. */
export async function untilTrue(ask: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(`It took too long until ${what}`)
    await pause(everyMs)
  }
}
