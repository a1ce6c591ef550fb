import type { AgentStatus, RecordOutcomeBody } from '@ringback/client'
import { ringback } from '../api/client.ts'

/** What an agent does, as it is kept until it has been sent. Times are ISO 8601. */
export type Action =
  | { kind: 'presence'; agentId: number; status: AgentStatus | null }
  | { kind: 'accept'; agentId: number; callbackId: string }
  | { kind: 'snooze'; agentId: number; callbackId: string; minutes: number }
  | { kind: 'reschedule'; agentId: number; callbackId: string; scheduledFor: string }
  | { kind: 'cancel'; agentId: number; callbackId: string; reason: string }
  | { kind: 'offer'; agentId: number; callbackId: string }
  | { kind: 'take'; agentId: number }
  | { kind: 'giveBack'; agentId: number; queueEntryId: string; callSessionId: string }
  | { kind: 'outcome'; agentId: number; callSessionId: string; body: RecordOutcomeBody }

/** Sends an action; under the same key it has one effect, however often it is sent. */
export async function send(action: Action, idempotencyKey: string): Promise<unknown> {
  const once = { idempotencyKey }
  const { agentId } = action
  switch (action.kind) {
    case 'presence':
      return action.status === null
        ? ringback.agents.deleteSession(agentId)
        : ringback.agents.putSession(agentId, { status: action.status })
    case 'accept':
      return ringback.callbacks.accept({ callbackId: action.callbackId, agentId }, once)
    case 'snooze':
      return ringback.callbacks.snooze({ callbackId: action.callbackId, agentId, minutes: action.minutes }, once)
    case 'reschedule':
      return ringback.callbacks.reschedule({ callbackId: action.callbackId, scheduledFor: action.scheduledFor }, once)
    case 'cancel': {
      const reason = action.reason === '' ? {} : { reason: action.reason }
      return ringback.callbacks.cancel({ callbackId: action.callbackId, ...reason }, once)
    }
    case 'offer':
      return ringback.callbacks.update(action.callbackId, { preferredAgentId: null })
    case 'take':
      // None is left to take, or one: a second one is never taken, so that it needs no key to be sent again.
      return (await ringback.nextCall.claim(agentId, undefined, { idempotencyKey })) ?? null
    case 'giveBack':
      return ringback.queues.releaseEntry(action.queueEntryId, once)
    case 'outcome':
      return ringback.callSessions.recordOutcome(action.callSessionId, action.body, once)
  }
}

/** What the action is about: while it is under way nothing else is done with that. */
export function subjectOf(action: Action): string {
  if ('callbackId' in action) return action.callbackId
  return 'callSessionId' in action ? action.callSessionId : action.kind
}
