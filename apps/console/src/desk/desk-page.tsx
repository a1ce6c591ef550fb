import type { Desk } from '@ringback/client'
import { useQuery } from '@tanstack/react-query'
import { useRouteContext } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react'
import { useCommands } from '../shared/commands.ts'
import { useKeys } from '../shared/keys/use-keys.ts'
import { loadWhenIdle } from '../shared/load-when-idle.ts'
import { useMessages } from '../shared/messages/index.ts'
import { act, useIsUnderWay } from '../shared/outbox/outbox.ts'
import { Failure } from '../shared/ui/failure.tsx'
import { loadOpenedMenu } from '../shared/ui/menu.tsx'
import { EmptyState, Panel, Skeleton } from '../shared/ui/surfaces.tsx'
import { CallPanel } from './call-panel.tsx'
import { deskQuery } from './desk-data.ts'
import { NextCallPanel } from './next-call-panel.tsx'
import { PresenceBar } from './presence-bar.tsx'
import { loadSnoozeDialog, PromiseRow, type RowActions } from './promise-row.tsx'
import { useDeskTitle } from './reminders.ts'
import { useSelection } from './selection.ts'

const loadRescheduleDialog = () => import('./reschedule-dialog.tsx')
const loadCancelDialog = () => import('./cancel-dialog.tsx')
const RescheduleDialog = lazy(async () => ({ default: (await loadRescheduleDialog()).RescheduleDialog }))
const CancelDialog = lazy(async () => ({ default: (await loadCancelDialog()).CancelDialog }))
/** What opens later is fetched when the desk stands: the connection may be lost by then. */
const openedLater = [loadRescheduleDialog, loadCancelDialog, loadSnoozeDialog, loadOpenedMenu]

type Shown = Desk['pending'][number]
type InFront = { kind: 'snooze' | 'reschedule' | 'cancel'; callbackId: string }

/** What an agent works with: who is next, what has been promised, and the call at hand. */
export function DeskPage(): ReactNode {
  const { session } = useRouteContext({ from: '/signed-in' })
  const agentId = session.agentId!
  const { data: desk, error, refetch } = useQuery(deskQuery(agentId))
  const isLoaded = desk !== undefined
  useEffect(() => (isLoaded ? loadWhenIdle(openedLater) : undefined), [isLoaded])
  if (desk) return <LoadedDesk desk={desk} agentId={agentId} />
  return error ? <Failure error={error} onRetry={() => void refetch()} /> : <DeskSkeleton />
}

function LoadedDesk({ desk, agentId }: { desk: Desk; agentId: number }): ReactNode {
  const messages = useMessages()
  const { desk: texts } = messages
  const isUnderWay = useIsUnderWay()
  const [inFront, setInFront] = useState<InFront>()
  const promises = [...desk.pending, ...desk.snoozed]
  const { selected, select, move, isSettled } = useSelection(promises.map(({ callback }) => callback.id))
  const chosen = promises.find(({ callback }) => callback.id === selected)
  useDeskTitle(desk)

  const isBusy = desk.heldCall !== null
  const mayTake = !isBusy && desk.next !== null && !isUnderWay('take')
  const take = () => act({ kind: 'take', agentId })
  const actionsOf = ({ callback: { id } }: Shown): RowActions => ({
    accept: () => act({ kind: 'accept', agentId, callbackId: id }),
    snooze: (minutes) => act({ kind: 'snooze', agentId, callbackId: id, minutes }),
    offer: () => act({ kind: 'offer', agentId, callbackId: id }),
    openSnooze: (isOpen) => setInFront(isOpen ? { kind: 'snooze', callbackId: id } : undefined),
    reschedule: () => setInFront({ kind: 'reschedule', callbackId: id }),
    cancel: () => setInFront({ kind: 'cancel', callbackId: id }),
  })
  /** Does something with the chosen promise, unless another one has just taken its place, or something is under way with it. */
  const withChosen = (what: (actions: RowActions, promise: Shown) => void) => () => {
    if (chosen && isSettled() && !isUnderWay(chosen.callback.id)) what(actionsOf(chosen), chosen)
  }
  const acceptChosen = withChosen((actions, { callback }) => callback.status === 'pending' && actions.accept())
  useKeys({
    next: () => mayTake && take(),
    down: () => move(1),
    up: () => move(-1),
    accept: acceptChosen,
    snooze: withChosen((actions) => actions.openSnooze(true)),
    reschedule: withChosen((actions) => actions.reschedule()),
    cancel: withChosen((actions) => actions.cancel()),
  })
  useCommands([
    ...(mayTake
      ? [{ id: 'take', group: messages.palette.actions, name: texts.take, shortcut: 'next', run: take } as const]
      : []),
    ...promises.map(({ callback, user }) => ({
      id: `promise ${callback.id}`,
      group: messages.palette.promises,
      name: user?.name ?? texts.deleted,
      hint: [callback.callbackReason, user?.phone].filter(Boolean).join(' · '),
      run: () => select(callback.id),
    })),
  ])
  const close = () => setInFront(undefined)
  const inFrontPromise = promises.find(({ callback }) => callback.id === inFront?.callbackId)
  const rowOf = (promise: Shown) => (
    <PromiseRow
      key={promise.callback.id}
      promise={promise}
      agentId={agentId}
      isSelected={promise.callback.id === selected}
      isUnderWay={isUnderWay(promise.callback.id)}
      isSnoozeOpen={inFront?.kind === 'snooze' && inFront.callbackId === promise.callback.id}
      onSelect={() => select(promise.callback.id)}
      actions={actionsOf(promise)}
    />
  )

  return (
    <div className="grid gap-4">
      <PresenceBar session={desk.session} agentId={agentId} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        {desk.heldCall ? (
          <CallPanel key={desk.heldCall.callSessionId} call={desk.heldCall} agentId={agentId} />
        ) : (
          <NextCallPanel desk={desk} isTaking={isUnderWay('take')} onTake={take} />
        )}
        <div className="grid gap-4">
          <Panel title={texts.due} count={desk.pending.length}>
            {desk.pending.length > 0 ? (
              <ul className="divide-y divide-line">{desk.pending.map(rowOf)}</ul>
            ) : (
              <EmptyState title={texts.noneDue}>{texts.noneDueHint}</EmptyState>
            )}
          </Panel>
          {desk.snoozed.length > 0 && (
            <Panel title={texts.snoozed} count={desk.snoozed.length}>
              <ul className="divide-y divide-line">{desk.snoozed.map(rowOf)}</ul>
            </Panel>
          )}
        </div>
      </div>
      <Suspense>
        {inFront?.kind === 'reschedule' && inFrontPromise && (
          <RescheduleDialog promise={inFrontPromise} agentId={agentId} onClose={close} />
        )}
        {inFront?.kind === 'cancel' && inFrontPromise && (
          <CancelDialog promise={inFrontPromise} agentId={agentId} onClose={close} />
        )}
      </Suspense>
    </div>
  )
}

function DeskSkeleton(): ReactNode {
  const { desk: texts } = useMessages()
  return (
    <div aria-busy="true" className="grid gap-4">
      <h1 className="sr-only">{texts.title}</h1>
      <Skeleton className="h-14 rounded-xl" />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Skeleton className="h-80 rounded-xl" />
        <Skeleton className="h-64 rounded-xl" />
      </div>
    </div>
  )
}
