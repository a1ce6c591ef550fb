import { engineSettings, readSettings, telemetrySettings, wholeNumber } from '@ringback/core'
import { z } from 'zod'

const workerSettings = engineSettings.extend({
  ...telemetrySettings,
  WORKER_CONCURRENCY: wholeNumber(1, 2_000).default(500),
  WORKER_BEAT_FILE: z.string().optional(),
})

/** The variables that a worker reads. */
export const settingNames = Object.keys(workerSettings.shape)

export type WorkerConfig = Readonly<z.infer<typeof workerSettings>>

/** @throws SettingsError */
export function loadConfig(env: NodeJS.ProcessEnv): WorkerConfig {
  return readSettings(workerSettings, env)
}
