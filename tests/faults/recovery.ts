import { setTimeout as pause } from 'node:timers/promises'
import type { World } from './world/world.ts'

const recoversWithinMs = 180_000
/** The reconciler looks every two seconds; a process that was killed needs some to be there again. */
const lanesAgreeWithinMs = 15_000
const lookEveryMs = 250

/**
 * Waits until everything is well again, and returns how long that took, in milliseconds: every promise made until now is
 * kept, the lanes equal Postgres (as they must within seconds), and the API says that it is ready.
 *
 * @throws Error when it takes too long; it says what is not well
 */
export async function recover(world: World): Promise<number> {
  const before = performance.now()
  const [row] = await world.sql<{ now: Date }[]>`select clock_timestamp() as now`
  let lanesAgreed = false
  for (;;) {
    lanesAgreed ||= await lanesAreInSync(world)
    const ailments = await ailmentsOf(world, row!.now)
    const tookMs = performance.now() - before
    if (ailments.length === 0) return tookMs
    if (!lanesAgreed && tookMs > lanesAgreeWithinMs) {
      throw new Error(`The lanes do not equal Postgres after ${lanesAgreeWithinMs / 1_000} s`)
    }
    if (tookMs > recoversWithinMs)
      throw new Error(`Not well after ${recoversWithinMs / 1_000} s: ${ailments.join('; ')}`)
    await pause(lookEveryMs)
  }
}

async function ailmentsOf(world: World, promisedUntil: Date): Promise<string[]> {
  const ailments: string[] = []
  const open = await countOpen(world, promisedUntil)
  if (open > 0) return [`${open} promises wait for their call`]
  if (!(await lanesAreInSync(world))) ailments.push('the lanes do not equal Postgres')
  const readiness = await askReadiness(world)
  if (readiness !== 'ready') ailments.push(`/readyz says ${readiness}`)
  return ailments
}

/** How many of the promises made until a moment wait for their call. */
async function countOpen({ sql }: World, promisedUntil: Date): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from callbacks
    where status in ('pending', 'accepted', 'in_progress') and created_at <= ${promisedUntil}`
  return row!.count
}

/** Whether the lanes equal Postgres, as the API tells. */
async function lanesAreInSync(world: World): Promise<boolean> {
  const headers = { authorization: `Bearer ${await world.token({ role: 'service' })}` }
  const answer = await fetch(`${world.apiUrl}/api/debug/callback-lanes`, { headers }).catch(() => undefined)
  return answer?.ok ? ((await answer.json()) as { inSync: boolean }).inSync : false
}

async function askReadiness({ apiUrl }: World): Promise<string> {
  const answer = await fetch(`${apiUrl}/readyz`).catch(() => undefined)
  return answer ? ((await answer.json()) as { status: string }).status : 'nothing'
}
