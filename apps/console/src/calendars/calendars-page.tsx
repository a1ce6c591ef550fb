import type { Calendar } from '@ringback/client'
import { useQuery } from '@tanstack/react-query'
import { Link, useRouteContext } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'
import { Button } from '../shared/ui/button.tsx'
import { Failure } from '../shared/ui/failure.tsx'
import { PageHeader } from '../shared/ui/page-header.tsx'
import { EmptyState, Panel, Skeleton } from '../shared/ui/surfaces.tsx'
import { useTitle } from '../shared/use-title.ts'
import { countryName, weekInWords } from './calendar-words.ts'
import { calendarsQuery, isReadyMade } from './calendars-data.ts'
import { NewCalendarDialog } from './new-calendar-dialog.tsx'

/** Every calendar: those of one's own, and those that come with Ringback, which others can begin with. */
export function CalendarsPage(): ReactNode {
  const { calendars: texts, pages } = useMessages()
  const { session } = useRouteContext({ from: '/signed-in' })
  const mayChange = session.role === 'supervisor'
  const { data: calendars, error, refetch } = useQuery(calendarsQuery)
  /** What a new one is to begin with; empty for a plain week. */
  const [beginsWith, setBeginsWith] = useState<string>()
  useTitle(pages.calendars)
  const own = calendars?.filter((calendar) => !isReadyMade(calendar)) ?? []
  const readyMade = calendars?.filter(isReadyMade) ?? []
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <PageHeader title={pages.calendars} lead={texts.lead}>
        {mayChange && calendars && (
          <Button look="primary" icon="plus" onClick={() => setBeginsWith('')}>
            {texts.add}
          </Button>
        )}
      </PageHeader>
      {calendars ? (
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-2">
          <Panel title={texts.own} count={own.length}>
            {own.length === 0 ? (
              <EmptyState title={texts.none}>{texts.noneHint}</EmptyState>
            ) : (
              <ul className="divide-y divide-line">
                {own.map((calendar) => (
                  <CalendarLine key={calendar.id} calendar={calendar} />
                ))}
              </ul>
            )}
          </Panel>
          <Panel title={texts.readyMade} count={readyMade.length}>
            {readyMade.length === 0 ? (
              <EmptyState title={texts.noReadyMade}>{texts.noReadyMadeHint}</EmptyState>
            ) : (
              <ul className="divide-y divide-line">
                {readyMade.map((calendar) => (
                  <CalendarLine
                    key={calendar.id}
                    calendar={calendar}
                    onBegin={mayChange ? () => setBeginsWith(calendar.id) : undefined}
                  />
                ))}
              </ul>
            )}
          </Panel>
        </div>
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="h-72 rounded-xl" />
      )}
      {beginsWith !== undefined && calendars && (
        <NewCalendarDialog calendars={calendars} beginsWith={beginsWith} onClose={() => setBeginsWith(undefined)} />
      )}
    </div>
  )
}

function CalendarLine({ calendar, onBegin }: { calendar: Calendar; onBegin?: (() => void) | undefined }): ReactNode {
  const { calendars: texts } = useMessages()
  const { language } = useTimes()
  const { id, timeZone, week, closed, special, holidays } = calendar
  const exceptions = closed.length + Object.keys(special).length
  return (
    <li className="grid gap-x-4 gap-y-2 px-4 py-3 text-sm sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0">
        <Link
          to="/calendars/$calendarId"
          params={{ calendarId: id }}
          className="font-medium break-all text-accent hover:underline"
        >
          {id}
        </Link>
        <p className="clock">
          {weekInWords(week, language).map((line) => (
            <span key={line} className="block">
              {line}
            </span>
          ))}
        </p>
        <p className="text-muted">
          {timeZone === null ? texts.theirClocks : texts.inZone(timeZone)}
          {holidays && ` · ${texts.closedOnHolidays(countryName(holidays.country, language))}`}
          {exceptions > 0 && ` · ${texts.exceptionCount(exceptions)}`}
        </p>
      </div>
      {onBegin && (
        <Button className="justify-self-start" aria-label={texts.beginWithOf(id)} onClick={onBegin}>
          {texts.beginWith}
        </Button>
      )}
    </li>
  )
}
