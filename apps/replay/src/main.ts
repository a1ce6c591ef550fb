import { constants } from 'node:fs'
import { access, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { certificateSettings, certificatesOf, createLogger, readSettings, SettingsError } from '@ringback/core'
import { isDatabaseUnavailable } from '@ringback/db'
import { startServices } from '@ringback/local'
import { SingleBar } from 'cli-progress'
import { chooseDays, readCommandLine, usage, UsageError, type CommandLine } from './command-line.ts'
import { daysOf } from './log/day-plan.ts'
import { CallLogError, parseCallLog, type CallRecord } from './log/format.ts'
import { replayByReport, replayDay } from './replay-day.ts'
import { isSound, type Figures } from './report/figures.ts'
import { promiseTableOf, type ReplayedDay } from './report/promise-table.ts'
import { tableOf } from './report/table.ts'
import type { SystemOptions } from './system/system.ts'

const exitCodes = { unsound: 1, unavailable: 1, usage: 2, interrupted: 130 }

async function replay({ file, day, json, promiseMinutes, policy }: CommandLine): Promise<void> {
  const records = parseCallLog(await readLog(file))
  const days = chooseDays(daysOf(records), day)
  if (json !== undefined) await assertWritable(json)

  const signal = untilStopped()
  const log = createLogger('replay', process.env['LOG_LEVEL'] || 'error')
  const certificates = certificatesOf(readSettings(certificateSettings, process.env))
  const services = await startServices(process.env, { notice: (text) => console.error(text) })
  const replayed: ReplayedDay[] = []
  try {
    for (const each of days) {
      const options = { promiseMinutes, signal }
      const figures = await replayVisibly(records, each, { ...services, certificates, log }, options)
      const byReport = policy && (await replayByReport(records, each, { ...options, onProgress: () => undefined }))
      replayed.push({ ...figures, ...(byReport && { byReport }) })
    }
  } finally {
    await services.stop()
  }

  console.log(tableOf(replayed))
  console.log(promiseTableOf(replayed))
  if (json !== undefined) await writeFile(json, jsonOf(replayed))
  const unsound = replayed.filter((figures) => !isSound(figures))
  if (unsound.length === 0) return
  console.error(`Promises were lost or called twice on ${unsound.map((figures) => figures.day).join(', ')}.`)
  process.exitCode = exitCodes.unsound
}

async function readLog(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

/** Said before the replay, not after it. */
async function assertWritable(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK)
  } catch (error) {
    throw new UsageError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code})`)
  }
}

async function replayVisibly(
  records: CallRecord[],
  day: string,
  services: SystemOptions,
  options: { promiseMinutes: number; signal: AbortSignal },
): Promise<Figures> {
  const bar = new SingleBar({
    format: `${day} {bar} {percentage} %`,
    barsize: 40,
    clearOnComplete: true,
    hideCursor: true,
  })
  bar.start(1, 0)
  try {
    return await replayDay(records, day, services, { ...options, onProgress: (share) => bar.update(share) })
  } finally {
    bar.stop()
  }
}

/** One day is an object, several are an array of them. */
function jsonOf(replayed: ReplayedDay[]): string {
  return `${JSON.stringify(replayed.length === 1 ? replayed[0] : replayed, undefined, 2)}\n`
}

class Interruption extends Error {}

/** Aborts when the replay is told to end, so that it removes what it wrote; told twice, it just ends. */
function untilStopped(): AbortSignal {
  const stopped = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stopped.abort(new Interruption()))
  }
  return stopped.signal
}

try {
  const wanted = readCommandLine(process.argv.slice(2))
  if (wanted) await replay(wanted)
  else console.log(usage)
} catch (error) {
  if (error instanceof Interruption) process.exitCode = exitCodes.interrupted
  else if (error instanceof UsageError || error instanceof CallLogError || error instanceof SettingsError) {
    console.error(error.message)
    process.exitCode = exitCodes.usage
  } else if (isDatabaseUnavailable(error)) {
    console.error(`Postgres or Redis cannot be reached (${(error as NodeJS.ErrnoException).code}).`)
    process.exitCode = exitCodes.unavailable
  } else throw error
}
