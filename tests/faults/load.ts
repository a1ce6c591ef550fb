import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { randomFrom } from '../setup/random.ts'
import { canaries, type World } from './world/world.ts'

/** Clients at work, and what they were told: every entry is a 2xx answer, which must have its row. */
export interface Load {
  /** Ids of callbacks that were promised. */
  promised: Set<string>
  /** Ids of call sessions that claims opened. */
  claimed: Set<string>
  /** Ids of call sessions whose outcome was recorded. */
  outcomes: Set<string>
  /** The longest time that an answer took since this was last set to 0, in milliseconds. Lost answers do not count. */
  slowestAnswerMs: number
  /** How many refusals showed a secret. */
  leaks(): number
  /** Resolves when so many more outcomes have been recorded. */
  untilMoreOutcomes(count: number): Promise<void>
  /** Stops promising; agents go on until `stop`. */
  stopPromising(): void
  stop(): Promise<void>
}

/** Agents 1 to 5: none of them ever stops asking. */
export const agentCount = 5
const requestTimeoutMs = 4_000
const retryAfterMs = 200
const promiseEveryMs = 250
const tickEveryMs = 2_000
const idleMs = 400

/**
 * Customers, agents and an integration at work through the API, as real clients: a request whose answer was lost is sent
 * again with the same Idempotency-Key until there is one. Agents mostly make calls; now and then they accept a callback
 * or give a claim back.
 */
export async function startLoad(world: World, seed = 1): Promise<Load> {
  const stopping = new AbortController()
  const promising = new AbortController()
  const service = await world.token({ role: 'service' })
  let leaked = 0

  /** Sends one request. Undefined when there is no answer, or one that says to try again. */
  async function ask(
    token: string,
    method: string,
    path: string,
    { key = randomUUID(), body }: { key?: string; body?: object | undefined } = {},
  ): Promise<Answer | undefined> {
    try {
      const answer = await fetch(world.apiUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          ...(method === 'POST' && { 'idempotency-key': key }),
        },
        signal: AbortSignal.timeout(requestTimeoutMs),
        ...(body && { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      if (answer.status >= 400 && Object.values(canaries).some((canary) => text.includes(canary))) leaked++
      return answer.status < 500 ? { status: answer.status, body: text ? JSON.parse(text) : {} } : undefined
    } catch {
      return undefined // The connection broke, or nothing came in time.
    }
  }

  /** Sends a request until it is answered. */
  async function call(token: string, method: string, path: string, body?: object): Promise<Answer | undefined> {
    const key = randomUUID()
    while (!stopping.signal.aborted) {
      const askedAt = performance.now()
      const answer = await ask(token, method, path, { key, body })
      if (answer) {
        load.slowestAnswerMs = Math.max(load.slowestAnswerMs, performance.now() - askedAt)
        return answer
      }
      await pause(retryAfterMs)
    }
    return undefined
  }

  async function promise(): Promise<void> {
    for (let userId = 1; !promising.signal.aborted; userId++) {
      await call(service, 'PUT', `/api/users/${userId}`, { name: `User ${userId}`, phone: canaries.phone })
      const answer = await call(service, 'POST', '/api/callbacks', {
        userId: String(userId),
        scheduledFor: new Date(Date.now() - 1_000).toISOString(),
        callbackReason: canaries.reason,
      })
      if (answer?.status === 201) load.promised.add(answer.body.id!)
      await pause(promiseEveryMs)
    }
  }

  async function tick(): Promise<void> {
    while (!stopping.signal.aborted) {
      await ask(service, 'POST', '/api/cron/callback-notifications')
      await pause(tickEveryMs)
    }
  }

  async function work(agentId: number): Promise<void> {
    const random = randomFrom(seed * agentCount + agentId)
    const token = await world.token({ role: 'agent', agentId })
    const own = `/api/agents/${agentId}`
    const login = () => call(token, 'PUT', `${own}/session`, { status: 'available' })
    await call(service, 'PUT', own, { firstName: 'Agent', lastName: String(agentId) })
    await login()
    while (!stopping.signal.aborted) {
      if (random.chance(10)) {
        const pending = await call(token, 'GET', `${own}/pending-callbacks`)
        const callbackId = pending?.body.callbacks?.[0]?.id
        if (callbackId) await call(token, 'POST', '/api/callbacks/accept', { callbackId, agentId })
      }
      const claim = await call(token, 'POST', `${own}/next-call`)
      if (claim?.status === 200) await makeCall(claim, token, random.chance(5))
      else if (claim?.status === 409) await login()
      else await pause(idleMs)
    }
  }

  async function makeCall({ body }: Answer, token: string, givesBack: boolean): Promise<void> {
    const callSessionId = body.callSessionId!
    load.claimed.add(callSessionId)
    if (givesBack) {
      await call(token, 'POST', `/api/queue-entries/${body.queueEntry!.id}/release`)
      return
    }
    const path = `/api/call-sessions/${callSessionId}/outcome`
    const outcome = await call(token, 'POST', path, { outcomeType: 'resolved' })
    if (outcome?.status === 200) load.outcomes.add(callSessionId)
  }

  const load: Load = {
    promised: new Set(),
    claimed: new Set(),
    outcomes: new Set(),
    slowestAnswerMs: 0,
    leaks: () => leaked,
    async untilMoreOutcomes(count) {
      const wanted = load.outcomes.size + count
      while (load.outcomes.size < wanted && !stopping.signal.aborted) await pause(50)
    },
    stopPromising: () => promising.abort(),
    async stop() {
      promising.abort()
      stopping.abort()
      await Promise.all(clients)
    },
  }
  const clients = [promise(), tick(), ...Array.from({ length: agentCount }, (_, index) => work(index + 1))]
  return load
}

interface Answer {
  status: number
  body: { id?: string; callSessionId?: string; queueEntry?: { id: string }; callbacks?: { id: string }[] }
}
