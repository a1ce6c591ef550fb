import { isRingbackError } from '@ringback/client'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useState, type ReactNode } from 'react'
import { createConsoleRouter } from './routes.tsx'
import { sessionQuery } from './shared/api/session.ts'
import { askWhileNotLive } from './shared/live/live.ts'
import { loadMessages, MessagesContext, type Messages } from './shared/messages/index.ts'
import { usePreferences } from './shared/preferences.ts'
import { Toasts } from './shared/ui/toasts.tsx'

const queries: QueryClient = new QueryClient({
  defaultOptions: {
    // The client tries again by itself, and events say what is no longer true.
    queries: { retry: false, staleTime: 10_000, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
  queryCache: new QueryCache({
    onError(error) {
      if (isRingbackError(error, 'unauthorized')) queries.setQueryData(sessionQuery.queryKey, null)
    },
  }),
})
const router = createConsoleRouter(queries)

/** Whose session has ended signs in, and comes back to where it was. */
function leaveWhenSignedOut(): () => void {
  return queries.getQueryCache().subscribe(({ query }) => {
    const isOver = query.queryKey[0] === 'session' && query.state.data === null
    const { location } = router.state
    if (!isOver || location.pathname === '/sign-in') return
    void router.navigate({ to: '/sign-in', search: { back: location.href }, replace: true })
  })
}

export function App({ messages: loaded }: { messages: Messages }): ReactNode {
  const { language } = usePreferences()
  const [messages, setMessages] = useState(loaded)
  useEffect(() => void loadMessages(language).then(setMessages), [language])
  useEffect(() => askWhileNotLive(queries), [])
  useEffect(leaveWhenSignedOut, [])
  return (
    <MessagesContext value={messages}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </MessagesContext>
  )
}
