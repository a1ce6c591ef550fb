import type { ReactNode } from 'react'
import { useMessages } from '../messages/index.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Refusal } from './failure.tsx'

/** Asks before something is done, and says what comes of it. */
export function ConfirmDialog({
  title,
  consequence,
  confirm,
  isDangerous = false,
  isBusy,
  error,
  onConfirm,
  onClose,
  children,
}: {
  title: string
  consequence?: ReactNode
  /** What the button says that does it. */
  confirm: string
  isDangerous?: boolean
  isBusy: boolean
  error: unknown
  onConfirm: () => void
  onClose: () => void
  children?: ReactNode
}): ReactNode {
  const { layout } = useMessages()
  return (
    <Dialog title={title} description={consequence} onClose={onClose}>
      <form
        className="grid gap-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          onConfirm()
        }}
      >
        {children}
        <Refusal error={error} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {layout.back}
          </Button>
          <Button type="submit" look={isDangerous ? 'danger' : 'primary'} busy={isBusy}>
            {confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
