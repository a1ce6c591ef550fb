import type { Centre } from '../centre/centre.ts'
import type { DayPlan, PlannedCall, PlannedRequest } from '../log/day-plan.ts'
import type { Desk } from './desk.ts'
import type { Promises } from './promises.ts'
import type { Timeline } from './timeline.ts'

export interface LogCallsOptions {
  centre: Centre
  events: Timeline
  desks: ReadonlyMap<number, Desk>
  promises: Promises
  /** How long after hanging up a caller who gave up is promised a callback. */
  promiseMinutes: number
  /** What is to happen when a promise falls due. */
  whenDue: () => Promise<unknown>
}

/** Has everything happen that the log tells of callers: inbound calls, and callbacks asked for. */
export function planLogCalls(plan: DayPlan, options: LogCallsOptions): void {
  const { centre, events, desks, promises, promiseMinutes, whenDue } = options
  for (const call of plan.calls) events.add(call.startsAt, 'begin', () => receive(call))
  for (const request of plan.requests) events.add(request.promisedAt, 'promise', () => promiseAsAsked(request))

  /** A call comes in. It is served as the log says, or its caller gives up. */
  async function receive({ userId, startsAt, endsAt, durationSeconds, waitedSeconds, service }: PlannedCall) {
    const agentId = service?.agentId ?? null
    const callSessionId = await centre.beginCall({ userId, agentId, startedAt: startsAt })
    const ended = { callSessionId, durationSeconds }
    if (!service) {
      events.add(endsAt, 'promise', async () => {
        await centre.endCall(ended)
        if (waitedSeconds > 0) await promiseAbandoned(userId, callSessionId, waitedSeconds)
      })
    } else if (agentId === null) {
      events.add(endsAt, 'end', () => centre.resolveCall(ended))
    } else {
      const desk = desks.get(agentId)!
      events.add(service.startsAt, 'begin', async () => {
        await desk.beginLoggedCall()
        events.add(endsAt, 'end', () => desk.endLoggedCall(ended))
      })
    }
  }

  async function promiseAbandoned(userId: string, originalCallSessionId: string, waitedSeconds: number) {
    if (await centre.hasOpenPromise(userId)) return
    const scheduledFor = new Date(centre.now().getTime() + promiseMinutes * 60_000)
    const callbackReason = `Abandoned after ${waitedSeconds} s in queue`
    await promises.make({ userId, scheduledFor, callbackReason, originalCallSessionId }, whenDue)
  }

  async function promiseAsAsked({ userId, dueAt, preferredAgentId }: PlannedRequest) {
    const callbackReason = 'Asked to be called back'
    await promises.make({ userId, scheduledFor: dueAt, callbackReason, preferredAgentId }, whenDue)
  }
}
