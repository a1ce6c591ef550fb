import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { connectRedis, impatient, queueOn, type RedisConnection, type RoutingPayload } from '@ringback/core'
import { inTransaction } from '@ringback/db'
import type { Queue } from 'bullmq'
import { pino } from 'pino'
import { openClient } from '../client.ts'
import type { Fault } from '../fault.ts'
import { redisPrefix, type World } from '../world/world.ts'

const herd = { short: 2_000, full: 20_000 }
const usersOfLoad = 1_000_000

/** What may happen to ticks and jobs. */
export const jobFaults: Record<string, Fault> = {
  'two ticks at once, again and again': {
    async inject(world, { lastsMs }) {
      const service = openClient(world, { role: 'service' })
      const tick = () => service.expect([200, 202], 'POST', '/api/cron/callback-notifications', { withinMs: 40_000 })
      for (const until = performance.now() + lastsMs; performance.now() < until;) await Promise.all([tick(), tick()])
    },
    recoversWithin: 60,
  },
  'jobs are delivered again and again': {
    async inject(world, { lastsMs }) {
      await withRoutingQueue(world, async (queue) => {
        for (const until = performance.now() + lastsMs; performance.now() < until; await pause(100)) {
          const rows = await world.sql<{ id: string }[]>`select id from callbacks order by created_at desc limit 40`
          const jobs = rows.map(({ id }) => ({ name: 'route', data: { callbackId: id, runId: null } }))
          await queue.addBulk([...jobs, ...jobs, ...jobs])
        }
      })
    },
    recoversWithin: 60,
  },
  'payloads are poison': {
    async inject(world) {
      await withRoutingQueue(world, async (queue, redis) => {
        for (const data of poison()) await queue.add('route', data as RoutingPayload)
        const broken = await queue.add('route', { callbackId: randomUUID(), runId: null }, { delay: 600_000 })
        await redis.hset(queue.toKey(broken.id!), 'data', '{"callbackId": ')
        await broken.promote()
      })
    },
    recoversWithin: 60,
  },
  'a herd falls due at once': {
    async inject(world, { size }) {
      await Promise.all(world.workers.map((worker) => worker.stop()))
      const first = await addHerd(world, herd[size])
      await Promise.all(world.workers.map((worker) => worker.start()))
      while ((await countHerd(world, first)) < herd[size]) await pause(200)
      await dismissHerd(world, first)
    },
    recoversWithin: 120,
  },
}

async function withRoutingQueue(
  world: World,
  work: (queue: Queue<RoutingPayload>, redis: RedisConnection) => Promise<void>,
): Promise<void> {
  const redis = connectRedis(world.redis.url, impatient, pino({ level: 'silent' }))
  await once(redis, 'ready')
  const queue: Queue<RoutingPayload> = queueOn(redis, redisPrefix, 'routing')
  try {
    await work(queue, redis)
  } finally {
    await queue.close()
    redis.disconnect()
  }
}

function poison(): unknown[] {
  const deep = JSON.parse(`${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)}`) as unknown
  return [
    {},
    null,
    'text',
    { callbackId: 'not-a-uuid', runId: null },
    { callbackId: randomUUID(), runId: null },
    { callbackId: `${randomUUID()}\0`, runId: null },
    { callbackId: randomUUID(), runId: randomUUID() },
    { callbackId: 1e308, runId: -1 },
    { callbackId: 'x'.repeat(1_000_000), runId: null },
    { callbackId: randomUUID(), runId: null, more: deep },
  ]
}

/**
 * Customers and their promises, straight into the tables: it is their number that is hard, not how they came. Returns
 * the id below the first customer's.
 */
async function addHerd({ sql }: World, count: number): Promise<string> {
  const [row] = await sql<{ first: string }[]>`select greatest(max(id), ${usersOfLoad}::bigint) as first from users`
  const { first } = row!
  await sql`
    insert into users (id, name, created_at, updated_at)
    select ${first}::bigint + n, 'Herd', now(), now() from generate_series(1, ${count}::int) n`
  await sql`
    with promised as (
      insert into callbacks (user_id, scheduled_for, created_at, updated_at)
      select ${first}::bigint + n, now(), now() + interval '1 day', now() from generate_series(1, ${count}::int) n
      returning id
    )
    insert into callback_notifications (callback_id, kind, at) select id, 'scheduled', now() from promised`
  return first
}

async function countHerd({ sql }: World, first: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from call_queue
    where user_id > ${first}::bigint and status in ('pending', 'assigned', 'in_progress', 'completed')`
  return row!.count
}

/** Its promises are made tomorrow, as it were; what its customers were promised meanwhile, in calls, stands. */
async function dismissHerd({ sql }: World, first: string): Promise<void> {
  await inTransaction(sql, async (tx) => {
    // In the order in which Ringback locks: customers before entries before callbacks, each by id.
    await tx`select from users where id > ${first}::bigint order by id for no key update`
    await tx`select from call_queue where user_id > ${first}::bigint order by id for no key update`
    await tx`select from callbacks where user_id > ${first}::bigint order by id for no key update`
    await tx`
      update call_queue q set status = 'removed', ended_at = now(), version = version + 1, updated_at = now()
      from callbacks c
      where c.id = q.callback_id and c.created_at > now() + interval '1 hour' and q.status in ('pending', 'assigned')`
    await tx`
      update callbacks set status = 'cancelled', cancelled_at = now(), is_queued = false, updated_at = now()
      where created_at > now() + interval '1 hour' and status in ('pending', 'accepted')`
  })
}
