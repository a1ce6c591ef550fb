import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type ErrorComponentProps,
} from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { agentSearch } from './agents/agent-search.ts'
import { doNotCallSearch } from './do-not-call/do-not-call-search.ts'
import { Layout } from './layout/layout.tsx'
import { NotFound } from './layout/not-found.tsx'
import { promiseSearch } from './promises/promise-search.ts'
import { reportSearch } from './reports/report-search.ts'
import { homeOf, sessionQuery, type Session } from './shared/api/session.ts'
import { Failure } from './shared/ui/failure.tsx'
import { PageSkeleton } from './shared/ui/surfaces.tsx'
import { SignInPage } from './sign-in/sign-in-page.tsx'
import { deliverySearch } from './webhooks/delivery-search.ts'

interface RouterContext {
  queries: QueryClient
}

const root = createRootRouteWithContext<RouterContext>()({ notFoundComponent: NotFound })

/**
 * Reads what a page knows of its address. The rest is said to be nothing: of what is left out, the router hands on what stands in the
 * address, refused or not.
 */
function nothingBut<Search extends object>(read: (search: Record<string, unknown>) => Search) {
  return (search: Record<string, unknown>): Search => {
    const nothing = Object.fromEntries(Object.keys(search).map((name) => [name, undefined]))
    return { ...nothing, ...read(search) }
  }
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: nothingBut(({ back, error }): { back?: string; error?: string } => ({
    // A path of this console; never another address.
    ...(typeof back === 'string' && /^\/(?![/\\])/.test(back) && { back }),
    ...(typeof error === 'string' && { error }),
  })),
  component: SignInPage,
})

/** The pages of whoever has signed in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Layout,
  beforeLoad: async ({ context, location }): Promise<{ session: Session }> => {
    const session = await context.queries.ensureQueryData(sessionQuery)
    if (session) return { session }
    const back = location.href === '/' ? {} : { back: location.href }
    throw redirect({ to: '/sign-in', search: back, replace: true })
  },
})

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: ({ context }) => {
    throw redirect({ to: homeOf(context.session), replace: true })
  },
})

const desk = createRoute({
  getParentRoute: () => signedIn,
  path: '/desk',
  beforeLoad: ({ context }) => {
    if (context.session.role !== 'agent') throw redirect({ to: homeOf(context.session), replace: true })
  },
  component: lazyRouteComponent(() => import('./desk/desk-page.tsx'), 'DeskPage'),
})

const forSupervisors = { getParentRoute: () => signedIn, beforeLoad: onlySupervisors } as const

/** Agents have no business there, and the API would tell them nothing. */
function onlySupervisors({ context }: { context: { session: Session } }): void {
  if (context.session.role === 'agent') throw redirect({ to: homeOf(context.session), replace: true })
}

const wall = createRoute({
  ...forSupervisors,
  path: '/wall',
  validateSearch: nothingBut(({ kiosk }): { kiosk?: 1 } => (kiosk === 1 ? { kiosk } : {})),
  component: lazyRouteComponent(() => import('./wall/wall-page.tsx'), 'WallPage'),
})

const promises = createRoute({
  ...forSupervisors,
  path: '/promises',
  validateSearch: nothingBut(promiseSearch),
  component: lazyRouteComponent(() => import('./promises/promises-page.tsx'), 'PromisesPage'),
})

const promise = createRoute({
  getParentRoute: () => signedIn,
  path: '/promises/$callbackId',
  component: lazyRouteComponent(() => import('./promises/promise-page.tsx'), 'PromisePage'),
})

const agents = createRoute({
  ...forSupervisors,
  path: '/agents',
  validateSearch: nothingBut(agentSearch),
  component: lazyRouteComponent(() => import('./agents/agents-page.tsx'), 'AgentsPage'),
})

const queues = createRoute({
  ...forSupervisors,
  path: '/queues',
  component: lazyRouteComponent(() => import('./queues/queues-page.tsx'), 'QueuesPage'),
})

const queue = createRoute({
  ...forSupervisors,
  path: '/queues/$queueType',
  component: lazyRouteComponent(() => import('./queues/queue-page.tsx'), 'QueuePage'),
})

const calendars = createRoute({
  ...forSupervisors,
  path: '/calendars',
  component: lazyRouteComponent(() => import('./calendars/calendars-page.tsx'), 'CalendarsPage'),
})

const calendar = createRoute({
  ...forSupervisors,
  path: '/calendars/$calendarId',
  validateSearch: nothingBut(({ year }): { year?: number } =>
    typeof year === 'number' && Number.isInteger(year) ? { year } : {},
  ),
  component: lazyRouteComponent(() => import('./calendars/calendar-page.tsx'), 'CalendarPage'),
})

const doNotCall = createRoute({
  ...forSupervisors,
  path: '/do-not-call',
  validateSearch: nothingBut(doNotCallSearch),
  component: lazyRouteComponent(() => import('./do-not-call/do-not-call-page.tsx'), 'DoNotCallPage'),
})

const reports = createRoute({
  ...forSupervisors,
  path: '/reports',
  validateSearch: nothingBut(reportSearch),
  component: lazyRouteComponent(() => import('./reports/reports-page.tsx'), 'ReportsPage'),
})

const webhooks = createRoute({
  ...forSupervisors,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('./webhooks/webhooks-page.tsx'), 'WebhooksPage'),
})

const webhook = createRoute({
  ...forSupervisors,
  path: '/webhooks/$webhookId',
  validateSearch: nothingBut(deliverySearch),
  component: lazyRouteComponent(() => import('./webhooks/webhook-page.tsx'), 'WebhookPage'),
})

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
})

const ofSupervisors = [
  wall,
  promises,
  agents,
  queues,
  queue,
  calendars,
  calendar,
  doNotCall,
  reports,
  webhooks,
  webhook,
] as const

const tree = root.addChildren([signIn, signedIn.addChildren([home, desk, promise, settings, ...ofSupervisors])])

function PageFailure({ error, reset }: ErrorComponentProps): ReactNode {
  const retry = () => {
    reset()
    location.reload()
  }
  return (
    <main className="mx-auto max-w-2xl p-4 pt-[12vh]">
      <Failure error={error} onRetry={retry} />
    </main>
  )
}

export function createConsoleRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultErrorComponent: PageFailure,
    defaultPendingComponent: PageSkeleton,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>
  }
}
