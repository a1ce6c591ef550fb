import {
  isRingbackError,
  type RecordedOutcome,
  type RescheduledCallback,
  type RingbackError,
  type SnoozedCallback,
} from '@ringback/client'
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { agentNamesQuery, nameOf } from '../shared/api/names.ts'
import { forgetCall } from '../shared/kept.ts'
import { useMessages, type Messages } from '../shared/messages/index.ts'
import type { Action } from '../shared/outbox/actions.ts'
import { act, type Settled } from '../shared/outbox/outbox.ts'
import { serverNow } from '../shared/time/server-clock.ts'
import { useTimes, type Times } from '../shared/time/times.ts'
import { whatFailed } from '../shared/ui/failure.tsx'
import { toast } from '../shared/ui/toasts.tsx'

interface Here {
  messages: Messages
  times: Times
  queries: QueryClient
}

/** Says what became of what an agent did, and has the desk follow. The function stays the same. */
export function useSettled(): (settled: Settled) => void {
  const here: Here = { messages: useMessages(), times: useTimes(), queries: useQueryClient() }
  const latest = useRef(here)
  useEffect(() => void (latest.current = here))
  const stable = useRef((settled: Settled) => {
    const { queries } = latest.current
    void queries.invalidateQueries({ queryKey: ['desk'] })
    if (settled.ok) sayWhatWasDone(settled.action, settled.answer, latest.current)
    else void sayWhatFailed(settled.action, settled.error, latest.current)
  })
  return stable.current
}

function sayWhatWasDone(action: Action, answer: unknown, { messages: { desk: texts }, times }: Here): void {
  const near = (at: string) => times.near(at, serverNow())
  switch (action.kind) {
    case 'presence':
      return
    case 'take':
      if (answer === null) toast({ text: texts.done.nothingToTake })
      return
    case 'snooze': {
      const { scheduledFor, promisedFor } = (answer as SnoozedCallback).callback
      const { agentId, callbackId, minutes } = action
      const before = new Date(Date.parse(scheduledFor) - minutes * 60_000).toISOString()
      const run = () => act({ kind: 'reschedule', agentId, callbackId, scheduledFor: promisedFor ?? before })
      toast({ text: texts.done.snooze(near(scheduledFor)), action: { label: texts.undo, run } })
      return
    }
    case 'reschedule':
      toast({ text: texts.done.reschedule(near((answer as RescheduledCallback).callback.scheduledFor)), tone: 'good' })
      return
    case 'outcome': {
      const { retry, nextCallback } = answer as RecordedOutcome
      const text = nextCallback
        ? texts.done.outcomeNext(near(nextCallback.scheduledFor))
        : retry
          ? texts.done.outcomeRetry(near(retry.at))
          : texts.done.outcome
      forgetCall(action.callSessionId)
      toast({ text, tone: 'good' })
      return
    }
    case 'giveBack':
      forgetCall(action.callSessionId)
      toast({ text: texts.done.giveBack })
      return
    case 'accept':
    case 'cancel':
    case 'offer':
      toast({ text: texts.done[action.kind], tone: 'good' })
  }
}

async function sayWhatFailed(action: Action, error: unknown, here: Here): Promise<void> {
  const { messages, times } = here
  if ('callbackId' in action && isRingbackError(error, 'callback-not-pending', 'callback-not-found')) {
    toast({ text: await whoWasFaster(error, here), tone: 'bad' })
    return
  }
  const nextAllowedAt = isRingbackError(error) ? error.problem?.nextAllowedAt : undefined
  const text =
    nextAllowedAt === undefined
      ? whatFailed(messages, error)
      : messages.desk.firstPossible(times.near(nextAllowedAt, serverNow()))
  toast({ text, tone: 'bad' })
}

/** Whoever had it before is told who has it now; of what has never been an agent's it is told nothing. */
async function whoWasFaster({ problem }: RingbackError, { messages: { desk: texts }, queries }: Here): Promise<string> {
  const takenBy = problem?.takenBy
  if (takenBy === undefined) return texts.somebodyFaster
  const names = await queries.ensureQueryData(agentNamesQuery).catch(() => [])
  const who = names.find(({ agentId }) => agentId === takenBy)
  return texts.faster(who ? nameOf(who) : texts.byAgent(takenBy))
}
