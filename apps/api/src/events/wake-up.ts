import { patient, wakeUpChannel, type Engine } from '@ringback/core'
import type { FastifyInstance } from 'fastify'
import type { EventHub } from './hub.ts'

/** Has the hub look when a change was committed anywhere. While Redis is away it looks by itself. */
export function wakenByRedis(app: FastifyInstance, engine: Engine, hub: EventHub): void {
  const redis = engine.openRedis(patient)
  redis.on('message', () => hub.wake())
  redis.subscribe(wakeUpChannel(engine.redisPrefix)).catch(() => {}) // The connection is closed with the app.
  app.addHook('onClose', async () => redis.disconnect())
}
