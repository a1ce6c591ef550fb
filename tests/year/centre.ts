import {
  keepCalendars,
  putAgent,
  putCalendar,
  putPolicy,
  putQueue,
  putUser,
  routeGroup,
  type Deps,
} from '@ringback/core'
import type { TestEngine } from '@ringback/testing'
import { agents, type Customer } from './people.ts'
import { queues } from './queues.ts'
import { documents } from './tables.ts'

/** Agents do not fall silent while the clock jumps. */
export const rules = { agentTimeoutMs: 0, defaultQueueType: queues[0]!.queueType }

/** The engine in which the year is lived, with all that a centre sets up beforehand. */
export interface Centre {
  engine: TestEngine
  /** Those of the engine, with a worker that does each routing job at once. */
  deps: Deps
  /** What routing could not carry out. */
  failures: Error[]
  addCustomer: (customer: Customer) => Promise<void>
}

/** @param engine a new one, under these rules */
export async function openCentre(engine: TestEngine): Promise<Centre> {
  // A year of lines that nobody reads.
  engine.deps.log.level = 'silent'
  const failures: Error[] = []
  const deps: Deps = {
    ...engine.deps,
    routing: {
      async add(jobs) {
        const results = await routeGroup(deps, jobs)
        failures.push(...results.filter((result) => result instanceof Error))
        return jobs.length
      },
      close: () => Promise.resolve(),
    },
  }
  await keepCalendars(deps)
  for (const [id, document] of Object.entries(documents)) await putCalendar(deps, { id, document })
  for (const { queueType, ...document } of queues) {
    await putQueue(deps, { queueType, name: queueType })
    await putPolicy(deps, { queueType, document })
  }
  for (const { agentId, queueTypes } of agents) await putAgent(deps, { agentId, firstName: 'Agent', queueTypes })
  return {
    engine,
    deps,
    failures,
    async addCustomer({ userId, phone, timeZone, region }) {
      // Of most the country follows from the phone.
      const said = region?.includes('-') ? region : null
      await putUser(deps, { userId, name: `Customer ${userId}`, phone, timeZone, region: said })
    },
  }
}
