import type { Actor } from '@ringback/db'
import type { Deps } from '../deps.ts'
import type { ClaimedCall } from './claim-next-call.ts'

/** Which of the two had the answer. */
type Source = 'lanes' | 'postgres'
type Told = Pick<Deps, 'log' | 'telemetry'>

/**
 * Says that a call was claimed, and how long its customer had waited for that.
 *
 * @param actor who claims, unless `log` says so already: a logger of its own costs more than the line
 */
export function tellClaim(
  { log, telemetry }: Told,
  { queueEntry: { id, callbackId, claimedByAgentId, claimedAt }, callback }: ClaimedCall,
  { source, actor }: { source: Source; actor?: Actor },
): void {
  log.info({ actor, agentId: claimedByAgentId, queueEntryId: id, callbackId }, 'call claimed')
  telemetry.count('ringback_claims_total', { result: 'found', source })
  if (!callback) return
  telemetry.count('ringback_callback_events_total', { kind: 'claimed' })
  const agent = callback.preferredAgentId === claimedByAgentId ? 'preferred' : 'substitute'
  const waitedMs = Math.max(0, claimedAt!.getTime() - callback.scheduledFor.getTime())
  telemetry.observe('ringback_claimed_wait_seconds', { agent }, waitedMs / 1_000)
}

export function tellEmpty({ telemetry }: Told, source: Source): void {
  telemetry.count('ringback_claims_total', { result: 'empty', source })
}

/** What an agent holds, Postgres alone knows. */
export function tellResumed({ telemetry }: Told): void {
  telemetry.count('ringback_claims_total', { result: 'resumed', source: 'postgres' })
}
