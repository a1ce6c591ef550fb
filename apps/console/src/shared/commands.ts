import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { KeyId } from './keys/table.ts'

/** Something that can be found by its name and done. */
export interface Command {
  /** Told from all others by it. */
  id: string
  group: string
  name: string
  hint?: string
  shortcut?: KeyId
  run: () => void
}

const mostShown = 12
const offers = new Set<{ current: readonly Command[] }>()
const listeners = new Set<() => void>()
let version = 0

function tell() {
  version += 1
  for (const listener of listeners) listener()
}

/** Offers commands for as long as the component is shown. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands)
  latest.current = commands
  useEffect(() => {
    offers.add(latest)
    tell()
    return () => {
      offers.delete(latest)
      tell()
    }
  }, [])
}

/** Those of `own` and of all that is offered whose names and hints hold every word of `text`. */
export function useFound(text: string, own: readonly Command[]): readonly Command[] {
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => version,
  )
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const isFound = ({ name, hint = '' }: Command) => {
    const said = `${name} ${hint}`.toLocaleLowerCase()
    return words.every((word) => said.includes(word))
  }
  return [...[...offers].flatMap(({ current }) => current), ...own].filter(isFound).slice(0, mostShown)
}
