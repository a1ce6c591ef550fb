import type { Calendar } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Button } from '../shared/ui/button.tsx'
import { Select, TextField } from '../shared/ui/fields.tsx'
import { Icon } from '../shared/ui/icons.tsx'
import { withRange, type PartProps } from './policy-part.ts'

interface WithCalendars {
  calendars: readonly Calendar[]
}

/** The calendar of a queue. */
export function OpeningHoursField({
  value,
  calendars,
  errorAt,
  onChange,
}: PartProps<'openingHours'> & WithCalendars): ReactNode {
  const { policy: texts } = useMessages()
  return (
    <CalendarSelect
      label={texts.labels.openingHours}
      calendars={calendars}
      value={value}
      none={texts.noCalendar}
      error={errorAt()}
      onChange={onChange}
    />
  )
}

/** The calendars that hold for customers of a region. */
export function QuietHoursFields({
  value,
  calendars,
  errorAt,
  onChange,
}: PartProps<'quietHours'> & WithCalendars): ReactNode {
  const { policy: texts } = useMessages()
  const key = Math.max(-1, ...value.map((line) => line.key)) + 1
  const first = calendars.find(({ id }) => id.startsWith('law:')) ?? calendars[0]
  return (
    <div className="grid gap-3">
      {value.map((line) => {
        const change = (changes: Partial<typeof line>) =>
          onChange(value.map((one) => (one.key === line.key ? { ...one, ...changes } : one)))
        return (
          <div key={line.key} className="grid grid-cols-[5.5rem_minmax(0,1fr)_auto] items-start gap-2">
            <TextField
              label={texts.region}
              error={withRange(errorAt(line.region.trim().toUpperCase()), texts.ranges.region)}
              autoComplete="off"
              spellCheck={false}
              value={line.region}
              onChange={({ target }) => change({ region: target.value })}
            />
            <CalendarSelect
              label={texts.calendar}
              calendars={calendars}
              value={line.calendarId}
              onChange={(calendarId) => change({ calendarId })}
            />
            <button
              type="button"
              aria-label={texts.removeRegion(line.region)}
              onClick={() => onChange(value.filter((one) => one.key !== line.key))}
              className="mt-6 grid size-11 place-items-center rounded-lg text-muted hover:bg-sunken sm:size-9"
            >
              <Icon name="cross" className="size-4" />
            </button>
          </div>
        )
      })}
      <p className="text-sm text-muted">{texts.ranges.region}</p>
      {first ? (
        <Button
          icon="plus"
          className="justify-self-start"
          onClick={() => onChange([...value, { key, region: '', calendarId: first.id }])}
        >
          {texts.addRegion}
        </Button>
      ) : (
        <p className="text-sm">{texts.noCalendars}</p>
      )}
    </div>
  )
}

function CalendarSelect({
  label,
  calendars,
  value,
  none,
  error,
  onChange,
}: WithCalendars & {
  label: string
  value: string
  /** What it is called to choose none; left out, one must be chosen. */
  none?: string
  error?: string | undefined
  onChange: (calendarId: string) => void
}): ReactNode {
  const { policy: texts } = useMessages()
  const isGone = value !== '' && !calendars.some(({ id }) => id === value)
  return (
    <Select
      label={label}
      value={value}
      error={isGone ? texts.calendarGone : error}
      onChange={({ target }) => onChange(target.value)}
    >
      {none !== undefined && <option value="">{none}</option>}
      {isGone && <option value={value}>{value}</option>}
      {calendars.map(({ id, timeZone }) => (
        <option key={id} value={id}>
          {timeZone === null ? id : `${id} (${timeZone.replaceAll('_', ' ')})`}
        </option>
      ))}
    </Select>
  )
}
