import type { Desk } from '@ringback/client'
import { useEffect, useRef } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { notifications } from '../shared/notifications.ts'
import { preferences } from '../shared/preferences.ts'
import { playSound } from '../shared/sound.ts'
import { useNow } from '../shared/time/server-clock.ts'
import { useTimes } from '../shared/time/times.ts'
import { toast } from '../shared/ui/toasts.tsx'

const beforeMs = 5 * 60_000
const storageKey = 'ringback.reminded'
const mostRemembered = 200

/** The tab of the browser counts what is to be called, and tells a call from waiting. */
export function useDeskTitle({ pending, heldCall }: Desk): void {
  const { pages, appName, desk: texts } = useMessages()
  const inCallWith = heldCall && (heldCall.user?.name ?? texts.deleted)
  useEffect(() => {
    const count = pending.length > 0 ? `(${pending.length}) ` : ''
    document.title = `${count}${inCallWith ?? pages.desk} · ${appName}`
  }, [pending.length, inCallWith, pages.desk, appName])
}

/** Five minutes before a promise is due: a sound, a notification, and a word on the page. In one tab of several. */
export function useReminders({ pending, snoozed }: Desk): void {
  const { desk: texts } = useMessages()
  const times = useTimes()
  const now = useNow()
  const near = [...pending, ...snoozed].filter(({ callback }) => {
    const left = Date.parse(callback.scheduledFor) - now
    return left > 0 && left <= beforeMs
  })
  const keys = near.map(({ callback }) => `${callback.id}@${callback.scheduledFor}`).join(' ')
  const latest = useRef(near)
  latest.current = near
  useEffect(() => {
    for (const { callback, user } of latest.current) {
      if (!isFirstToRemind(`${callback.id}@${callback.scheduledFor}`)) continue
      const text = texts.soon(user?.name ?? texts.deleted, times.clock(callback.scheduledFor))
      toast({ text })
      playSound(preferences().sound)
      notify(callback.id, text)
    }
  }, [keys, texts, times])
}

/** Several tabs show the same desk: the first one that comes to it reminds. */
function isFirstToRemind(reminder: string): boolean {
  try {
    const reminded = (localStorage.getItem(storageKey) ?? '').split(' ')
    if (reminded.includes(reminder)) return false
    localStorage.setItem(storageKey, [...reminded, reminder].slice(-mostRemembered).join(' '))
  } catch {
    // Better twice than never.
  }
  return true
}

/** While the page is in front its own words are enough. */
function notify(callbackId: string, text: string): void {
  if (notifications() !== 'granted' || document.hasFocus()) return
  const notification = new Notification('Ringback', { body: text, tag: callbackId, icon: '/favicon.svg' })
  notification.addEventListener('click', () => globalThis.focus())
}
