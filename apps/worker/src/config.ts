import { engineSettings, readSettings } from '@ringback/core'
import { z } from 'zod'

const workerSettings = engineSettings.extend({
  WORKER_CONCURRENCY: z.coerce.number('must be a whole number from 1 to 2000').int().min(1).max(2_000).default(200),
})

export type WorkerConfig = Readonly<z.infer<typeof workerSettings>>

/** @throws SettingsError */
export function loadConfig(env: NodeJS.ProcessEnv): WorkerConfig {
  return readSettings(workerSettings, env)
}
