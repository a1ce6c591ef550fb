import { answerInboundCall, type CallDeps, makeCall } from './agent-calls.ts'
import { type AgentState, decideOnPromise, decideStep } from './agent-decisions.ts'
import type { BusinessDay } from './day.ts'
import type { Refusal, Ringback, SessionStatus } from './ringback.ts'

export interface AgentDeps extends CallDeps {
  ringback: CallDeps['ringback'] &
    Pick<
      Ringback,
      'putSession' | 'endSession' | 'heartbeat' | 'claimNextCall' | 'pendingCallbacks' | 'accept' | 'snooze'
    >
  day: BusinessDay
}

export interface DemoAgentActor {
  /** Does one thing that an agent does, takes the time that it takes, and comes back. */
  step(): Promise<void>
  /** Says that the desktop is alive, when the agent is logged in. */
  heartbeat(): Promise<void>
}

/**
 * One agent as a state machine: what the API refuses (a session that was closed, a callback that somebody else took)
 * changes the state, and the next step starts from there.
 */
export function demoAgent(deps: AgentDeps): DemoAgentActor {
  const { agentId, ringback, clock, random, day, log } = deps
  const state: AgentState = { presence: 'logged_out', stepsLeft: 0 }

  async function step(): Promise<void> {
    const next = decideStep(state, day.busyness(clock.now()), random)
    state.stepsLeft -= 1
    switch (next.kind) {
      case 'log_in':
        return logIn(next.steps)
      case 'log_out':
        return logOut(next.seconds)
      case 'come_back':
        await changePresence('available')
        return
      case 'take_break':
        return takeBreak(next.seconds)
      case 'answer_inbound':
        return takeInboundCall()
      case 'next_call':
        await lookAtPromises()
        return takeNextCall()
    }
  }

  async function logIn(steps: number): Promise<void> {
    if (!(await changePresence('available'))) return clock.pause(10)
    state.stepsLeft = steps
    log.info('agent logged in')
  }

  async function logOut(seconds: number): Promise<void> {
    await ringback.endSession(agentId)
    state.presence = 'logged_out'
    log.info('agent logged out')
    await clock.pause(seconds)
  }

  async function takeBreak(seconds: number): Promise<void> {
    if (!(await changePresence('away'))) return
    log.info({ seconds }, 'agent away')
    await clock.pause(seconds)
  }

  async function takeInboundCall(): Promise<void> {
    if (!(await changePresence('busy'))) return
    await answerInboundCall(deps)
    await finishCall()
  }

  async function takeNextCall(): Promise<void> {
    const claim = await ringback.claimNextCall(agentId)
    if (!claim.ok) {
      loseSessionIfSaid(claim)
      return clock.pause(3)
    }
    if (claim.value === null) return clock.pause(random.integer(3, 6))
    const ending = await makeCall(deps, claim.value)
    if (ending === 'released') return takeBreak(random.integer(30, 60))
    await finishCall()
  }

  /** An outcome makes an agent available; a call without one, or an inbound one, needs it said. */
  async function finishCall(): Promise<void> {
    const writesNotes = random.chance(0.25)
    if (!(await changePresence(writesNotes ? 'wrap_up' : 'available'))) return
    await clock.pause(writesNotes ? random.integer(3, 8) : random.integer(1, 3))
  }

  async function lookAtPromises(): Promise<void> {
    const promises = await ringback.pendingCallbacks(agentId)
    if (!promises.ok) return
    for (const { id: callbackId, scheduledFor } of promises.value) {
      const decision = decideOnPromise(scheduledFor, clock.now(), random)
      if (decision.kind === 'leave') continue
      if (decision.kind === 'accept') await accept(callbackId)
      else await snooze(callbackId, decision.minutes)
      return
    }
  }

  async function accept(callbackId: string): Promise<void> {
    const accepted = await ringback.accept(callbackId, agentId)
    if (accepted.ok) log.info({ callbackId }, 'callback accepted')
    else loseSessionIfSaid(accepted)
  }

  async function snooze(callbackId: string, minutes: number): Promise<void> {
    const snoozed = await ringback.snooze(callbackId, agentId, minutes)
    if (snoozed.ok) log.info({ callbackId, minutes }, 'callback snoozed')
  }

  /** Gives false, and takes the agent for logged out, when the API refuses. */
  async function changePresence(status: SessionStatus): Promise<boolean> {
    const changed = await ringback.putSession(agentId, status)
    if (!changed.ok) state.presence = 'logged_out'
    else state.presence = status === 'busy' ? 'available' : status
    return changed.ok
  }

  function loseSessionIfSaid(refusal: Refusal): void {
    if (refusal.code !== 'agent-not-logged-in') return
    state.presence = 'logged_out'
    log.info('agent session was closed')
  }

  async function heartbeat(): Promise<void> {
    if (state.presence !== 'logged_out') await ringback.heartbeat(agentId)
  }

  return { step, heartbeat }
}
