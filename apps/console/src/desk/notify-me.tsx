import { useState, type ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Button } from '../shared/ui/button.tsx'

/** Asks whether the browser may tell of promises while another window is in front. Over plain HTTP browsers never may. */
export function NotifyMe(): ReactNode {
  const { desk: texts } = useMessages()
  const isPossible = 'Notification' in globalThis && isSecureContext
  const [permission, setPermission] = useState(isPossible ? Notification.permission : 'denied')
  if (permission !== 'default') return null
  return (
    <Button look="quiet" icon="clock" onClick={() => void Notification.requestPermission().then(setPermission)}>
      {texts.notifyMe}
    </Button>
  )
}
