import type { Desk } from '@ringback/client'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import type { Telling } from '../promises/story-words.ts'
import { useAgentNames } from '../shared/api/names.ts'
import { useMessages } from '../shared/messages/index.ts'
import { useNow } from '../shared/time/server-clock.ts'
import { useTimes } from '../shared/time/times.ts'
import { Badge, type Tone } from '../shared/ui/badge.tsx'
import { Button } from '../shared/ui/button.tsx'
import type { IconName } from '../shared/ui/icons.tsx'
import { Menu } from '../shared/ui/menu.tsx'
import { Countdown, Moment, TheirMoment } from '../shared/ui/moment.tsx'
import type { MenuChoice } from '../shared/ui/opened-menu.tsx'
import { zoneOf } from './customer.tsx'
import { rowId } from './selection.ts'

export const loadSnoozeDialog = () => import('./snooze-dialog.tsx')
const SnoozeDialog = lazy(async () => ({ default: (await loadSnoozeDialog()).SnoozeDialog }))

type Shown = Desk['pending'][number]

export interface RowActions {
  accept: () => void
  snooze: (minutes: number) => void
  /** Gives the promise to whoever is there. */
  offer: () => void
  openSnooze: (isOpen: boolean) => void
  reschedule: () => void
  cancel: () => void
}

const snoozes = [5, 15, 30, 60] as const

/** A promise that is due soon, or was put off. */
export function PromiseRow({
  promise,
  agentId,
  isSelected,
  isUnderWay,
  isSnoozeOpen,
  onSelect,
  actions,
}: {
  promise: Shown
  agentId: number
  isSelected: boolean
  isUnderWay: boolean
  isSnoozeOpen: boolean
  onSelect: () => void
  actions: RowActions
}): ReactNode {
  const messages = useMessages()
  const { desk: texts } = messages
  const times = useTimes()
  const now = useNow()
  const nameOf = useAgentNames()
  const [asksForMinutes, setAsksForMinutes] = useState(false)
  const { callback, user } = promise
  const name = user?.name ?? texts.deleted
  const isPending = callback.status === 'pending'
  const snoozeTo = (minutes: number) => Math.max(now, Date.parse(callback.scheduledFor)) + minutes * 60_000
  const snoozeChoices: MenuChoice[] = [
    ...snoozes.map((minutes) => ({
      id: String(minutes),
      label: texts.minutes(minutes),
      consequence: texts.until(times.near(snoozeTo(minutes), now)),
      run: () => actions.snooze(minutes),
    })),
    { id: 'own', label: texts.ownMinutes, run: () => setAsksForMinutes(true) },
  ]
  const moreChoices: MenuChoice[] = [
    { id: 'reschedule', label: texts.reschedule, icon: 'calendar', run: actions.reschedule },
    ...(isPending && callback.owner === 'any' && callback.preferredAgentId === agentId
      ? [{ id: 'offer', label: texts.offer, icon: 'user', run: actions.offer } as const]
      : []),
    { id: 'cancel', label: texts.cancel, icon: 'cross', isDangerous: true, run: actions.cancel },
  ]

  return (
    <li
      id={rowId(callback.id)}
      aria-current={isSelected || undefined}
      onClick={onSelect}
      onFocus={onSelect}
      className={`grid scroll-my-20 grid-cols-[5.25rem_minmax(0,1fr)_auto] gap-x-3 gap-y-2 border-s-4 py-3 ps-3 pe-3 ${isSelected ? 'border-s-accent bg-accent-soft/40' : 'border-s-transparent'}`}
    >
      <p className="pt-0.5">
        <Countdown to={callback.scheduledFor} className="text-base leading-tight" />
      </p>
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-semibold break-words">{name}</span>
          {badgesOf(promise, agentId, { messages, times, now, nameOf }).map(({ tone, icon, text }) => (
            <Badge key={text} tone={tone} {...(icon && { icon })}>
              {text}
            </Badge>
          ))}
        </p>
        <p className="text-sm text-muted">
          <Moment at={callback.scheduledFor} className="font-medium text-ink" />{' '}
          <TheirMoment at={callback.scheduledFor} zone={zoneOf(user)} />
          {callback.callbackReason !== null && <span className="break-words"> · {callback.callbackReason}</span>}
        </p>
      </div>
      <Menu
        label={texts.moreOf(name)}
        choices={moreChoices}
        trigger={(props) => (
          <Button {...props} icon="dots" look="quiet" disabled={isUnderWay} className="-my-1 self-start px-2!" />
        )}
      />
      <div className="col-span-3 flex flex-wrap items-center gap-2 sm:col-span-2 sm:col-start-2">
        {isPending && (
          <Button
            icon="check"
            busy={isUnderWay}
            {...(isSelected && { shortcut: 'accept' })}
            aria-label={texts.acceptOf(name)}
            onClick={actions.accept}
          >
            {texts.accept}
          </Button>
        )}
        <Menu
          label={texts.snoozeOf(name)}
          title={texts.snoozeTitle}
          choices={snoozeChoices}
          isOpen={isSnoozeOpen}
          onOpenChange={actions.openSnooze}
          trigger={(props) => (
            <Button
              {...props}
              icon="snooze"
              look="quiet"
              disabled={isUnderWay}
              {...(isSelected && { shortcut: 'snooze' })}
            >
              {texts.snooze}
            </Button>
          )}
        />
      </div>
      {asksForMinutes && (
        <Suspense>
          <SnoozeDialog
            name={name}
            timeAfter={(minutes) => times.near(snoozeTo(minutes), now)}
            onSnooze={actions.snooze}
            onClose={() => setAsksForMinutes(false)}
          />
        </Suspense>
      )}
    </li>
  )
}

/** How a promise stands, as far as that is not its time. */
function badgesOf(
  { callback, queueEntry }: Shown,
  agentId: number,
  { messages: { desk: texts }, times, now, nameOf }: Telling,
): { tone: Tone; icon?: IconName; text: string }[] {
  const heldUntil = queueEntry?.onHoldUntil
  return [
    ...(callback.status === 'accepted' ? [{ tone: 'accent', icon: 'check', text: texts.accepted } as const] : []),
    ...(heldUntil != null && Date.parse(heldUntil) > now
      ? [{ tone: 'warn', icon: 'clock', text: texts.heldUntil(times.near(heldUntil, now)) } as const]
      : []),
    ...(callback.ownerAwaitedUntil === null
      ? []
      : [
          {
            tone: 'warn',
            icon: 'user',
            text: texts.ownerAwaited(times.near(callback.ownerAwaitedUntil, now)),
          } as const,
        ]),
    ...(callback.preferredAgentId !== null && callback.preferredAgentId !== agentId
      ? [{ tone: 'neutral', icon: 'user', text: texts.substituteFor(nameOf(callback.preferredAgentId)) } as const]
      : []),
    ...(callback.promisedFor === null
      ? []
      : [{ tone: 'neutral', icon: 'snooze', text: texts.promisedFor(times.near(callback.promisedFor, now)) } as const]),
  ]
}
