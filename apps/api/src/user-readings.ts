import type { FastifyRequest } from 'fastify'
import { actorOf } from './auth/principal.ts'

/**
 * The audit log: which agent has read which user, by whose hands, a line for each user, and nothing of what there was to read.
 *
 * @param where what has shown the user
 */
export function noteReading(
  { principal, log }: Pick<FastifyRequest, 'principal' | 'log'>,
  userId: string,
  where: { queueEntryId?: string; callbackId?: string; callSessionId?: string } = {},
): void {
  const { agentId } = principal
  if (agentId === undefined) return
  log.info({ audit: 'user-read', agentId, userId, ...where, by: actorOf(principal) }, 'agent has read a user')
}
