import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { askToNotify, useNotifications } from '../shared/notifications.ts'
import { Button } from '../shared/ui/button.tsx'

/** Asks whether the browser may tell of promises while another window is in front. */
export function NotifyMe(): ReactNode {
  const { desk: texts } = useMessages()
  if (useNotifications() !== 'default') return null
  return (
    <Button look="quiet" icon="clock" onClick={() => void askToNotify()}>
      {texts.notifyMe}
    </Button>
  )
}
