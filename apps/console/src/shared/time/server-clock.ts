import { useSyncExternalStore } from 'react'

/** By how much the clock of Ringback is ahead of this machine's, which may be wrong by hours. */
let aheadMs = 0
let ticks = 0
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** Takes over the time of an answer. */
export function noteServerTime(now: string): void {
  noteServerAhead(Date.parse(now) - Date.now())
}

/** Takes over what the stream of events has told. */
export function noteServerAhead(ms: number): void {
  aheadMs = ms
}

/** The time by the clock of Ringback, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + aheadMs
}

/** The time by the clock of Ringback, to the second, and again each second. */
export function useNow(): number {
  useSyncExternalStore(listen, () => ticks)
  return serverNow()
}

function listen(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    ticks += 1
    for (const one of listeners) one()
  }, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}
