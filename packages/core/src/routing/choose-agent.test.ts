import type { agents } from '@ringback/db'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agentPool } from './choose-agent.ts'

const presence: fc.Arbitrary<agents.AgentPresence> = fc.record({
  agentId: fc.integer({ min: 1, max: 50 }),
  status: fc.constantFrom('available', 'busy', 'wrap_up', 'away'),
  statusSince: fc.date({ min: new Date(0), max: new Date(10), noInvalidDate: true }),
  isPresent: fc.boolean(),
  queueTypes: fc.option(fc.subarray(['red', 'green', 'blue'])),
})
const presences = fc.uniqueArray(presence, { maxLength: 12, selector: (agent) => agent.agentId })
const counts = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat({ max: 3 })), { maxLength: 40 })
const wishes = fc.array(
  fc.record({
    queueType: fc.constantFrom('red', 'green', 'blue'),
    preferredAgentId: fc.option(fc.integer({ min: 1, max: 50 })),
  }),
  { maxLength: 30 },
)

test('whoever is chosen is available; the preferred agent if it is, else one who serves the queue and than whom nobody is better', () => {
  fc.assert(
    fc.property(presences, counts, wishes, (agents, assigned, wanted) => {
      const pool = agentPool(agents, new Map(assigned))
      const loads = new Map([...agents.map((agent) => [agent.agentId, 0] as const), ...assigned])
      const available = agents.filter((agent) => agent.status === 'available' && agent.isPresent)
      for (const { queueType, preferredAgentId } of wanted) {
        const isHelped = pool.hasFor({ queueType, preferredAgentId })
        const chosen = pool.choose({ queueType, preferredAgentId })
        const serving = available.filter((agent) => agent.queueTypes?.includes(queueType) ?? true)
        const order = serving.toSorted(
          (a, b) =>
            loads.get(a.agentId)! - loads.get(b.agentId)! ||
            a.statusSince.getTime() - b.statusSince.getTime() ||
            a.agentId - b.agentId,
        )
        const expected = available.find((agent) => agent.agentId === preferredAgentId) ?? order[0]
        expect(chosen).toBe(expected?.agentId ?? null)
        expect(isHelped).toBe(chosen !== null)
        if (chosen !== null) loads.set(chosen, loads.get(chosen)! + 1)
      }
    }),
    { numRuns: 300 },
  )
})
