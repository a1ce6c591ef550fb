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
  goPromises: { keys: 'g p', group: 'go' },
  goSettings: { keys: 'g s', group: 'go' },
} as const satisfies Record<string, { keys: string; group: KeyGroup }>

export type KeyId = keyof typeof keyTable

/** For `aria-keyshortcuts`. */
export function shortcutOf(id: KeyId): string {
  return keyTable[id].keys.replace('Ctrl', 'Control')
}
