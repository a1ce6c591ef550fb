import { randomBytes } from 'node:crypto'

export { startRedis } from '@ringback/local'

/** A REDIS_PREFIX that no other test uses, in braces as Redis Cluster wants its hash tags. */
export function testRedisPrefix(): string {
  return `{test-${randomBytes(6).toString('hex')}}`
}
