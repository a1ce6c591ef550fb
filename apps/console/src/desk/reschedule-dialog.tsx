import type { Desk } from '@ringback/client'
import { useState, type ReactNode } from 'react'
import { TimePicker } from '../promises/time-picker.tsx'
import { useMessages } from '../shared/messages/index.ts'
import { act } from '../shared/outbox/outbox.ts'
import { Button } from '../shared/ui/button.tsx'
import { Dialog } from '../shared/ui/dialog.tsx'

/** Promises another time, which the customer has been told. */
export function RescheduleDialog({
  promise: { callback, user, queueEntry },
  agentId,
  onClose,
}: {
  promise: Desk['pending'][number]
  agentId: number
  onClose: () => void
}): ReactNode {
  const { desk: texts } = useMessages()
  const [at, setAt] = useState<string>()
  return (
    <Dialog
      title={texts.rescheduleOf(user?.name ?? texts.deleted)}
      description={texts.rescheduleHint}
      onClose={onClose}
      wide
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (at === undefined) return
          act({ kind: 'reschedule', agentId, callbackId: callback.id, scheduledFor: at })
          onClose()
        }}
      >
        <TimePicker user={user} queueType={queueEntry?.queueType ?? callback.queueType} at={at} onChange={setAt} />
        <Button type="submit" look="primary" icon="calendar" disabled={at === undefined} className="justify-self-end">
          {texts.promiseTime}
        </Button>
      </form>
    </Dialog>
  )
}
