import type { CalendarDay, ClockChange } from '@ringback/client'
import type { ReactNode } from 'react'
import { useTimes } from '../shared/time/times.ts'
import { weekdays } from './calendar-draft.ts'
import { weekdayName } from './calendar-words.ts'

/** How a day looks. Nothing is told by its colour alone. */
export const looksOf = {
  open: 'bg-good-soft font-semibold text-good',
  week: 'text-muted',
  holiday: 'border border-dashed border-late text-late',
  closed: 'text-late line-through',
  special: 'border-2 border-accent font-semibold text-accent',
  clocks: 'bg-warn-soft text-warn underline decoration-double underline-offset-2',
} as const

/** A month of a year, a row for each week. */
export function Month({
  days,
  changedOn,
  sayDay,
}: {
  days: readonly CalendarDay[]
  changedOn: ReadonlyMap<string, ClockChange>
  /** A day in words. */
  sayDay: (day: CalendarDay) => string
}): ReactNode {
  const { language } = useTimes()
  const first = days[0]!.date
  const name = new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' }).format(Date.parse(first))
  const beginsOn = firstDayOfWeek(language)
  const inOrder = weekdays.map((_, index) => weekdays[(beginsOn + index) % 7]!)
  // From Monday on; the epoch was a Thursday.
  const weekdayOfFirst = (Date.parse(first) / 86_400_000 + 3) % 7
  const empty = (weekdayOfFirst - beginsOn + 7) % 7
  const cells = [...Array.from({ length: empty }, () => undefined), ...days]
  const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, week) => cells.slice(week * 7, week * 7 + 7))
  return (
    <table className="w-full table-fixed text-center text-xs">
      <caption className="mb-1 text-start text-sm font-semibold">{name}</caption>
      <thead>
        <tr>
          {inOrder.map((day) => (
            <th key={day} scope="col" abbr={weekdayName(day, language, 'long')} className="py-1 font-medium text-muted">
              {weekdayName(day, language, 'narrow')}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week.find((day) => day !== undefined)!.date}>
            {week.map((day, index) =>
              day ? (
                <td key={day.date} title={sayDay(day)} className="p-0.5">
                  <span
                    aria-hidden="true"
                    className={`clock grid h-6 place-items-center rounded ${looksOf[lookOf(day, changedOn)]}`}
                  >
                    {Number(day.date.slice(8))}
                  </span>
                  <span className="sr-only">{sayDay(day)}</span>
                </td>
              ) : (
                // oxlint-disable-next-line react/no-array-index-key -- Nothing, where the month has not begun.
                <td key={index} />
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function lookOf({ date, reason, hours }: CalendarDay, changedOn: ReadonlyMap<string, ClockChange>) {
  if (changedOn.has(date)) return 'clocks'
  if (reason !== 'week') return reason
  return hours.length > 0 ? 'open' : 'week'
}

/** With which day weeks begin where a language is spoken; 0 is Monday. */
function firstDayOfWeek(language: string): number {
  const locale = new Intl.Locale(language) as Intl.Locale & { getWeekInfo?: () => { firstDay: number } }
  return ((locale.getWeekInfo?.().firstDay ?? 1) + 6) % 7
}
