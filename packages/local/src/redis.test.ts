import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import { findExecutables } from './executables.ts'
import { isAlive } from './processes.ts'
import { type LocalRedis, startRedis } from './redis.ts'

const cleanUps: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

async function start(options: Parameters<typeof startRedis>[0] = {}): Promise<LocalRedis & { client: Redis }> {
  const server = await startRedis(options)
  cleanUps.push(() => server.stop())
  const client = new Redis(server.url, { retryStrategy: null })
  client.on('error', () => {}) // it is told of the end of its server
  cleanUps.push(() => client.disconnect())
  return { ...server, client }
}

function dataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ringback-test-'))
  chmodSync(directory, 0o711) // a server that root starts is not root's
  cleanUps.push(() => rmSync(directory, { recursive: true }))
  return join(directory, 'redis')
}

test('never evicts, and keeps nothing without a data directory', async () => {
  const { client } = await start()
  expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
  expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'no'])
  expect(await client.config('GET', 'save')).toEqual(['save', ''])
})

test('wants a password', async () => {
  const { port } = await start()
  const stranger = new Redis(port, '127.0.0.1', { retryStrategy: null })
  stranger.on('error', () => {})
  cleanUps.push(() => stranger.disconnect())
  await expect(stranger.get('key')).rejects.toThrow('NOAUTH')
})

const [cli] = [...findExecutables('redis-cli'), ...findExecutables('valkey-cli')]

test.skipIf(cli === undefined)('redis-cli understands its URL', async () => {
  const { url } = await start()
  expect(execFileSync(cli ?? '', ['-u', url, 'ping'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })).toBe(
    'PONG\n',
  )
})

test('takes further arguments', async () => {
  const { client } = await start({ args: ['--maxclients', '20'] })
  expect(await client.config('GET', 'maxclients')).toEqual(['maxclients', '20'])
})

test('with a data directory, what was written a second ago survives SIGKILL', async () => {
  const dataDir = dataDirectory()
  const first = await start({ dataDir })
  await first.client.set('key', 'kept')
  await expect.poll(async () => (await first.client.info('persistence')).includes('aof_pending_bio_fsync:0')).toBe(true)
  process.kill(first.pid, 'SIGKILL')
  const second = await start({ dataDir })
  expect(await second.client.get('key')).toBe('kept')
})

test('a second one on the same data is refused', async () => {
  const dataDir = dataDirectory()
  const first = await start({ dataDir })
  await expect(startRedis({ dataDir })).rejects.toMatchObject({ name: 'DataInUseError' })
  expect(await first.client.ping()).toBe('PONG')
})

test('several started at the same moment do not get into each other’s way; stop may be called twice', async () => {
  const servers = await Promise.all([start(), start(), start()])
  expect(await Promise.all(servers.map(({ client }) => client.ping()))).toEqual(['PONG', 'PONG', 'PONG'])
  await Promise.all(servers.flatMap((server) => [server.stop(), server.stop()]))
  expect(servers.map(({ pid }) => isAlive(pid))).toEqual([false, false, false])
})
