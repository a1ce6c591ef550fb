import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { World } from './world.ts'

/** What clients were told: every entry is a 2xx answer, which must have its row. */
export interface Load {
  /** Ids of callbacks that were promised. */
  promised: Set<string>
  /** Ids of call sessions whose outcome was recorded. */
  outcomes: Set<string>
  /** Stops promising; agents go on until `stop`. */
  stopPromising(): void
  stop(): Promise<void>
}

const agentCount = 8
const requestTimeoutMs = 4_000
const retryAfterMs = 200
const promiseEveryMs = 60
const tickEveryMs = 1_000

/**
 * Customers, agents and an integration at work through the API, as real clients: a request whose answer was lost is sent
 * again with the same Idempotency-Key until there is one.
 */
export async function startLoad(world: World): Promise<Load> {
  const stopping = new AbortController()
  const promising = new AbortController()
  const promised = new Set<string>()
  const outcomes = new Set<string>()
  const service = await world.token({ role: 'service' })

  async function call(token: string, method: string, path: string, body?: object): Promise<Answer | undefined> {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
    }
    while (!stopping.signal.aborted) {
      try {
        const signal = AbortSignal.timeout(requestTimeoutMs)
        const answer = await fetch(world.apiUrl + path, {
          method,
          headers,
          signal,
          ...(body && { body: JSON.stringify(body) }),
        })
        const text = await answer.text()
        if (answer.status < 500) return { status: answer.status, body: text ? JSON.parse(text) : undefined }
      } catch {
        // No answer: the connection broke, or nothing came in time.
      }
      await pause(retryAfterMs)
    }
    return undefined
  }

  async function promise(): Promise<void> {
    for (let userId = 1; !promising.signal.aborted; userId++) {
      await call(service, 'PUT', `/api/users/${userId}`, { name: `User ${userId}` })
      const scheduledFor = new Date(Date.now() - 1_000).toISOString()
      const answer = await call(service, 'POST', '/api/callbacks', { userId: String(userId), scheduledFor })
      if (answer?.status === 201) promised.add(answer.body.id!)
      await pause(promiseEveryMs)
    }
  }

  async function tick(): Promise<void> {
    while (!stopping.signal.aborted) {
      await call(service, 'POST', '/api/cron/callback-notifications')
      await pause(tickEveryMs)
    }
  }

  async function work(agentId: number): Promise<void> {
    const token = await world.token({ role: 'agent', agentId })
    const login = () => call(token, 'PUT', `/api/agents/${agentId}/session`, { status: 'available' })
    await call(service, 'PUT', `/api/agents/${agentId}`, { firstName: 'Agent', lastName: String(agentId) })
    await login()
    while (!stopping.signal.aborted) {
      const claim = await call(token, 'POST', `/api/agents/${agentId}/next-call`)
      if (claim?.status === 200) {
        const path = `/api/call-sessions/${claim.body.callSessionId}/outcome`
        const outcome = await call(token, 'POST', path, { outcomeType: 'resolved' })
        if (outcome?.status === 200) outcomes.add(claim.body.callSessionId!)
      } else if (claim?.status === 409) await login()
      else await pause(50)
    }
  }

  const clients = [promise(), tick(), ...Array.from({ length: agentCount }, (_, index) => work(index + 1))]
  return {
    promised,
    outcomes,
    stopPromising: () => promising.abort(),
    async stop() {
      promising.abort()
      stopping.abort()
      await Promise.all(clients)
    },
  }
}

interface Answer {
  status: number
  body: { id?: string; callSessionId?: string }
}
