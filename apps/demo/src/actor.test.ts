import { RingbackError } from '@ringback/client'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { runActor } from './actor.ts'
import { systemClock } from './clock.ts'
import { seededRandom } from './random.ts'

function actor() {
  const stopped = new AbortController()
  const waits: number[] = []
  const logged: { msg: string }[] = []
  const sleep = async (ms: number) => {
    waits.push(ms)
  }
  const log = pino({}, { write: (line: string) => logged.push(JSON.parse(line)) })
  const clock = { now: () => new Date(0), sleep, pause: sleep }
  return { stopped, waits, logged, deps: { clock, random: seededRandom(1), signal: stopped.signal, log } }
}

test('a step that fails is followed by a growing wait and the next; only what is no outage is an error', async () => {
  const { stopped, waits, logged, deps } = actor()
  let steps = 0
  await runActor(deps, async () => {
    steps += 1
    if (steps <= 2) throw new RingbackError('unreachable', 'GET /x: ECONNREFUSED')
    if (steps === 3) throw new TypeError('a bug')
    if (steps === 5) stopped.abort()
  })
  expect(steps).toBe(5)
  expect(waits).toHaveLength(3)
  expect(waits[2]).toBeGreaterThan(waits[0] ?? Number.POSITIVE_INFINITY)
  expect(logged.map(({ msg }) => msg)).toEqual(['step failed'])
})

test('stopping ends a wait at once, and is no failure', async () => {
  const { stopped, logged, deps } = actor()
  const clock = systemClock({ speed: 1, signal: stopped.signal })
  const running = runActor({ ...deps, clock }, () => clock.pause(3_600))
  stopped.abort()
  await expect(running).resolves.toBeUndefined()
  expect(logged).toEqual([])
})
