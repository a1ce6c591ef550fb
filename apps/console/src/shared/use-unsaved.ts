import { useBlocker } from '@tanstack/react-router'
import { useMessages } from './messages/index.ts'

/** Asks before somebody leaves what was written and not saved, by a link or by closing the tab. */
export function useUnsaved(isUnsaved: boolean): void {
  const { layout } = useMessages()
  useBlocker({
    // oxlint-disable-next-line no-alert -- Asked by the browser, as it does when the tab is closed.
    shouldBlockFn: () => !confirm(layout.leaveAsk),
    enableBeforeUnload: isUnsaved,
    disabled: !isUnsaved,
  })
}
