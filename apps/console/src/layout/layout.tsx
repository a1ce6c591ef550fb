import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useNavigate, useRouteContext, useRouter, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react'
import { AtWork } from '../desk/at-work.tsx'
import { useSettled } from '../desk/settled.ts'
import { useKeysAround } from '../shared/keys/use-keys.ts'
import { follow } from '../shared/live/live.ts'
import { loadWhenIdle } from '../shared/load-when-idle.ts'
import { useMessages } from '../shared/messages/index.ts'
import { openOutbox } from '../shared/outbox/outbox.ts'
import { Header, KioskBar } from './header.tsx'
import { Offline } from './offline.tsx'
import { allPagesOf } from './pages.ts'

const loadKeysDialog = () => import('./keys-dialog.tsx')
const loadPalette = () => import('./palette.tsx')
const KeysDialog = lazy(async () => ({ default: (await loadKeysDialog()).KeysDialog }))
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }))

type InFront = 'keys' | 'palette'

/** What stands around every page of whoever has signed in. */
export function Layout(): ReactNode {
  const { layout } = useMessages()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { session } = useRouteContext({ from: '/signed-in' })
  const [inFront, setInFront] = useState<InFront>()
  useEffect(() => follow(queries, session.subject), [queries, session.subject])
  const router = useRouter()
  useEffect(() => loadWhenIdle([loadKeysDialog, loadPalette, () => router.preloadRoute({ to: '/settings' })]), [router])
  const onSettled = useSettled()
  useEffect(() => {
    if (session.agentId !== undefined) openOutbox(session.agentId, onSettled)
  }, [session.agentId, onSettled])
  useKeysAround({
    help: () => setInFront('keys'),
    palette: () => setInFront('palette'),
    search: () => setInFront('palette'),
    ...Object.fromEntries(allPagesOf(session).map(({ shortcut, to }) => [shortcut, () => void navigate({ to })])),
  })
  const close = () => setInFront(undefined)
  const isKiosk = useSearch({ strict: false, select: ({ kiosk }) => kiosk === 1 })

  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="absolute start-2 top-2 z-50 -translate-y-20 rounded-lg bg-accent px-4 py-2 text-on-accent focus:translate-y-0"
      >
        {layout.skip}
      </a>
      {isKiosk ? <KioskBar /> : <Header session={session} onOpen={setInFront} />}
      <Offline />
      {session.agentId !== undefined && <AtWork agentId={session.agentId} />}
      <main
        id="content"
        tabIndex={-1}
        className={`mx-auto w-full flex-1 p-3 outline-none sm:p-5 ${isKiosk ? '' : 'max-w-[100rem]'}`}
      >
        <Outlet />
      </main>
      <Suspense>
        {inFront === 'keys' && <KeysDialog onClose={close} />}
        {inFront === 'palette' && <Palette session={session} onClose={close} />}
      </Suspense>
    </div>
  )
}

export type OpenInFront = (what: InFront) => void
