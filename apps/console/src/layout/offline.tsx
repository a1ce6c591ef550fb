import { useEffect, type ReactNode } from 'react'
import { useLiveState } from '../shared/live/live.ts'
import { useMessages } from '../shared/messages/index.ts'
import { dropWaiting, flushOutbox, useOutbox } from '../shared/outbox/outbox.ts'
import { Icon } from '../shared/ui/icons.tsx'

/** Says that nothing comes from Ringback at the moment, instead of letting old figures look like new ones. */
export function Offline(): ReactNode {
  const { layout } = useMessages()
  const state = useLiveState()
  const waiting = useOutbox().filter((one) => one.state === 'waiting').length
  useEffect(() => {
    if (state === 'live') flushOutbox()
  }, [state])
  return (
    <div role="status">
      {(state === 'offline' || waiting > 0) && (
        <div className="border-b border-line bg-warn-soft text-warn">
          <div className="mx-auto flex w-full max-w-[100rem] flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-sm sm:px-5">
            <Icon name="offline" />
            <p className="min-w-0 flex-1">
              <strong className="font-semibold">{layout.offlineTitle}</strong> {layout.offlineText}{' '}
              {waiting > 0 && <strong className="font-semibold">{layout.kept(waiting)}</strong>}
            </p>
            {waiting > 0 && (
              <button type="button" className="min-h-9 rounded-md px-2 font-semibold underline" onClick={dropWaiting}>
                {layout.drop}
              </button>
            )}
          </div>
        </div>
      )}
    </div>
  )
}
