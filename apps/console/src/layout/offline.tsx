import type { ReactNode } from 'react'
import { useLiveState } from '../shared/live/live.ts'
import { useMessages } from '../shared/messages/index.ts'
import { Icon } from '../shared/ui/icons.tsx'

/** Says that nothing comes from Ringback at the moment, instead of letting old figures look like new ones. */
export function Offline(): ReactNode {
  const { layout } = useMessages()
  const state = useLiveState()
  return (
    <div role="status">
      {state === 'offline' && (
        <div className="border-b border-line bg-warn-soft text-warn">
          <p className="mx-auto flex w-full max-w-[100rem] items-center gap-3 px-3 py-2 text-sm sm:px-5">
            <Icon name="offline" />
            <span>
              <strong className="font-semibold">{layout.offlineTitle}</strong> {layout.offlineText}
            </span>
          </p>
        </div>
      )}
    </div>
  )
}
