import { randomUUID } from 'node:crypto'
import { openClient } from '../client.ts'
import type { Fault } from '../fault.ts'
import type { World } from '../world/world.ts'

const oversized = JSON.stringify({ name: 'x'.repeat(300 * 1024) })
/** Not one of the load's agents. */
const dyingAgent = 70
const perMinute = 200
const mostRequests = 10 * perMinute
const connections = 10

/** What clients may do, or fail to do. */
export const clientFaults: Record<string, Fault> = {
  "an agent's desktop dies while it holds a claim": {
    async inject(world) {
      const service = openClient(world, { role: 'service' })
      const agent = openClient(world, { role: 'agent', agentId: dyingAgent })
      await service.put(`/api/agents/${dyingAgent}`, { firstName: 'Dies', lastName: 'Soon' })
      await agent.put(`/api/agents/${dyingAgent}/session`, { status: 'available' })
      while (!(await agent.expect([200, 204], 'POST', `/api/agents/${dyingAgent}/next-call`)));
    },
    world: { agentTimeoutSeconds: 10 },
    recoversWithin: 60,
  },
  'clients ask for what they may not': {
    async inject(world) {
      const nobody = openClient(world)
      const supervisor = openClient(world, { role: 'supervisor' })
      const stranger = openClient(world, { role: 'agent', agentId: 7_777 })
      for (const { method, path } of await listRoutes(world)) {
        await nobody.expect(401, method, path)
        // Routes that take many rows take more, and find that these are none.
        const refused = path.endsWith('/bulk') ? 400 : 413
        if (['POST', 'PUT', 'PATCH'].includes(method))
          await supervisor.expect(refused, method, path, { body: oversized })
        if (path.includes('/agents/1/')) await stranger.expect(403, method, path, method === 'GET' ? {} : { body: {} })
      }
      const headers = { 'idempotency-key': randomUUID() }
      const body = { userId: '1', direction: 'inbound' }
      const opened = await supervisor.expect(201, 'POST', '/api/call-sessions', { headers, body })
      await supervisor.expect(422, 'POST', '/api/call-sessions', { headers, body: { ...body, direction: 'outbound' } })
      // While it lasts nobody is handed that customer.
      const { id } = JSON.parse(opened) as { id: string }
      await supervisor.expect(200, 'POST', `/api/call-sessions/${id}/complete`)
    },
    recoversWithin: 60,
  },
  'a client asks too often': {
    async inject(world) {
      await world.api.stop()
      await world.api.start({ RATE_LIMIT_PER_MINUTE: String(perMinute) })
      const greedy = openClient(world, { role: 'supervisor' })
      let asked = 0
      let isRefused = false
      // A counter that Redis does not answer in time lets requests pass, so the exact number is not certain here.
      const ask = async () => {
        while (!isRefused && asked++ < mostRequests) {
          const answer = await greedy.expect([200, 429], 'GET', '/api/agents')
          isRefused ||= answer.includes('rate-limited')
        }
      }
      await Promise.all(Array.from({ length: connections }, ask))
      if (!isRefused) throw new Error(`${asked} requests were answered, and ${perMinute} are allowed`)
      await world.api.stop()
      await world.api.start()
    },
    recoversWithin: 60,
  },
}

/** Every route behind a token, with its parameters filled in. */
async function listRoutes(world: World): Promise<{ method: string; path: string }[]> {
  const document = JSON.parse(await openClient(world).expect(200, 'GET', '/openapi.json')) as {
    paths: Record<string, Record<string, { security?: unknown[] }>>
  }
  return Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/api/'))
    .flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { security }]) => security?.length !== 0)
        .map(([method]) => ({
          method: method.toUpperCase(),
          path: path.replaceAll(/\{\w+\}/g, (name) => (name === '{queueType}' ? 'unsigned_users' : '1')),
        })),
    )
}
