import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useRouteContext } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { ringback } from '../shared/api/client.ts'
import { useChange } from '../shared/api/use-change.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Button } from '../shared/ui/button.tsx'
import { ConfirmDialog } from '../shared/ui/confirm-dialog.tsx'
import { Failure } from '../shared/ui/failure.tsx'
import { PageHeader } from '../shared/ui/page-header.tsx'
import { EmptyState, Skeleton } from '../shared/ui/surfaces.tsx'
import { useTitle } from '../shared/use-title.ts'
import { CalendarEditor } from './calendar-editor.tsx'
import { calendarsQuery, isReadyMade } from './calendars-data.ts'
import { NewCalendarDialog } from './new-calendar-dialog.tsx'
import { YearPanel } from './year-panel.tsx'

/** A calendar: its hours and exceptions, and what follows from them for a year. */
export function CalendarPage(): ReactNode {
  const { calendars: texts, layout, pages } = useMessages()
  const { session } = useRouteContext({ from: '/signed-in' })
  const mayChange = session.role === 'supervisor'
  const { calendarId } = useParams({ from: '/signed-in/calendars/$calendarId' })
  const { data: calendars, error, refetch } = useQuery(calendarsQuery)
  const [opened, setOpened] = useState<'copy' | 'delete'>()
  const calendar = calendars?.find(({ id }) => id === calendarId)
  useTitle(calendarId)
  const close = () => setOpened(undefined)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <p className="text-sm">
        <Link to="/calendars" className="text-accent hover:underline">
          {pages.calendars}
        </Link>
      </p>
      {calendar ? (
        <>
          <PageHeader title={calendar.id} lead={isReadyMade(calendar) ? texts.readyMadeLead : texts.ownLead}>
            {mayChange && <Button onClick={() => setOpened('copy')}>{texts.beginWith}</Button>}
            {mayChange && !isReadyMade(calendar) && (
              <Button look="danger" onClick={() => setOpened('delete')}>
                {texts.delete}
              </Button>
            )}
          </PageHeader>
          <CalendarEditor key={calendar.id} calendar={calendar} isReadOnly={!mayChange || isReadyMade(calendar)} />
          <YearPanel calendar={calendar} />
        </>
      ) : calendars ? (
        <EmptyState title={layout.notFoundTitle}>{layout.notFoundText}</EmptyState>
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="h-[32rem] rounded-xl" />
      )}
      {opened === 'copy' && calendars && (
        <NewCalendarDialog key={calendarId} calendars={calendars} beginsWith={calendarId} onClose={close} />
      )}
      {opened === 'delete' && <DeleteCalendarDialog id={calendarId} onClose={close} />}
    </div>
  )
}

function DeleteCalendarDialog({ id, onClose }: { id: string; onClose: () => void }): ReactNode {
  const { calendars: texts } = useMessages()
  const navigate = useNavigate()
  const remove = useChange(() => ringback.calendars.delete(id), {
    read: ['calendars'],
    told: () => texts.deleted(id),
    onDone: () => void navigate({ to: '/calendars' }),
  })
  return (
    <ConfirmDialog
      title={texts.deleteAsk(id)}
      consequence={texts.deleteConsequence}
      confirm={texts.delete}
      isDangerous
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined)}
      onClose={onClose}
    />
  )
}
