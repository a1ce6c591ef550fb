import fc from 'fast-check'
import { expect, test } from 'vitest'
import { timeline, type Phase } from './timeline.ts'

const nothing = () => Promise.resolve()
const phases: Phase[] = ['end', 'begin', 'promise', 'shift', 'minute', 'due']

test('events come by moment, then phase, then in the order in which they were added, also those added on the way', () => {
  const event = fc.record({ at: fc.integer({ min: 0, max: 5 }), phase: fc.constantFrom(...phases) })
  fc.assert(
    fc.property(fc.array(fc.array(event, { maxLength: 8 }), { maxLength: 8 }), (rounds) => {
      const events = timeline()
      const names = new Map<() => Promise<unknown>, { at: number; phase: Phase; added: number }>()
      const waiting = new Set<() => Promise<unknown>>()
      let added = 0
      const taken: { at: number; phase: Phase; added: number }[] = []
      const take = () => {
        const next = events.next()
        if (!next) return false
        const name = names.get(next.run)!
        const before = (other: { at: number; phase: Phase; added: number }) =>
          other.at - name.at || phases.indexOf(other.phase) - phases.indexOf(name.phase) || other.added - name.added
        waiting.delete(next.run)
        for (const run of waiting) expect(before(names.get(run)!)).toBeGreaterThan(0)
        taken.push(name)
        return true
      }
      for (const round of rounds) {
        for (const { at, phase } of round) {
          const run = () => Promise.resolve()
          names.set(run, { at, phase, added: added++ })
          waiting.add(run)
          events.add(new Date(at), phase, run)
        }
        take()
      }
      while (take());
      expect(taken).toHaveLength(added)
    }),
  )
})

test('an empty timeline has no next event', () => {
  const events = timeline()
  expect(events.next()).toBeUndefined()
  events.add(new Date(0), 'end', nothing)
  expect(events.next()).toMatchObject({ at: new Date(0) })
  expect(events.next()).toBeUndefined()
})
