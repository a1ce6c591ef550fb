import { actingAs, hearOfCall, type Engine } from '@ringback/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { failedAttempts } from '../auth/failed-attempts.ts'
import { actorOf, type Principal } from '../auth/principal.ts'
import { twilioSignature } from '../auth/twilio-signature.ts'
import type { ApiConfig } from '../config.ts'
import { ApiProblem } from '../problems/problem.ts'
import { limitRate } from '../rate-limit.ts'
import { answersNothing, refusalsWithoutToken } from '../schemas/problem.ts'
import { eventOf, twilioForm, twilioQuery } from '../schemas/twilio.ts'

/** Twilio's are a few kilobytes. */
const longestFormBytes = 64 * 1024

const twilio: Principal = { role: 'service', agentId: undefined, sub: 'twilio', subject: 'twilio', expiresAt: Infinity }

/**
 * Where Twilio tells what becomes of calls. A signature stands for the token, and a form for JSON: both for this route and
 * no other. Whoever cannot sign has as many attempts as whoever has no token; what is signed counts against one limit.
 */
export async function twilioRoutes(
  scope: FastifyInstance,
  { engine, config, tokens, publicUrl }: { engine: Engine; config: ApiConfig; tokens: string[]; publicUrl: string },
): Promise<void> {
  readForms(scope)
  const isSigned = twilioSignature(tokens, publicUrl)
  const failures = failedAttempts(scope, config.AUTH_FAILURES_PER_MINUTE)
  const deps = actingAs(engine.deps, actorOf(twilio))

  scope.addHook('onRequest', (request, reply) => failures.refuseTooMany(request, reply))
  // The fields are signed as well, so the body has been read; nothing else has been done with it.
  scope.addHook('preValidation', async (request: FastifyRequest<{ Body: unknown }>, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
    const signature = request.headers['x-twilio-signature']
    if (!isSigned({ target: request.raw.url!, form, signature: [signature].flat()[0] })) {
      await failures.add(request, reply)
      throw new ApiProblem('signature-invalid')
    }
    request.principal = twilio
    request.body = Object.fromEntries(form)
  })
  await limitRate(scope, { config, engine, hook: 'preHandler' })
  scope.addHook('preHandler', () => engine.clock.ready())

  scope.withTypeProvider<ZodTypeProvider>().post(
    '/telephony/twilio',
    {
      bodyLimit: longestFormBytes,
      schema: {
        operationId: 'hearOfTwilioCall',
        summary: 'Take a status callback of Twilio',
        description:
          'Signed by Twilio (`X-Twilio-Signature`) for `PUBLIC_URL` and the path and query string that it has called. There only where `TWILIO_AUTH_TOKEN` is set.',
        tags: ['Telephony'],
        consumes: ['application/x-www-form-urlencoded'],
        querystring: twilioQuery,
        body: twilioForm,
        response: {
          204: answersNothing('The event was heard, or is about no call of Ringback'),
          ...refusalsWithoutToken(
            'invalid-request',
            'malformed-request',
            'signature-invalid',
            'body-too-large',
            'unsupported-media-type',
            'unknown-call-session',
            'call-session-exists',
            'rate-limited',
            'internal-error',
            'database-unavailable',
            'request-timed-out',
          ),
        },
      },
    },
    async ({ query, body }, reply) => {
      await hearOfCall(deps, eventOf(query, body))
      reply.code(204)
    },
  )
}

/** A form is all that `scope` reads. */
function readForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, new URLSearchParams(body)),
  )
}
