import type { QueueType } from '@ringback/db'
import { addMilliseconds } from './clock.ts'

/** The rules that an operator may tune. */
export interface Rules {
  /** How long before its time a callback is put into a queue. This and all other times are in milliseconds. */
  leadMs: number
  /** What the lead is stretched by, so that a late tick misses nothing. */
  toleranceMs: number
  /** How long past its time a callback stays with an agent who is not available while another is. */
  rerouteAfterMs: number
  /** How long an agent who could take a callback may leave it lying; then it is open to all. 0 = for ever. */
  openToAllAfterMs: number
  /** How long an agent may be silent before the session is closed; 0 = for ever. */
  agentTimeoutMs: number
  /** How many open callbacks a user may have; 0 = any number. */
  openCallbacksPerUser: number
  /** How many callbacks an agent may make within an hour; 0 = any number. */
  callbacksPerAgentAndHour: number
  /**
   * How long ended callbacks are kept with their history, entries and calls, and so are other calls, entries and sessions
   * that are over; 0 = for ever.
   */
  retentionMs: number
  /** How long the figures of ticks are kept; 0 = for ever. */
  runRetentionMs: number
  /** How long the log of what happened is kept. */
  eventRetentionMs: number
  /** How many callbacks an agent may have accepted and not called yet; 0 = any number. Others may accept more for it. */
  acceptedPerAgent: number
  /** Whom agents may promise a call: users with whom they have had to do, or all. */
  agentsScheduleFor: 'known' | 'all'
  /** Where the callbacks go of a user whom no integration has put anywhere, unless they were made for another queue. */
  defaultQueueType: QueueType
  /** Of which country a phone number without a country code is, by ISO 3166-1. */
  defaultCountry: string | undefined
  /** Whether webhooks may lead to private addresses, and go without TLS. */
  webhookAllowPrivate: boolean
}

export const dayMs = 24 * 60 * 60_000

/** Monitoring looks back 30 days: what is younger stays, whatever is asked for. A call may end on the day after. */
/** The log has a partition for each of 64 days; those about today are in use. */
export const longestEventRetentionDays = 60

export const shortestRetentionDays = { ofCallbacks: 31, ofRuns: 30 } as const

export const defaultRules: Rules = {
  leadMs: 5 * 60_000,
  toleranceMs: 60_000,
  rerouteAfterMs: 60_000,
  openToAllAfterMs: 300_000,
  agentTimeoutMs: 90_000,
  openCallbacksPerUser: 20,
  callbacksPerAgentAndHour: 120,
  retentionMs: 400 * dayMs,
  runRetentionMs: 30 * dayMs,
  eventRetentionMs: 30 * dayMs,
  acceptedPerAgent: 20,
  agentsScheduleFor: 'known',
  defaultQueueType: 'outstanding_requests',
  defaultCountry: undefined,
  webhookAllowPrivate: false,
}

/** A pending callback is due when it is scheduled for this moment or earlier. */
export function dueHorizon(rules: Rules, now: Date): Date {
  return addMilliseconds(now, rules.leadMs + rules.toleranceMs)
}

/** A callback available since before this moment is taken from an agent who is not available. */
export function overdueBefore(rules: Rules, now: Date): Date {
  return addMilliseconds(now, -rules.rerouteAfterMs)
}

/** A callback that its agent could have taken since before this moment is open to all; null when none ever is. */
export function escalatedBefore(rules: Rules, now: Date): Date | null {
  return rules.openToAllAfterMs === 0 ? null : addMilliseconds(now, -rules.openToAllAfterMs)
}
