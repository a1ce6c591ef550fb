import type { Actor, Role } from '@ringback/db'
import { z } from 'zod'
import { changesNothing } from '../cross-site.ts'
import { ApiProblem } from '../problems/problem.ts'
import { agentId as agentIdClaim } from '../schemas/ids.ts'
import { line } from '../schemas/text.ts'

/** Whose idempotency keys and rate limit they are. */
const sub = line(200)

/** What a token must say about its bearer. An agent is named by its id, everybody else by `sub`. */
export const claims = z.discriminatedUnion('role', [
  z.object({ role: z.literal('agent'), agentId: agentIdClaim, sub: sub.optional() }),
  z.object({ role: z.enum(['desk', 'service', 'viewer', 'supervisor']), sub }),
])

/** Who asks. */
export interface Principal {
  role: Role
  /** The agent who asks, or for whom a desk does; set for nobody else. */
  agentId: number | undefined
  /** Who it is to whoever signs the tokens; only an agent's may say nothing of it. */
  sub: string | undefined
  /** The same for all tokens of one bearer, different for different bearers, and for the agents for whom a desk acts. */
  subject: string
  /** Until when the token is valid, in milliseconds since 1970. */
  expiresAt: number
}

export function principalOf(bearer: Omit<Principal, 'subject'>): Principal {
  return { ...bearer, subject: `${bearer.role}:${bearer.agentId ?? ''}:${bearer.sub ?? ''}` }
}

/** What is written down of who asks, beside what it does. */
export function actorOf({ role, agentId, sub: bearer }: Principal): Actor {
  if (role === 'agent') return { role, agentId: agentId!, ...(bearer !== undefined && { sub: bearer }) }
  return role === 'desk' ? { role, agentId: agentId!, sub: bearer! } : { role, sub: bearer! }
}

/** Somebody who shows no token, or one that was signed by nobody who may. Anybody else had a token once. */
export class UnprovenBearer extends ApiProblem {
  constructor(detail: string) {
    super('unauthorized', detail)
  }
}

/** Who may use a route, as it declares. What follows for the other roles, `mayUse` says. */
export type Access = readonly ('agent' | 'service')[]

/** A desk may do what agents may, a viewer may look at everything, and a supervisor may do everything. */
export function mayUse(role: Role, { access, method }: { access: Access; method: string }): boolean {
  if (role === 'supervisor') return true
  if (role === 'viewer') return changesNothing({ method })
  return access.includes(role === 'desk' ? 'agent' : role)
}

/** @throws ApiProblem `forbidden` when an agent acts for another one */
export function requireSelf(principal: Principal, agentId: number | null | undefined): void {
  if (principal.agentId !== undefined && agentId != null && agentId !== principal.agentId) {
    throw new ApiProblem('forbidden', 'An agent acts for itself only')
  }
}
