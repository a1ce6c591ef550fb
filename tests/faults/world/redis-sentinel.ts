import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis, startRedisSentinel } from '@ringback/local'
import { untilTrue } from '@ringback/testing/until-true'
import { Redis } from 'ioredis'

/** A master, its replica and three sentinels on 127.0.0.1. */
export interface RedisSentinel {
  url: string
  /** Kills the master, waits until the replica is master, and starts the old one again as its replica. */
  failOver(): Promise<void>
  flushMaster(): Promise<void>
  stop(): Promise<void>
}

const masterName = 'callbacks'
const sentinelCount = 3

export async function startSentinel(): Promise<RedisSentinel> {
  const home = await mkdtemp(join(tmpdir(), 'ringback-sentinel-'))
  await chmod(home, 0o711) // The account that runs the servers must get through.
  const first = await startRedis({ dataDir: join(home, 'first') })
  const { password } = new URL(first.url)
  const replicaOf = (port: number) => ['--replicaof', '127.0.0.1', String(port)]
  const second = await startRedis({ dataDir: join(home, 'second'), password, args: replicaOf(first.port) })
  let [master, replica] = [
    { name: 'first', server: first },
    { name: 'second', server: second },
  ]
  await untilFollows(replica.server.url)

  const options = { master: first, masterName, quorum: 2, downAfterMs: 1_000 }
  const sentinels = await Promise.all(Array.from({ length: sentinelCount }, () => startRedisSentinel(options)))
  const watchers = sentinels.map(({ url }) => new Redis(url))
  const allAgree = async (isTrue: (master: Map<string, string>) => boolean) => {
    const answers = await Promise.all(watchers.map((it) => it.call('SENTINEL', 'MASTER', masterName)))
    return answers.every((answer) => isTrue(fieldsOf(answer as string[])))
  }
  await untilTrue(
    () => allAgree((it) => it.get('num-slaves') === '1' && it.get('num-other-sentinels') === `${sentinelCount - 1}`),
    'the sentinels know each other and the replica',
  )

  return {
    url:
      `redis+sentinel://:${password}@${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${masterName}` +
      `?sentinel_password=${password}`,

    async failOver() {
      process.kill(master.server.pid, 'SIGKILL')
      await master.server.exited
      const promoted = String(replica.server.port)
      await untilTrue(
        () => allAgree((it) => it.get('port') === promoted && it.get('flags') === 'master'),
        'the replica is master',
      )
      const { port } = master.server
      const server = await startRedis({
        dataDir: join(home, master.name),
        password,
        port,
        args: replicaOf(replica.server.port),
      })
      ;[master, replica] = [replica, { name: master.name, server }]
      await untilFollows(server.url)
    },

    async flushMaster() {
      await ask(master.server.url, (redis) => redis.flushall())
    },

    async stop() {
      for (const watcher of watchers) watcher.disconnect()
      await Promise.all([...sentinels, master.server, replica.server].map((server) => server.stop()))
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function untilFollows(url: string): Promise<void> {
  const isUp = () =>
    ask(url, (redis) => redis.info('replication')).then((info) => info.includes('master_link_status:up'))
  await untilTrue(isUp, 'the replica follows its master')
}

async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url)
  try {
    return await question(redis)
  } finally {
    redis.disconnect()
  }
}

/** The fields of an answer in which names and values take turns. */
function fieldsOf(answer: string[]): Map<string, string> {
  return new Map(answer.flatMap((name, index) => (index % 2 === 0 ? [[name, answer[index + 1]!]] : [])))
}
