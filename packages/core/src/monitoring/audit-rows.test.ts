import { openTestEngine, type TestEngine } from '@ringback/testing'
import type postgres from 'postgres'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimNextCall, getCallback, listFindings, putQueueUser, rowAuditor } from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

/** A callback in a queue, claimed when `isClaimed`. */
async function addQueued(isClaimed: boolean) {
  const agentId = await engine.addAgent('available')
  const { id, userId } = await engine.addCallback({ preferredAgentId: agentId })
  await engine.route(id)
  if (isClaimed) await claimNextCall(engine.deps, { agentId })
  return { id, userId, agentId }
}

const wrongs: [string, boolean, string, object][] = [
  ['entry-without-user', false, 'delete from users', { status: 'pending', isQueued: false }],
  [
    'entry-of-ended-callback',
    false,
    "update callbacks set status = 'cancelled', cancelled_at = now(), is_queued = false",
    { status: 'cancelled', isQueued: false },
  ],
  ['entry-not-marked', false, 'update callbacks set is_queued = false', { status: 'pending', isQueued: true }],
  [
    'claim-marked-wrong',
    true,
    "update callbacks set status = 'pending', status_before_claim = null",
    { status: 'in_progress', statusBeforeClaim: 'pending' },
  ],
  [
    'claim-of-available-agent',
    true,
    "update agent_sessions set status = 'available'",
    { status: 'in_progress', isQueued: true },
  ],
  [
    'callback-marked-queued',
    false,
    "update call_queue set status = 'removed', ended_at = now()",
    { status: 'pending', isQueued: false },
  ],
]

test.each(wrongs)('%s is found, set right and told', async (wrong, isClaimed, statement, expected) => {
  const { id } = await addQueued(isClaimed)
  const audit = rowAuditor()
  expect(await audit(engine.deps)).toEqual({ wrong: 0, repaired: 0 })
  await engine.breakRows((sql: postgres.TransactionSql) => sql.unsafe(statement))
  expect(await audit(engine.deps)).toEqual({ wrong: 1, repaired: 1 })
  expect(await engine.callback(id)).toMatchObject(expected)
  expect(await audit(engine.deps)).toEqual({ wrong: 0, repaired: 0 })
  const [finding] = await listFindings(engine.deps, { limit: 10 })
  expect(finding).toMatchObject({ kind: wrong, repairedAt: engine.time.now() })
  expect(engine.logged).toContainEqual(expect.objectContaining({ msg: 'row was wrong', wrong, isRepaired: true }))
  const { history } = await getCallback(engine.deps, id)
  expect(history.at(-1)).toMatchObject({ kind: 'repaired', details: { wrong } })
})

test('a callback in a call that nobody is in is what it was before', async () => {
  const { id } = await addQueued(true)
  await engine.breakRows(
    (sql) => sql`
      update call_queue set status = 'removed', ended_at = now(), claimed_by_agent_id = null, claimed_at = null,
        call_session_id = null`,
  )
  await rowAuditor()(engine.deps)
  expect(await engine.callback(id)).toMatchObject({ status: 'pending', isQueued: false })
})

test('an ordinary entry of a user who does not exist goes', async () => {
  const userId = await engine.addUser()
  await putQueueUser(engine.deps, { userId, queueType: 'unsigned_users', priorityScore: 1 })
  await engine.breakRows((sql) => sql`delete from users`)
  await rowAuditor()(engine.deps)
  expect(await engine.sql`select from call_queue where ended_at is null`).toHaveLength(0)
})

test('a row that cannot be set right is told, and keeps none of the others from being set right', async () => {
  const [stuck, other] = [await addQueued(false), await addQueued(false)]
  await engine.sql`update callbacks set callback_reason = 'poison' where id = ${stuck.id}`
  await engine.breakRows((sql) => sql`update callbacks set is_queued = false`)
  await engine.owner`alter table callbacks add check (callback_reason <> 'poison') not valid`
  const audit = rowAuditor()
  expect(await audit(engine.deps)).toEqual({ wrong: 2, repaired: 1 })
  expect(await audit(engine.deps)).toEqual({ wrong: 1, repaired: 0 })
  expect(await engine.callback(other.id)).toMatchObject({ isQueued: true })
  const told = await listFindings(engine.deps, { limit: 10 })
  expect(told.map(({ repairedAt }) => repairedAt)).toEqual([null, engine.time.now()])
  expect(engine.logged.filter(({ msg }) => msg === 'row was wrong')).toHaveLength(2)
})

test('a row that is right again by the time it is locked is told to nobody', async () => {
  await addQueued(false)
  await engine.breakRows((sql) => sql`update callbacks set is_queued = false`)
  const { transact } = engine.deps
  let transactions = 0
  const rightBeforeTheSecond: typeof transact = async (work) => {
    if (++transactions === 2) await engine.breakRows((sql) => sql`update callbacks set is_queued = true`)
    return transact(work)
  }
  expect(await rowAuditor()({ ...engine.deps, transact: rightBeforeTheSecond })).toEqual({ wrong: 1, repaired: 0 })
  expect(await listFindings(engine.deps, { limit: 10 })).toEqual([])
})
