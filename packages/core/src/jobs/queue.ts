import { Queue } from 'bullmq'
import type { RedisConnection } from '../redis/connection.ts'
import { queueNames } from './catalogue.ts'

/**
 * A queue of BullMQ on an impatient connection, which the caller closes.
 *
 * Such a queue asks nothing of Redis when it is made: one that does and finds Redis away is of no use for ever, also
 * when Redis is back. `./ringback doctor` checks the version of Redis instead.
 */
export function queueOn<Data>(connection: RedisConnection, prefix: string, name: keyof typeof queueNames): Queue<Data> {
  const queue = new Queue<Data>(queueNames[name], {
    connection,
    prefix,
    skipWaitingForReady: true,
    skipVersionCheck: true,
  })
  queue.on('error', () => {}) // The connection reports its own errors.
  return queue
}
