import './styles.css'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { liveState } from './shared/live/live.ts'
import { loadMessages } from './shared/messages/index.ts'
import { followPreferences, preferences } from './shared/preferences.ts'

followPreferences()
// A file of the build before this one is gone: the page is loaded anew, once. While nobody answers that would lose the page.
addEventListener('vite:preloadError', () => {
  if (liveState() === 'offline') return
  const reloadedAt = Number(sessionStorage.getItem('ringback.reloaded') ?? 0)
  if (Date.now() - reloadedAt < 60_000) return
  sessionStorage.setItem('ringback.reloaded', String(Date.now()))
  location.reload()
})
const messages = await loadMessages(preferences().language)
createRoot(document.getElementById('root')!).render(<App messages={messages} />)
