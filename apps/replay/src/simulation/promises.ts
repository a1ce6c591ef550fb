import { listCallbacks, scheduleCallback, type Deps, type ScheduleInput } from '@ringback/core'

/** The promises made on the simulated day, and how many of them wait to be kept. */
export interface Promises {
  readonly ids: readonly string[]
  /** Promises that nobody has kept yet. */
  open(): number
  called(): number
  /** Promises a callback and has `whenDue` happen at its time, or now when that is past. */
  make(input: ScheduleInput, whenDue: () => Promise<unknown>): Promise<void>
  /** Whether a callback of this customer is still to be made. */
  hasOpen(userId: string): Promise<boolean>
  /** The place of a callback in the order of promises. */
  numberOf(callbackId: string): number
  noteCalled(): void
}

export interface PromisesOptions {
  deps: Deps
  at: (moment: Date, run: () => Promise<unknown>) => void
}

export function promises({ deps, at }: PromisesOptions): Promises {
  const numbers = new Map<string, number>()
  const ids: string[] = []
  let called = 0

  return {
    ids,
    open: () => ids.length - called,
    called: () => called,
    async make(input, whenDue) {
      const { id, scheduledFor } = await scheduleCallback(deps, input)
      numbers.set(id, ids.length)
      ids.push(id)
      const now = deps.clock.now()
      at(scheduledFor > now ? scheduledFor : now, whenDue)
    },
    async hasOpen(userId) {
      const { items } = await listCallbacks(deps, { filter: { userId }, limit: 200 })
      return items.some(({ status }) => status !== 'completed' && status !== 'cancelled')
    },
    numberOf(callbackId) {
      const number = numbers.get(callbackId)
      if (number === undefined) throw new Error(`Callback ${callbackId} was claimed, and nobody promised it`)
      return number
    },
    noteCalled: () => void called++,
  }
}
