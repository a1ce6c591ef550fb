import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { useMessages } from '../messages/index.ts'
import { Icon, type IconName } from './icons.tsx'

export interface Toast {
  text: string
  tone?: 'plain' | 'good' | 'bad'
  /** Something that can be done about it, such as to take it back. */
  action?: { label: string; run: () => void }
}

const shownMs = 8_000
const shownAtOnce = 4

let toasts: readonly (Toast & { id: number })[] = []
let lastId = 0
const listeners = new Set<() => void>()

function set(next: typeof toasts): void {
  toasts = next
  for (const listener of listeners) listener()
}

/** Says something for some seconds, in a corner, and to whoever listens to the page. */
export function toast(one: Toast): void {
  set([...toasts, { ...one, id: (lastId += 1) }].slice(-shownAtOnce))
}

function dismiss(id: number): void {
  set(toasts.filter((one) => one.id !== id))
}

const icons: Record<NonNullable<Toast['tone']>, IconName> = { plain: 'clock', good: 'check', bad: 'alert' }
const colours = { plain: 'text-accent', good: 'text-good', bad: 'text-late' } as const

export function Toasts(): ReactNode {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => toasts,
  )
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 bottom-3 z-50 grid justify-items-end gap-2 sm:start-auto sm:w-96"
    >
      {shown.map((one) => (
        <OneToast key={one.id} toast={one} onEnd={() => dismiss(one.id)} />
      ))}
    </div>
  )
}

/** Stays while somebody points at it or is in it. */
function OneToast({ toast: { text, tone = 'plain', action }, onEnd }: { toast: Toast; onEnd: () => void }): ReactNode {
  const { layout } = useMessages()
  const [isHeld, setHeld] = useState(false)
  useEffect(() => {
    if (isHeld) return undefined
    const timer = setTimeout(onEnd, shownMs)
    return () => clearTimeout(timer)
  }, [isHeld, onEnd])
  return (
    <div
      className="rising pointer-events-auto flex w-full items-center gap-3 rounded-xl border border-line bg-surface py-2 ps-4 pe-2 shadow-float"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon name={icons[tone]} className={`size-5 ${colours[tone]}`} />
      <p className="flex-1 text-sm">{text}</p>
      {action && (
        <button
          type="button"
          className="min-h-9 rounded-md px-2 text-sm font-semibold text-accent hover:bg-sunken"
          onClick={() => {
            action.run()
            onEnd()
          }}
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        aria-label={layout.close}
        className="grid size-9 place-items-center rounded-md text-muted hover:bg-sunken"
        onClick={onEnd}
      >
        <Icon name="cross" className="size-4" />
      </button>
    </div>
  )
}
