import type { Random } from './random.ts'
import type { OutcomeType } from './ringback.ts'

/** Where an agent stands between two steps. */
type Presence = 'logged_out' | 'available' | 'wrap_up' | 'away'

export interface AgentState {
  presence: Presence
  /** Steps until the shift ends; without meaning while logged out. */
  stepsLeft: number
}

export type Step =
  | { kind: 'log_in'; steps: number }
  | { kind: 'log_out'; seconds: number }
  | { kind: 'come_back' }
  | { kind: 'take_break'; seconds: number }
  | { kind: 'answer_inbound' }
  | { kind: 'next_call' }

/**
 * What an agent does next. A shift of 120 to 300 steps (about one to two hours) is followed by four to nine minutes
 * off, so that of twelve agents one or two are away at a time.
 *
 * @param busyness how busy the day is, 0 to 1: the busier, the more customers call in
 */
export function decideStep(agent: Readonly<AgentState>, busyness: number, random: Random): Step {
  if (agent.presence === 'logged_out') return { kind: 'log_in', steps: random.integer(120, 300) }
  if (agent.presence !== 'available') return { kind: 'come_back' }
  if (agent.stepsLeft <= 0) return { kind: 'log_out', seconds: random.integer(240, 540) }
  const kind = random.weighted({ take_break: 0.03, answer_inbound: 0.3 * busyness, next_call: 0.75 })
  return kind === 'take_break' ? { kind, seconds: random.integer(30, 90) } : { kind }
}

export type PromiseDecision = { kind: 'accept' } | { kind: 'snooze'; minutes: number } | { kind: 'leave' }

/** What an agent does about a callback on the own list: nothing until a minute before its time. */
export function decideOnPromise(scheduledFor: Date, now: Date, random: Random): PromiseDecision {
  if (scheduledFor.getTime() > now.getTime() + 60_000) return { kind: 'leave' }
  const kind = random.weighted({ accept: 0.4, snooze: 0.08, leave: 0.52 })
  return kind === 'snooze' ? { kind, minutes: random.integer(1, 15) } : { kind }
}

export type Ending =
  | { kind: 'release' }
  | { kind: 'without_outcome'; talkSeconds: number }
  | {
      kind: 'outcome'
      outcomeType: OutcomeType
      talkSeconds: number
      callbackScheduled: boolean
      /** Minutes from now, when the call ends with another promise. */
      nextCallbackInMinutes: number | null
    }

/** How an outbound call ends: mostly well. Now and then the agent gives it back, or forgets the outcome. */
export function decideOutboundEnding(random: Random): Ending {
  const kind = random.weighted({ release: 0.015, without_outcome: 0.008, outcome: 0.977 })
  if (kind === 'release') return { kind }
  if (kind === 'without_outcome') return { kind, talkSeconds: talkSeconds(random) }
  return withOutcome(
    random.weighted({
      resolved: 0.72,
      no_answer: 0.1,
      voicemail: 0.04,
      busy: 0.03,
      callback_requested: 0.05,
      declined: 0.03,
      wrong_number: 0.015,
      do_not_call: 0.005,
      failed: 0.01,
    }),
    random,
  )
}

/** How an inbound call ends: somebody is on the line, and more of them ask to be called back. */
export function decideInboundEnding(random: Random): Exclude<Ending, { kind: 'release' }> {
  const kind = random.weighted({ without_outcome: 0.03, outcome: 0.97 })
  if (kind === 'without_outcome') return { kind, talkSeconds: talkSeconds(random) }
  return withOutcome(
    random.weighted({ resolved: 0.77, callback_requested: 0.18, declined: 0.03, failed: 0.02 }),
    random,
  )
}

/** Whoever asks to be called back mostly is promised it. */
const SHARE_WITH_NEXT_CALLBACK = 0.92

function withOutcome(outcomeType: OutcomeType, random: Random): Extract<Ending, { kind: 'outcome' }> {
  const reachedNobody = outcomeType === 'no_answer' || outcomeType === 'busy' || outcomeType === 'failed'
  const asksForCallback = outcomeType === 'callback_requested'
  const hasNextCallback = asksForCallback && random.chance(SHARE_WITH_NEXT_CALLBACK)
  return {
    kind: 'outcome',
    outcomeType,
    talkSeconds: reachedNobody ? random.integer(3, 5) : talkSeconds(random),
    callbackScheduled: asksForCallback,
    nextCallbackInMinutes: hasNextCallback ? random.integer(8, 75) : null,
  }
}

/** Real calls take minutes; here a viewer should see them begin and end. */
function talkSeconds(random: Random): number {
  return Math.round(Math.min(45, 6 + random.untilNext(10)))
}
