import type { Block } from '@ringback/client'
import { useState, type ReactNode } from 'react'
import { ringback } from '../shared/api/client.ts'
import { fieldErrorsOf, useChange } from '../shared/api/use-change.ts'
import { useMessages } from '../shared/messages/index.ts'
import { useTimes } from '../shared/time/times.ts'
import { momentOf } from '../shared/time/zoned.ts'
import { ConfirmDialog } from '../shared/ui/confirm-dialog.tsx'
import { TextField } from '../shared/ui/fields.tsx'
import { isSubject, nameOfSubject, subjectFrom } from './do-not-call-search.ts'

/** Puts somebody on the list, with what comes of it said before. */
export function AddBlockDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { doNotCall: texts, layout } = useMessages()
  const { zone } = useTimes()
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState('')
  const subject = subjectFrom(typed)
  const isKnown = isSubject(subject)
  const save = useChange(
    () =>
      ringback.doNotCall.put(subject, {
        reason: reason.trim(),
        until: until === '' ? null : momentOf(until, zone).toISOString(),
      }),
    {
      read: ['do-not-call'],
      told: ({ cancelledCallbackIds }) => texts.added(nameOfSubject(subject, texts), cancelledCallbackIds.length),
      onDone: onClose,
    },
  )
  const errors = fieldErrorsOf(save.error)
  return (
    <ConfirmDialog
      title={texts.add}
      consequence={texts.addConsequence}
      confirm={texts.addNow}
      isDangerous
      isBusy={save.isPending}
      error={save.error}
      onConfirm={() => save.mutate(undefined)}
      onClose={onClose}
    >
      <TextField
        label={texts.who}
        hint={isKnown ? nameOfSubject(subject, texts) : texts.whoHint}
        error={errors.has('subject') && !isKnown ? texts.notASubject : undefined}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
      <TextField
        label={texts.reason}
        hint={texts.reasonHint}
        error={errors.get('reason')}
        maxLength={500}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      <TextField
        label={texts.untilLabel}
        hint={`${texts.untilHint} ${layout.timesIn(zone)}.`}
        error={errors.get('until')}
        type="datetime-local"
        value={until}
        onChange={({ target }) => setUntil(target.value)}
      />
    </ConfirmDialog>
  )
}

/** Takes somebody off the list. */
export function RemoveBlockDialog({ block, onClose }: { block: Block; onClose: () => void }): ReactNode {
  const { doNotCall: texts } = useMessages()
  const name = nameOfSubject(block.subject, texts)
  const remove = useChange(() => ringback.doNotCall.remove(block.subject), {
    read: ['do-not-call'],
    told: () => texts.removed(name),
    onDone: onClose,
  })
  return (
    <ConfirmDialog
      title={texts.removeAsk(name)}
      consequence={texts.removeConsequence}
      confirm={texts.removeNow}
      isDangerous
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined)}
      onClose={onClose}
    >
      {block.reason !== null && <p className="text-sm break-words">{block.reason}</p>}
    </ConfirmDialog>
  )
}
