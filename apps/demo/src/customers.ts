import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import type { BusinessDay } from './day.ts'
import { demoAgents, demoUsers } from './people.ts'
import { PREMIUM } from './premium-queue.ts'
import type { Random } from './random.ts'
import { pickReason } from './reasons.ts'
import type { NewCallback, Ringback } from './ringback.ts'

const SECONDS_BETWEEN_WISHES = 10
const REMEMBERED_CALLBACKS = 40

export interface CustomersDeps {
  ringback: Ringback
  clock: Clock
  random: Random
  day: BusinessDay
  log: Logger
}

/**
 * The customers at the web form: they ask to be called back, more often when the day is busy, and a few change their
 * mind. Gives one step of it.
 */
export function demoCustomers(deps: CustomersDeps): () => Promise<void> {
  const { clock, random, day } = deps
  /** The callbacks asked for lately, oldest first. */
  const recent: string[] = []

  return async () => {
    await clock.pause(random.untilNext(SECONDS_BETWEEN_WISHES / day.busyness(clock.now())))
    const wish = random.weighted({ schedule: 0.86, cancel: 0.06, reschedule: 0.08 })
    if (wish === 'schedule' || recent.length === 0) {
      const callbackId = await schedule(deps)
      if (callbackId !== null) recent.push(callbackId)
      if (recent.length > REMEMBERED_CALLBACKS) recent.shift()
      return
    }
    const [callbackId] = recent.splice(random.integer(0, recent.length - 1), 1)
    if (callbackId !== undefined) await changeMind(deps, callbackId, wish)
  }
}

/** What a customer asks for: half of them know whom they want to talk to, and some are premium customers. */
export function inventCallback(userId: string, scheduledFor: Date, random: Random): NewCallback {
  return {
    userId,
    scheduledFor,
    callbackReason: pickReason(random),
    ...(random.chance(0.5) ? { preferredAgentId: random.pick(demoAgents).agentId } : {}),
    ...(random.chance(0.15) ? { queueType: PREMIUM.queueType } : {}),
  }
}

/** How long from now customers want to be called: some at once, most within the hour, in minutes. */
function inventMinutesAhead(random: Random): number {
  const when = random.weighted({ soon: 0.3, withinTheHour: 0.5, later: 0.2 })
  if (when === 'soon') return random.integer(2, 9)
  return when === 'withinTheHour' ? random.integer(10, 60) : random.integer(61, 150)
}

async function schedule({ ringback, clock, random, log }: CustomersDeps): Promise<string | null> {
  const scheduledFor = minutesFrom(clock.now(), inventMinutesAhead(random))
  const { userId } = random.pick(demoUsers)
  const scheduled = await ringback.schedule(inventCallback(userId, scheduledFor, random))
  if (!scheduled.ok) return null
  const callbackId = scheduled.value.id
  log.info({ callbackId, userId, scheduledFor }, 'callback scheduled')
  return callbackId
}

async function changeMind(
  { ringback, clock, random, log }: CustomersDeps,
  callbackId: string,
  wish: 'cancel' | 'reschedule',
): Promise<void> {
  if (wish === 'cancel') {
    const cancelled = await ringback.cancel(callbackId, 'No longer needed')
    if (cancelled.ok) log.info({ callbackId }, 'callback cancelled')
    return
  }
  const scheduledFor = minutesFrom(clock.now(), inventMinutesAhead(random))
  const rescheduled = await ringback.reschedule(callbackId, scheduledFor)
  if (rescheduled.ok) log.info({ callbackId, scheduledFor }, 'callback rescheduled')
}

function minutesFrom(now: Date, minutes: number): Date {
  return new Date(now.getTime() + minutes * 60_000)
}
