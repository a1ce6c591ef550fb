import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '../app.ts'
import { loadConfig, type ApiConfig } from '../config.ts'
import { testSecret, tokenOf } from './tokens.ts'

type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'HEAD'

export interface Answer {
  status: number
  headers: Record<string, string>
  text: string
  /** The body, read as JSON; undefined when there is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- Tests look into bodies of every shape.
  body: any
}

export interface Ask {
  body?: unknown
  key?: string
  headers?: Record<string, string>
}

export interface TestApi extends AsyncDisposable {
  engine: TestEngine
  app: FastifyInstance
  config: ApiConfig
  /** Asks with a token as it is; without one when it is undefined. */
  ask(token: string | undefined, method: Method, url: string, ask?: Ask): Promise<Answer>
  /** Asks as an agent. */
  as(agentId: number): Caller
  supervisor: Caller
  service: Caller
  close(): Promise<void>
}

export type Caller = Record<
  'get' | 'put' | 'post' | 'patch' | 'delete',
  (url: string, body?: unknown, ask?: Ask) => Promise<Answer>
>

/** What an answer that has no end begins with; then it is left. */
async function beginningOf(stream: Readable): Promise<string> {
  for await (const chunk of stream) return String(chunk)
  return ''
}

/** The API on an engine of its own. `env` adds to its settings. Without `consoleFiles` no console has been built. */
export async function openTestApi(
  env: Record<string, string> = {},
  { consoleFiles, ...options }: Parameters<typeof openTestEngine>[0] & { consoleFiles?: string } = {},
): Promise<TestApi> {
  const engine = await openTestEngine(options)
  const config = loadConfig({
    DATABASE_URL: engine.databaseUrl,
    REDIS_URL: engine.redisUrl,
    REDIS_PREFIX: engine.redisPrefix,
    AUTH_JWT_SECRET: testSecret,
    AUTH_FAILURES_PER_MINUTE: '0', // Tests are refused often.
    ...env,
  })
  const app = await buildApp({ engine, config, consoleFiles })
  await app.ready()

  const ask: TestApi['ask'] = async (token, method, url, { body, key, headers } = {}) => {
    const leaving = new AbortController()
    const response = await app.inject({
      method,
      url,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      payloadAsStream: true,
      signal: leaving.signal,
    })
    const mediaType = String(response.headers['content-type'])
    const isEndless = mediaType.startsWith('text/event-stream')
    const content = isEndless ? await beginningOf(response.stream()) : await text(response.stream())
    if (isEndless) leaving.abort()
    return {
      status: response.statusCode,
      headers: response.headers as Record<string, string>,
      text: content,
      body: mediaType.includes('json') && content !== '' ? JSON.parse(content) : undefined,
    }
  }
  const caller = (token: Promise<string>): Caller => ({
    get: async (url, body, more) => ask(await token, 'GET', url, { body, ...more }),
    put: async (url, body, more) => ask(await token, 'PUT', url, { body, ...more }),
    post: async (url, body, more) => ask(await token, 'POST', url, { body, ...more }),
    patch: async (url, body, more) => ask(await token, 'PATCH', url, { body, ...more }),
    delete: async (url, body, more) => ask(await token, 'DELETE', url, { body, ...more }),
  })

  async function close() {
    await app.close()
    await engine.close()
  }

  return {
    engine,
    app,
    config,
    ask,
    as: (agentId) => caller(tokenOf.agent(agentId)),
    supervisor: caller(tokenOf.supervisor()),
    service: caller(tokenOf.service()),
    close,
    [Symbol.asyncDispose]: close,
  }
}
