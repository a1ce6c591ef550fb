import type { Messages } from '../messages/index.ts'

export type KeyGroup = keyof Messages['keys']['groups']

/** Every key that does something. With Ctrl it does so while somebody types, too. Two after each other are pressed so. */
export const keyTable = {
  help: { keys: '?', group: 'everywhere' },
  palette: { keys: 'Ctrl+K', group: 'everywhere' },
  search: { keys: '/', group: 'everywhere' },
  close: { keys: 'Escape', group: 'everywhere' },
  goDesk: { keys: 'g d', group: 'go' },
  goWall: { keys: 'g w', group: 'go' },
  goReports: { keys: 'g r', group: 'go' },
  goWebhooks: { keys: 'g h', group: 'go' },
  goSettings: { keys: 'g s', group: 'go' },
  goPromises: { keys: 'g p', group: 'go' },
  goAgents: { keys: 'g a', group: 'go' },
  goQueues: { keys: 'g q', group: 'go' },
  goCalendars: { keys: 'g c', group: 'go' },
  goDoNotCall: { keys: 'g n', group: 'go' },
  next: { keys: 'n', group: 'desk' },
  down: { keys: 'j', group: 'desk' },
  up: { keys: 'k', group: 'desk' },
  accept: { keys: 'a', group: 'desk' },
  snooze: { keys: 's', group: 'desk' },
  reschedule: { keys: 't', group: 'desk' },
  cancel: { keys: 'x', group: 'desk' },
  presence: { keys: 'p', group: 'desk' },
  notes: { keys: 'o', group: 'call' },
  outcome1: { keys: '1', group: 'call' },
  outcome2: { keys: '2', group: 'call' },
  outcome3: { keys: '3', group: 'call' },
  outcome4: { keys: '4', group: 'call' },
  outcome5: { keys: '5', group: 'call' },
  outcome6: { keys: '6', group: 'call' },
  outcome7: { keys: '7', group: 'call' },
  outcome8: { keys: '8', group: 'call' },
  outcome9: { keys: '9', group: 'call' },
  promise: { keys: 'c', group: 'call' },
  record: { keys: 'Ctrl+Enter', group: 'call' },
  giveBack: { keys: 'r', group: 'call' },
} as const satisfies Record<string, { keys: string; group: KeyGroup }>

export type KeyId = keyof typeof keyTable

/** For `aria-keyshortcuts`. */
export function shortcutOf(id: KeyId): string {
  return keyTable[id].keys.replace('Ctrl', 'Control')
}
