import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useNavigate, useRouteContext, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react'
import { useSettled } from '../desk/settled.ts'
import { useKeys } from '../shared/keys/use-keys.ts'
import { follow } from '../shared/live/live.ts'
import { useMessages } from '../shared/messages/index.ts'
import { openOutbox } from '../shared/outbox/outbox.ts'
import { Header, KioskBar } from './header.tsx'
import { Offline } from './offline.tsx'
import { pagesOf } from './pages.ts'

const KeysDialog = lazy(async () => ({ default: (await import('./keys-dialog.tsx')).KeysDialog }))
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }))
const ChoicesDialog = lazy(async () => ({ default: (await import('./choices-dialog.tsx')).ChoicesDialog }))

type InFront = 'keys' | 'palette' | 'choices'

/** What stands around every page of whoever has signed in. */
export function Layout(): ReactNode {
  const { layout } = useMessages()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { session } = useRouteContext({ from: '/signed-in' })
  const [inFront, setInFront] = useState<InFront>()
  useEffect(() => follow(queries, session.subject), [queries, session.subject])
  const onSettled = useSettled()
  useEffect(() => {
    if (session.agentId !== undefined) openOutbox(session.agentId, onSettled)
  }, [session.agentId, onSettled])
  useKeys({
    help: () => setInFront('keys'),
    palette: () => setInFront('palette'),
    search: () => setInFront('palette'),
    ...Object.fromEntries(pagesOf(session).map(({ shortcut, to }) => [shortcut, () => void navigate({ to })])),
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
        {inFront === 'choices' && <ChoicesDialog session={session} onClose={close} />}
      </Suspense>
    </div>
  )
}

export type OpenInFront = (what: InFront) => void
