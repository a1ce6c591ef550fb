import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

/** What a page may read of an answer beside its body. */
const exposedHeaders = [
  'Content-Disposition',
  'ETag',
  'Idempotency-Replayed',
  'Location',
  'Retry-After',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-Id',
]
const preflightKeptSeconds = 600

/**
 * Lets pages of other origins call the routes of `scope`; without origins no page of another site may. Browsers send no
 * credentials along: the token of whoever asks travels in its header, and a preflight needs none. Before all else that may
 * refuse a request, so that a page can read why.
 *
 * @param origins exact ones, like `https://desk.example.com`
 */
export async function allowOrigins(scope: FastifyInstance, origins: string[]): Promise<void> {
  if (origins.length === 0) return
  await scope.register(cors, {
    origin: origins,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders,
    maxAge: preflightKeptSeconds,
    strictPreflight: false, // What is no preflight of a browser is answered like one.
  })
}
