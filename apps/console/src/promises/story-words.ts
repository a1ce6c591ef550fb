import type { CallbackEvent } from '@ringback/client'
import type { NameOfAgent } from '../shared/api/names.ts'
import type { Messages } from '../shared/messages/index.ts'
import type { Times } from '../shared/time/times.ts'

/** What events are told with. */
export interface Telling {
  messages: Messages
  times: Times
  now: number
  nameOf: NameOfAgent
}

/** What happened, in some words. */
export function whatHappened({ kind, agentId, details }: CallbackEvent, told: Telling): string {
  const { times, now, nameOf, messages } = told
  const { story, desk } = messages
  const to = details.to == null ? undefined : times.near(details.to, now)
  const who = agentId === null ? undefined : nameOf(agentId)
  if (kind === 'queued') {
    if (who === undefined) return story.toNobody
    return details.isSubstitute === true ? story.toSubstitute(who) : story.toAgent(who)
  }
  if (kind === 'rerouted' || kind === 'assigned' || kind === 'reassigned') {
    return who === undefined ? story.movedToNobody : story.movedTo(who)
  }
  if (kind === 'waiting') return to === undefined ? story.waiting : story.waitingUntil(to)
  if (kind === 'completed' && details.outcomeType) return story.completedBy(desk.outcomes[details.outcomeType])
  if (kind === 'cancelled' && details.reason !== undefined) return story.because(story.kinds.cancelled, details.reason)
  return to === undefined ? story.kinds[kind] : story.to(story.kinds[kind], to)
}

/** Why it happened, in sentences; empty where what happened says it all, or nothing was written down. */
export function whyItHappened(event: CallbackEvent, { messages, nameOf }: Telling): string {
  const { kind, details } = event
  const { why } = messages.story
  const from = details.fromAgentId == null ? '' : nameOf(details.fromAgentId)
  if (kind === 'queued') return routedBy(event, messages)
  if (kind === 'rerouted') {
    const because = details.because && why.because[details.because](from)
    return [because, routedBy(event, messages)].filter(Boolean).join(' ')
  }
  if (kind === 'assigned') return why.assigned
  if (kind === 'reassigned' || kind === 'escalated') return from === '' ? '' : why.from(from)
  if (kind === 'removed' && details.acceptedInstead !== undefined) return why.acceptedInstead
  if (kind === 'cancelled') return details.result === 'blocked' ? why.blocked : ''
  const word = details.reason ?? ''
  return kind !== 'snoozed' && Object.hasOwn(why.words, word) ? why.words[word as keyof typeof why.words] : ''
}

/** How it was decided who gets it. */
function routedBy({ agentId, details }: CallbackEvent, { story: { why } }: Messages): string {
  const { preferredStanding: standing, isSubstitute = false } = details
  if (standing === undefined) return ''
  const preferred = standing === null ? why.nonePreferred : why.preferred[standing]
  if (agentId === null) return `${preferred} ${why.nobodyFree}`
  if (isSubstitute) return `${preferred} ${why.fewest}`
  return standing === 'available' ? preferred : `${preferred} ${why.kept}`
}

/** Who did it. */
export function whoDidIt({ actor, agentId }: CallbackEvent, { messages, nameOf }: Telling): string {
  const { story, layout } = messages
  if (actor === null) return agentId === null ? story.unknown : nameOf(agentId)
  if (actor.role === 'engine') return story.engine
  if (actor.agentId !== undefined) return nameOf(actor.agentId)
  return actor.sub ?? layout.roles[actor.role]
}
