import { setTimeout as pause } from 'node:timers/promises'
import { untilTrue } from '@ringback/testing/until-true'
import type postgres from 'postgres'
import { openClient } from '../client.ts'
import type { Circumstances, Fault } from '../fault.ts'
import type { World } from '../world/world.ts'
import { waitForCalls } from './waiting.ts'

/** Nobody waits longer for a row that is not theirs. The second is for a busy machine. */
const longestClaimMs = 2_000
const holdMs = { short: 8_000, full: 60_000 }
const rule = 'never_claimed'

/** One row is wrong, or in somebody's hands for long: all others are served as ever, and an alert tells of the one. */
export const rowFaults: Record<string, Fault> = {
  'a row of the queue cannot be claimed': {
    async inject(world, circumstances) {
      await refuseClaims(world, circumstances)
      try {
        await othersAreServed(world, circumstances, () => untilAlert(world))
      } finally {
        await world.sql.unsafe(`alter table call_queue drop constraint ${rule}`)
      }
    },
    recoversWithin: 60,
  },
  'a row of the queue is wrong': {
    async inject(world, circumstances) {
      const { sql } = world
      // As no step leaves it, and no trigger sees it: the callback is cancelled, and its entry lives on. Not one that an
      // agent has claimed by now.
      const cancelOne = async (): Promise<string> => {
        const { id } = await callbackInLine(world, circumstances)
        const cancelled = await sql.begin(async (tx) => {
          await tx`set local session_replication_role = replica`
          return tx`
            update callbacks set status = 'cancelled', cancelled_at = now(), is_queued = false, updated_at = now()
            where id = ${id} and status in ('pending', 'accepted')`
        })
        return cancelled.count === 1 ? id : cancelOne()
      }
      const id = await cancelOne()
      circumstances.load.books.beginCancel(id).settle(true)
      const isPutRight = async () => {
        const live = await sql`
          select from call_queue where callback_id = ${id} and status in ('pending', 'assigned', 'in_progress')`
        return live.length === 0
      }
      await othersAreServed(world, circumstances, () =>
        untilTrue(isPutRight, 'the entry of a cancelled callback ended'),
      )
    },
    recoversWithin: 60,
  },
  'an entry is locked by somebody for a minute': {
    async inject(world, circumstances) {
      await whileLocked(world, circumstances, async (tx) => {
        const { ordinaryIds } = await waitForCalls(world, circumstances)
        return tx`
          select from call_queue where id = ${ordinaryIds[0]!} and status in ('pending', 'assigned') for update`
      })
    },
    recoversWithin: 60,
  },
  'a callback is locked by somebody for a minute': {
    async inject(world, circumstances) {
      await whileLocked(world, circumstances, async (tx) => {
        const { id } = await callbackInLine(world, circumstances)
        // Its agent may leave, and who holds its callback keeps it from all others: then nobody would meet it.
        await world.sql`
          update call_queue set status = 'pending', assigned_to_agent_id = null, assigned_at = null, escalated_at = now(),
            version = version + 1, updated_at = now()
          where callback_id = ${id} and status in ('pending', 'assigned')`
        return tx`select from callbacks where id = ${id} and status in ('pending', 'accepted') for update`
      })
    },
    recoversWithin: 60,
  },
}

/** Has Postgres refuse the claim of somebody who waits: not of one whom an agent has by now, whose outcome it would refuse. */
async function refuseClaims(world: World, circumstances: Circumstances): Promise<void> {
  const { userId } = await callbackInLine(world, circumstances)
  const isWaiting = await world.sql.begin(async (tx) => {
    await tx`lock table call_queue in access exclusive mode`
    const waiting = await tx`select from call_queue where user_id = ${userId} and status in ('pending', 'assigned')`
    if (waiting.length > 0) {
      await tx.unsafe(`
        alter table call_queue add constraint ${rule}
        check (user_id <> ${userId} or claimed_by_agent_id is null) not valid`)
    }
    return waiting.length > 0
  })
  if (!isWaiting) await refuseClaims(world, circumstances)
}

/** A callback that is in a queue with others, and is first in line in some seconds. */
async function callbackInLine(world: World, circumstances: Circumstances): Promise<{ id: string; userId: string }> {
  const { callbackIds } = await waitForCalls(world, circumstances)
  const [row] = await world.sql<{ id: string; userId: string }[]>`
    select id, user_id from callbacks where id = ${callbackIds[0]!}`
  return row!
}

/** Holds a row of somebody who waits, which `lock` chooses, while others are called. */
async function whileLocked(
  world: World,
  circumstances: Circumstances,
  lock: (tx: postgres.TransactionSql) => Promise<{ count: number }>,
): Promise<void> {
  const isHeld = await world.sql.begin(async (tx) => {
    // On a slow machine whom it chose may have been called by now, and no claim will meet that row.
    if ((await lock(tx)).count === 0) return false
    await othersAreServed(world, circumstances, async () => {
      await Promise.all([pause(holdMs[circumstances.size]), untilAlert(world)])
    })
    return true
  })
  if (!isHeld) await whileLocked(world, circumstances, lock)
}

/** @throws Error when an agent waited long for a claim while `work` lasted, or it failed */
async function othersAreServed(world: World, circumstances: Circumstances, work: () => Promise<void>): Promise<void> {
  const { load } = circumstances
  load.timing.reset()
  const failure = await work().catch((error: Error) => error)
  const slowestMs = load.timing.slowestClaimMs()
  const slow = slowestMs > longestClaimMs ? [`An agent waited ${Math.round(slowestMs)} ms for a claim`] : []
  const ailments = [...slow, ...(failure ? [failure.message] : [])]
  if (ailments.length > 0) throw new Error(ailments.join('. '))
  // Those who come behind it are called.
  await waitForCalls(world, circumstances)
  await load.untilMoreOutcomes(10)
}

async function untilAlert(world: World): Promise<void> {
  const service = openClient(world, { role: 'service' })
  await untilTrue(async () => {
    const text = await service.expect(200, 'GET', '/api/debug/callback-monitoring')
    const { alerts } = JSON.parse(text) as { alerts: { name: string }[] }
    return alerts.some(({ name }) => name === 'entries-unclaimable')
  }, 'the alert entries-unclaimable stands')
}
