import type { Cast } from './cast.ts'
import { readRoles, type Roles } from './observe.ts'
import { ready } from './stage.ts'
import { states } from './states.ts'
import { keep, type Kept } from './world/keeping.ts'
import type { Place } from './world/place.ts'

/** A state that has been built at a place, and can be had again at any time. */
export interface Scene extends Kept {
  state: string
  cast: Cast
  roles: Roles
}

/** Returns what builds a state at a place that is empty now, by steps of Ringback alone. */
export async function sceneBuilder(place: Place): Promise<(state: string) => Promise<Scene>> {
  const empty = await keep(place)
  return (state) => buildScene(place, empty, state)
}

async function buildScene(place: Place, empty: Kept, state: string): Promise<Scene> {
  await empty.restore()
  const cast: Cast = {}
  const stage = { deps: place.second.deps, time: place.time, sql: place.sql, cast }
  await states[state]!(stage)
  await ready(stage)
  await place.second.reconcile()
  return { state, cast, roles: await readRoles(place), ...(await keep(place)) }
}
