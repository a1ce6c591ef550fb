import { useEffect } from 'react'
import { useMessages } from './messages/index.ts'

/** What the tab of the browser says, such as `Desk · Ringback`. */
export function useTitle(title: string): void {
  const { appName } = useMessages()
  useEffect(() => {
    document.title = `${title} · ${appName}`
  }, [title, appName])
}
