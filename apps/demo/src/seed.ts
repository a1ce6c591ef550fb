import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import { inventCallback } from './customers.ts'
import type { BusinessDay } from './day.ts'
import { inventOrdinaryUser } from './ordinary-users.ts'
import { demoAgents, type DemoUser, demoUsers } from './people.ts'
import { OFFICE, PREMIUM, PREMIUM_POLICY } from './premium-queue.ts'
import type { Random } from './random.ts'
import { type QueueType, queueTypes, type Result, type Ringback } from './ringback.ts'

/** Requests under way at the same time. */
const CONCURRENCY = 6

export interface SeedTargets {
  /** Open callbacks, at most 200. */
  callbacks: number
  /** Users in each queue. */
  queued: number
}

export interface SeedDeps {
  ringback: Pick<
    Ringback,
    | 'hasPolicy'
    | 'putCalendar'
    | 'putQueue'
    | 'putPolicy'
    | 'putAgent'
    | 'userExists'
    | 'putUser'
    | 'listCallbacks'
    | 'schedule'
    | 'listQueue'
    | 'putQueued'
  >
  clock: Clock
  random: Random
  day: BusinessDay
  log: Logger
}

/** How many of each were added, besides the queue of premium customers; all 0 when everything was there. */
export interface Seeded {
  /** Agents and users. */
  people: number
  queued: number
  callbacks: number
}

/** The API would not take what the demo cannot do without. */
export class SeedRefused extends Error {
  override readonly name = 'SeedRefused'
}

/**
 * Brings agents, users, queues and callbacks up to what the demo needs, and adds nothing that is there: a second start
 * finds its data, and a start after one that was broken off completes it.
 *
 * @throws SeedRefused when the API refuses the queue, an agent or a user: the simulation would have nobody to act for
 */
export async function seed(deps: SeedDeps, targets: SeedTargets): Promise<Seeded> {
  const { log } = deps
  await seedPremiumQueue(deps)
  const people = await seedPeople(deps)
  const callbacks = await seedCallbacks(deps, targets.callbacks)
  let queued = 0
  for (const queueType of queueTypes) queued += await seedQueue(deps, queueType, targets.queued)
  log.info({ people, queued, callbacks }, 'demo data ready')
  return { people, queued, callbacks }
}

/** Before the agents, since some of them serve it. Its policy is written last, and so stands for the rest. */
async function seedPremiumQueue({ ringback }: SeedDeps): Promise<void> {
  const { queueType, name } = PREMIUM
  if (await ringback.hasPolicy(queueType)) return
  insist(await ringback.putQueue(queueType, { name }))
  insist(await ringback.putCalendar(OFFICE.id, OFFICE.calendar))
  insist(await ringback.putPolicy(queueType, PREMIUM_POLICY))
}

async function seedPeople({ ringback }: SeedDeps): Promise<number> {
  // The last user is written when everybody else is there, and so stands for all.
  const last = demoUsers.at(-1)
  if (last === undefined || (await ringback.userExists(last.userId))) return 0
  const putUser = async ({ userId, ...user }: DemoUser) => insist(await ringback.putUser(userId, user))

  for (const { agentId, ...agent } of demoAgents) insist(await ringback.putAgent(agentId, agent))
  await forEachConcurrently(demoUsers.slice(0, -1), async (user) => {
    await putUser(user)
    return true
  })
  await putUser(last)
  return demoAgents.length + demoUsers.length
}

async function seedCallbacks(deps: SeedDeps, target: number): Promise<number> {
  const { ringback, clock, random, day } = deps
  const open = [
    ...insist(await ringback.listCallbacks('pending', target)),
    ...insist(await ringback.listCallbacks('accepted', target)),
  ]
  const taken = new Set(open.map(({ userId }) => userId))
  const customers = random.shuffled(demoUsers.filter(({ userId }) => !taken.has(userId)))
  const moments = planMoments(target, day, clock.now(), random).slice(open.length)
  const planned = moments.flatMap((scheduledFor, index) => {
    const customer = customers[index]
    return customer === undefined ? [] : [inventCallback(customer.userId, scheduledFor, random)]
  })
  return forEachConcurrently(planned, async (callback) => (await ringback.schedule(callback)).ok)
}

async function seedQueue(deps: SeedDeps, queueType: QueueType, target: number): Promise<number> {
  const { ringback, clock, random } = deps
  const { total } = insist(await ringback.listQueue(queueType, 1))
  const users = random.shuffled(demoUsers).slice(0, Math.max(0, target - total))
  return forEachConcurrently(users, async ({ userId }) => {
    const user = inventOrdinaryUser(queueType, clock.now(), random)
    return (await ringback.putQueued(queueType, userId, user)).ok
  })
}

/**
 * When `count` callbacks are due: a tenth is overdue by up to ten minutes and a fifth falls due within ten, so that
 * there is something to see at once; the rest follow the shape of the day. The pressing ones come first.
 */
export function planMoments(count: number, day: BusinessDay, now: Date, random: Random): Date[] {
  const overdue = Math.round(count / 10)
  const soon = Math.round(count / 5)
  const inMinutes = (minutes: number) => new Date(now.getTime() + Math.round(minutes * 60_000))
  return [
    ...Array.from({ length: overdue }, () => inMinutes(-10 * random.fraction())),
    ...Array.from({ length: soon }, () => inMinutes(10 * random.fraction())),
    ...day.spread(count - overdue - soon, now, random),
  ]
}

function insist<T>(result: Result<T>): T {
  if (!result.ok) throw new SeedRefused(`the API refused demo data: ${result.status} ${result.code}`)
  return result.value
}

/** Gives the number of items for which `act` gave true. */
async function forEachConcurrently<T>(items: readonly T[], act: (item: T) => Promise<boolean>): Promise<number> {
  const rest = items.values()
  let succeeded = 0
  const worker = async () => {
    for (const item of rest) if (await act(item)) succeeded += 1
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  return succeeded
}
