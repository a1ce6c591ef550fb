import type { Calendar, CalendarDay, CalendarYear, ClockChange } from '@ringback/client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes, type Times } from '../shared/time/times.ts'
import { buttonClass } from '../shared/ui/button.tsx'
import { Failure } from '../shared/ui/failure.tsx'
import { Panel, Skeleton } from '../shared/ui/surfaces.tsx'
import { rangesInWords } from './calendar-words.ts'
import { calendarYearQuery } from './calendars-data.ts'
import { looksOf, Month } from './month.tsx'

/** What follows from a calendar, as it is stored, for a year; all of it is computed by Ringback. */
export function YearPanel({ calendar }: { calendar: Calendar }): ReactNode {
  const { calendars: texts } = useMessages()
  const times = useTimes()
  const { year: asked } = useSearch({ from: '/signed-in/calendars/$calendarId' })
  const { data, error, refetch } = useQuery({
    ...calendarYearQuery(calendar.id, asked, times.zone),
    placeholderData: keepPreviousData,
  })
  return (
    <Panel title={texts.year} aside={data && <YearLinks id={calendar.id} year={data.year} />}>
      {data ? (
        <Year year={data} />
      ) : error ? (
        <div className="p-4">
          <Failure error={error} onRetry={() => void refetch()} />
        </div>
      ) : (
        <div className="p-4">
          <Skeleton className="h-96 rounded-xl" />
        </div>
      )}
    </Panel>
  )
}

function YearLinks({ id, year }: { id: string; year: number }): ReactNode {
  const { calendars: texts } = useMessages()
  const link = (to: number) => (
    <Link
      to="/calendars/$calendarId"
      params={{ calendarId: id }}
      search={{ year: to }}
      replace
      resetScroll={false}
      aria-label={texts.yearOf(to)}
      className={buttonClass('quiet')}
    >
      {to}
    </Link>
  )
  return (
    <>
      {link(year - 1)}
      <span aria-current="true" className="clock px-1 text-sm font-semibold">
        {year}
      </span>
      {link(year + 1)}
    </>
  )
}

function Year({ year: { year, timeZone, days, clockChanges, holidaysKnown } }: { year: CalendarYear }): ReactNode {
  const { calendars: texts } = useMessages()
  const times = useTimes()
  const open = days.filter(({ hours }) => hours.length > 0)
  const openMs = days.reduce((sum, { openMinutes }) => sum + openMinutes * 60_000, 0)
  const hours = new Intl.NumberFormat(times.language, { maximumFractionDigits: 1 }).format(openMs / 3_600_000)
  const exceptions = days.filter(({ reason }) => reason !== 'week')
  const changedOn = new Map(clockChanges.map((change) => [change.to.slice(0, 10), change]))
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5 p-4">
      <p className="text-sm">
        {texts.openDays(open.length)} · {texts.openHours(hours)} ·{' '}
        <span className="text-muted">{texts.inZone(timeZone)}</span>
        {!holidaysKnown && <strong className="block font-medium text-warn">{texts.holidaysUnknown}</strong>}
      </p>
      <Legend />
      <div className="grid items-start gap-x-6 gap-y-5 sm:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-4">
        {Array.from({ length: 12 }, (_, month) => (
          <Month
            key={`${year}-${month}`}
            days={days.filter(({ date }) => Number(date.slice(5, 7)) === month + 1)}
            changedOn={changedOn}
            sayDay={(day) => sayDay(day, changedOn.get(day.date))}
          />
        ))}
      </div>
      <div className="grid gap-5 lg:grid-cols-2">
        <section aria-label={texts.different} className="text-sm">
          <h3 className="mb-1 font-semibold">{texts.different}</h3>
          {exceptions.length === 0 ? (
            <p className="text-muted">{texts.nothingDifferent}</p>
          ) : (
            <ul className="divide-y divide-line">
              {exceptions.map((day) => (
                <li key={day.date} className="flex flex-wrap gap-x-3 py-1">
                  <span className="clock w-28">{dayName(day.date, times)}</span>
                  <span className="font-medium">{texts.reasons[day.reason]}</span>
                  <span className="clock text-muted">
                    {day.hours.length === 0 ? texts.closedThen : rangesInWords(day.hours)}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </section>
        <section aria-label={texts.clocks} className="text-sm">
          <h3 className="mb-1 font-semibold">{texts.clocks}</h3>
          {clockChanges.length === 0 ? (
            <p className="text-muted">{texts.noClockChanges}</p>
          ) : (
            <ul className="divide-y divide-line">
              {clockChanges.map((change) => (
                <li key={change.at} className="py-1">
                  {sayChange(change)}
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
    </div>
  )

  /** “Sun, 29 Mar: 08:00–20:00”, and what is special about that day. */
  function sayDay(day: CalendarDay, change: ClockChange | undefined): string {
    const hoursOfDay = day.hours.length === 0 ? texts.closedThen : rangesInWords(day.hours)
    const reason = day.reason === 'week' ? '' : ` (${texts.reasons[day.reason]})`
    return `${dayName(day.date, times)}: ${hoursOfDay}${reason}${change ? `. ${sayChange(change)}` : ''}`
  }

  function sayChange({ from, to }: ClockChange): string {
    const date = to.slice(0, 10)
    const minutes = days.find((day) => day.date === date)?.openMinutes ?? 0
    const [before, after] = [from.slice(11), to.slice(11)]
    const words = from < to ? texts.clocksForward : texts.clocksBack
    return `${words(dayName(date, times), before, after)} ${texts.openThat(times.duration(minutes * 60_000))}`
  }
}

function dayName(date: string, times: Times): string {
  return times.day(`${date}T12:00:00Z`, 'UTC')
}

function Legend(): ReactNode {
  const { calendars: texts } = useMessages()
  const shown: [keyof typeof looksOf, string][] = [
    ['open', texts.legend.open],
    ['week', texts.legend.week],
    ['holiday', texts.reasons.holiday],
    ['closed', texts.reasons.closed],
    ['special', texts.reasons.special],
    ['clocks', texts.legend.clocks],
  ]
  return (
    <ul aria-label={texts.legendTitle} className="flex flex-wrap gap-x-4 gap-y-1.5 text-xs">
      {shown.map(([look, name]) => (
        <li key={look} className="flex items-center gap-1.5">
          <span aria-hidden="true" className={`clock grid size-6 place-items-center rounded ${looksOf[look]}`}>
            7
          </span>
          {name}
        </li>
      ))}
    </ul>
  )
}
