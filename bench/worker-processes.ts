import { join } from 'node:path'
import { startApp, startProcess, type AppProcess } from '@ringback/testing/processes'
import type { BenchEngine } from './engine.ts'

type Places = Pick<BenchEngine, 'databaseUrl' | 'redisUrl' | 'redisPrefix'>

/** Processes that work at the same time, as many as production would start. */
export interface Workers {
  stop(): Promise<void>
}

/**
 * Starts worker processes as production does, with the settings that it has by default unless `env` says otherwise. Agents of
 * benchmarks tell of themselves in no heartbeat, so nobody is taken for lost while another side is measured.
 */
export function startWorkers(places: Places, count: number, env: Record<string, string> = {}): Promise<Workers> {
  return together(count, () => startApp(places, 'worker', 'worker started', { AGENT_TIMEOUT_SECONDS: '0', ...env }))
}

export type RivalWorker = 'idle-worker' | 'writing-worker' | 'pg-boss-worker' | 'graphile-worker'

/** Starts processes of `rivals` that take routing jobs, as many at once as ours. */
export function startRivalWorkers(
  places: Places,
  name: RivalWorker,
  count: number,
  more: Record<string, string> = {},
): Promise<Workers> {
  const { databaseUrl, redisUrl, redisPrefix } = places
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, REDIS_PREFIX: redisPrefix, ...more }
  return together(count, () => startProcess(join(import.meta.dirname, `rivals/${name}.ts`), 'started', env))
}

async function together(count: number, start: () => Promise<AppProcess>): Promise<Workers> {
  const processes = await Promise.all(Array.from({ length: count }, start))
  return {
    async stop() {
      await Promise.all(processes.map((each) => each.stop()))
    },
  }
}
