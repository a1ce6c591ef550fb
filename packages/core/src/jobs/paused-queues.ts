import type { RedisConnection } from '../redis/connection.ts'
import { queueOn } from './queue.ts'

/** The queues that somebody has paused: no worker fetches their jobs until somebody resumes them. */
export interface PausedQueues {
  /** Their names. Throws when Redis is away. */
  list(): Promise<string[]>
  close(): Promise<void>
}

/** Asks BullMQ on an impatient connection that the caller closes. */
export function pausedQueuesOn(connection: RedisConnection, prefix: string): PausedQueues {
  const queues = [queueOn(connection, prefix, 'tick'), queueOn(connection, prefix, 'routing')]
  return {
    async list() {
      const arePaused = await Promise.all(queues.map((queue) => queue.isPaused()))
      return queues.filter((_, index) => arePaused[index]).map((queue) => queue.name)
    },
    close: async () => void (await Promise.all(queues.map((queue) => queue.close()))),
  }
}
