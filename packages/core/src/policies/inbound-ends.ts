import type { Callback, CallSession, OutcomeType } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Policy } from './policy.ts'

const hourMs = 60 * 60_000

/**
 * Whether an inbound call with such an outcome ends a promise of its customer: one that was made before the call, and is
 * overdue or falls due within the hours after the call began. What was promised in the call is to outlive it.
 */
export function endsPromise(
  { inboundEnds: rule }: Policy,
  outcomeType: OutcomeType,
  call: Pick<CallSession, 'id' | 'startedAt'>,
  promise: Pick<Callback, 'scheduledFor' | 'createdAt' | 'originalCallSessionId'>,
): boolean {
  if (!rule?.outcomes.includes(outcomeType)) return false
  if (promise.originalCallSessionId === call.id || promise.createdAt >= call.startedAt) return false
  return promise.scheduledFor <= addMilliseconds(call.startedAt, rule.withinHours * hourMs)
}
