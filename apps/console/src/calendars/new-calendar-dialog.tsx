import type { Calendar } from '@ringback/client'
import { useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { ringback } from '../shared/api/client.ts'
import { fieldErrorsOf, useChange } from '../shared/api/use-change.ts'
import { useMessages } from '../shared/messages/index.ts'
import { ConfirmDialog } from '../shared/ui/confirm-dialog.tsx'
import { Select, TextField } from '../shared/ui/fields.tsx'
import { documentOf, draftOf, firstDocument } from './calendar-draft.ts'

/** Makes a calendar, which holds nowhere yet, and opens it. */
export function NewCalendarDialog({
  calendars,
  beginsWith,
  onClose,
}: {
  calendars: readonly Calendar[]
  beginsWith: string
  onClose: () => void
}): ReactNode {
  const { calendars: texts } = useMessages()
  const navigate = useNavigate()
  const [id, setId] = useState('')
  const [first, setFirst] = useState(beginsWith)
  const model = calendars.find((calendar) => calendar.id === first)
  const isTaken = calendars.some((calendar) => calendar.id === id.trim())
  const save = useChange(() => ringback.calendars.put(id.trim(), model ? documentOf(draftOf(model)) : firstDocument), {
    read: ['calendars'],
    told: (calendar) => texts.made(calendar.id),
    onDone: (calendar) =>
      void navigate({ to: '/calendars/$calendarId', params: { calendarId: calendar.id }, search: {} }),
  })
  return (
    <ConfirmDialog
      title={texts.add}
      consequence={texts.addHint}
      confirm={texts.make}
      isBusy={save.isPending}
      error={save.error}
      onConfirm={() => !isTaken && save.mutate(undefined)}
      onClose={onClose}
    >
      <TextField
        label={texts.id}
        hint={texts.idHint}
        error={isTaken ? texts.idTaken : fieldErrorsOf(save.error).get('calendarId')}
        autoComplete="off"
        spellCheck={false}
        value={id}
        onChange={({ target }) => setId(target.value)}
      />
      <Select label={texts.beginsWith} value={first} onChange={({ target }) => setFirst(target.value)}>
        <option value="">{texts.plainWeek}</option>
        {calendars.map((calendar) => (
          <option key={calendar.id} value={calendar.id}>
            {calendar.id}
          </option>
        ))}
      </Select>
    </ConfirmDialog>
  )
}
