import type { ClaimedCall, OutcomeConsequence, OutcomeType } from '@ringback/client'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ringback } from '../shared/api/client.ts'
import { shortcutOf, type KeyId } from '../shared/keys/table.ts'
import { useKeys } from '../shared/keys/use-keys.ts'
import { useMessages, type Messages } from '../shared/messages/index.ts'
import { useNow } from '../shared/time/server-clock.ts'
import { useTimes, type Times } from '../shared/time/times.ts'
import { Kbd } from '../shared/ui/kbd.tsx'

/** In the order of their digits: what was reached, what was not, what must not be. */
const outcomes = [
  'resolved',
  'callback_requested',
  'no_answer',
  'busy',
  'voicemail',
  'failed',
  'wrong_number',
  'declined',
  'do_not_call',
] as const satisfies readonly OutcomeType[]

const keyOf = (index: number) => `outcome${index + 1}` as KeyId & `outcome${number}`
const foreseenForMs = 60_000

/** What came of the call, each with what follows from it, before it is chosen. None is chosen for the agent. */
export function OutcomeChoice({
  call: { callSessionId, callback },
  chosen,
  promisesAgain,
  onChoose,
}: {
  call: ClaimedCall
  chosen: OutcomeType | undefined
  /** Whether the customer is promised another time: then nothing is tried again before. */
  promisesAgain: boolean
  onChoose: (type: OutcomeType) => void
}): ReactNode {
  const messages = useMessages()
  const { desk: texts } = messages
  const times = useTimes()
  const now = useNow()
  const { data: consequences } = useQuery({
    queryKey: ['consequences', callSessionId],
    meta: { live: ['policy.changed'] },
    // They move with the clock: what is tried again in an hour is later in a minute.
    refetchInterval: foreseenForMs,
    queryFn: ({ signal }) => ringback.callSessions.getConsequences(callSessionId, { signal }),
  })
  useKeys(Object.fromEntries(outcomes.map((type, index) => [keyOf(index), () => onChoose(type)])))
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 text-sm font-medium">{texts.outcome}</legend>
      <div className="grid gap-2 sm:grid-cols-2 xl:grid-cols-3">
        {outcomes.map((type, index) => {
          const consequence = consequences?.outcomes.find(({ outcomeType }) => outcomeType === type)
          return (
            <label
              key={type}
              className="flex min-h-14 cursor-pointer items-start gap-3 rounded-lg border border-line px-3 py-2 hover:border-edge has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name="outcome"
                checked={chosen === type}
                onChange={() => onChoose(type)}
                aria-keyshortcuts={shortcutOf(keyOf(index))}
                aria-describedby={`consequence-${type}`}
                className="mt-1 accent-accent outline-none"
              />
              <span className="min-w-0 flex-1">
                <span className="block text-sm font-medium">{texts.outcomes[type]}</span>
                <span id={`consequence-${type}`} className="block min-h-5 text-sm text-muted">
                  {consequence &&
                    wordsFor(consequence, { messages, times, now, promisesAgain, isPromise: callback !== null })}
                </span>
              </span>
              <Kbd id={keyOf(index)} className="mt-0.5 text-muted" />
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}

function wordsFor(
  { outcomeType, retry, blocks }: OutcomeConsequence,
  {
    messages: { desk: texts },
    times,
    now,
    promisesAgain,
    isPromise,
  }: { messages: Messages; times: Times; now: number; promisesAgain: boolean; isPromise: boolean },
): string {
  if (blocks) return texts.consequences[outcomeType === 'wrong_number' ? 'blocksNumber' : 'blocks']
  if (promisesAgain) return texts.consequences.promised
  if (retry) return texts.consequences.retry(times.near(retry.at, now))
  return isPromise ? texts.consequences.ends : texts.consequences.endsPlace
}
