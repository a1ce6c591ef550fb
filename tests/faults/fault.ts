import type { Random } from '@ringback/testing/random'
import type { Load } from './load.ts'
import type { World, WorldOptions } from './world/world.ts'

/** The circumstances of one run, which follow from its seed. */
export interface Circumstances {
  random: Random
  load: Load
  /** How long an outage lasts. */
  lastsMs: number
  /** `short` is for `npm test`. */
  size: 'short' | 'full'
}

/** A way to break a world at work. */
export interface Fault {
  /** Breaks something. When it returns, what was broken is whole again, and what follows is recovery. */
  inject(world: World, circumstances: Circumstances): Promise<void>
  /** The world that it needs, when the usual one will not do. */
  world?: WorldOptions
  /** How long recovery may take, in seconds. */
  recoversWithin: number
}
