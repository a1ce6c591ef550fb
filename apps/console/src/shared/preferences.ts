import { useSyncExternalStore } from 'react'

export const themes = ['system', 'light', 'dark'] as const
export const languages = ['en', 'de', 'he'] as const
/** What is heard before a promise is due. */
export const sounds = ['rising', 'bright', 'low', 'none'] as const
export type Sound = (typeof sounds)[number]
export type Theme = (typeof themes)[number]
export type Language = (typeof languages)[number]

/** What whoever works at this browser has chosen. It says nothing of who that is. */
export interface Preferences {
  theme: Theme
  language: Language
  /** An IANA zone; that of the browser when null. */
  timeZone: string | null
  /** Whether keys without a modifier do something. */
  keys: boolean
  sound: Sound
}

const storageKey = 'ringback.preferences'
const rightToLeft: ReadonlySet<Language> = new Set(['he'])

let current: Preferences = read()
const listeners = new Set<() => void>()

function read(): Preferences {
  const spoken = languages.find((language) => navigator.language.toLowerCase().startsWith(language))
  const chosen: Preferences = { theme: 'system', language: spoken ?? 'en', timeZone: null, keys: true, sound: 'rising' }
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Preferences>
    return {
      theme: themes.find((theme) => theme === kept.theme) ?? chosen.theme,
      language: languages.find((language) => language === kept.language) ?? chosen.language,
      timeZone: isTimeZone(kept.timeZone) ? kept.timeZone : null,
      keys: kept.keys ?? true,
      sound: sounds.find((sound) => sound === kept.sound) ?? chosen.sound,
    }
  } catch {
    return chosen
  }
}

export function isTimeZone(name: unknown): name is string {
  if (typeof name !== 'string') return false
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}

export function preferences(): Preferences {
  return current
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function choose(changes: Partial<Preferences>): void {
  current = { ...current, ...changes }
  try {
    localStorage.setItem(storageKey, JSON.stringify(current))
  } catch {
    // A browser that keeps nothing shows it until the page is left.
  }
  tell()
}

function tell(): void {
  show()
  for (const listener of listeners) listener()
}

/** Sets what the page as a whole follows; public/appearance.js has done so before the first paint. */
function show(): void {
  const { theme, language } = current
  const root = document.documentElement
  const isDark = theme === 'dark' || (theme === 'system' && darkSystem.matches)
  root.dataset['theme'] = isDark ? 'dark' : 'light'
  root.lang = language
  root.dir = rightToLeft.has(language) ? 'rtl' : 'ltr'
}

const darkSystem = matchMedia('(prefers-color-scheme: dark)')

/** Follows the system, and what another tab has chosen. */
export function followPreferences(): void {
  show()
  darkSystem.addEventListener('change', show)
  addEventListener('storage', ({ key }) => {
    if (key !== storageKey) return
    current = read()
    tell()
  })
}
