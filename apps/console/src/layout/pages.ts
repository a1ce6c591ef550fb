import type { Session } from '../shared/api/session.ts'
import type { KeyId } from '../shared/keys/table.ts'
import type { Messages } from '../shared/messages/index.ts'

export interface PageLink {
  to:
    | '/desk'
    | '/wall'
    | '/promises'
    | '/agents'
    | '/queues'
    | '/calendars'
    | '/do-not-call'
    | '/reports'
    | '/webhooks'
    | '/settings'
  name: keyof Messages['pages']
  shortcut: KeyId
}

const deskPages: readonly PageLink[] = [{ to: '/desk', name: 'desk', shortcut: 'goDesk' }]
const wallPages: readonly PageLink[] = [
  { to: '/wall', name: 'wall', shortcut: 'goWall' },
  { to: '/promises', name: 'promises', shortcut: 'goPromises' },
  { to: '/agents', name: 'agents', shortcut: 'goAgents' },
  { to: '/queues', name: 'queues', shortcut: 'goQueues' },
  { to: '/calendars', name: 'calendars', shortcut: 'goCalendars' },
  { to: '/do-not-call', name: 'doNotCall', shortcut: 'goDoNotCall' },
  { to: '/reports', name: 'reports', shortcut: 'goReports' },
  { to: '/webhooks', name: 'webhooks', shortcut: 'goWebhooks' },
]

/** Stands in a corner, not among the others. */
export const settingsPage: PageLink = { to: '/settings', name: 'settings', shortcut: 'goSettings' }

/** The pages that a role has, in their order. */
export function pagesOf({ role }: Session): readonly PageLink[] {
  return role === 'agent' ? deskPages : wallPages
}

/** Wherever a role can go. */
export function allPagesOf(session: Session): readonly PageLink[] {
  return [...pagesOf(session), settingsPage]
}
