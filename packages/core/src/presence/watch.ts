import { agentSessions, agentWatch, type Silence, type Sql } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { Rules } from '../rules.ts'

const intervalWithoutTimeoutMs = 15_000
/** An API that has noted nothing for so many times as long as an agent may be silent is gone for good. */
const goneAfterTimeouts = 10

/** How often heartbeats are written, and how often an API notes that it hears agents, in milliseconds. */
export function watchIntervalMs({ agentTimeoutMs }: Rules): number {
  return agentTimeoutMs === 0 ? intervalWithoutTimeoutMs : agentTimeoutMs / 6
}

/** The API `api` is there to hear agents. Where none was, silence says nothing about them. */
export async function noteWatch({ sql, clock, rules }: Deps, api = 'api'): Promise<void> {
  const now = clock.now()
  await agentWatch.note(sql, api, now, brokenBefore(rules, now))
}

/** The API `api` ends as it should: the agents whom it heard last will be heard by others. */
export async function endWatch({ sql }: Deps, api: string): Promise<void> {
  await agentSessions.forgetHeardBy(sql, api)
}

/**
 * Since when silence says that an agent is gone; null when it says nothing: heartbeats are not watched, or no API has been
 * there to hear them for as long as an agent may be silent. Where one API could hear and another could not, silence says
 * nothing of the agents whom the other heard last. An API that has never noted that it hears agents is taken to be there.
 */
export async function silenceOf(sql: Sql, rules: Rules, now: Date): Promise<Silence | null> {
  if (rules.agentTimeoutMs === 0) return null
  const since = addMilliseconds(now, -rules.agentTimeoutMs)
  const goneBefore = addMilliseconds(now, -goneAfterTimeouts * rules.agentTimeoutMs)
  const watches = await agentWatch.list(sql)
  const couldHear = watches.filter((watch) => watch.heardSince <= since && watch.heardUntil >= brokenBefore(rules, now))
  if (watches.length > 0 && couldHear.length === 0) return null
  const deaf = watches.filter((watch) => !couldHear.includes(watch) && watch.heardUntil >= goneBefore)
  return { since, deafApis: deaf.map(({ api }) => api) }
}

/** One note in a row may be missed. */
function brokenBefore(rules: Rules, now: Date): Date {
  return addMilliseconds(now, -2 * watchIntervalMs(rules))
}
