import { isRingbackError, type QueueFigures } from '@ringback/client'
import { useState, type ReactNode } from 'react'
import { ringback } from '../shared/api/client.ts'
import { fieldErrorsOf, useChange } from '../shared/api/use-change.ts'
import { useMessages } from '../shared/messages/index.ts'
import { ConfirmDialog } from '../shared/ui/confirm-dialog.tsx'
import { TextField } from '../shared/ui/fields.tsx'

/** Makes a queue, or gives one another name. Its id, by which requests name it, stays. */
export function NameQueueDialog({
  queue,
  queues,
  onClose,
}: {
  /** Undefined for a new one. */
  queue?: QueueFigures
  queues: readonly QueueFigures[]
  onClose: () => void
}): ReactNode {
  const { queues: texts } = useMessages()
  const [name, setName] = useState(queue?.name ?? '')
  const [typedId, setTypedId] = useState<string>()
  const queueType = queue?.queueType ?? typedId ?? idFrom(name)
  const save = useChange(() => ringback.queues.put(queueType, { name: name.trim() }), {
    read: ['queues', 'overview'],
    told: (written) => texts.saved(written.name),
    onDone: onClose,
  })
  const errors = fieldErrorsOf(save.error)
  const isTaken = !queue && queues.some((other) => other.queueType === queueType)
  return (
    <ConfirmDialog
      title={queue ? texts.renameOf(queue.name) : texts.add}
      consequence={queue ? texts.renameHint : texts.addHint}
      confirm={texts.save}
      isBusy={save.isPending}
      error={save.error}
      onConfirm={() => !isTaken && save.mutate(undefined)}
      onClose={onClose}
    >
      <TextField
        label={texts.name}
        error={errors.get('name')}
        autoComplete="off"
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      {!queue && (
        <TextField
          label={texts.id}
          hint={texts.idHint}
          error={isTaken ? texts.idTaken : errors.get('queueType')}
          autoComplete="off"
          spellCheck={false}
          value={queueType}
          onChange={({ target }) => setTypedId(target.value)}
        />
      )}
    </ConfirmDialog>
  )
}

/** What a name comes to as an id: “Very important” as `very_important`. */
function idFrom(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[^a-z]+|_+$/g, '')
    .slice(0, 40)
}

/** Deletes a queue; one that is still needed says by what. */
export function DeleteQueueDialog({ queue, onClose }: { queue: QueueFigures; onClose: () => void }): ReactNode {
  const { queues: texts } = useMessages()
  const remove = useChange(() => ringback.queues.delete(queue.queueType), {
    read: ['queues', 'agents', 'overview'],
    told: () => texts.deleted(queue.name),
    onDone: onClose,
  })
  const { waiting, inProgress, openCallbacks } = queue
  return (
    <ConfirmDialog
      title={texts.deleteAsk(queue.name)}
      consequence={texts.deleteConsequence}
      confirm={texts.delete}
      isDangerous
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined)}
      onClose={onClose}
    >
      {isRingbackError(remove.error, 'queue-in-use') && (
        <ul className="list-disc ps-5 text-sm">
          {waiting > 0 && <li>{texts.usedByWaiting(waiting)}</li>}
          {inProgress > 0 && <li>{texts.usedByCalls(inProgress)}</li>}
          {openCallbacks > 0 && <li>{texts.usedByPromises(openCallbacks)}</li>}
          {waiting + inProgress + openCallbacks === 0 && <li>{texts.usedOtherwise}</li>}
        </ul>
      )}
    </ConfirmDialog>
  )
}
