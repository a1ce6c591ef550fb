import { setTimeout as pause } from 'node:timers/promises'
import { firstWithHours, firstWhoRefuses, withHours, type Crew } from './crew.ts'
import { promiseTo } from './customers.ts'
import { countries } from './policies.ts'

const minuteMs = 60_000
const untilPoliciesAreKnownMs = 6_000
const everyMs = 1_500
/** Two of them have one number. */
const pairsRemembered = 4

/**
 * Customers who may not be called at any time are promised calls: now, or at the next opening; or in the last moments of a
 * minute in which they may be called, so that no agent comes in time.
 */
export async function promiseInHours(crew: Crew): Promise<void> {
  const { random, promising } = crew
  const service = await crew.client({ role: 'service' })
  const start = performance.now()
  for (let id = firstWithHours; id < firstWithHours + withHours; id++) {
    const { region, timeZone } = countries[id % 2]!
    await service.call('PUT', `/api/users/${id}`, { name: `User ${id}`, region, timeZone })
  }
  await pause(Math.max(0, untilPoliciesAreKnownMs - (performance.now() - start)))
  while (!promising.aborted) {
    const id = firstWithHours + random.below(withHours)
    await promiseTo(crew, service, String(id), {
      at: random.chance(50) ? new Date() : justBeforeClosing(id, random.pick([1, 20, 200])),
      whenClosed: 'next-opening',
    })
    await pause(everyMs)
  }
}

/** So many milliseconds before the end of the minute in which that customer may be called, this one or the next. */
function justBeforeClosing(id: number, ms: number): Date {
  const minute = Math.floor(Date.now() / minuteMs)
  const open = minute % 2 === id % 2 ? minute : minute + 1
  return new Date((open + 1) * minuteMs - ms)
}

/**
 * Customers who want no calls are promised several, two customers with one number each time: whoever is called first
 * refuses for both. They are promised more calls afterwards, which must be refused.
 */
export async function promiseToRefusers(crew: Crew): Promise<void> {
  const { promising } = crew
  const service = await crew.client({ role: 'service' })
  await pause(untilPoliciesAreKnownMs)
  for (let id = firstWhoRefuses; !promising.aborted; id += 2) {
    const pair = [id, id + 1]
    for (const each of pair) {
      await service.call('PUT', `/api/users/${each}`, { name: `User ${each}`, phone: `+1 212 5${id}` })
    }
    const earlier = pair.map((each) => each - 2 * pairsRemembered).filter((each) => each >= firstWhoRefuses)
    for (const each of [...pair, ...pair, ...earlier]) await promiseTo(crew, service, String(each), { at: new Date() })
    await pause(everyMs)
  }
}
