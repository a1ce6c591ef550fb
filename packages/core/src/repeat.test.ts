import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { repeat, reportOf, type Repeating, type TaskReport } from './repeat.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(async () => {
  await task?.stop()
  vi.useRealTimers()
})

const everyMs = 1_000
let task: Repeating | undefined

/** Runs a task whose runs end one after the other, each after so many milliseconds, and returns its lines in the log. */
async function runs(...ends: { afterMs?: number; with?: TaskReport | Error }[]) {
  const logged: Record<string, unknown>[] = []
  const log = pino(
    { level: 'debug', base: null, timestamp: false, formatters: { level: (level) => ({ level }) } },
    { write: (line: string) => void logged.push(JSON.parse(line)) },
  )
  const left = [...ends]
  async function work() {
    const { afterMs = 0, with: end } = left.shift()!
    await new Promise((resolve) => void setTimeout(resolve, afterMs))
    if (end instanceof Error) throw end
    return end
  }
  task = repeat('digging', { everyMs }, work, log)
  while (left.length > 0) await vi.advanceTimersByTimeAsync(100)
  const last = task.stop()
  await vi.runAllTimersAsync()
  await last
  return logged
}

test('a run that did nothing is a line for debugging, with what it found and how long it took', async () => {
  expect(await runs({ afterMs: 30, with: reportOf({ holes: 0 }) }, { afterMs: 20 })).toEqual([
    { level: 'debug', task: 'digging', durationMs: 30, holes: 0, msg: 'task ran' },
    { level: 'debug', task: 'digging', durationMs: 20, msg: 'task ran' },
  ])
})

test('a run that did something is told', async () => {
  expect(await runs({ afterMs: 30, with: reportOf({ holes: 2, kind: 'deep' }) })).toEqual([
    { level: 'info', task: 'digging', durationMs: 30, holes: 2, kind: 'deep', msg: 'task ran' },
  ])
})

test('a task may say itself whether it did something', async () => {
  const levels = (await runs({ with: reportOf({ seen: 2 }, false) }, { with: reportOf({ runId: 'r' }, true) })).map(
    ({ level }) => level,
  )
  expect(levels).toEqual(['debug', 'info'])
})

test('a run that took longer than its interval is a warning, whatever it did', async () => {
  expect(await runs({ afterMs: 1_001, with: reportOf({ holes: 0 }) }, { afterMs: 1_000 })).toMatchObject([
    { level: 'warn', durationMs: 1_001, everyMs, holes: 0, msg: 'task took longer than its interval' },
    { level: 'debug', durationMs: 1_000, msg: 'task ran' },
  ])
})

test('of failures in a row the first is a warning, and the recovery is told with what it did', async () => {
  const failed = { with: new Error('stone') }
  expect(await runs(failed, failed, { with: reportOf({ holes: 1 }) }, failed, { afterMs: 1_500 })).toMatchObject([
    { level: 'warn', durationMs: expect.any(Number), err: { message: 'stone' }, msg: 'task failed; trying again' },
    { level: 'debug', msg: 'task failed; trying again' },
    { level: 'info', holes: 1, msg: 'task works again' },
    { level: 'warn', msg: 'task failed; trying again' },
    { level: 'warn', durationMs: 1_500, msg: 'task works again; task took longer than its interval' },
  ])
})
