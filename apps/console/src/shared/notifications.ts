import { useSyncExternalStore } from 'react'

/** Whether this browser shows notifications. `impossible`: the page came over plain HTTP, where none may. */
export type Notifications = NotificationPermission | 'impossible'

const listeners = new Set<() => void>()

export function notifications(): Notifications {
  return 'Notification' in globalThis && isSecureContext ? Notification.permission : 'impossible'
}

export function useNotifications(): Notifications {
  return useSyncExternalStore(listen, notifications)
}

/** The person may also change it beside the address, and come back. */
function listen(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('focus', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('focus', listener)
  }
}

/** Has the browser ask whether it may show some; to be called when somebody has pressed something. */
export async function askToNotify(): Promise<void> {
  await Notification.requestPermission()
  for (const listener of listeners) listener()
}
