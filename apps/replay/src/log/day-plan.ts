import type { CallRecord } from './format.ts'
import { momentOf } from './local-time.ts'

/** What happens on one day of the log, whatever becomes of the promises. */
export interface DayPlan {
  /** `YYYY-MM-DD` */
  day: string
  /** Whose desks are staffed, and when. */
  agents: PlannedAgent[]
  /** Every customer of the day, once. */
  userIds: string[]
  calls: PlannedCall[]
  requests: PlannedRequest[]
  /** How long agents talked on this day, in seconds, shortest first. */
  talkSeconds: number[]
  /** The first and the last thing that the log tells of the day. */
  opensAt: Date
  closesAt: Date
}

export interface PlannedAgent {
  agentId: number
  name: string
  firstCallAt: Date
  lastCallEndsAt: Date
}

/** An inbound call. */
export interface PlannedCall {
  userId: string
  startsAt: Date
  endsAt: Date
  /** From start to end. */
  durationSeconds: number
  waitedSeconds: number
  /** Null when the caller gave up. */
  service: PlannedService | null
}

export interface PlannedService {
  /** Null when the log does not know who it was. */
  agentId: number | null
  startsAt: Date
}

/** A callback that the customer had asked for. */
export interface PlannedRequest {
  userId: string
  promisedAt: Date
  dueAt: Date
  preferredAgentId: number | null
}

const askedForBeforeMs = 30 * 60_000
/** Customers whom the log does not know get numbers beyond all that it knows. */
const unknownCustomersFrom = 1_000_000_000_000_000_000n

/** The days of which a log has something to tell, in order. */
export function daysOf(records: CallRecord[]): string[] {
  return [...new Set(records.filter(isCall).map((record) => record.day))].toSorted()
}

/**
 * Plans one day of the log. An agent's number is the place of the name among all names of the log, so that it is the
 * same on every day.
 */
export function planDay(records: CallRecord[], day: string): DayPlan {
  const names = [...new Set(records.flatMap(({ server }) => server ?? []))].toSorted()
  const agentIds = new Map(names.map((name, index) => [name, index + 1]))
  const agentIdOf = ({ server }: CallRecord) => (server === null ? null : agentIds.get(server)!)

  const told = records.filter((record) => record.day === day && isCall(record))
  const inbound = told.filter((record) => !record.isRequestedCallback)
  const requested = told.filter((record) => record.isRequestedCallback)
  const calls = inbound.map((record) => planCall(record, agentIdOf(record)))
  const requests = requested.map((record) => planRequest(record, agentIdOf(record)))
  const moments = [
    ...calls.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt]),
    ...requests.flatMap(({ promisedAt, dueAt }) => [promisedAt, dueAt]),
  ]
  return {
    day,
    agents: planAgents(told, agentIds),
    userIds: [...new Set([...calls, ...requests].map((call) => call.userId))],
    calls,
    requests,
    talkSeconds: told
      .filter((record) => record.outcome === 'AGENT' && record.service.seconds > 0)
      .map((record) => record.service.seconds)
      .toSorted((a, b) => a - b),
    opensAt: extremeOf(moments, Math.min),
    closesAt: extremeOf(moments, Math.max),
  }
}

function isCall({ outcome }: CallRecord): boolean {
  return outcome !== 'PHANTOM'
}

function planCall(record: CallRecord, agentId: number | null): PlannedCall {
  const { machine, queue } = record
  const startsAt = momentOf(record.day, machine.startsAt)
  const waitedSeconds = Math.max(0, queue.seconds)
  const gaveUpAt = momentOf(record.day, waitedSeconds > 0 ? queue.endsAt : machine.endsAt, startsAt)
  const [servedFrom, servedUntil] = serviceOf(record, startsAt) ?? [gaveUpAt, gaveUpAt]
  const isServed = record.outcome === 'AGENT'
  const endsAt = latest(startsAt, isServed ? latest(servedFrom, servedUntil) : gaveUpAt)
  return {
    userId: userIdOf(record),
    startsAt,
    endsAt,
    durationSeconds: Math.round((endsAt.getTime() - startsAt.getTime()) / 1_000),
    waitedSeconds,
    service: isServed ? { agentId, startsAt: latest(startsAt, servedFrom) } : null,
  }
}

/** A few served calls have no times of service. */
function serviceOf({ day, service }: CallRecord, startsAt: Date): [from: Date, until: Date] | undefined {
  if (service.startsAt === 0 && service.endsAt === 0) return undefined
  const from = momentOf(day, service.startsAt, startsAt)
  return [from, momentOf(day, service.endsAt, from)]
}

function planRequest(record: CallRecord, preferredAgentId: number | null): PlannedRequest {
  const dueAt = momentOf(record.day, record.machine.startsAt)
  const promisedAt = new Date(dueAt.getTime() - askedForBeforeMs)
  return { userId: userIdOf(record), promisedAt, dueAt, preferredAgentId }
}

/** Calls that had been asked for count as an agent's calls too: whoever made them was there. */
function planAgents(told: CallRecord[], agentIds: Map<string, number>): PlannedAgent[] {
  const byName = Map.groupBy(
    told.filter((record) => record.server !== null),
    (record) => record.server!,
  )
  const planned = [...byName].map(([name, records]) => {
    const services = records.map((record) => planCall(record, null))
    return {
      agentId: agentIds.get(name)!,
      name,
      firstCallAt: extremeOf(
        services.map(({ service, startsAt }) => service?.startsAt ?? startsAt),
        Math.min,
      ),
      lastCallEndsAt: extremeOf(
        services.map(({ endsAt }) => endsAt),
        Math.max,
      ),
    }
  })
  return planned.toSorted((a, b) => a.agentId - b.agentId)
}

function userIdOf({ customerId, line }: CallRecord): string {
  return customerId === '0' ? String(unknownCustomersFrom + BigInt(line)) : customerId
}

function latest(a: Date, b: Date): Date {
  return a > b ? a : b
}

function extremeOf(moments: Date[], of: (...times: number[]) => number): Date {
  return new Date(of(...moments.map((moment) => moment.getTime())))
}
