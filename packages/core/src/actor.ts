import type { Actor } from '@ringback/db'
import type { Deps } from './deps.ts'

/**
 * The same dependencies in the hands of `actor`: what is written and logged with them says so. Whoever takes a request or
 * begins a task says once who acts; no step asks for it.
 */
export function actingAs(deps: Deps, actor: Actor): Deps {
  return {
    ...deps,
    log: deps.log.child({ actor }),
    transact: (work) => deps.transact((tx) => work(Object.assign(tx, { actor }))),
    write: (work) => deps.write((unit) => work(Object.assign(unit, { actor }))),
  }
}

/** What nobody asks for: the engine does it, in one of its tasks. */
export function engineTask(task: string): Actor {
  return { role: 'engine', task }
}

/** Who is given a callback the engine decides, whoever has asked for the tick `runId`, or has logged out. */
export function routingActor(runId: string | null): Actor {
  return engineTask(runId === null ? 'routing' : 'tick')
}
