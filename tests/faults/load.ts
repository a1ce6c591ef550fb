import { setTimeout as pause } from 'node:timers/promises'
import { randomFrom } from '@ringback/testing/random'
import { work } from './load/agents.ts'
import { openBooks, type Books } from './load/books.ts'
import { agentCount, type Crew } from './load/crew.ts'
import { crowd, tick } from './load/crowd.ts'
import { callNow, comeAndGo, promise } from './load/customers.ts'
import { openListeners, type Listeners } from './load/listeners.ts'
import { patientClient } from './load/patient-client.ts'
import { storePolicies } from './load/policies.ts'
import { promiseInHours, promiseToRefusers } from './load/restricted.ts'
import { startTiming, type Timing } from './load/timing.ts'
import type { World } from './world/world.ts'

/** Clients at work, and what they were told. */
export interface Load {
  books: Books
  timing: Timing
  /** Those who hear what happens. */
  listeners: Listeners
  /** How many refusals showed a secret. */
  leaks(): number
  /** Resolves when so many more outcomes have been recorded. */
  untilMoreOutcomes(count: number): Promise<void>
  /** Stops promising; agents go on until `stop`. */
  stopPromising(): void
  stop(): Promise<void>
}

/**
 * Customers, agents and an integration at work through the API, as real clients: a request whose answer was lost is sent
 * again until there is one. They do all that can be done, and some of it at the same moment to the same customer, with every
 * rule on that a policy has.
 */
export async function startLoad(world: Pick<World, 'apiUrl' | 'token' | 'sql'>, seed = 1): Promise<Load> {
  const stopping = new AbortController()
  const promising = new AbortController()
  const books = openBooks()
  const timing = startTiming()
  let leaked = 0
  const shared = { world, books, timing, stopping: stopping.signal, onLeak: () => void leaked++ }
  let members = 0

  /** Each has chance of its own, so that what one does changes nothing for the others. */
  function crewMember(): Crew {
    const surroundings = { ...shared, random: randomFrom(seed * 100 + ++members) }
    return {
      ...surroundings,
      promising: promising.signal,
      client: async (claims) => patientClient(surroundings, await world.token(claims)),
    }
  }

  const agentIds = Array.from({ length: agentCount }, (_, index) => index + 1)
  const service = await crewMember().client({ role: 'service' })
  for (const id of agentIds) {
    await service.call('PUT', `/api/agents/${id}`, { firstName: 'Agent', lastName: String(id) })
  }
  const supervisor = await crewMember().client({ role: 'supervisor' })
  await storePolicies(supervisor)
  const listeners = await openListeners(world, supervisor)
  const others = [promise, callNow, comeAndGo, crowd, tick, promiseInHours, promiseToRefusers]
  const clients = [...others.map((it) => it(crewMember())), ...agentIds.map((id) => work(crewMember(), id))]

  return {
    books,
    timing,
    listeners,
    leaks: () => leaked,
    async untilMoreOutcomes(count) {
      const wanted = books.outcomes.size + count
      while (books.outcomes.size < wanted && !stopping.signal.aborted) await pause(50)
    },
    stopPromising: () => promising.abort(),
    async stop() {
      promising.abort()
      stopping.abort()
      await Promise.all(clients)
      await listeners.stop()
    },
  }
}
