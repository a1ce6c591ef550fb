import type { agents } from '@ringback/db'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agentPool } from './choose-agent.ts'

const presence: fc.Arbitrary<agents.AgentPresence> = fc.record({
  agentId: fc.integer({ min: 1, max: 50 }),
  status: fc.constantFrom('available', 'busy', 'wrap_up', 'away'),
  statusSince: fc.date({ min: new Date(0), max: new Date(10), noInvalidDate: true }),
  isPresent: fc.boolean(),
})
const presences = fc.uniqueArray(presence, { maxLength: 12, selector: (agent) => agent.agentId })
const counts = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat({ max: 3 })), { maxLength: 40 })
const preferences = fc.array(fc.option(fc.integer({ min: 1, max: 50 })), { maxLength: 30 })

test('whoever is chosen is available; the preferred agent if it is, else one than whom nobody is better', () => {
  fc.assert(
    fc.property(presences, counts, preferences, (agents, assigned, preferred) => {
      const pool = agentPool(agents, new Map(assigned))
      const loads = new Map([...agents.map((agent) => [agent.agentId, 0] as const), ...assigned])
      const available = agents.filter((agent) => agent.status === 'available' && agent.isPresent)
      for (const preferredAgentId of preferred) {
        const chosen = pool.choose(preferredAgentId)
        const order = available.toSorted(
          (a, b) =>
            loads.get(a.agentId)! - loads.get(b.agentId)! ||
            a.statusSince.getTime() - b.statusSince.getTime() ||
            a.agentId - b.agentId,
        )
        const expected = available.find((agent) => agent.agentId === preferredAgentId) ?? order[0]
        expect(chosen).toBe(expected?.agentId ?? null)
        if (chosen !== null) loads.set(chosen, loads.get(chosen)! + 1)
      }
    }),
    { numRuns: 300 },
  )
})
