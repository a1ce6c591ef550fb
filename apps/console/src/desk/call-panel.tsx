import type { ClaimedCall, OutcomeType } from '@ringback/client'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useRef, useState, type ReactNode } from 'react'
import { LastCalls } from '../promises/last-calls.tsx'
import { Timeline } from '../promises/timeline.tsx'
import { keepText, keptText } from '../shared/kept.ts'
import { useKeys } from '../shared/keys/use-keys.ts'
import { useMessages } from '../shared/messages/index.ts'
import { act, useIsUnderWay } from '../shared/outbox/outbox.ts'
import { serverNow } from '../shared/time/server-clock.ts'
import { Button } from '../shared/ui/button.tsx'
import { TextArea } from '../shared/ui/fields.tsx'
import { Icon } from '../shared/ui/icons.tsx'
import { Stopwatch } from '../shared/ui/moment.tsx'
import { Panel, Skeleton } from '../shared/ui/surfaces.tsx'
import { Customer } from './customer.tsx'
import { storyQuery } from './desk-data.ts'
import { OutcomeChoice } from './outcome-choice.tsx'
import { PromiseFacts } from './promise-facts.tsx'

const TimePicker = lazy(async () => ({ default: (await import('../promises/time-picker.tsx')).TimePicker }))

/** The call at hand: whom, what was promised, what is written down, and what came of it. */
export function CallPanel({ call, agentId }: { call: ClaimedCall; agentId: number }): ReactNode {
  const { desk: texts } = useMessages()
  const { callSessionId, queueEntry, callback, user, lastCalls } = call
  const isUnderWay = useIsUnderWay()(callSessionId)
  const [notes, setNotes] = useDraft(`notes.${callSessionId}`)
  const [outcome, setOutcome] = useDraft(`outcome.${callSessionId}`)
  const [nextAt, setNextAt] = useDraft(`next.${callSessionId}`)
  const [promisesAgain, setPromisesAgain] = useState(nextAt !== '')
  const notesField = useRef<HTMLTextAreaElement>(null)
  const chosen = outcome === '' ? undefined : (outcome as OutcomeType)
  const isIncomplete = promisesAgain && nextAt === ''

  function record() {
    if (chosen === undefined || isUnderWay || isIncomplete) return
    const talked = Math.max(0, Math.round((serverNow() - Date.parse(queueEntry.claimedAt!)) / 1_000))
    act({
      kind: 'outcome',
      agentId,
      callSessionId,
      body: {
        outcomeType: chosen,
        durationSeconds: talked,
        ...(notes.trim() !== '' && { notes: notes.trim() }),
        ...(promisesAgain && {
          nextCallback: {
            scheduledFor: nextAt,
            preferredAgentId: agentId,
            ...(callback?.callbackReason != null && { callbackReason: callback.callbackReason }),
          },
        }),
      },
    })
  }
  const giveBack = () => {
    if (!isUnderWay) act({ kind: 'giveBack', agentId, queueEntryId: queueEntry.id, callSessionId })
  }
  const choose = (type: OutcomeType) => setOutcome(type)
  const togglePromise = () => {
    setPromisesAgain(!promisesAgain)
    if (promisesAgain) setNextAt('')
  }
  useKeys({ record, giveBack, notes: () => notesField.current?.focus(), promise: togglePromise })

  return (
    <Panel
      title={texts.call}
      className="border-accent"
      aside={
        <span className="flex items-center gap-2 text-sm">
          <span className="size-2 rounded-full bg-accent breathing" />
          <span className="sr-only">{texts.talkTime}</span>
          <Stopwatch since={queueEntry.claimedAt!} className="text-base font-semibold" />
        </span>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 p-4 sm:p-5">
        <div className="flex flex-wrap items-start justify-between gap-4">
          <Customer user={user} />
          <Button icon="back" shortcut="giveBack" busy={isUnderWay} onClick={giveBack} title={texts.giveBackHint}>
            {texts.giveBack}
          </Button>
        </div>
        <PromiseFacts call={call} />
        <TextArea
          ref={notesField}
          label={texts.notes}
          hint={texts.notesHint}
          rows={3}
          maxLength={10_000}
          value={notes}
          onChange={({ target }) => setNotes(target.value)}
        />
        <OutcomeChoice call={call} chosen={chosen} promisesAgain={promisesAgain} onChoose={choose} />
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
          <Button
            icon={promisesAgain ? 'cross' : 'plus'}
            shortcut="promise"
            className="justify-self-start"
            aria-expanded={promisesAgain}
            onClick={togglePromise}
          >
            {promisesAgain ? texts.promiseNot : texts.promiseAgain}
          </Button>
          {promisesAgain && (
            <div className="rounded-xl border border-line p-4">
              <Suspense fallback={<Skeleton className="h-48" />}>
                <TimePicker
                  user={user}
                  queueType={queueEntry.queueType}
                  at={nextAt === '' ? undefined : nextAt}
                  onChange={(at) => setNextAt(at ?? '')}
                />
              </Suspense>
            </div>
          )}
        </div>
        <div className="flex flex-wrap items-center justify-end gap-3">
          {chosen === undefined && <p className="text-sm text-muted">{texts.chooseFirst}</p>}
          {chosen !== undefined && isIncomplete && <p className="text-sm text-muted">{texts.chooseTimeFirst}</p>}
          <Button
            look="primary"
            icon="check"
            shortcut="record"
            busy={isUnderWay}
            disabled={chosen === undefined || isIncomplete}
            onClick={record}
            className="min-h-12! px-5! text-base! max-sm:w-full"
          >
            {texts.record}
          </Button>
        </div>
        <div className="grid gap-6 border-t border-line pt-5 md:grid-cols-2">
          <section>
            <h3 className="mb-3 text-xs font-medium text-muted">{texts.story}</h3>
            {callback ? <Story callbackId={callback.id} /> : <p className="text-sm text-muted">{texts.noPromise}</p>}
          </section>
          <section>
            <h3 className="mb-3 text-xs font-medium text-muted">{texts.callsBefore}</h3>
            <LastCalls calls={lastCalls} />
          </section>
        </div>
      </div>
    </Panel>
  )
}

function Story({ callbackId }: { callbackId: string }): ReactNode {
  const { desk: texts } = useMessages()
  const { data, isError } = useQuery(storyQuery(callbackId))
  if (isError) {
    return (
      <p className="flex items-center gap-2 text-sm text-muted">
        <Icon name="alert" className="size-4" />
        {texts.storyFailed}
      </p>
    )
  }
  return data ? <Timeline events={data.history} /> : <Skeleton className="h-32" />
}

/** What has been typed about this call, which outlives a reload. */
function useDraft(name: string): [text: string, set: (text: string) => void] {
  const [text, setText] = useState(() => keptText(name))
  return [
    text,
    (next) => {
      setText(next)
      keepText(name, next)
    },
  ]
}
