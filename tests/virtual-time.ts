import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestEngine } from '@ringback/testing'
import { vi } from 'vitest'
import type { Clock } from '../apps/demo/src/clock.ts'

interface Sleeper {
  until: number
  wake: () => void
}

const stepMs = 2_000
const settlesWithinMs = 30_000

/**
 * Lets the time of an engine pass for those who sleep by it, in an instant: it goes on two seconds whenever all of them
 * sleep again, and `duties` is what the system does of itself meanwhile.
 */
export function virtualTime(engine: TestEngine, duties: (passedMs: number) => Promise<unknown>) {
  const sleepers = new Set<Sleeper>()
  let passedMs = 0

  const sleep = (ms: number, onSleeper: (it: Sleeper) => void = () => {}) =>
    new Promise<void>((wake) => {
      const sleeper = { until: engine.time.now().getTime() + ms, wake }
      sleepers.add(sleeper)
      onSleeper(sleeper)
    })

  /** For programs of the shell: answers `GET /30` when thirty seconds have passed. */
  const server = createServer((request, response) => {
    void sleep(Number(request.url?.slice(1)) * 1_000, (sleeper) => {
      response.once('close', () => sleepers.delete(sleeper))
    }).then(() => response.end())
  })

  const settled = (count: number) =>
    vi.waitUntil(() => sleepers.size === count, { timeout: settlesWithinMs, interval: 2 })

  return {
    /** The clock of the demo. */
    clock: {
      now: () => engine.time.now(),
      sleep: (ms) => sleep(ms),
      pause: (seconds) => sleep(seconds * 1_000),
    } satisfies Clock,
    /** Resolves when exactly so many sleep. */
    settled,
    async listen(): Promise<string> {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    /** Lets time pass while `count` sleep by it. */
    async pass(seconds: number, count: number): Promise<void> {
      for (const end = passedMs + seconds * 1_000; passedMs < end;) {
        await settled(count)
        passedMs += stepMs
        engine.time.advance(stepMs)
        await duties(passedMs)
        const now = engine.time.now().getTime()
        for (const sleeper of [...sleepers].filter(({ until }) => until <= now)) {
          sleepers.delete(sleeper)
          sleeper.wake()
        }
      }
      await settled(count)
    },
    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
