import { isRingbackError, type Calendar } from '@ringback/client'
import { useState, type ReactNode } from 'react'
import { ringback } from '../shared/api/client.ts'
import { fieldErrorsOf, useChange } from '../shared/api/use-change.ts'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'
import { Button } from '../shared/ui/button.tsx'
import { Refusal } from '../shared/ui/failure.tsx'
import { Select, TextField } from '../shared/ui/fields.tsx'
import { Panel } from '../shared/ui/surfaces.tsx'
import { useUnsaved } from '../shared/use-unsaved.ts'
import { documentOf, draftOf, isSame, weekdays, type CalendarDraft } from './calendar-draft.ts'
import { countryName, weekdayName } from './calendar-words.ts'
import { ClosedDates, RangesField, SpecialDates } from './date-fields.tsx'

/** The hours of a calendar as a form: its week, and what is different from it. */
export function CalendarEditor({ calendar, isReadOnly }: { calendar: Calendar; isReadOnly: boolean }): ReactNode {
  const { calendars: texts } = useMessages()
  const { language } = useTimes()
  const [zones] = useState(() => ['UTC', ...Intl.supportedValuesOf('timeZone')])
  const [written, setWritten] = useState<{ draft: CalendarDraft; of: string }>()
  const draft = written?.draft ?? draftOf(calendar)
  const isChanged = !isSame(draft, draftOf(calendar))
  useUnsaved(isChanged)
  const save = useChange(
    (ifMatch: string) => ringback.calendars.put(calendar.id, documentOf(draft), { headers: { 'if-match': ifMatch } }),
    {
      read: ['calendars', 'calendar-year'],
      told: ({ id }) => texts.saved(id),
      onDone: () => setWritten(undefined),
    },
  )
  // Whoever has been told of another one's changes and saves once more, means those as well.
  const isToldOfOthers = isRingbackError(save.error, 'calendar-changed')
  const replaced = isToldOfOthers ? calendar.updatedAt : (written?.of ?? calendar.updatedAt)
  const change = (changes: Partial<CalendarDraft>) => setWritten({ draft: { ...draft, ...changes }, of: replaced })
  const errors = [...fieldErrorsOf(save.error)]
  const errorAt = (path: string) => errors.find(([at]) => at === path || at.startsWith(`${path}.`))?.[1]
  const unknownHolidays = isRingbackError(save.error, 'unknown-holidays') ? save.error.message : undefined
  const country = draft.country.trim().toUpperCase()

  return (
    <form
      noValidate
      aria-label={texts.hours}
      className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-2"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate(replaced)
      }}
    >
      <Panel title={texts.hours}>
        <fieldset disabled={isReadOnly} className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4">
          <legend className="sr-only">{texts.hours}</legend>
          <Select
            label={texts.zone}
            hint={draft.timeZone === '' ? texts.theirClocksHint : texts.zoneHint}
            error={errorAt('timeZone')}
            value={draft.timeZone}
            onChange={({ target }) => change({ timeZone: target.value })}
          >
            <option value="">{texts.theirClocks}</option>
            {(zones.includes(draft.timeZone) || draft.timeZone === '' ? zones : [draft.timeZone, ...zones]).map(
              (zone) => (
                <option key={zone}>{zone}</option>
              ),
            )}
          </Select>
          <div className="divide-y divide-line">
            {weekdays.map((day) => (
              <RangesField
                key={day}
                label={weekdayName(day, language, 'long')}
                ranges={draft.week[day]}
                error={errorAt(`week.${day}`)}
                isReadOnly={isReadOnly}
                onChange={(ranges) => change({ week: { ...draft.week, [day]: ranges } })}
              />
            ))}
          </div>
          <p className="text-sm text-muted">{texts.midnightHint}</p>
        </fieldset>
      </Panel>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <Panel title={texts.exceptions}>
          <fieldset disabled={isReadOnly} className="grid grid-cols-[minmax(0,1fr)] gap-6 p-4">
            <legend className="sr-only">{texts.exceptions}</legend>
            <div className="grid gap-4 sm:grid-cols-2">
              <TextField
                label={texts.country}
                hint={country === '' ? texts.countryHint : texts.closedOnHolidays(countryName(country, language))}
                error={errorAt('holidays.country') ?? unknownHolidays}
                autoComplete="off"
                spellCheck={false}
                maxLength={2}
                value={draft.country}
                onChange={({ target }) => change({ country: target.value })}
              />
              <TextField
                label={texts.region}
                hint={texts.regionHint}
                error={errorAt('holidays.region')}
                autoComplete="off"
                spellCheck={false}
                maxLength={3}
                value={draft.region}
                onChange={({ target }) => change({ region: target.value })}
              />
            </div>
            <ClosedDates
              dates={draft.closed}
              errorAt={errorAt}
              isReadOnly={isReadOnly}
              onChange={(closed) => change({ closed })}
            />
            <SpecialDates
              dates={draft.special}
              errorAt={errorAt}
              isReadOnly={isReadOnly}
              onChange={(special) => change({ special })}
            />
          </fieldset>
        </Panel>
        {calendar.source && <Source source={calendar.source} />}
      </div>
      {!isReadOnly && (
        <div className="grid gap-2 rounded-xl border border-line bg-surface px-4 py-3 shadow-raised xl:col-span-2">
          <Refusal error={save.error} />
          {errorAt('body') !== undefined && <p className="text-sm text-late">{errorAt('body')}</p>}
          <div className="flex flex-wrap items-center justify-end gap-2">
            <span className="me-auto text-sm text-muted">{texts.saveHint}</span>
            <Button look="quiet" disabled={!isChanged} onClick={() => setWritten(undefined)}>
              {texts.discard}
            </Button>
            <Button type="submit" look="primary" busy={save.isPending} disabled={!isChanged}>
              {texts.save}
            </Button>
          </div>
        </div>
      )}
    </form>
  )
}

/** Where the hours of a calendar come from that comes with Ringback, as the API says it. */
function Source({ source }: { source: NonNullable<Calendar['source']> }): ReactNode {
  const { calendars: texts } = useMessages()
  return (
    <Panel title={texts.source}>
      <div dir="ltr" lang="en" className="grid gap-2 p-4 text-sm">
        <p>{source.rule}</p>
        <p className="font-mono text-xs break-all text-muted select-all">{source.url}</p>
        <p className="text-muted">{texts.checkedOn(source.checkedOn)}</p>
        <p className="font-medium">{source.notice}</p>
      </div>
    </Panel>
  )
}
