import type { Desk } from '@ringback/client'
import { useState, type ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { act } from '../shared/outbox/outbox.ts'
import { Button } from '../shared/ui/button.tsx'
import { Dialog } from '../shared/ui/dialog.tsx'
import { TextField } from '../shared/ui/fields.tsx'

/** Takes a promise back, which ends it: asked before, as nothing brings it back. */
export function CancelDialog({
  promise: { callback, user },
  agentId,
  onClose,
}: {
  promise: Desk['pending'][number]
  agentId: number
  onClose: () => void
}): ReactNode {
  const { desk: texts } = useMessages()
  const [reason, setReason] = useState('')
  return (
    <Dialog title={texts.cancelOf(user?.name ?? texts.deleted)} description={texts.cancelConsequence} onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          act({ kind: 'cancel', agentId, callbackId: callback.id, reason: reason.trim() })
          onClose()
        }}
      >
        <TextField
          label={texts.cancelReason}
          hint={texts.cancelReasonHint}
          maxLength={200}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {texts.keepPromise}
          </Button>
          <Button type="submit" look="danger" icon="cross">
            {texts.cancel}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
