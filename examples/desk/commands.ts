import { outcomeTypes, type Desk, type OutcomeType, type Ringback } from '@ringback/client'
import { promisesOf } from './view.ts'

/** What an agent typed and cannot mean. */
export class Mistake extends Error {}

/** What a command works with: the desk is as the agent sees it. */
interface At {
  ringback: Ringback
  agentId: number
  desk: Desk
}

interface Command {
  takes: string
  does: string
  /** Returns what to say when it is done; what has changed is shown by the desk. */
  run(at: At, ...words: string[]): Promise<string | void>
}

/** All that an agent can do, by the first word. */
export const commands: Record<string, Command> = {
  next: {
    takes: '',
    does: 'take the next call',
    async run({ ringback, agentId }) {
      // Whoever holds a call is given that one again, so that asking twice does no harm.
      const call = await ringback.nextCall.claim(agentId)
      return call ? `call ${call.user?.phone ?? '(no number)'} now` : 'nobody waits'
    },
  },
  accept: {
    takes: 'NUMBER',
    does: 'promise to make this call yourself, first of all',
    async run({ ringback, agentId, desk }, number) {
      await ringback.callbacks.accept({ callbackId: callbackIdOf(desk, number), agentId })
    },
  },
  snooze: {
    takes: 'NUMBER MINUTES',
    does: 'put a promise off',
    async run({ ringback, agentId, desk }, number, minutes) {
      const callbackId = callbackIdOf(desk, number)
      await ringback.callbacks.snooze({ callbackId, agentId, minutes: minutesOf(minutes) })
    },
  },
  done: {
    takes: 'OUTCOME [NOTES]',
    does: `say what came of the call: ${outcomeTypes.join(', ')}`,
    async run({ ringback, desk }, outcome, ...notes) {
      await ringback.callSessions.recordOutcome(callOf(desk), { outcomeType: outcomeOf(outcome), notes: textOf(notes) })
    },
  },
  again: {
    takes: 'MINUTES [NOTES]',
    does: 'the customer wants another call in so many minutes',
    async run({ ringback, agentId, desk }, minutes, ...notes) {
      const scheduledFor = new Date(Date.now() + minutesOf(minutes) * 60_000).toISOString()
      // The outcome and the next promise are written together, or neither is.
      const { nextCallback } = await ringback.callSessions.recordOutcome(callOf(desk), {
        outcomeType: 'callback_requested',
        notes: textOf(notes),
        callbackScheduled: true,
        nextCallback: {
          scheduledFor,
          callbackReason: desk.heldCall?.callback?.callbackReason ?? null,
          preferredAgentId: agentId,
        },
      })
      return `promised again for ${nextCallback?.scheduledFor}`
    },
  },
  release: {
    takes: '',
    does: 'give the call back without having called',
    async run({ ringback, desk }) {
      callOf(desk)
      await ringback.queues.releaseEntry(desk.heldCall!.queueEntry.id)
    },
  },
  away: { takes: '', does: 'take a break', run: setStatus('away') },
  back: { takes: '', does: 'be available again', run: setStatus('available') },
}

function setStatus(status: 'away' | 'available') {
  return async ({ ringback, agentId }: At) => {
    await ringback.agents.putSession(agentId, { status })
  }
}

export const help = Object.entries({ ...commands, quit: { takes: '', does: 'log out' } })
  .map(([name, { takes, does }]) => `  ${`${name} ${takes}`.padEnd(24)}${does}`)
  .join('\n')

function callbackIdOf(desk: Desk, number = ''): string {
  const promise = promisesOf(desk)[Number(number) - 1]
  if (!promise) throw new Mistake(`There is no promise number "${number}"`)
  return promise.callback.id
}

function callOf({ heldCall }: Desk): string {
  if (!heldCall) throw new Mistake('You are in no call: take one by "next"')
  return heldCall.callSessionId
}

function minutesOf(word = ''): number {
  if (!/^[1-9]\d*$/.test(word)) throw new Mistake(`"${word}" is no number of minutes`)
  return Number(word)
}

function outcomeOf(word = ''): OutcomeType {
  const outcome = outcomeTypes.find((type) => type === word)
  if (!outcome) throw new Mistake(`"${word}" is none of ${outcomeTypes.join(', ')}`)
  return outcome
}

function textOf(words: string[]): string | null {
  return words.length === 0 ? null : words.join(' ')
}
