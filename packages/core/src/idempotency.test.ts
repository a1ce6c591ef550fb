import { users } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answerOnce, deleteUser, reassignCallback, scheduleCallback, type Deps } from './index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

const request = { subject: 'service', key: 'k1', fingerprint: 'POST /api/callbacks {"userId":"1"}' }
const countCallbacks = async () => (await engine.sql`select * from callbacks`).length

function schedule(userId: string) {
  return async (deps: Deps) => {
    const callback = await scheduleCallback(deps, { userId, scheduledFor: deps.clock.now() })
    return { status: 201, body: JSON.stringify({ id: callback.id }) }
  }
}

test('the same request under the same key has one effect and one answer, also at the same moment', async () => {
  const userId = await engine.addUser()
  const answers = await Promise.all([1, 2, 3, 4].map(() => answerOnce(engine.deps, request, schedule(userId))))
  expect(new Set(answers.map((answer) => answer.body)).size).toBe(1)
  expect(await countCallbacks()).toBe(1)
})

test('another request under the same key is refused; another subject may use it', async () => {
  const userId = await engine.addUser()
  await answerOnce(engine.deps, request, schedule(userId))
  const other = { ...request, fingerprint: 'POST /api/callbacks {"userId":"2"}' }
  await expect(answerOnce(engine.deps, other, schedule(userId))).rejects.toMatchObject({
    code: 'idempotency-key-reused',
  })
  await answerOnce(engine.deps, { ...other, subject: 'agent 7' }, schedule(userId))
  expect(await countCallbacks()).toBe(2)
})

test('what follows from a request under a key is done when it is committed, outside of it', async () => {
  engine.deps.routing.add = () => Promise.reject(new Error('Redis is away'))
  const agentId = await engine.addAgent('available')
  const { id } = await engine.addCallback()
  await answerOnce(engine.deps, request, async (deps) => {
    await reassignCallback(deps, { callbackId: id, agentId })
    return { status: 200, body: '' }
  })
  expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: agentId })
})

test('a request that fails leaves nothing behind, neither effect nor answer', async () => {
  const userId = await engine.addUser()
  const failing = async (deps: Deps) => {
    await schedule(userId)(deps)
    throw new Error('lost')
  }
  await expect(answerOnce(engine.deps, request, failing)).rejects.toThrow('lost')
  expect(await countCallbacks()).toBe(0)
  expect(await answerOnce(engine.deps, request, schedule(userId))).toMatchObject({ status: 201 })
})

test('what an answer says of a user goes with the user, also of one who is erased while the answer is made', async () => {
  const userId = await engine.addUser()
  let readings = 0
  const tellName = async (deps: Deps) => {
    const user = await users.get(deps.sql, userId)
    if (++readings === 2) await deleteUser(engine.deps, userId)
    return { status: 200, body: JSON.stringify(user?.name ?? null), userId }
  }
  expect(await answerOnce(engine.deps, request, tellName)).toMatchObject({ body: '"User 1"' })
  const other = { ...request, key: 'k2' }
  expect(await answerOnce(engine.deps, other, tellName)).toMatchObject({ body: 'null' })
  expect(readings).toBe(3)
  expect(await engine.sql`select key, response_body, user_id from idempotency_keys`).toEqual([
    { key: 'k2', responseBody: 'null', userId: null },
  ])
  expect(await answerOnce(engine.deps, other, tellName)).toMatchObject({ body: 'null' })
  expect(readings).toBe(3)
})
