import fc from 'fast-check'
import { expect } from 'vitest'
import type { Answer } from '../../../apps/api/src/testing/api.ts'
import { expectSame } from '../observe.ts'
import { agentIds, type Expected, minute, queueTypesTried, type World } from '../rules/world.ts'
import type { System } from '../system.ts'

/** Something that happens in the world and in the system. Afterwards both must look the same. */
export type Step = fc.Arbitrary<fc.AsyncCommand<World, System>>

/** The same step so many times among others, so that it is drawn that much more often. */
export function often(times: number, drawn: Step): Step[] {
  return Array.from({ length: times }, () => drawn)
}

/** A kind of step: what may be drawn for it, and how to take it in both. */
export function step<Input extends object>(
  name: string,
  input: { [Key in keyof Input]: fc.Arbitrary<Input[Key]> },
  take: (world: World, system: System, input: Input) => Promise<void>,
): Step {
  return fc.record(input).map((drawn) => ({
    check: () => true,
    async run(world, system) {
      await take(world, system, drawn)
      await expectSame(world, system)
    },
    toString: () => `${name} ${JSON.stringify(drawn)}`,
  }))
}

export function expectAnswer({ status, body }: Answer, expected: Expected): void {
  expect({ status, body }).toMatchObject({ body: undefined, ...expected })
}

/** An id that nothing has. */
export const unknownId = '00000000-0000-4000-8000-000000000000'

/** How far back the thing lies that a step chooses; the longest way, and it chooses something that there is not. */
export const which = fc.nat({ max: 12 })

export function choose<Item>(items: Item[], back: number): Item | undefined {
  return back === 12 ? undefined : items.at(-1 - (back % items.length))
}

export const aUser = fc.constantFrom('1', '2', '3', '4')
export const aQueue = fc.constantFrom(...queueTypesTried)
export const anAgent = fc.constantFrom(...agentIds)
/** Agent 99 does not exist. */
export const aPreference = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(null, ...agentIds) }, fc.constant(99))

/** What becomes of a promise for a time that is closed. */
export const whenClosed = fc.constantFrom(undefined, 'next-opening' as const, 'next-opening' as const)

/** A time around those at which a callback falls due, is overdue or is taken from a busy agent, to the millisecond. */
export const aTime = fc.record({
  minutes: fc.constantFrom(-2, -1, 0, 0, 0, 1, 3, 6, 6, 9),
  milliseconds: fc.integer({ min: -1, max: 1 }),
})
export type Time = typeof aTime extends fc.Arbitrary<infer T> ? T : never

export function fromNow({ now }: World, { minutes, milliseconds }: Time): number {
  return now + minutes * minute + milliseconds
}
