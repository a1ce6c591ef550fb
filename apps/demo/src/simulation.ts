import type { Logger } from 'pino'
import { type ActorDeps, runActor } from './actor.ts'
import { demoAgent } from './agent.ts'
import type { Clock } from './clock.ts'
import { demoCustomers } from './customers.ts'
import type { BusinessDay } from './day.ts'
import { demoIntegration } from './integration.ts'
import { demoAgents } from './people.ts'
import type { Random } from './random.ts'
import type { Ringback } from './ringback.ts'

/** Well below the time after which the API takes a silent agent for gone. */
const HEARTBEAT_MS = 20_000
/** Agents do not all come through the door at once. */
const MS_BETWEEN_LOGINS = 400

export interface SimulationDeps {
  ringback: Ringback
  clock: Clock
  random: Random
  day: BusinessDay
  signal: AbortSignal
  log: Logger
  /** How many should wait in each queue. */
  queueTarget: number
}

/** Lets agents, customers and integrations live, each in a loop of its own, until the signal aborts. */
export async function simulate(deps: SimulationDeps): Promise<void> {
  const customers = actorOf(deps, 'customers')
  const integration = actorOf(deps, 'integration')
  await Promise.all([
    ...demoAgents.flatMap(({ agentId }, index) => runAgent(deps, agentId, index * MS_BETWEEN_LOGINS)),
    runActor(customers, demoCustomers({ ...deps, ...customers })),
    runActor(integration, demoIntegration({ ...deps, ...integration })),
  ])
}

/** An agent's work and an agent's heartbeat: two loops, since a talk must not silence the desktop. */
function runAgent(deps: SimulationDeps, agentId: number, startsAfterMs: number): Promise<void>[] {
  const { ringback, day, clock } = deps
  const actor = actorOf(deps, `agent ${agentId}`, { agentId })
  const agent = demoAgent({ ...actor, agentId, ringback, day })
  let hasStarted = false
  const step = async () => {
    if (!hasStarted) await clock.sleep(startsAfterMs)
    hasStarted = true
    await agent.step()
  }
  const beat = async () => {
    await clock.sleep(HEARTBEAT_MS)
    await agent.heartbeat()
  }
  return [runActor(actor, step), runActor(actor, beat)]
}

function actorOf({ clock, random, signal, log }: SimulationDeps, name: string, bindings: object = {}): ActorDeps {
  return { clock, signal, random: random.fork(name), log: log.child({ actor: name, ...bindings }) }
}
