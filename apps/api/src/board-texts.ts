import { routingPayload, type queueNames, type RouteResult } from '@ringback/core'

/** Bull Board in words: what its queues are for, what a job is about, and what became of it. */

type Queues = keyof typeof queueNames

export const descriptions: Record<Queues, string> = {
  tick: 'The minute job: each finds the callbacks that need work. Its return value has the figures of its run.',
  routing:
    'A job for each callback that needs work. Its return value says who has it; GET /api/callbacks/:id tells its story.',
}

/** What is read of a job; anything may stand in it. */
interface ShownJob {
  name: string
  data: unknown
}

/** The title of a job: the ids of those whom it is about, and since when it is due. */
export function titleOf({ name, data }: ShownJob): string {
  const payload = routingPayload.safeParse(data).data
  if (!payload) return name
  const { callbackId, userId, agentId, dueAt } = payload
  const facts = [
    `callback ${callbackId}`,
    userId !== undefined && `user ${userId}`,
    typeof agentId === 'number' && `agent ${agentId}`,
    dueAt !== undefined && `due ${dueAt.slice(0, 16).replace('T', ' ')} UTC`,
  ]
  return `${name}: ${facts.filter(Boolean).join(', ')}`
}

/** The return value of a routing job with a sentence before it; any other value as it is. */
export function readableResult(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return value
  const decided = decisionOf(value as RouteResult)
  return decided === undefined ? value : { decided, ...value }
}

function decisionOf(result: RouteResult): string | undefined {
  switch (result.kind) {
    case 'queued':
      if (result.agentId === null)
        return 'in a queue for nobody: no agent was available, so whoever is free first gets it'
      return `in a queue for agent ${result.agentId}${result.isSubstitute ? ', a substitute' : ''}`
    case 'deferred':
      return 'deferred: its user is in a call, or has another callback in a queue or due before it'
    case 'left':
      return 'nothing to do: it has ended, is claimed, is not due any more, or is gone'
    case 'busy':
    case 'failed':
      return undefined // No job returns these.
  }
}
