import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RedisConnection } from '../redis/connection.ts'

const lua = (name: string) => readFileSync(join(import.meta.dirname, 'lua', `${name}.lua`), 'utf8')

/** A script after the parts that it builds on. */
const script = (...names: string[]) => ['format', ...names].map(lua).join('\n')

type Arguments = (string | number)[]

/** What the scripts of the lanes look like from here; their files say what goes in and out. */
export interface LaneScripts {
  applyEntries(...keysAndArgs: Arguments): Promise<0 | 1>
  beginBuild(...keysAndArgs: Arguments): Promise<1>
  correctEntries(...keysAndArgs: Arguments): Promise<('left' | 'returned' | 'corrected' | 'again')[]>
  dropLanes(...keysAndArgs: Arguments): Promise<1>
  forgetEnded(records: string, ended: string, before: number, limit: number): Promise<number>
  inspectEntries(...keysAndArgs: Arguments): Promise<string[]>
  proposeEntry(keyCount: number, ...keysAndArgs: Arguments): Promise<[answer: string, id?: string, lane?: string]>
  setPulse(pulse: string, epoch: string, ofEpoch: string, found: string, newPulse: string): Promise<0 | 1>
  surveyLanes(...keysAndArgs: Arguments): Promise<[unplaced: number, waiting: number, ...heads: string[]]>
  sweepLane(...keysAndArgs: Arguments): Promise<[members: number, dropped: number]>
}

export type LaneRedis = RedisConnection & LaneScripts

/** Teaches a connection the scripts of the lanes. */
export function withLaneScripts(redis: RedisConnection): LaneRedis {
  redis.defineCommand('applyEntries', { numberOfKeys: 7, lua: script('places', 'apply') })
  redis.defineCommand('beginBuild', { numberOfKeys: 8, lua: script('places', 'begin-build') })
  redis.defineCommand('correctEntries', { numberOfKeys: 7, lua: script('places', 'sightings', 'correct') })
  redis.defineCommand('dropLanes', { numberOfKeys: 6, lua: script('places', 'drop-lanes') })
  redis.defineCommand('forgetEnded', { numberOfKeys: 2, lua: script('forget') })
  redis.defineCommand('inspectEntries', { numberOfKeys: 6, lua: script('places', 'sightings', 'inspect') })
  redis.defineCommand('proposeEntry', { lua: script('propose') })
  redis.defineCommand('setPulse', { numberOfKeys: 2, lua: script('set-pulse') })
  redis.defineCommand('surveyLanes', { numberOfKeys: 6, lua: script('places', 'survey') })
  redis.defineCommand('sweepLane', { numberOfKeys: 6, lua: script('places', 'sweep') })
  return redis as LaneRedis
}
