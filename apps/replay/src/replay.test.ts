import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connect } from '@ringback/db'
import { testServices } from '@ringback/testing'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import type { Figures } from './report/figures.ts'
import type { ReplayedDay } from './report/promise-table.ts'

const root = join(import.meta.dirname, '../../..')
const exampleLog = join(root, 'examples/call-log-2026-03-02.tsv')
const realLog = process.env['RINGBACK_CALL_LOG']
if (!realLog) console.warn('RINGBACK_CALL_LOG names no call log: the replay is tested on the example alone.')

const run = promisify(execFile)

async function replay(file: string, ...args: string[]): Promise<{ stdout: string; figures: Figures }> {
  const directory = await mkdtemp(join(tmpdir(), 'ringback-replay-test-'))
  const json = join(directory, 'figures.json')
  const { databaseUrl, redisUrl } = await testServices()
  const env = { ...process.env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl }
  const main = join(import.meta.dirname, 'main.ts')
  try {
    const { stdout } = await run(process.execPath, [main, file, '--json', json, ...args], { env })
    return { stdout, figures: JSON.parse(await readFile(json, 'utf8')) as Figures }
  } finally {
    await rm(directory, { recursive: true })
  }
}

function expectKept(figures: Figures) {
  expect(figures).toMatchObject({ lost: 0, doubled: 0 })
  expect(figures.promised).toBe(figures.called + figures.open)
  expect(figures.called).toBe(figures.byPreferredAgent + figures.bySubstitute)
}

test('the example day is replayed, no promise is lost or kept twice, and nothing is left behind', async () => {
  const { stdout, figures } = await replay(exampleLog)
  expectKept(figures)
  expect(figures.promised).toBeGreaterThan(20)
  expect(figures.called).toBeGreaterThan(20)
  expect(figures.jobs).toBeGreaterThanOrEqual(figures.promised)
  expect(Object.keys(figures)).toEqual([
    'day',
    'promised',
    'called',
    'open',
    'lost',
    'doubled',
    'latenessSeconds',
    'within5MinutesShare',
    'byPreferredAgent',
    'bySubstitute',
    'longestUnattendedSeconds',
    'ticks',
    'jobs',
    'wallSeconds',
    'promises',
  ])
  expect(Object.keys(figures.latenessSeconds)).toEqual(['p50', 'p95', 'max'])
  expect(stdout).toContain('2026-03-02')
  expect(stdout).toContain('lost (must be 0)')

  const { databaseUrl, redisUrl } = await testServices()
  const sql = connect(databaseUrl, { max: 1 })
  const redis = new Redis(redisUrl)
  expect(await sql`select datname from pg_database where datname like 'ringback\\_replay\\_%'`).toEqual([])
  expect(await redis.keys('{ringback-replay-*')).toEqual([])
  await Promise.all([sql.end(), redis.quit()])
})

test('how promises were kept is told as the report on them does, and by the rules of the report beside it', async () => {
  const { stdout, figures } = await replay(exampleLog, '--policy', 'report')
  const { byReport, promises } = figures as ReplayedDay
  expect(promises.kept + promises.early + promises.late + promises.broken).toBe(figures.called)
  expect(promises.latenessSeconds).toEqual({ p50: figures.latenessSeconds.p50, p95: figures.latenessSeconds.p95 })
  expect(byReport).toMatchObject({ day: figures.day, promised: figures.promised, lost: 0 })
  expect(byReport!.called + byReport!.open).toBe(figures.promised)
  expect(stdout).toMatch(/promises.*Ringback.*the report/)
})

test('promises that are made too late to be kept are open, not lost', async () => {
  const { figures } = await replay(exampleLog, '--promise-minutes', '1440')
  expectKept(figures)
  expect(figures.open).toBeGreaterThan(20)
})

test('the example log is what its script prints', async () => {
  const { stdout } = await run(process.execPath, [join(root, 'examples/make-call-log.ts')])
  expect(stdout).toBe(await readFile(exampleLog, 'utf8'))
})

test.each([
  [['missing.tsv'], 'missing.tsv cannot be read (ENOENT)'],
  [[exampleLog, '--day', '2026-03-03'], 'its days are 2026-03-02'],
  [[exampleLog, '--json', '/nowhere/out.json'], '/nowhere/out.json cannot be written (ENOENT)'],
  [[join(root, 'package.json')], 'line 1: not the header of a call log'],
])('%j ends with a sentence and the status 2', async (args, sentence) => {
  const failed = run(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args])
  await expect(failed).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(sentence), stdout: '' })
})

test.skipIf(!realLog)(
  'an overloaded day of a real call log loses no promise and keeps none twice',
  { timeout: 1_200_000 },
  async () => {
    const { figures } = await replay(realLog!, '--day', '1999-02-03')
    expectKept(figures)
    expect(figures.promised).toBeGreaterThan(200)
  },
)
