import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Button } from '../shared/ui/button.tsx'
import { TextField } from '../shared/ui/fields.tsx'
import { Icon } from '../shared/ui/icons.tsx'
import type { CalendarDraft, Range } from './calendar-draft.ts'

const timeClass =
  'clock min-h-11 w-[4.5rem] rounded-lg border border-edge bg-surface px-2 text-center sm:min-h-9 disabled:opacity-60'

/** From when until when it is open; none, and it is closed. */
export function RangesField({
  label,
  ranges,
  error,
  isReadOnly,
  onChange,
}: {
  label: string
  ranges: Range[]
  error: string | undefined
  isReadOnly: boolean
  onChange: (ranges: Range[]) => void
}): ReactNode {
  const { calendars: texts } = useMessages()
  const write = (index: number, side: 0 | 1, text: string) =>
    onChange(ranges.map((range, at) => (at === index ? (side === 0 ? [text, range[1]] : [range[0], text]) : range)))
  return (
    <div role="group" aria-label={label} className="grid gap-x-4 gap-y-1 py-2 sm:grid-cols-[7rem_minmax(0,1fr)]">
      <span className="flex min-h-9 items-center self-start text-sm font-medium">{label}</span>
      <div className="grid gap-1.5">
        {ranges.length === 0 && (
          <span className="flex min-h-9 items-center text-sm text-muted">{texts.closedThen}</span>
        )}
        {ranges.map(([from, until], index) => (
          // oxlint-disable-next-line react/no-array-index-key -- They stand in order, and have nothing else.
          <span key={index} className="flex flex-wrap items-center gap-1.5">
            <input
              aria-label={texts.from(label)}
              aria-invalid={error !== undefined}
              className={timeClass}
              inputMode="numeric"
              autoComplete="off"
              placeholder="08:00"
              value={from}
              onChange={({ target }) => write(index, 0, target.value)}
            />
            –
            <input
              aria-label={texts.until(label)}
              aria-invalid={error !== undefined}
              className={timeClass}
              inputMode="numeric"
              autoComplete="off"
              placeholder="18:00"
              value={until}
              onChange={({ target }) => write(index, 1, target.value)}
            />
            {!isReadOnly && (
              <RemoveButton
                label={texts.removeHours(label)}
                onClick={() => onChange(ranges.filter((_, at) => at !== index))}
              />
            )}
          </span>
        ))}
        {error !== undefined && <p className="text-sm text-late">{error}</p>}
        {!isReadOnly && (
          <Button
            look="quiet"
            icon="plus"
            className="justify-self-start"
            aria-label={texts.addHoursOf(label)}
            onClick={() => onChange([...ranges, ranges.length === 0 ? ['09:00', '17:00'] : ['', '']])}
          >
            {texts.addHours}
          </Button>
        )}
      </div>
    </div>
  )
}

/** The number of a date that is added: greater than all. */
const nextKey = (dates: readonly { key: number }[]) => Math.max(-1, ...dates.map(({ key }) => key)) + 1

/** Dates on which it is closed. */
export function ClosedDates({
  dates,
  errorAt,
  isReadOnly,
  onChange,
}: {
  dates: CalendarDraft['closed']
  errorAt: (path: string) => string | undefined
  isReadOnly: boolean
  onChange: (dates: CalendarDraft['closed']) => void
}): ReactNode {
  const { calendars: texts } = useMessages()
  return (
    <div className="grid gap-2">
      <h3 className="text-sm font-medium">{texts.closedOn}</h3>
      {dates.map(({ key, date }, index) => (
        <div key={key} className="flex items-end gap-1.5">
          <TextField
            label={texts.date}
            error={errorAt(`closed.${index}`)}
            type="date"
            value={date}
            onChange={({ target }) =>
              onChange(dates.map((one) => (one.key === key ? { ...one, date: target.value } : one)))
            }
          />
          {!isReadOnly && (
            <RemoveButton
              label={texts.removeDate(date)}
              onClick={() => onChange(dates.filter((one) => one.key !== key))}
            />
          )}
        </div>
      ))}
      {!isReadOnly && (
        <Button
          icon="plus"
          className="justify-self-start"
          onClick={() => onChange([...dates, { key: nextKey(dates), date: '' }])}
        >
          {texts.addClosed}
        </Button>
      )}
    </div>
  )
}

/** Dates with hours of their own, which go before all else. */
export function SpecialDates({
  dates,
  errorAt,
  isReadOnly,
  onChange,
}: {
  dates: CalendarDraft['special']
  errorAt: (path: string) => string | undefined
  isReadOnly: boolean
  onChange: (dates: CalendarDraft['special']) => void
}): ReactNode {
  const { calendars: texts } = useMessages()
  return (
    <div className="grid gap-2">
      <h3 className="text-sm font-medium">{texts.special}</h3>
      <p className="text-sm text-muted">{texts.specialHint}</p>
      {dates.map((special) => {
        const { key, date, ranges } = special
        const change = (changes: Partial<typeof special>) =>
          onChange(dates.map((one) => (one.key === key ? { ...one, ...changes } : one)))
        const error = errorAt(`special.${date}`)
        return (
          <div key={key} className="rounded-lg border border-line px-3 py-2">
            <div className="flex items-end gap-1.5">
              <TextField
                label={texts.date}
                error={date === '' ? error : undefined}
                type="date"
                value={date}
                onChange={({ target }) => change({ date: target.value })}
              />
              {!isReadOnly && (
                <RemoveButton
                  label={texts.removeDate(date)}
                  onClick={() => onChange(dates.filter((one) => one.key !== key))}
                />
              )}
            </div>
            <RangesField
              label={texts.hoursOn(date)}
              ranges={ranges}
              error={date === '' ? undefined : error}
              isReadOnly={isReadOnly}
              onChange={(next) => change({ ranges: next })}
            />
          </div>
        )
      })}
      {!isReadOnly && (
        <Button
          icon="plus"
          className="justify-self-start"
          onClick={() => onChange([...dates, { key: nextKey(dates), date: '', ranges: [['09:00', '12:00']] }])}
        >
          {texts.addSpecial}
        </Button>
      )}
    </div>
  )
}

function RemoveButton({ label, onClick }: { label: string; onClick: () => void }): ReactNode {
  return (
    <button
      type="button"
      aria-label={label}
      onClick={onClick}
      className="grid size-11 shrink-0 place-items-center rounded-lg text-muted hover:bg-sunken sm:size-9"
    >
      <Icon name="cross" className="size-4" />
    </button>
  )
}
