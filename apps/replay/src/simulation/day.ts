import type { ManualClock } from '@ringback/core'
import type { Centre } from '../centre/centre.ts'
import type { DayPlan } from '../log/day-plan.ts'
import { desk, type Desk } from './desk.ts'
import { planLogCalls } from './log-calls.ts'
import { promises } from './promises.ts'
import { drawTalkSeconds } from './talk-time.ts'
import { timeline } from './timeline.ts'
import { unattendedMeter } from './unattended.ts'

export interface SimulationOptions {
  /** How long after hanging up a caller who gave up is promised a callback. */
  promiseMinutes: number
  /** Told again and again how much of the day is over, 0 to 1. */
  onProgress: (share: number) => void
  /** Ends the simulation with its reason. */
  signal?: AbortSignal | undefined
}

/** What the simulation itself knows of its day, to be held against what Postgres says. */
export interface SimulatedDay {
  callbackIds: readonly string[]
  called: number
  longestUnattendedSeconds: number
}

const minuteMs = 60_000
const overtimeMs = 4 * 60 * minuteMs
const closingShiftMs = 60 * minuteMs

/**
 * Lives through a day: what the log tells happens at its time, the system does its work every minute, and agents keep
 * the promises in between. The day is over when the log has been told and nothing is left to do, or four hours after
 * the end of the log; calls at work by then are finished.
 */
export async function simulateDay(
  centre: Centre,
  clock: ManualClock,
  plan: DayPlan,
  { promiseMinutes, onProgress, signal }: SimulationOptions,
): Promise<SimulatedDay> {
  const events = timeline()
  const unattended = unattendedMeter()
  const made = promises({ centre, at: (moment, run) => events.add(moment, 'due', run) })
  const overAt = new Date(plan.closesAt.getTime() + overtimeMs)
  const isOver = () => clock.now() >= overAt
  const desks = new Map<number, Desk>()
  const staff = () => [...desks.values()].filter((own) => own.isStaffed())

  await openDesks()
  planLogCalls(plan, { centre, events, desks, promises: made, promiseMinutes, whenDue: askAll })
  events.add(new Date(Math.floor(plan.opensAt.getTime() / minuteMs) * minuteMs), 'minute', passMinute)
  for (let event = events.next(); event; event = events.next()) {
    signal?.throwIfAborted()
    if (event.at > clock.now()) advanceTo(event.at)
    await event.run()
  }
  return { callbackIds: made.ids, called: made.called(), longestUnattendedSeconds: unattended.longestSeconds() }

  async function openDesks() {
    await Promise.all(plan.userIds.map((userId) => centre.addCustomer(userId)))
    const centreClosesAt = Math.max(...plan.agents.map((agent) => agent.lastCallEndsAt.getTime()))
    for (const { agentId, name, firstCallAt, lastCallEndsAt } of plan.agents) {
      await centre.addAgent({ agentId, name })
      const isOfClosingShift = lastCallEndsAt.getTime() >= centreClosesAt - closingShiftMs
      const own = desk({
        centre,
        agentId,
        talkSeconds: (callbackId) => drawTalkSeconds(plan.day, made.numberOf(callbackId), plan.talkSeconds),
        after: (seconds, run) => events.add(new Date(clock.now().getTime() + seconds * 1_000), 'end', run),
        onCalled: (callbackId) => made.noteCalled(callbackId),
        isOver,
        isNeeded: () => isOfClosingShift && made.open() > 0 && !isOver(),
        onLeft: () => centre.settle(),
      })
      desks.set(agentId, own)
      events.add(firstCallAt, 'shift', () => own.logIn())
      events.add(lastCallEndsAt, 'shift', () => own.endShift())
    }
  }

  function advanceTo(moment: Date) {
    unattended.note(clock.now(), staff())
    clock.set(moment)
    const [from, to] = [plan.opensAt.getTime(), plan.closesAt.getTime()]
    onProgress(Math.min(1, (moment.getTime() - from) / (to - from)))
  }

  async function passMinute() {
    await Promise.all(staff().map((own) => own.heartbeat()))
    await centre.runMinute()
    await askAll()
    for (const own of staff()) await own.leaveIfDone()
    const isLogTold = clock.now() >= plan.closesAt
    const isNothingLeft = isLogTold && made.open() === 0
    const isTimeUp = isOver() && !staff().some((own) => own.isTalking())
    if (!isNothingLeft && !isTimeUp) events.add(new Date(clock.now().getTime() + minuteMs), 'minute', passMinute)
  }

  /** All at once, as agents do: the engine has to sort out who gets what. */
  async function askAll() {
    await Promise.all(staff().map((own) => own.ask()))
  }
}
