import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { decideInboundEnding, decideOutboundEnding, type Ending } from './agent-decisions.ts'
import type { Clock } from './clock.ts'
import { demoUsers } from './people.ts'
import type { Random } from './random.ts'
import { pickReason } from './reasons.ts'
import { unanswered, type ClaimedCall, type Outcome, type Ringback, type Unanswered } from './ringback.ts'

export interface CallDeps {
  agentId: number
  ringback: Pick<Ringback, 'openInboundCall' | 'hearOfCall' | 'recordOutcome' | 'release'>
  clock: Clock
  random: Random
  /** A child logger that carries `agentId`. */
  log: Logger
}

type EndedCall = Exclude<Ending, { kind: 'release' }>

/** Makes the call that was claimed, or gives it back. Takes as long as the agent talks. */
export async function makeCall(deps: CallDeps, claim: ClaimedCall): Promise<'ended' | 'released'> {
  const { ringback, clock, random } = deps
  const { queueEntry, callback, callSessionId, resumed } = claim
  const log = deps.log.child({
    queueEntryId: queueEntry.id,
    userId: queueEntry.userId,
    callSessionId,
    ...(callback === null ? {} : { callbackId: callback.id }),
  })
  log.info({ resumed }, callback === null ? 'call claimed' : 'callback claimed')

  const ending = decideOutboundEnding(random)
  if (ending.kind === 'release') {
    await clock.pause(3)
    const released = await ringback.release(queueEntry.id)
    if (released.ok) log.info('call released')
    return 'released'
  }
  const externalCallId = newCallSid()
  await ringback.hearOfCall({ callSessionId, externalCallId, status: 'ringing' })
  await endCall({ ...deps, log }, { callSessionId, externalCallId, direction: 'outbound' }, ending)
  return 'ended'
}

/** Takes a call of some customer, whom telephony knows by the number, and talks. */
export async function answerInboundCall(deps: CallDeps): Promise<void> {
  const { agentId, ringback, random } = deps
  const { userId, phone } = random.pick(demoUsers)
  const externalCallId = newCallSid()
  await ringback.hearOfCall({ externalCallId, status: 'in_progress', direction: 'inbound', phone })
  const opened = await ringback.openInboundCall({ userId, agentId, twilioCallSid: externalCallId })
  if (!opened.ok) return
  const log = deps.log.child({ userId, callSessionId: opened.value })
  log.info('inbound call answered')
  const call = { callSessionId: opened.value, externalCallId, direction: 'inbound' } as const
  await endCall({ ...deps, log }, call, decideInboundEnding(random))
}

interface TelephoneCall {
  callSessionId: string
  externalCallId: string
  direction: 'inbound' | 'outbound'
}

/** Telephony says that the call is over, and when nobody has answered, the agent need not; else it says what came of it. */
async function endCall(deps: CallDeps, call: TelephoneCall, ending: EndedCall): Promise<void> {
  const { ringback, clock, log } = deps
  const { callSessionId, externalCallId, direction } = call
  const { talkSeconds: durationSeconds } = ending
  await clock.pause(durationSeconds)

  const status = (direction === 'outbound' && unansweredIn(ending)) || 'completed'
  const heard = await ringback.hearOfCall({ externalCallId, status, durationSeconds })
  if (ending.kind === 'without_outcome') return log.info('call completed without outcome')
  if (status !== 'completed' && heard.ok && heard.value) return log.info({ outcomeType: status }, 'call not answered')
  const recorded = await ringback.recordOutcome(callSessionId, outcomeOf(deps, ending))
  if (!recorded.ok) return
  log.info({ outcomeType: ending.outcomeType }, 'call completed')
  if (recorded.value !== null) logNextCallback(log, recorded.value)
}

function unansweredIn(ending: EndedCall): Unanswered | undefined {
  return ending.kind === 'outcome' ? unanswered.find((status) => status === ending.outcomeType) : undefined
}

function logNextCallback(log: Logger, { id, scheduledFor }: { id: string; scheduledFor: Date }): void {
  log.info({ nextCallbackId: id, scheduledFor }, 'callback scheduled')
}

function outcomeOf(deps: CallDeps, ending: Extract<Ending, { kind: 'outcome' }>): Outcome {
  const { agentId, clock, random } = deps
  const { outcomeType, talkSeconds, callbackScheduled, nextCallbackInMinutes } = ending
  const outcome: Outcome = { outcomeType, durationSeconds: talkSeconds, callbackScheduled }
  if (nextCallbackInMinutes === null) return outcome
  return {
    ...outcome,
    nextCallback: {
      scheduledFor: new Date(clock.now().getTime() + nextCallbackInMinutes * 60_000),
      callbackReason: pickReason(random),
      ...(random.chance(0.6) ? { preferredAgentId: agentId } : {}),
    },
  }
}

/** Never the same twice, not even after a restart: the API takes a call with a known sid for the call it knows. */
function newCallSid(): string {
  return `CA${randomUUID().replaceAll('-', '')}`
}
