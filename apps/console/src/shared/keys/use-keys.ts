import { useLayoutEffect, useRef } from 'react'
import { preferences } from '../preferences.ts'
import { keyTable, type KeyId } from './table.ts'

export type KeyHandlers = Partial<Record<KeyId, () => void>>

/** What stands in front of the page has keys of its own. */
const inFront = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]'
const sequenceMs = 1_200

/** The newest is asked first: what is shown last is in front. */
const layers: { current: KeyHandlers }[] = []
let first: { key: string; at: number } | undefined
let isListening = false

/** Does something at keys, for as long as the component is shown. Nothing happens at them while somebody types. */
export function useKeys(handlers: KeyHandlers): void {
  useLayer(handlers, (layer) => layers.push(layer))
}

/** The same for what stands around the pages: what a page does at a key goes before, whichever of them was there first. */
export function useKeysAround(handlers: KeyHandlers): void {
  useLayer(handlers, (layer) => layers.unshift(layer))
}

function useLayer(handlers: KeyHandlers, add: (layer: { current: KeyHandlers }) => void): void {
  const latest = useRef(handlers)
  latest.current = handlers
  // Before it is painted: whoever sees it can press it.
  useLayoutEffect(() => {
    if (!isListening) addEventListener('keydown', press)
    isListening = true
    add(latest)
    return () => void layers.splice(layers.indexOf(latest), 1)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- It stays where it was put.
  }, [])
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.repeat) return
  const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable]')
  if (event.ctrlKey || event.metaKey) {
    if (!event.altKey && !event.shiftKey) run(`Ctrl+${letterOf(event).toUpperCase()}`, event)
    return
  }
  if (event.altKey || isTyping || !preferences().keys || document.querySelector(inFront)) return
  const key = letterOf(event)
  const before = first && performance.now() - first.at < sequenceMs ? first.key : undefined
  first = undefined
  if (before !== undefined && run(`${before} ${key}`, event)) return
  if (run(key, event)) return
  if (Object.values(keyTable).some(({ keys }) => keys.startsWith(`${key} `))) first = { key, at: performance.now() }
}

/** The Latin letter on the key, whatever else the keyboard writes with it. */
function letterOf({ key, code }: KeyboardEvent): string {
  if (key.length === 1 && key.charCodeAt(0) > 127 && code.startsWith('Key')) return code.slice(3).toLowerCase()
  return key.length === 1 ? key.toLowerCase() : key
}

function run(pressed: string, event: KeyboardEvent): boolean {
  const ids = (Object.keys(keyTable) as KeyId[]).filter(
    (id) => keyTable[id].keys.toLowerCase() === pressed.toLowerCase(),
  )
  for (const layer of layers.toReversed()) {
    const handler = ids.map((id) => layer.current[id]).find(Boolean)
    if (!handler) continue
    event.preventDefault()
    handler()
    return true
  }
  return false
}
