import { useState, type ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Button } from '../shared/ui/button.tsx'
import { Dialog } from '../shared/ui/dialog.tsx'
import { TextField } from '../shared/ui/fields.tsx'

const most = 60

/** Puts a promise off by minutes of one's own, with the time that comes of it. */
export function SnoozeDialog({
  name,
  timeAfter,
  onSnooze,
  onClose,
}: {
  name: string
  timeAfter: (minutes: number) => string
  onSnooze: (minutes: number) => void
  onClose: () => void
}): ReactNode {
  const { desk: texts } = useMessages()
  const [text, setText] = useState('10')
  const minutes = Number(text)
  const isValid = Number.isInteger(minutes) && minutes >= 1 && minutes <= most
  return (
    <Dialog title={texts.snoozeOf(name)} onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isValid) return
          onClose()
          onSnooze(minutes)
        }}
      >
        <TextField
          label={texts.minutesLabel}
          type="number"
          min={1}
          max={most}
          value={text}
          onChange={({ target }) => setText(target.value)}
          hint={isValid ? texts.until(timeAfter(minutes)) : texts.minutesHint}
        />
        <Button type="submit" look="primary" disabled={!isValid}>
          {texts.snooze}
        </Button>
      </form>
    </Dialog>
  )
}
