import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import postgres from 'postgres'
import { afterEach, expect, test } from 'vitest'
import { type LocalPostgres, startPostgres } from './postgres.ts'
import { isAlive } from './processes.ts'
import { isRoot } from './state-directory.ts'

const cleanUps: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

async function start(options: Parameters<typeof startPostgres>[0] = {}): Promise<LocalPostgres> {
  const server = await startPostgres(options)
  cleanUps.push(() => server.stop())
  return server
}

async function query<T>(url: string, statement: string): Promise<T[]> {
  const connection = postgres(url, { max: 1 })
  try {
    return await connection.unsafe(statement)
  } finally {
    await connection.end()
  }
}

function dataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ringback-test-'))
  chmodSync(directory, 0o711) // a server that root starts is not root's
  cleanUps.push(() => rmSync(directory, { recursive: true }))
  return join(directory, 'postgres')
}

test('without a data directory, everything is gone after stop, which may be called twice', async () => {
  const server = await start()
  const [row] = await query<{ data_directory: string }>(server.url, 'show data_directory')
  await Promise.all([server.stop(), server.stop()])
  await server.stop()
  expect(isAlive(server.pid)).toBe(false)
  expect(existsSync(dirname(row?.data_directory ?? '/'))).toBe(false)
})

test('serves 300 connections to those with the password, and nobody else', async () => {
  const { url } = await start()
  expect(await query(url, 'show max_connections')).toEqual([{ max_connections: '300' }])
  const stranger = new URL(url)
  stranger.password = 'guess'
  await expect(query(stranger.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
})

test('several started at the same moment do not get into each other’s way', async () => {
  const servers = await Promise.all([start(), start(), start()])
  const answers = await Promise.all(servers.map(({ url }) => query(url, 'select 1 as one')))
  expect(answers).toEqual([[{ one: 1 }], [{ one: 1 }], [{ one: 1 }]])
  expect(new Set(servers.map(({ port }) => port)).size).toBe(3)
})

test('the data in a data directory stays, with full durability', async () => {
  const dataDir = dataDirectory()
  const first = await start({ dataDir })
  await query(first.url, 'create table kept as select 42 as answer')
  await first.stop()
  const second = await start({ dataDir })
  expect(await query(second.url, 'select * from kept')).toEqual([{ answer: 42 }])
  expect(await query(second.url, 'show fsync')).toEqual([{ fsync: 'on' }])
})

test('starts again after SIGKILL, at once and with all that was committed', async () => {
  const dataDir = dataDirectory()
  const first = await start({ dataDir })
  await query(first.url, 'create table kept as select 42 as answer')
  process.kill(first.pid, 'SIGKILL')
  const second = await start({ dataDir })
  expect(await query(second.url, 'select * from kept')).toEqual([{ answer: 42 }])
})

test('a postmaster.pid whose number now belongs to a stranger does not stop it', async () => {
  const dataDir = dataDirectory()
  const first = await start({ dataDir })
  const pidFile = join(dataDir, 'cluster/postmaster.pid')
  const content = readFileSync(pidFile, 'utf8')
  await first.stop()
  writeFileSync(pidFile, content.replace(String(first.pid), String(process.pid)))
  const second = await start({ dataDir })
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a half-made data directory of a killed first start is made anew', async () => {
  const dataDir = dataDirectory()
  const first = await start({ dataDir })
  await first.stop()
  rmSync(join(dataDir, 'cluster'), { recursive: true })
  const second = await start({ dataDir })
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('data of another major version is left alone, with a message that says so', async () => {
  const dataDir = dataDirectory()
  const first = await start({ dataDir })
  await first.stop()
  writeFileSync(join(dataDir, 'cluster/PG_VERSION'), '9\n')
  await expect(startPostgres({ dataDir })).rejects.toThrow(/of PostgreSQL 9, and .* is version 1\d/)
})

test.runIf(isRoot())('root does not run it as root', async () => {
  const server = await start()
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
  expect(status).toMatch(/^Uid:\s+[1-9]/m)
})
