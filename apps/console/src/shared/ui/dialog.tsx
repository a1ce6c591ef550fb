import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import { useMessages } from '../messages/index.ts'
import { Icon } from './icons.tsx'

/** A window in front of the page. Escape and a press beside it close it, and the focus goes back to where it was. */
export function Dialog({
  title,
  description,
  onClose,
  children,
  wide = false,
}: {
  title: string
  description?: ReactNode
  onClose: () => void
  children: ReactNode
  wide?: boolean
}): ReactNode {
  const { layout } = useMessages()
  return (
    <Base.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <Base.Popup
          className={`rising fixed inset-x-3 top-[6vh] z-40 mx-auto flex max-h-[88vh] flex-col rounded-2xl border border-line bg-surface shadow-float outline-none ${wide ? 'max-w-3xl' : 'max-w-lg'}`}
        >
          <header className="flex items-start gap-4 border-b border-line py-3 ps-5 pe-3">
            <div className="flex-1 py-1">
              <Base.Title className="text-base font-semibold">{title}</Base.Title>
              {description && (
                <Base.Description render={<div />} className="mt-0.5 text-sm text-muted">
                  {description}
                </Base.Description>
              )}
            </div>
            <Base.Close
              aria-label={layout.close}
              className="grid size-11 place-items-center rounded-lg text-muted hover:bg-sunken sm:size-9"
            >
              <Icon name="cross" className="size-4" />
            </Base.Close>
          </header>
          {/* Also those who have nothing to press in it must be able to scroll. */}
          <div tabIndex={0} className="overflow-y-auto rounded-b-2xl p-5 -outline-offset-2">
            {children}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
