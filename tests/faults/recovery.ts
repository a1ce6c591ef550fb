import { setTimeout as pause } from 'node:timers/promises'
import { hasHours, isOpen } from './invariants.ts'
import type { World } from './world/world.ts'

/** What is looked at. */
type Looked = Pick<World, 'sql' | 'apiUrl' | 'token'>

const recoversWithinMs = 180_000
const lookEveryMs = 250

export interface Recovery {
  /** Until all was well, in milliseconds. */
  recoveredInMs: number
  /** Until the lanes equalled Postgres for the first time, in milliseconds. */
  lanesAgreedInMs: number
}

/**
 * Waits until everything is well again, and returns how long that took: every promise made until now is kept, the lanes
 * equal Postgres, and the API says that it is ready.
 *
 * @throws Error when it takes minutes; it says what is not well
 */
export async function recover(world: Looked): Promise<Recovery> {
  const before = performance.now()
  const [row] = await world.sql<{ now: Date }[]>`select clock_timestamp() as now`
  let lanesAgreedInMs: number | undefined
  for (;;) {
    const lanesAgree = await lanesAreInSync(world)
    const lookedAfterMs = performance.now() - before
    if (lanesAgree) lanesAgreedInMs ??= lookedAfterMs
    const ailments = [
      ...(lanesAgree ? [] : ['the lanes do not equal Postgres']),
      ...(await otherAilments(world, row!.now)),
    ]
    const recoveredInMs = performance.now() - before
    if (lanesAgreedInMs !== undefined && ailments.length === 0) return { recoveredInMs, lanesAgreedInMs }
    if (recoveredInMs > recoversWithinMs)
      throw new Error(`Not well after ${recoversWithinMs / 1_000} s: ${ailments.join('; ')}`)
    await pause(lookEveryMs)
  }
}

async function otherAilments(world: Looked, promisedUntil: Date): Promise<string[]> {
  const open = await countOpen(world, promisedUntil)
  if (open > 0) return [`${open} promises wait for their call`]
  const readiness = await askReadiness(world)
  return readiness === 'ready' ? [] : [`/readyz says ${readiness}`]
}

/** How many of the promises made until a moment wait for their call, those apart whose customers may not be called now. */
async function countOpen({ sql }: Looked, promisedUntil: Date): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from callbacks
    where status in ('pending', 'accepted', 'in_progress') and created_at <= ${promisedUntil}
      and not (${hasHours(sql)} and (scheduled_for > clock_timestamp() or not ${isOpen(sql, 'clock_timestamp()')}))`
  return row!.count
}

/** Whether the lanes equal Postgres, as the API tells. */
async function lanesAreInSync(world: Looked): Promise<boolean> {
  const headers = { authorization: `Bearer ${await world.token({ role: 'service' })}` }
  const answer = await fetch(`${world.apiUrl}/api/debug/callback-lanes`, { headers }).catch(() => undefined)
  return answer?.ok ? ((await answer.json()) as { inSync: boolean }).inSync : false
}

async function askReadiness({ apiUrl }: Looked): Promise<string> {
  const answer = await fetch(`${apiUrl}/readyz`).catch(() => undefined)
  return answer ? ((await answer.json()) as { status: string }).status : 'nothing'
}
