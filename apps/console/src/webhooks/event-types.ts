import type { CallbackEvent, NewWebhook } from '@ringback/client'
import type { Messages } from '../shared/messages/index.ts'

export type EventType = NonNullable<NewWebhook['eventTypes']>[number]

type Others = keyof Messages['webhooks']['otherEvents']

/** What a webhook can be told of, promises first; the types see to it that none is missing. */
const all: Record<EventType, true> = {
  'callback.scheduled': true,
  'callback.queued': true,
  'callback.rerouted': true,
  'callback.assigned': true,
  'callback.reassigned': true,
  'callback.accepted': true,
  'callback.snoozed': true,
  'callback.rescheduled': true,
  'callback.retry': true,
  'callback.waiting': true,
  'callback.claimed': true,
  'callback.released': true,
  'callback.removed': true,
  'callback.completed': true,
  'callback.cancelled': true,
  'callback.reached_inbound': true,
  'callback.escalated': true,
  'callback.updated': true,
  'callback.routing_failed': true,
  'callback.repaired': true,
  'queue.changed': true,
  'agent.changed': true,
  'call.started': true,
  'call.taken': true,
  'call.ended': true,
  'tick.started': true,
  'tick.finished': true,
  'tick.abandoned': true,
  'alert.begins': true,
  'alert.ends': true,
  'policy.changed': true,
}

export const eventTypes = Object.keys(all) as EventType[]

/** The type of an event in words; one that a later Ringback has stays as it is. */
export function wordsForEvent(type: string, { story, webhooks: { otherEvents } }: Messages): string {
  if (type.startsWith('callback.')) return story.kinds[type.slice('callback.'.length) as CallbackEvent['kind']] ?? type
  return otherEvents[type as Others] ?? type
}
