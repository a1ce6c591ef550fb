import { isRingbackError } from '@ringback/client'
import { useSyncExternalStore } from 'react'
import { randomKey } from '../random-key.ts'
import { send, subjectOf, type Action } from './actions.ts'

/** An action on its way. `waiting`: nobody answers at the moment. */
export interface Kept {
  key: string
  action: Action
  state: 'sending' | 'waiting'
}

/** What became of an action. */
export type Settled = { action: Action } & ({ ok: true; answer: unknown } | { ok: false; error: unknown })

const storageKey = 'ringback.kept.outbox'
const triesAgainAfterMs = 3_000

let kept: readonly Kept[] = []
let isSending = false
let timer: ReturnType<typeof setTimeout> | undefined
let settle: (settled: Settled) => void = () => {}
const listeners = new Set<() => void>()

/**
 * Sends what agents do, one after the other and each once: under a key that it keeps while nobody answers, over reloads. What an
 * agent has left here who is not this one is dropped.
 *
 * @param onSettled told what became of each action, also of those from before a reload
 */
export function openOutbox(agentId: number, onSettled: (settled: Settled) => void): void {
  settle = onSettled
  set(read().filter(({ action }) => action.agentId === agentId))
  void flush()
}

export function act(action: Action): void {
  set([...kept, { key: randomKey(), action, state: 'sending' }])
  void flush()
}

/** Tries again now: somebody answers again. */
export function flushOutbox(): void {
  void flush()
}

/** Drops what waits; what is being sent may have been done. */
export function dropWaiting(): void {
  set(kept.filter(({ state }) => state === 'sending'))
}

export function useOutbox(): readonly Kept[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => kept,
  )
}

/** Whether something is under way with a promise, a call, or what an action of that kind is about. */
export function useIsUnderWay(): (subject: string) => boolean {
  const subjects = new Set(useOutbox().map(({ action }) => subjectOf(action)))
  return (subject) => subjects.has(subject)
}

async function flush(): Promise<void> {
  if (isSending) return
  isSending = true
  clearTimeout(timer)
  try {
    for (let first = kept[0]; first; first = kept[0]) {
      const { key, action } = first
      try {
        const answer = await send(action, key)
        drop(key)
        settle({ action, ok: true, answer })
      } catch (error) {
        if (isPassing(error)) {
          set(kept.map((one) => ({ ...one, state: 'waiting' })))
          timer = setTimeout(flushOutbox, triesAgainAfterMs)
          return
        }
        drop(key)
        settle({ action, ok: false, error })
      }
    }
  } finally {
    isSending = false
  }
}

/** Nobody answers, or not now. Whose session has ended signs in, and it is sent then. */
function isPassing(error: unknown): boolean {
  if (!isRingbackError(error)) return false
  return error.code === 'unreachable' || [401, 429, 502, 503, 504].includes(error.status ?? 0)
}

function drop(key: string): void {
  set(kept.filter((one) => one.key !== key))
}

function set(next: readonly Kept[]): void {
  kept = next
  try {
    if (kept.length === 0) sessionStorage.removeItem(storageKey)
    else sessionStorage.setItem(storageKey, JSON.stringify(kept))
  } catch {
    // A browser that keeps nothing has it until the page is left.
  }
  for (const listener of listeners) listener()
}

function read(): readonly Kept[] {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? '[]') as Kept[]
  } catch {
    return []
  }
}
