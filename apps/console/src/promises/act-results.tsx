import { isRingbackError } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages, type Messages } from '../shared/messages/index.ts'
import { useNow } from '../shared/time/server-clock.ts'
import { useTimes, type Times } from '../shared/time/times.ts'
import { Button } from '../shared/ui/button.tsx'
import { whatFailed } from '../shared/ui/failure.tsx'
import { Icon, type IconName } from '../shared/ui/icons.tsx'
import type { ActKind, ActResult } from './acts.ts'
import type { FoundPromise } from './promises-data.ts'

const icons: Record<ActResult['kind'], IconName> = { left: 'clock', done: 'check', refused: 'alert' }
const colours: Record<ActResult['kind'], string> = { left: 'text-muted', done: 'text-good', refused: 'text-late' }

/** Of each promise what became of it; and what is left when nobody answers any more. */
export function ActResults({
  kind,
  promises,
  results,
  isRunning,
  onGoOn,
  onClose,
}: {
  kind: ActKind
  promises: readonly Pick<FoundPromise, 'id' | 'user'>[]
  results: ReadonlyMap<string, ActResult>
  isRunning: boolean
  onGoOn: () => void
  onClose: () => void
}): ReactNode {
  const messages = useMessages()
  const { promises: texts, desk, layout } = messages
  const times = useTimes()
  const now = useNow()
  const resultOf = (id: string): ActResult => results.get(id) ?? { kind: 'left' }
  const countOf = (wanted: ActResult['kind']) => promises.filter(({ id }) => resultOf(id).kind === wanted).length
  const left = countOf('left')
  return (
    <div className="grid gap-4">
      <p role="status" className="text-sm text-muted">
        {texts.doneOf(countOf('done'), promises.length)}
      </p>
      <ul className="divide-y divide-line">
        {promises.map(({ id, user }) => {
          const result = resultOf(id)
          return (
            <li key={id} className="flex items-start gap-3 py-2.5">
              <Icon name={icons[result.kind]} className={`mt-0.5 size-5 ${colours[result.kind]}`} />
              <span className="min-w-0">
                <span className="font-medium break-words">{user?.name ?? desk.deleted}</span>
                <span className="block text-sm text-muted">{wordsFor(result, kind, messages, times, now)}</span>
              </span>
            </li>
          )
        })}
      </ul>
      <div className="flex flex-wrap justify-end gap-2">
        {!isRunning && left > 0 && <Button onClick={onGoOn}>{texts.goOn(left)}</Button>}
        <Button look="primary" busy={isRunning} onClick={onClose}>
          {layout.close}
        </Button>
      </div>
    </div>
  )
}

function wordsFor(result: ActResult, kind: ActKind, messages: Messages, times: Times, now: number): string {
  const { promises: texts, desk } = messages
  if (result.kind === 'left') return texts.notDone
  if (result.kind === 'done') return texts.done[kind](times.near(result.callback.scheduledFor, now))
  const firstPossible = isRingbackError(result.error) ? result.error.problem?.nextAllowedAt : undefined
  return firstPossible === undefined
    ? whatFailed(messages, result.error)
    : desk.firstPossible(times.near(firstPossible, now))
}
