import type { Actor } from '@ringback/db'
import { z } from 'zod'
import { ApiProblem } from '../problems/problem.ts'
import { agentId as agentIdClaim } from '../schemas/ids.ts'
import { line } from '../schemas/text.ts'

/** Whose idempotency keys and rate limit they are. */
const sub = line(200)

/** What a token must say about its bearer. An agent is named by its id, everybody else by `sub`. */
export const claims = z.discriminatedUnion('role', [
  z.object({ role: z.literal('agent'), agentId: agentIdClaim, sub: sub.optional() }),
  z.object({ role: z.literal('supervisor'), sub }),
  z.object({ role: z.literal('service'), sub }),
])

export type Role = z.infer<typeof claims>['role']

/** Who asks. */
export interface Principal {
  role: Role
  /** Set for agents, and for nobody else. */
  agentId: number | undefined
  /** Who it is to whoever signs the tokens; only an agent's may say nothing of it. */
  sub: string | undefined
  /** The same for all tokens of one bearer, different for different bearers. */
  subject: string
  /** Until when the token is valid, in milliseconds since 1970. */
  expiresAt: number
}

/** What is written down of who asks, beside what it does. */
export function actorOf({ role, agentId, sub: bearer }: Principal): Actor {
  if (role !== 'agent') return { role, sub: bearer! }
  return { role, agentId: agentId!, ...(bearer !== undefined && { sub: bearer }) }
}

/** Somebody who shows no token, or one that was signed by nobody who may. Anybody else had a token once. */
export class UnprovenBearer extends ApiProblem {
  constructor(detail: string) {
    super('unauthorized', detail)
  }
}

/** Roles that may use a route beside the supervisor, who may use every route. */
export type Access = readonly Exclude<Role, 'supervisor'>[]

/** @throws ApiProblem `forbidden` when an agent acts for another one */
export function requireSelf(principal: Principal, agentId: number | null | undefined): void {
  if (principal.agentId !== undefined && agentId != null && agentId !== principal.agentId) {
    throw new ApiProblem('forbidden', 'An agent acts for itself only')
  }
}
