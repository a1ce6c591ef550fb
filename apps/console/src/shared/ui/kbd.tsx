import type { ReactNode } from 'react'
import { keyTable, type KeyId } from '../keys/table.ts'
import { usePreferences } from '../preferences.ts'

/** The key of an action, beside its name. What reads aloud hears it by `aria-keyshortcuts`. */
export function Kbd({ id, className = '' }: { id: KeyId; className?: string }): ReactNode {
  const { keys } = usePreferences()
  const pressed: string = keyTable[id].keys
  return keys || pressed.startsWith('Ctrl') ? <Keys keys={pressed} className={className} /> : null
}

export function Keys({ keys, className = '' }: { keys: string; className?: string }): ReactNode {
  return (
    <span aria-hidden="true" className={`hidden gap-0.5 sm:inline-flex ${className}`}>
      {keys.split(' ').map((key) => (
        // Drawn, not written: the name of a button that has a key is its words.
        <kbd
          key={key}
          data-key={key.length === 1 ? key.toUpperCase() : key.replace('Escape', 'Esc')}
          className="min-w-5 rounded border border-current/35 px-1 text-center font-sans text-[0.6875rem] leading-[1.125rem] font-medium before:content-[attr(data-key)]"
        />
      ))}
    </span>
  )
}
