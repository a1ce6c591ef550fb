import type { Deps, Reads } from '@ringback/core'
import type { FastifyRequest } from 'fastify'

/**
 * Reads a list where reports are read. For an agent it is read from the primary: it acts at once upon what it sees, and which
 * rows are there for it is a decision.
 */
export function readList<T>(
  reads: Reads,
  { principal, deps }: Pick<FastifyRequest, 'principal' | 'deps'>,
  list: (deps: Deps) => Promise<T>,
): Promise<T> {
  return principal.agentId === undefined ? reads.run(list) : list(deps)
}
