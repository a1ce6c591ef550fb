import { createContext, use } from 'react'
import type { Language } from '../preferences.ts'
import { en } from './en.ts'

/** The texts of the console, in the shape that every language has. */
export type Messages = Widened<typeof en>

type Widened<T> = T extends (...args: infer Args) => string
  ? (...args: Args) => string
  : T extends string
    ? string
    : { [Key in keyof T]: Widened<T[Key]> }

const load: Record<Language, () => Promise<Messages>> = {
  en: async () => en,
  de: async () => (await import('./de.ts')).de,
  he: async () => (await import('./he.ts')).he,
}

export async function loadMessages(language: Language): Promise<Messages> {
  return load[language]()
}

export const MessagesContext = createContext<Messages>(en)

export function useMessages(): Messages {
  return use(MessagesContext)
}
