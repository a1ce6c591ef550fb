import { awaitRun, queueOn, tick } from '@ringback/core'
import { freePort } from '@ringback/local'
import { openTestEngine, startApp, type AppProcess, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

const password = 'the password of operations'
const patiently = { timeout: 30_000, interval: 100 }

let engine: TestEngine
let processes: AppProcess[]
let boardUrl: string
beforeEach(async () => {
  engine = await openTestEngine({ startsAt: new Date() })
  const port = await freePort()
  boardUrl = `http://127.0.0.1:${port}/admin/queues/api/queues`
  const apiEnv = {
    API_PORT: String(port),
    AUTH_JWT_SECRET: 'a secret of tests, long enough for HS256',
    ADMIN_PASSWORD: password,
  }
  processes = await Promise.all([
    startApp(engine, 'api', 'api listens', apiEnv),
    startApp(engine, 'worker', 'worker started'),
  ])
})
afterEach(async () => {
  await Promise.all(processes.map((process) => process.kill()))
  await engine.close()
})

async function board(path: string, method = 'GET') {
  const authorization = `Basic ${Buffer.from(`supervisor:${password}`).toString('base64')}`
  const answer = await fetch(`${boardUrl}${path}`, { method, headers: { authorization } })
  expect({ path, ok: answer.ok }).toEqual({ path, ok: true })
  return answer.text()
}

interface ShownQueue {
  name: string
  jobs: { id: string; name: string; failedReason: string }[]
}

async function failedJobs() {
  const shown = JSON.parse(await board('?activeQueue=callback-routing&status=failed&page=1')) as {
    queues: ShownQueue[]
  }
  expect(shown.queues.map((queue) => queue.name)).toEqual(['callback-notifications', 'callback-routing'])
  return shown.queues.find((queue) => queue.name === 'callback-routing')!.jobs
}

test('a failed job stands in Bull Board with its reason and the ids of whom it is about, and its retry there works', async () => {
  const { id, userId } = await engine.addCallback()
  await engine.sql`delete from users where id = ${userId}`
  await awaitRun(engine.deps, await tick(engine.deps, { trigger: 'manual' }), { timeoutMs: 30_000 })

  await expect.poll(failedJobs, patiently).toMatchObject([
    {
      failedReason: `unknown-user: callback ${id}`,
      name: expect.stringContaining(`callback ${id}, user ${userId}, due `),
    },
  ])
  const log = async () => board(`/callback-routing/${(await failedJobs())[0]!.id}/logs`)
  await expect.poll(log, patiently).toContain(`User ${userId} does not exist`)
  expect(await board('?activeQueue=callback-routing&status=latest')).not.toMatch(/\+1 202|User \d/)

  await engine.sql`insert into users (id, name, created_at, updated_at) values (${userId}, 'Back again', now(), now())`
  const [job] = await failedJobs()
  await board(`/callback-routing/${job!.id}/retry`, 'PUT')
  await expect.poll(() => engine.entryOf(id), patiently).toBeDefined()
  await expect.poll(failedJobs, patiently).toEqual([])
})

test('a job that throws and a payload that is no JSON stand there as well', async () => {
  await engine.owner.unsafe(`
    alter table call_queue add constraint refuses_poison check (queue_reason <> 'Callback: poison')`)
  await engine.addCallback({ callbackReason: 'poison' })
  await awaitRun(engine.deps, await tick(engine.deps, { trigger: 'manual' }), { timeoutMs: 30_000 })
  const queue = queueOn(engine.redis, engine.redisPrefix, 'routing')
  await queue.pause()
  const { id } = await queue.add('route', {})
  await engine.redis.hset(`${engine.redisPrefix}:callback-routing:${id}`, 'data', 'poison')
  await queue.resume()
  await queue.close()
  const reasons = async () => new Set((await failedJobs()).map((job) => job.failedReason))
  await expect
    .poll(reasons, patiently)
    .toEqual(new Set(['malformed payload: callbackId, runId, its shape', 'PostgresError 23514 refuses_poison']))
})
