import type { Centre, PromiseWish } from '../centre/centre.ts'

/** The promises made on the simulated day, and how many of them wait to be kept. */
export interface Promises {
  readonly ids: readonly string[]
  /** Promises that nobody has kept yet. */
  open(): number
  called(): number
  /** Promises a callback and has `whenDue` happen at its time, or now when that is past. */
  make(wish: PromiseWish, whenDue: () => Promise<unknown>): Promise<void>
  /** The place of a callback in the order of promises. */
  numberOf(callbackId: string): number
  noteCalled(callbackId: string): void
}

export interface PromisesOptions {
  centre: Centre
  at: (moment: Date, run: () => Promise<unknown>) => void
}

export function promises({ centre, at }: PromisesOptions): Promises {
  const numbers = new Map<string, number>()
  const ids: string[] = []
  const called = new Set<string>()

  return {
    ids,
    open: () => ids.length - called.size,
    called: () => called.size,
    async make(wish, whenDue) {
      const { id, scheduledFor } = await centre.promise(wish)
      numbers.set(id, ids.length)
      ids.push(id)
      const now = centre.now()
      at(scheduledFor > now ? scheduledFor : now, whenDue)
    },
    numberOf(callbackId) {
      const number = numbers.get(callbackId)
      if (number === undefined) throw new Error(`Callback ${callbackId} was claimed, and nobody promised it`)
      return number
    },
    noteCalled: (callbackId) => void called.add(callbackId),
  }
}
