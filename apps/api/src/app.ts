import { randomUUID } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import type { Engine } from '@ringback/core'
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { api } from './api.ts'
import { openDoor } from './auth/door.ts'
import { board } from './board.ts'
import { oidcSettingsOf, type ApiConfig } from './config.ts'
import { closeUnread, limitConnections } from './connections.ts'
import { consoleRoutes, isPage, pageSender } from './console.ts'
import { drainRequests } from './drain.ts'
import { eventHub } from './events/hub.ts'
import { wakenByRedis } from './events/wake-up.ts'
import { publishLlmsText } from './llms-text.ts'
import { measureRequests } from './measure-requests.ts'
import { describeRoutes, publishDocs } from './openapi.ts'
import { answerError } from './problems/answer.ts'
import { answerClientErrors } from './problems/client-error.ts'
import { publishProblems } from './problems/pages.ts'
import { ApiProblem } from './problems/problem.ts'
import { logRequests } from './request-log.ts'
import { healthRoutes } from './routes/health.ts'
import { oidcRoutes } from './routes/session-oidc.ts'
import { sessionRoutes } from './routes/session.ts'
import { twilioRoutes } from './routes/twilio.ts'
import { addSecurityHeaders } from './security-headers.ts'

export interface AppOptions {
  /** Opened and closed by the caller. */
  engine: Engine
  config: ApiConfig
  /** The folder of the built console; without one its pages say how it is built. */
  consoleFiles?: string | undefined
}

const bodyLimitBytes = 256 * 1024
const handlerTimeoutMs = 20_000
/** Longer than the longest wait of a handler: only who takes nothing of an answer is silent for that long. */
const silentConnectionMs = 30_000
const longestHeadersMs = 10_000
const lateRequestsCheckedEveryMs = 1_000
const clockSyncEveryMs = 15_000

/**
 * Builds the API and does not listen. Neither Postgres nor Redis need be there: what needs them answers 503, or does
 * without, until they are.
 */
export async function buildApp({ engine, config, consoleFiles }: AppOptions): Promise<FastifyInstance> {
  const log: FastifyBaseLogger = engine.deps.log
  const { PUBLIC_URL: publicUrl, TWILIO_AUTH_TOKEN: tokens } = config
  const oidc = oidcSettingsOf(config)
  const requestTimeoutMs = config.API_REQUEST_TIMEOUT_SECONDS * 1_000
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID(),
    bodyLimit: bodyLimitBytes,
    handlerTimeout: handlerTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: silentConnectionMs,
    http: {
      headersTimeout: Math.min(requestTimeoutMs, longestHeadersMs),
      connectionsCheckingInterval: lateRequestsCheckedEveryMs,
    },
    trustProxy: config.API_TRUSTED_PROXIES ?? false,
    forceCloseConnections: true, // Those that are left when no request is at work.
    frameworkErrors: answerError,
    clientErrorHandler: answerClientErrors(publicUrl),
  })
  app.decorate('publicUrl', publicUrl)
  const sendPage = pageSender(consoleFiles)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(answerError)
  app.setNotFoundHandler(async (request, reply) => {
    if (isPage(request)) return sendPage(request, reply)
    throw new ApiProblem('route-not-found', `There is no route ${request.method} ${request.url.split('?', 1)[0]}`)
  })
  limitConnections(app.server, config.API_MAX_CONNECTIONS)
  measureRequests(app, engine.deps.telemetry)
  closeUnread(app)
  readJsonBodies(app)
  const hub = eventHub(engine.deps)
  engine.deps.telemetry.watch('ringback_event_streams', {}, () => hub.size)
  app.addHook('preClose', async () => hub.close()) // Before others wait for the end of all requests.
  wakenByRedis(app, engine, hub)
  drainRequests(app)
  await app.register(rateLimit, { global: false }) // Counts only where it is asked to.
  logRequests(app)
  await addSecurityHeaders(app)
  await describeRoutes(app)

  await app.register(healthRoutes, { engine })
  await app.register(publishDocs)
  await app.register(publishProblems)
  await app.register(consoleRoutes, { files: consoleFiles, sendPage })
  await app.register(publishLlmsText)
  const door = await openDoor(app, { config, log: engine.deps.log })
  await app.register(sessionRoutes, { prefix: '/api', engine, config, door })
  if (oidc) await app.register(oidcRoutes, { prefix: '/api', door, settings: oidc })
  await app.register(api, { prefix: '/api', engine, config, door, hub })
  if (tokens && publicUrl !== undefined) {
    await app.register(twilioRoutes, { prefix: '/api', engine, config, tokens, publicUrl })
  }
  await app.register(board, {
    engine,
    door,
    password: config.ADMIN_PASSWORD,
    failuresPerMinute: config.AUTH_FAILURES_PER_MINUTE,
    isReadOnly: config.BULL_BOARD_READ_ONLY,
  })
  keepClockInSync(app, engine)
  return app
}

/** JSON is all that is read, as it is: nothing unpacks it. An empty body is none at all. Twilio's route alone reads forms. */
function readJsonBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parseJson(request, body, done)
  })
  app.addHook('preParsing', async ({ headers }, reply) => {
    const encoding = headers['content-encoding'] ?? 'identity'
    if (encoding.toLowerCase() === 'identity') return
    reply.header('accept-encoding', 'identity')
    throw new ApiProblem('unsupported-media-type', 'The body must come as it is, without a Content-Encoding')
  })
}

/** Clocks drift: the database's is read again and again. While Postgres is away the process counts on. */
function keepClockInSync(app: FastifyInstance, { clock, deps }: Engine): void {
  const sync = () => clock.sync().catch((error: Error) => deps.log.debug({ reason: error.message }, 'clock not synced'))
  const timer = setInterval(() => void sync(), clockSyncEveryMs)
  app.addHook('onReady', async () => void sync())
  app.addHook('onClose', async () => clearInterval(timer))
}
