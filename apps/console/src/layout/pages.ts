import type { Session } from '../shared/api/session.ts'
import type { KeyId } from '../shared/keys/table.ts'
import type { Messages } from '../shared/messages/index.ts'

export interface PageLink {
  to: '/desk' | '/wall' | '/agents' | '/queues' | '/calendars' | '/do-not-call'
  name: keyof Messages['pages']
  shortcut: KeyId
}

const deskPages: readonly PageLink[] = [{ to: '/desk', name: 'desk', shortcut: 'goDesk' }]
const wallPages: readonly PageLink[] = [
  { to: '/wall', name: 'wall', shortcut: 'goWall' },
  { to: '/agents', name: 'agents', shortcut: 'goAgents' },
  { to: '/queues', name: 'queues', shortcut: 'goQueues' },
  { to: '/calendars', name: 'calendars', shortcut: 'goCalendars' },
  { to: '/do-not-call', name: 'doNotCall', shortcut: 'goDoNotCall' },
]

/** The pages that a role has, in their order. */
export function pagesOf({ role }: Session): readonly PageLink[] {
  return role === 'agent' ? deskPages : wallPages
}
