import { engineSettings, readSettings, wholeNumber } from '@ringback/core'
import { z } from 'zod'

const workerSettings = engineSettings.extend({
  WORKER_CONCURRENCY: wholeNumber(1, 2_000).default(500),
  WORKER_BEAT_FILE: z.string().optional(),
})

export type WorkerConfig = Readonly<z.infer<typeof workerSettings>>

/** @throws SettingsError */
export function loadConfig(env: NodeJS.ProcessEnv): WorkerConfig {
  return readSettings(workerSettings, env)
}
