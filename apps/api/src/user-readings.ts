import type { FastifyRequest } from 'fastify'

/**
 * The audit log: which agent has read which user, a line for each user, and nothing of what there was to read.
 *
 * @param where what has shown the user
 */
export function noteReading(
  { principal: { agentId }, log }: Pick<FastifyRequest, 'principal' | 'log'>,
  userId: string,
  where: { queueEntryId?: string; callbackId?: string; callSessionId?: string } = {},
): void {
  if (agentId === undefined) return
  log.info({ audit: 'user-read', agentId, userId, ...where }, 'agent has read a user')
}
