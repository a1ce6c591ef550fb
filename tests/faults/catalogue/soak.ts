import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '../fault.ts'
import { isSound, judge } from '../invariants.ts'

const everyMs = 20_000
const outageMs = 3_000
const shortSoakMs = 1_000

/** One fault after the other in one world, a new one every 20 seconds whether the last one is over or not yet healed. */
export function soakOf(faults: Record<string, Fault>): Fault {
  const candidates = Object.entries(faults).filter(([, fault]) => fault.world === undefined)
  return {
    async inject(world, circumstances) {
      const { random, load, lastsMs, size } = circumstances
      const until = performance.now() + (size === 'short' ? shortSoakMs : lastsMs)
      while (performance.now() < until) {
        const startedAt = performance.now()
        const [name, fault] = random.pick(candidates)
        await fault.inject(world, { ...circumstances, lastsMs: 500 + random.below(outageMs), size: 'short' })
        const verdict = await judge(world, load)
        if (!isSound(verdict)) throw new Error(`After "${name}": ${JSON.stringify(verdict)}`)
        await pause(Math.max(0, Math.min(until, startedAt + everyMs) - performance.now()))
      }
    },
    recoversWithin: 60,
  }
}
