import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiProblem } from '../problems/problem.ts'

const windowMs = 60_000

/** The attempts of each address to get in that failed; an IPv6 network counts as one address. */
export interface FailedAttempts {
  /**
   * Counts one more.
   *
   * @throws ApiProblem `rate-limited` when there were too many in this minute
   */
  add(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** @throws ApiProblem `rate-limited` when the next one would be one too many: it is not even looked at */
  refuseTooMany(request: FastifyRequest, reply: FastifyReply): Promise<void>
}

/** @param perMinute how many an address has, in each process; 0 for any number */
export function failedAttempts(app: FastifyInstance, perMinute: number): FailedAttempts {
  if (perMinute === 0) return { add: async () => {}, refuseTooMany: async () => {} }
  const standing = app.createRateLimit({ max: perMinute, timeWindow: windowMs })

  function refuse(reply: FastifyReply, seconds: number): never {
    reply.header('retry-after', seconds)
    throw new ApiProblem('rate-limited', `Too many attempts from this address failed. Try again in ${seconds} s`)
  }

  return {
    async add(request, reply) {
      const now = await standing(request)
      if (now.isAllowed) return
      if (now.isExceeded) refuse(reply, now.ttlInSeconds)
      if (now.remaining === 0) request.log.warn({ address: request.ip }, 'attempts to get in fail; no more this minute')
    },
    async refuseTooMany(request, reply) {
      const now = await standing(request, { increment: false })
      if (!now.isAllowed && now.remaining === 0) refuse(reply, now.ttlInSeconds)
    },
  }
}
