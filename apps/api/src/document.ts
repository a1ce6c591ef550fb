import { defaultRules, openEngine } from '@ringback/core'
import { pino } from 'pino'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import type { OpenApiDocument } from './openapi-tidy.ts'

/** Where nothing is: only the routes are asked what they take and give. */
const nowhere = {
  DATABASE_URL: 'postgres://ringback@127.0.0.1:1/ringback',
  REDIS_URL: 'redis://127.0.0.1:1',
  AUTH_JWT_SECRET: 'signs nothing: no request ever comes here',
}

/** The OpenAPI document of this version, without Postgres and Redis. It names no server. */
export async function openApiDocument(): Promise<OpenApiDocument> {
  const config = loadConfig(nowhere)
  const engine = openEngine({
    databaseUrl: config.DATABASE_URL,
    redisUrl: config.REDIS_URL,
    redisPrefix: config.REDIS_PREFIX,
    rules: defaultRules,
    poolSize: 1,
    applicationName: 'ringback-document',
    log: pino({ level: 'silent' }),
  })
  const app = await buildApp({ engine, config })
  try {
    await app.ready()
    return app.swagger() as unknown as OpenApiDocument
  } finally {
    await app.close()
    await engine.close()
  }
}
