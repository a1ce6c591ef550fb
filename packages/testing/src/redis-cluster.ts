import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort, startRedis, type LocalRedis } from '@ringback/local'
import { Redis } from 'ioredis'
import { untilTrue } from './until-true.ts'

/** A Redis Cluster of three masters on 127.0.0.1, whose faults befall the one that owns the keys below a prefix. */
export interface RedisCluster {
  url: string
  /** Moves all keys below the prefix to another node, `atOnce` at a time, with some time or something in between. */
  moveKeys(options?: { atOnce: number; between: () => Promise<void> }): Promise<void>
  /** Kills the node that owns the keys, starts it again on its data and waits until the cluster is whole. */
  restartOwner(): Promise<void>
  flushOwner(): Promise<void>
  stop(): Promise<void>
}

interface Node {
  server: LocalRedis
  client: Redis
  id: string
  busPort: number
}

const slotCount = 16_384
const nodeTimeoutMs = 1_500
const gently = { atOnce: 10, between: () => pause(20) }

/** @param prefix the REDIS_PREFIX of those who will use it */
export async function startRedisCluster(prefix: string): Promise<RedisCluster> {
  const home = await mkdtemp(join(tmpdir(), 'ringback-cluster-'))
  await chmod(home, 0o711) // The account that runs the servers must get through.
  const password = randomBytes(18).toString('hex')

  const startServer = (name: string, busPort: number, port?: number) =>
    startRedis({
      dataDir: join(home, name),
      password,
      ...(port !== undefined && { port }),
      args: ['--cluster-enabled', 'yes', '--cluster-port', `${busPort}`, '--cluster-node-timeout', `${nodeTimeoutMs}`],
    })
  async function startProcess(name: string): Promise<Node> {
    const busPort = await freePort()
    const server = await startServer(name, busPort)
    const client = new Redis(server.url)
    client.on('error', () => {}) // It is told of the end of its server.
    return { server, client, busPort, id: await client.cluster('MYID') }
  }
  const names = ['first', 'second', 'third']
  const nodes = await Promise.all(names.map(startProcess))
  await form(nodes)

  const slot = await nodes[0]!.client.cluster('KEYSLOT', prefix)
  let owner = nodes.findIndex((_, index) => slot < firstSlotOf(index + 1))

  return {
    url: `redis+cluster://:${password}@${nodes.map(({ server }) => `127.0.0.1:${server.port}`).join(',')}`,

    async moveKeys({ atOnce, between } = gently) {
      const source = nodes[owner]!
      owner = (owner + 1) % nodes.length
      const target = nodes[owner]!
      await target.client.cluster('SETSLOT', slot, 'IMPORTING', source.id)
      await source.client.cluster('SETSLOT', slot, 'MIGRATING', target.id)
      for (;;) {
        const keys = await source.client.cluster('GETKEYSINSLOT', slot, atOnce)
        if (keys.length === 0) break
        const args = [target.server.port, '', 0, 5_000, 'AUTH', password, 'KEYS', ...keys]
        await source.client.call('MIGRATE', '127.0.0.1', ...args)
        await between()
      }
      // The new owner first: else there is a moment at which each says that the other one is it.
      for (const { client } of [target, ...nodes.filter((node) => node !== target)]) {
        await client.cluster('SETSLOT', slot, 'NODE', target.id)
      }
    },

    async restartOwner() {
      const node = nodes[owner]!
      process.kill(node.server.pid, 'SIGKILL')
      await node.server.exited
      node.server = await startServer(names[owner]!, node.busPort, node.server.port)
      await untilWhole(nodes)
    },

    async flushOwner() {
      await nodes[owner]!.client.flushall()
    },

    async stop() {
      for (const { client } of nodes) client.disconnect()
      await Promise.all(nodes.map(({ server }) => server.stop()))
      await rm(home, { recursive: true, force: true })
    },
  }
}

const firstSlotOf = (index: number) => Math.ceil((slotCount * index) / 3)

/** Makes strangers a cluster, each with a third of the slots. */
async function form(nodes: Node[]): Promise<void> {
  for (const [index, { client }] of nodes.entries()) {
    await client.cluster('SET-CONFIG-EPOCH', index + 1)
    await client.cluster('ADDSLOTSRANGE', firstSlotOf(index), firstSlotOf(index + 1) - 1)
  }
  for (const { server, busPort } of nodes.slice(1)) {
    await nodes[0]!.client.call('CLUSTER', 'MEET', '127.0.0.1', server.port, busPort)
  }
  await untilWhole(nodes)
}

async function untilWhole(nodes: Node[]): Promise<void> {
  await untilTrue(async () => {
    const states = await Promise.all(nodes.map(({ client }) => client.cluster('INFO')))
    return states.every((state) => state.includes('cluster_state:ok') && state.includes('cluster_known_nodes:3'))
  }, 'the cluster is whole')
}
